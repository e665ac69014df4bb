"""EPUB books: each document of the spine is an article, as in newspaper issues."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, drafts, several, stem_of
from annotator.formats.articles.charset import decode_page
from annotator.formats.articles.html_text import flow_of
from annotator.formats.articles.zip_document import Package, joined, text_of
from annotator.formats.base import Context, Format, FormatError, SourceRecord, whole

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_EMPTY = "pages without text"


class Epub(Format):
    """The complete chapters in reading order; the book's title and authors are in `meta`."""

    name = "epub"
    title = "EPUB, one article per chapter"
    suffixes = (".epub",)
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        if not head.startswith(b"PK\3\4"):
            return False
        return True if b"mimetypeapplication/epub+zip" in head[:200] else None

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        data = whole(source, context)
        found = drafts(context, read_epub, data, str(context.path), stem_of(context))
        articles = list(several(context, found, _EMPTY))
        if not articles:
            raise FormatError(f"{context.path}: no text was found in it")
        yield from articles


def read_epub(data: bytes, path: str, stem: str) -> list[ArticleBuilder]:
    """Return the articles of a book. Raises AnnotatorError for one that is damaged or locked."""
    package = Package(data)
    if "META-INF/encryption.xml" in package and text_of(
        package.xml("META-INF/encryption.xml"), "CipherReference"
    ):
        raise AnnotatorError("it is locked by copy protection")
    root_file = _first(package.xml(_CONTAINER), "rootfile").get("full-path", "")
    book = package.xml(root_file)
    folder = root_file.rpartition("/")[0]
    items = {item.get("id"): item for item in _all(book, "item")}
    shared = _shared(book)
    found = []
    for number, reference in enumerate(_all(book, "itemref"), start=1):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES:
            continue
        if "nav" in (item.get("properties") or "").split() or reference.get("linear") == "no":
            found.append(ArticleBuilder("", left_out={"tables of contents and asides": 1}))
            continue
        name = joined(folder, item.get("href", ""))
        markup, _ = decode_page(package.read(name), Path(path) / name)
        found.append(_chapter(markup, shared, f"{stem}-{number:03}"))
    return found


def _chapter(markup: str, shared: ArticleBuilder, id_: str) -> ArticleBuilder:
    flow = flow_of(markup)
    return shared._replace(text=flow.text, title=flow.heading, id=id_, left_out=dict(flow.left_out))


def _shared(book: Any) -> ArticleBuilder:
    """Return the metadata that all articles of the book share."""
    return ArticleBuilder(
        "",
        published=text_of(book, "date") or None,
        source=text_of(book, "publisher") or None,
        language=text_of(book, "language") or None,
        meta={
            "book": text_of(book, "title"),
            "author": text_of(book, "creator"),
            "book_id": text_of(book, "identifier"),
        },
    )


def _all(root: Any, tag: str) -> list[Any]:
    return [e for e in root.iter() if str(e.tag).rpartition("}")[2] == tag]


def _first(root: Any, tag: str) -> Any:
    found = _all(root, tag)
    if not found:
        raise AnnotatorError(f"it is no EPUB: {tag} is missing")
    return found[0]
