"""Word, PDF and EPUB: paragraphs as they read, what is left out told, bad files refused by name."""

import io
import zipfile

import pytest

from annotator.formats import FormatError
from annotator.formats.articles.pdf import Line, paragraphs, without_running_heads
from tests.formats.articles.reading import article, articles, context_of
from tests.formats.articles.writers import PARAGRAPHS, TEXT, docx, epub, pdf, zipped

GERMAN, ARABIC, ENGLISH = PARAGRAPHS
WITHOUT_EMOJI = GERMAN.removesuffix(" 😀")  # the fonts for test documents have none
PLAIN_ENGLISH = ENGLISH.replace("\u0301", "")


def changed(data: bytes, **parts: bytes) -> bytes:
    """The zipped document with other parts, `__` for a slash and `_` before xml for a dot."""
    found = zipfile.ZipFile(io.BytesIO(data))
    all_parts = {name: found.read(name) for name in found.namelist()}
    return zipped(
        all_parts | {k.replace("__", "/").replace("_xml", ".xml"): v for k, v in parts.items()}
    )


def document_xml(body: str) -> bytes:
    start = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    return f"{start}<w:body>{body}</w:body></w:document>".encode()


# Word


def test_a_word_document_keeps_its_paragraphs_and_lists_and_tells_its_tables():
    context = context_of("docx")
    found = article("docx", docx(), context)
    assert found.text == f"Brücke gesperrt\n\n{TEXT}\n\n- Erstens\n- Zweitens"
    assert (found.title, found.language) == ("Brücke gesperrt", "de")
    assert found.meta["author"] == "Anna Berger"
    assert context.left_out == {"tables": 1}


def test_what_a_colleague_inserted_is_kept_and_what_was_deleted_is_not():
    text = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    tracked = (
        f"<w:p>{text.format('The mayor ')}<w:ins w:id='1'>{text.format('never ')}</w:ins>"
        "<w:del w:id='2'><w:r><w:delText>often </w:delText></w:r></w:del>"
        f"{text.format('said so.')}</w:p>"
    )
    data = changed(docx(), word__document_xml=document_xml(tracked))
    assert article("docx", data).text == "The mayor never said so."


def test_a_word_document_that_states_its_date_in_its_first_lines_has_one():
    found = article("docx", docx("Datum: 1. Mai 2024", GERMAN))
    assert found.published == "2024-05-01"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: b"PK\3\4 no zip", "it is damaged or no such document"),
        (lambda: zipped({"a": b"x"}), "its part word/document.xml is missing"),
        (
            lambda: changed(
                docx(),
                word__document_xml=b'<!DOCTYPE x [<!ENTITY a "b">]>' + document_xml("<w:p/>"),
            ),
            "its part word/document.xml defines entities, which is not safe",
        ),
        (
            lambda: changed(docx(), word__document_xml=b"<oops"),
            "its part word/document.xml is no XML",
        ),
        (lambda: changed(docx(), word__document_xml=document_xml("")), "no text was found in it"),
        (lambda: docx()[:-900], "it is damaged or no such document"),
        (
            lambda: changed(docx(), word__document_xml=b" " * (65 << 20)),
            "its part word/document.xml is larger than any text",
        ),
    ],
    ids=["no zip", "no part", "entities", "no xml", "empty", "cut off", "bomb"],
)
def test_a_broken_or_hostile_word_document_is_refused_in_one_sentence(data, why):
    with pytest.raises(FormatError, match=rf"^news\.docx: {why}"):
        article("docx", data())


# PDF


def test_the_lines_of_a_pdf_are_put_together_to_the_paragraphs_they_were():
    pages = ((WITHOUT_EMOJI, ARABIC), (PLAIN_ENGLISH, WITHOUT_EMOJI))
    context = context_of("pdf")
    found = article("pdf", pdf(*pages), context)
    assert found.text == "\n\n".join([WITHOUT_EMOJI, ARABIC, PLAIN_ENGLISH, WITHOUT_EMOJI])
    assert (found.title, found.meta["author"]) == ("Brücke gesperrt", "Anna Berger")
    assert context.left_out == {"running heads and page numbers": 2}


def test_a_paragraph_goes_on_over_a_page_break():
    long = " ".join(f"Satz {n} handelt von der Brücke, die gesperrt ist." for n in range(110))
    assert article("pdf", pdf((long,), head="")).text == long


def test_a_word_parted_at_a_line_end_is_whole_again():
    lines = [line("Die Bürger\x02", 700), line("meisterin kam", 686)]
    assert paragraphs([lines]) == ["Die Bürgermeisterin kam"]
    assert paragraphs([[line("Nord\x02Süd", 700)]]) == ["Nord-Süd"]


def line(text: str, bottom: float, left: float = 50, right: float = 500, size: float = 11) -> Line:
    return Line(text, left, right, bottom, bottom + size)


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        (line("goes on.", 686), True),
        (line("After a gap.", 650), False),
        (line("A heading", 680, size=16), False),
        (line("indented next one.", 686, left=62), False),
    ],
)
def test_where_a_line_stands_tells_whether_a_paragraph_ends(second, joined):
    first = [line("It was a long line before.", 714), line("And so was this one.", 700)]
    found = paragraphs([[*first, second, line("and the last line", second.bottom - 14, 50)]])
    assert ("And so was this one. " + second.text in found[0]) is joined


def test_a_short_line_that_ends_a_sentence_ends_its_paragraph():
    lines = [line("A full line of words", 700), line("ends.", 686, right=120), line("Next", 672)]
    assert paragraphs([lines]) == ["A full line of words ends.", "Next"]


def test_lines_that_run_through_a_document_are_taken_away_only_at_its_edges():
    pages = [
        [line(f"Bote {n}", 800), line(f"Text {'abc'[n]}", 700), line("Ende.", 690), line("©", 50)]
        for n in range(3)
    ]
    kept = [[x.text for x in page] for page in without_running_heads(pages)]
    assert kept == [["Text a", "Ende."], ["Text b", "Ende."], ["Text c", "Ende."]]
    assert without_running_heads(pages[:1]) == [pages[0]]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: b"%PDF-1.7\n%garbage", "it is damaged or no PDF"),
        (lambda: pdf(("x",))[:2000], "it is damaged or no PDF"),
        (
            lambda: pdf((), head=""),
            "none of its 1 pages has a text layer; run it through text recognition",
        ),
        (
            lambda: pdf(("x",), owner_password="a", user_password="b"),
            "it is locked with a password",
        ),
    ],
    ids=["garbage", "cut off", "scan", "locked"],
)
def test_a_pdf_that_cannot_be_read_is_refused_in_one_sentence(data, why):
    with pytest.raises(FormatError, match=rf"^news\.pdf: {why}"):
        article("pdf", data())


# EPUB


def test_the_chapters_of_a_book_are_articles_in_reading_order():
    context = context_of("epub")
    book = epub(f"<h1>Eins</h1><p>{GERMAN}</p>", "<img src='c.jpg'/>", f"<p>{ARABIC}</p>")
    found = articles("epub", book, context)
    assert [a.id for a in found] == ["news-002", "news-004"]
    assert [a.text for a in found] == [f"Eins\n\n{GERMAN}", ARABIC]
    assert {(a.source, a.published, a.language) for a in found} == {
        ("Der Bote", "2024-05-01", "de")
    }
    assert found[0].meta["book"] == "Der Bote, 1. Mai"
    assert context.left_out == {"images": 1, "tables of contents and asides": 1}


ENCRYPTED = b"""<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#">
<enc:CipherReference URI="OPS/a">x</enc:CipherReference></encryption>"""
BILLION = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<package>&b;</package>"""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\3\4", "it is damaged or no such document"),
        (zipped({"mimetype": b"application/epub+zip"}), "its part META-INF/container.xml is miss"),
        (changed(epub(), OPS__book_opf=b""), "no text was found in it"),
        (zipped({"META-INF/container.xml": b"<container/>"}), "it is no EPUB: rootfile is missing"),
        (
            changed(epub("<p>x</p>"), **{"META-INF__encryption_xml": ENCRYPTED}),
            "it is locked by copy protection",
        ),
        (
            changed(epub("<p>x</p>"), **{"META-INF__container_xml": BILLION}),
            "its part META-INF/container.xml defines entities",
        ),
        (epub(), "no text was found in it"),
    ],
)
def test_a_broken_or_hostile_book_is_refused_in_one_sentence(data, why):
    with pytest.raises(FormatError, match=rf"^news\.epub: {why}"):
        articles("epub", data)
