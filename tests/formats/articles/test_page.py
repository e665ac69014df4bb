"""Saved pages: the main text and what the page says of itself, in whatever encoding."""

import pytest

from annotator.formats import FormatError
from tests.formats.articles.reading import article, context_of
from tests.formats.articles.writers import PARAGRAPHS, TEXT, page

HTML = "Brücke gesperrt\n\n" + TEXT


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_the_article_is_the_same_in_every_encoding_and_with_every_line_end(charset, eol):
    found = article("html", page(charset=charset, eol=eol))
    assert found.text == HTML
    assert (found.title, found.source, found.language) == ("Brücke gesperrt", "Der Bote", "de")
    assert (found.published, found.url) == ("2024-05-01", "https://bote.example/bruecke")
    assert found.meta == {"author": "Anna Berger", "language": "de-AT"}


def test_a_page_that_says_latin_1_means_the_encoding_of_windows():
    data = page(charset="cp1252").replace(b'charset="cp1252"', b'charset="iso-8859-1"')
    context = context_of("html")
    assert "„Das dauert“" in article("html", data, context).text
    assert context.encoding == "cp1252"


def test_what_stands_around_the_article_is_left_away():
    text = article("html", page()).text
    assert "Impressum" not in text
    assert "Politik" not in text


def test_pictures_and_tables_inside_the_article_are_counted():
    body = f"<p>{PARAGRAPHS[0]}</p><img src=a.jpg><table><tr><td>1</td><td>2</td></tr></table>"
    context = context_of("html")
    found = article("html", page(body + f"<p>{PARAGRAPHS[2]}</p>"), context)
    assert found.text == f"Brücke gesperrt\n\n{PARAGRAPHS[0]}\n\n{PARAGRAPHS[2]}"
    assert context.left_out == {"images": 1, "tables": 1}


def test_a_page_that_says_nothing_of_itself_has_a_title_all_the_same():
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    found = article("html", f"<html><body>{body}</body></html>".encode())
    assert found.text == TEXT
    assert found.title.startswith("Die Brücke über den Fluss")
    assert (found.source, found.published, found.language) == (None, None, None)
    assert found.meta is None


def test_a_number_that_looks_like_a_date_is_none():
    body = f"<p>{PARAGRAPHS[0]} 12/05/2019 20180304</p><p>{PARAGRAPHS[2]}</p>"
    assert article("html", f"<html><body>{body}</body></html>".encode()).published is None


def test_a_page_that_a_browser_saved_with_its_pictures_is_unpacked():
    from email.message import EmailMessage

    saved = EmailMessage()
    saved["Snapshot-Content-Location"] = "https://bote.example/saved"
    saved["Subject"] = "Brücke gesperrt"
    saved.make_related()
    html = page().decode().replace('<link rel="canonical" href="https://bote.example/bruecke">', "")
    saved.add_related(html, subtype="html")
    saved.add_related(b"\x89PNG", maintype="image", subtype="png")
    data = saved.as_bytes()
    found = article("html", data)
    assert found.text == HTML
    assert found.url == "https://bote.example/saved"


@pytest.mark.parametrize(
    "data",
    [b"<html></html>", b"<html><body><nav>x</nav></body></html>", b"<!doctype html>", b" \n"],
)
def test_a_page_without_an_article_is_refused_by_name(data):
    with pytest.raises(FormatError, match=r"^news\.html: no text was found in it$"):
        article("html", data)


def test_a_page_larger_than_any_article_is_refused():
    with pytest.raises(FormatError, match=r"^news\.html: the page is larger than 16 MB"):
        article("html", b"<html><body><p>" + b"word " * (4 << 20))
