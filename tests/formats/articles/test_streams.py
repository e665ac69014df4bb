"""Feeds, web archives and mail: many articles in one file, each with its own name."""

import io

import pytest

from annotator.formats import FormatError
from tests.formats.articles.reading import article, articles, context_of
from tests.formats.articles.writers import PARAGRAPHS, TEXT, mbox, message, page, warc

GERMAN, ARABIC, ENGLISH = PARAGRAPHS
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>النهر</title>
<entry><title type="html">Bridge &amp;amp; tunnel</title><id>tag:x,2024:1</id>
<link href="https://x.example/1"/><published>2024-05-01T00:30:00+03:00</published>
<author><name>سارة</name></author>
<content type="html">&lt;p&gt;{}&lt;/p&gt;&lt;p&gt;{}&lt;/p&gt;</content></entry></feed>"""


# Feeds


def test_an_atom_entry_keeps_its_id_day_author_and_language():
    found = article("feed", ATOM.format(ARABIC, ENGLISH).replace("\n", "\r\n").encode())
    assert found.text == f"{ARABIC}\n\n{ENGLISH}"
    assert (found.id, found.url) == ("tag:x,2024:1", "https://x.example/1")
    assert (found.title, found.source, found.language) == ("Bridge & tunnel", "النهر", "ar")
    assert found.published == "2024-05-01"  # there; in London it was still April
    assert found.meta["author"] == "سارة"


def test_a_feed_in_another_encoding_is_read_in_it():
    data = ATOM.format(ARABIC, "x").replace("utf-8", "windows-1256").encode("cp1256")
    assert ARABIC in article("feed", data).text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<rss version='2.0'><channel></channel></rss>", "the feed has no entries"),
        (b"<note>x</note>", "it is no RSS or Atom feed"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"/>', "it defines entities, which is no"),
        (
            '\ufeff<!DOCTYPE r [<!ENTITY a SYSTEM "/etc/passwd">]><rss>&a;</rss>'.encode("utf-16"),
            "it defines entities, which is not safe",
        ),
    ],
)
def test_what_is_no_feed_or_a_hostile_one_is_refused(data, why):
    with pytest.raises(FormatError, match=rf"^news\.xml: {why}"):
        articles("feed", data)


# Web archives


@pytest.mark.parametrize("gzip", [True, False])
def test_the_pages_of_a_web_archive_are_articles_under_their_addresses(gzip):
    second = page(f"<p>{ENGLISH}</p><p>{GERMAN}</p>", "windows-1256")
    second = second.replace(b'<meta charset="windows-1256">', b"")
    data = warc(
        ("https://bote.example/1", page(eol="\r\n"), "text/html"),
        ("https://bote.example/2", second, "text/html; charset=windows-1256"),
        ("https://bote.example/a.png", b"\x89PNG", "image/png"),
        ("https://bote.example/leer", b"<html></html>", "text/html"),
        gzip=gzip,
    )
    context = context_of("warc")
    found = articles("warc", data, context)
    assert [a.id for a in found] == ["https://bote.example/1", "https://bote.example/2"]
    assert found[0].text == f"Brücke gesperrt\n\n{TEXT}"
    assert found[1].text == f"Brücke gesperrt\n\n{ENGLISH}\n\n{GERMAN}"
    assert found[0].meta["visited"] == "2024-05-02T08:00:00Z"
    assert context.left_out == {"files of the type image/png": 1, "pages without text": 1}


def test_answers_that_are_no_pages_are_counted_by_their_kind():
    context = context_of("warc")
    data = warc(("https://x.example/", page(), "text/html"), status="404 Not Found")
    assert articles("warc", data, context) == []
    assert context.left_out == {"answers with the status 404": 1}


def test_one_page_that_cannot_be_read_does_not_cost_the_others():
    context = context_of("warc")
    garbled = b"<html><p>\xff\xfe\xff\0\1" * 3
    good = ("https://x.example/1", page(), "text/html")
    data = warc(("https://x.example/0", garbled, "text/html"), good)
    assert [a.id for a in articles("warc", data, context)] == ["https://x.example/1"]
    assert context.left_out == {"pages that cannot be read": 1}
    with pytest.raises(FormatError, match=r"^news\.warc\.gz: .*encoding"):
        articles("warc", warc(("https://x.example/0", garbled, "text/html")))


def test_records_are_read_one_by_one():
    """A reader that took in the file whole would have read to its end before the first page."""
    from annotator.formats import find_format

    pages = [(f"https://x.example/{n}", page() + b" " * 50_000, "text/html") for n in range(20)]
    data = warc(*pages, gzip=False)
    source = io.BytesIO(data)
    reader = find_format("warc").read(source, context_of("warc"))
    next(reader)
    assert source.tell() < len(data) / 2


@pytest.mark.parametrize("cut", [30, 400, 900])
def test_a_damaged_web_archive_is_refused_in_one_sentence(cut):
    data = warc(("https://x.example/", page(), "text/html"))
    broken = data[:cut] + b"\0garbage" + data[cut + 8 :]
    with pytest.raises(FormatError, match=r"^news\.warc\.gz: it is broken or not what it seems"):
        articles("warc", broken)


def test_a_record_that_unpacks_to_more_than_a_page_is_not_taken(monkeypatch):
    monkeypatch.setattr("annotator.formats.articles.warc._LARGEST_RECORD", 20 << 20)
    context = context_of("warc")
    data = warc(("https://x.example/", b"<html>" + b" " * (17 << 20), "text/html"))
    assert articles("warc", data, context) == []
    assert context.left_out == {"pages larger than 16 MB": 1}
    huge = warc(("https://x.example/", b" " * (21 << 20), "video/mp4"))
    with pytest.raises(FormatError, match="a record unpacks to more than a page can be"):
        articles("warc", huge)


# Mail


def test_a_message_keeps_its_text_and_says_who_sent_it_when():
    found = article("eml", message().as_bytes().replace(b"\n", b"\r\n"))
    assert found.text == TEXT
    assert (found.id, found.title) == ("1@bote.example", "Brücke gesperrt")
    assert (found.source, found.published) == ("Anna Berger", "2024-05-01")


@pytest.mark.parametrize("how", ["7bit", "quoted-printable", "base64"])
def test_however_a_message_was_packed_its_characters_come_through(how):
    made = message()
    made.set_content("أهلا 😀 Größe\n" if how != "7bit" else "plain\n", cte=how)
    assert article("eml", made.as_bytes()).text in ("أهلا 😀 Größe", "plain")


def test_flowing_lines_are_joined_and_fixed_ones_are_not():
    made = message("One line \nflows on.\n\n From here\n")
    fixed = article("eml", made.as_bytes()).text
    made.set_param("format", "flowed")
    assert article("eml", made.as_bytes()).text == "One line flows on.\n\nFrom here"
    assert fixed == "One line \nflows on.\n\n From here"


def test_a_newsletter_without_plain_text_is_read_from_its_layout_tables():
    html = f"<table><tr><td><p>{GERMAN}</p></td></tr><tr><td><img>{ENGLISH}</td></tr></table>"
    made = message(text=None, html=html)
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    context = context_of("eml")
    assert article("eml", made.as_bytes(), context).text == f"{GERMAN}\n\n{ENGLISH}"
    assert context.left_out == {"images": 1, "attached files": 1}


def test_a_mailbox_gives_one_article_for_each_message(tmp_path):
    data = mbox(
        tmp_path,
        message("From here on, the bridge is closed.\n\nFrom now on as well.\n"),
        message(text=None, Message_ID="<2@x>"),
        message(ARABIC, Message_ID="<3@x>"),
    )
    context = context_of("mbox")
    for packed in (data, data.replace(b"\n", b"\r\n")):
        found = articles("mbox", packed, context)
        assert [a.id for a in found] == ["1@bote.example", "3@x"]
        assert found[0].text == "From here on, the bridge is closed.\n\nFrom now on as well."
        assert found[1].text == ARABIC
    assert context.left_out == {"messages without text": 2}


@pytest.mark.parametrize("data", [b"", b"no header at all", b"\0\0\0"])
def test_what_is_no_message_is_refused(data):
    with pytest.raises(FormatError, match=r"^news\.eml: "):
        article("eml", data)
