"""Files made to do harm, and files that an accident spoiled: one sentence each, and no harm."""

import io
import zipfile

import pytest

from annotator.formats import FormatError
from tests.bench.fuzz import read_spoiled
from tests.formats.articles.reading import SUFFIXES, article, articles
from tests.formats.articles.writers import PARAGRAPHS, epub, page, zipped

SEEDS = range(30)


@pytest.mark.parametrize("name", SUFFIXES)
def test_a_spoiled_file_gives_articles_or_one_sentence(name):
    assert [fault for seed in SEEDS if (fault := read_spoiled(name, seed))] == []


def test_markup_nested_without_end_is_read_or_refused_and_does_not_crash():
    deep = "<div>" * 200_000 + PARAGRAPHS[0]
    with pytest.raises(FormatError, match=r"^news\.html: "):
        article("html", f"<html><body>{deep}".encode())


def test_entities_of_a_page_are_not_expanded():
    page_with_bomb = (
        '<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM '
        f'"file:///etc/passwd">]><html><body><article><p>&b; &f; {PARAGRAPHS[0]}</p>'
        f"<p>{PARAGRAPHS[2]}</p></article></body></html>"
    )
    text = article("html", page_with_bomb.encode()).text
    assert "boomboom" not in text
    assert "root:" not in text


def test_a_page_fetches_nothing(monkeypatch):
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    body = (
        f"<base href='https://x.example/'><p>{PARAGRAPHS[0]}</p><img src='https://x.example/a.jpg'>"
    )
    assert PARAGRAPHS[0] in article("html", page(body + f"<p>{PARAGRAPHS[2]}</p>")).text
    feed = b"<?xml-stylesheet href='https://x.example/a.xsl'?><rss version='2.0'><channel><item>"
    feed += b"<description>Text.</description></item></channel></rss>"
    assert article("feed", feed).text == "Text."


def test_front_matter_that_multiplies_itself_is_refused():
    laughs = "---\na: &a [x, x]\nb: &b [*a, *a]\n---\nText."
    with pytest.raises(FormatError, match=r"^news\.md: the front matter uses YAML anchors"):
        article("markdown", laughs.encode())


def test_front_matter_makes_no_objects():
    evil = "---\ntitle: !!python/object/apply:os.system ['true']\n---\nText."
    with pytest.raises(FormatError, match=r"^news\.md: the front matter is no YAML"):
        article("markdown", evil.encode())


def test_a_book_cannot_reach_out_of_itself():
    found = zipfile.ZipFile(io.BytesIO(epub("<p>x</p>")))
    parts = {name: found.read(name) for name in found.namelist()}
    package = parts["OPS/book.opf"].replace(b"text/c%200.xhtml", b"../../../../etc/passwd")
    with pytest.raises(FormatError, match=r"^news\.epub: its part .*etc/passwd is missing"):
        articles("epub", zipped(parts | {"OPS/book.opf": package}))


def test_a_book_that_unpacks_to_more_than_any_is_refused_before_it_is_unpacked():
    many = {f"{n}.xhtml": b"" for n in range(20_001)}
    with pytest.raises(FormatError, match=r"^news\.epub: it unpacks to more than a document can"):
        articles("epub", zipped({"mimetype": b"application/epub+zip", **many}))
