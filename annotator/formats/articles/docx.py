"""Word documents (DOCX), read with mammoth, because python-docx drops tracked insertions."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from annotator.formats.articles.article_builder import ArticleBuilder, drafts, one
from annotator.formats.articles.html_text import flow_of
from annotator.formats.articles.zip_document import Package, text_of
from annotator.formats.base import Context, Format, SourceRecord, whole
from annotator.formats.news_header import read_header


class Docx(Format):
    """Paragraphs, headings and lists of the document's body; one document is one article."""

    name = "docx"
    title = "Word documents"
    suffixes = (".docx", ".docm")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        return None if head.startswith(b"PK\3\4") else False

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        yield from one(context, drafts(context, read_docx, whole(source, context)))


def read_docx(data: bytes) -> list[ArticleBuilder]:
    """Return the article of a document. Raises AnnotatorError for one that is damaged or unsafe."""
    import mammoth

    package = Package(data)
    package.read("word/document.xml")
    for name in package:
        if name.endswith((".xml", ".rels")):
            package.xml(name)  # mammoth's own parser would read a DTD
    made = mammoth.convert_to_html(BytesIO(data), convert_image=mammoth.images.img_element(_image))
    flow = flow_of(made.value)
    left_out = dict(flow.left_out)
    comments = "word/comments.xml"
    if comments in package and (count := _count(package.xml(comments), "comment")):
        left_out["comments"] = count
    header = read_header(flow.text) if flow.text else None
    core = package.xml("docProps/core.xml") if "docProps/core.xml" in package else None
    properties = {tag: text_of(core, tag) if core is not None else "" for tag in _PROPERTIES}
    return [
        ArticleBuilder(
            flow.text,
            title=properties["title"] or flow.heading or (header.title if header else ""),
            published=header.published if header else None,
            source=header.source if header else None,
            language=properties["language"] or None,
            meta={
                "author": properties["creator"] or (header.author if header else None),
                "description": properties["description"],
                "keywords": properties["keywords"],
                "created": properties["created"],
            },
            left_out=left_out,
        )
    ]


_PROPERTIES = ("title", "creator", "description", "keywords", "created", "language")


def _image(_image: Any) -> dict[str, str]:
    return {"src": ""}


def _count(root: Any, tag: str) -> int:
    return sum(1 for element in root.iter() if str(element.tag).rpartition("}")[2] == tag)
