"""Makes small files with the programs that people make them with."""

import io
import mailbox
import zipfile
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from annotator.resources import resource

PARAGRAPHS = (
    "Die Brücke über den Fluss ist seit Freitag gesperrt, sagte die Bürgermeisterin am Abend "
    "vor dem Rathaus. „Das dauert“, fügte sie hinzu, „noch mindestens bis zum Frühjahr.“ 😀",
    "قال الوزير إن بلاده مستعدة للمساعدة في هذا الشأن، وإن الجسر سيفتح في الربيع المقبل.",
    "Critics doubted the costs, which had doubled within a year, and asked the council for "
    "an inquiry. “We were never told,” Ann Lee said on her way to the cafe\u0301.",
)
TEXT = "\n\n".join(PARAGRAPHS)
PAGE = """<!DOCTYPE html>
<html lang="de-AT"><head><meta charset="{charset}"><title>Brücke gesperrt – Bote</title>
<meta property="og:site_name" content="Der Bote"><meta name="author" content="Anna Berger">
<link rel="canonical" href="https://bote.example/bruecke">
<meta property="article:published_time" content="2024-05-01T23:30:00+02:00"></head>
<body><nav><a href="/">Start</a> <a href="/politik">Politik</a></nav>
<article><h1>Brücke gesperrt</h1>{body}</article>
<footer>© Der Bote · Impressum · Datenschutz</footer></body></html>"""


def page(body: str | None = None, charset: str = "utf-8", eol: str = "\n") -> bytes:
    """A saved page in this encoding, in which each paragraph is broken into lines."""
    paragraphs = "".join(f"<p>{p.replace(' ', chr(10), 4)}</p>\n" for p in PARAGRAPHS)
    made = PAGE.format(charset=charset, body=paragraphs if body is None else body)
    return made.replace("\n", eol).encode(charset, "xmlcharrefreplace")


@cache
def docx(*paragraphs: str) -> bytes:
    """What Word would save, by python-docx."""
    from docx import Document

    document = Document()
    document.core_properties.title = "Brücke gesperrt"
    document.core_properties.author = "Anna Berger"
    document.core_properties.language = "de-AT"
    document.core_properties.comments = ""
    document.add_heading("Brücke gesperrt", 1)
    for paragraph in paragraphs or PARAGRAPHS:
        document.add_paragraph(paragraph)
    document.add_paragraph("Erstens", style="List Bullet")
    document.add_paragraph("Zweitens", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "Jahr"
    table.rows[0].cells[1].text = "Kosten"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@cache
def pdf(*pages: tuple[str, ...], head: str = "Der Bote, Seite {}", **settings: str) -> bytes:
    """A document with a running head, set in lines that are not justified, by fpdf2."""
    from fpdf import FPDF

    document = FPDF()
    document.set_title("Brücke gesperrt")
    document.set_author("Anna Berger")
    document.add_font("Serif", "", _font("NotoSerif-Regular.ttf"))
    document.add_font("Naskh", "", _font("NotoNaskhArabic-Regular.ttf"))
    document.set_text_shaping(True)
    below = {"new_x": "LMARGIN", "new_y": "NEXT"}
    for number, paragraphs in enumerate(pages, start=1):
        document.add_page()
        document.set_font("Serif", "", 9)
        if head:
            document.cell(0, 5, head.format(number), **below)
        document.ln(6)
        for paragraph in paragraphs:
            arabic = "ء" < paragraph[:1] < "ي"
            document.set_font("Naskh" if arabic else "Serif", "", 11)
            document.multi_cell(0, 6, paragraph, align="R" if arabic else "L", **below)
            document.ln(4)
    if settings:
        document.set_encryption(**settings)
    return bytes(document.output())


def _font(name: str) -> Path:
    return resource("resources/fonts") / name


def epub(*chapters: str) -> bytes:
    """An issue of a newspaper with these chapters as bodies of XHTML."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Der Bote, 1. Mai</dc:title>
<dc:identifier id="i">urn:x:1</dc:identifier><dc:language>de</dc:language>
<dc:publisher>Der Bote</dc:publisher><dc:date>2024-05-01</dc:date></metadata>
<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>"""
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
    start = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OPS/book.opf": package,
        "OPS/nav.xhtml": f"{start}<body><nav>Inhalt</nav></body></html>",
    }
    for number, body in enumerate(chapters):
        parts[f"OPS/text/c {number}.xhtml"] = f"{start}<body>{body}</body></html>"
    return zipped({name: words.encode() for name, words in parts.items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts, the first one as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for number, (name, data) in enumerate(parts.items()):
            kind = zipfile.ZIP_STORED if number == 0 else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name, (2024, 5, 1, 0, 0, 0)), data, kind)
    return out.getvalue()


def warc(*answers: tuple[str, bytes, str], status: str = "200 OK", gzip: bool = True) -> bytes:
    """A web archive of answers (address, body, content type), by warcio."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzip)
    about = writer.create_warcinfo_record("x.warc", {"software": "test"})
    for name, value in _warc_headers(0).items():
        about.rec_headers.replace_header(name, value)
    writer.write_record(about)
    for number, (address, body, kind) in enumerate(answers, start=1):
        http = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            address, "response", payload=io.BytesIO(body), length=len(body), http_headers=http,
            warc_headers_dict=_warc_headers(number),
        )  # fmt: skip
        writer.write_record(record)
    return out.getvalue()


def _warc_headers(number: int) -> dict[str, str]:
    """The same bytes each time: warcio would give a record a random id."""
    id_ = f"<urn:uuid:00000000-0000-4000-8000-{number:012}>"
    return {"WARC-Record-ID": id_, "WARC-Date": "2024-05-02T08:00:00Z"}


def message(text: str | None = TEXT, html: str | None = None, **headers: str) -> EmailMessage:
    """A mail message."""
    made = EmailMessage()
    made["From"] = "Anna Berger <anna@bote.example>"
    made["To"] = "news@example.org"
    made["Subject"] = "Brücke gesperrt"
    made["Date"] = "Wed, 01 May 2024 23:30:00 +0200"
    made["Message-ID"] = "<1@bote.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    if text is not None:
        made.set_content(text)
    if html is not None:
        made.set_content(html, subtype="html")
    return made


def mbox(folder: Path, *messages: EmailMessage) -> bytes:
    """A mailbox as Python's own module writes it."""
    path = folder / "made.mbox"
    box = mailbox.mbox(path)
    for one in messages:
        box.add(one)
    box.close()
    return path.read_bytes()
