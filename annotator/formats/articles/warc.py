"""Web archives (WARC, gzipped or not), read with warcio record by record: the pages in them."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, drafts, each, several
from annotator.formats.articles.charset import decode_page
from annotator.formats.articles.html import LARGEST_PAGE, read_page
from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    SourceRecord,
    call_directly,
    located_message,
)

_PAGES: Final = ("text/html", "application/xhtml+xml")
_LARGEST_RECORD: Final = 256 << 20
_LARGEST_HEADERS: Final = 4 << 20


class Warc(Format):
    """The pages of successful responses, main text only; ids are their addresses."""

    name = "warc"
    title = "Web archives, one article per page"
    suffixes = (".warc", ".gz")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        if head.startswith(b"\x1f\x8b"):
            try:
                head = zlib.decompressobj(31).decompress(head, 16)
            except zlib.error:
                return False
        return head.startswith(b"WARC/")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        records = _records(source, context)
        pages = each(context, records, _page, "pages that cannot be read")
        yield from several(context, pages, "pages without text", versioned=True)


def _records(source: BinaryIO, context: Context) -> Iterator[Any]:
    """Yield the records one by one. Raises FormatError where the archive is damaged."""
    iterator = _called(context, _iterator, source)
    headers = _Headers(iterator.reader.readline)
    iterator.reader.readline = headers.readline
    while (record := _called(context, next, iterator, None)) is not None:
        yield record
        _called(context, _finish, record)
        headers.left = _LARGEST_HEADERS


class _Headers:
    """Reads header lines with a limit; warcio has none, and compressed lines may be tiny."""

    def __init__(self, readline: Callable[[int | None], bytes]) -> None:
        self._readline = readline
        self.left = _LARGEST_HEADERS

    def readline(self, length: int | None = None) -> bytes:
        line = self._readline(min(length or _LARGEST_HEADERS, _LARGEST_HEADERS))
        self.left -= len(line)
        if self.left <= 0:
            raise AnnotatorError("the headers of a record are longer than any; it is damaged")
        return line


def _called(context: Context, function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call_directly(function, *arguments)
    except AnnotatorError as error:
        raise FormatError(located_message(context.path, error)) from error


def _iterator(source: BinaryIO) -> Iterator[Any]:
    from warcio.archiveiterator import ArchiveIterator

    made: Iterator[Any] = ArchiveIterator(source)
    return made


def _finish(record: Any) -> None:
    """Skip the rest of a record, compressed or not, up to the largest size of a record."""
    passed = 0
    while piece := record.raw_stream.read(1 << 16):
        passed += len(piece)
        if passed > _LARGEST_RECORD:
            raise AnnotatorError("a record unpacks to more than a page can be; nothing was taken")


def _page(record: Any, context: Context) -> list[ArticleBuilder]:
    """Return the page of a record, or nothing if it is not a page."""
    if record.rec_type == "warcinfo":
        return []
    what = _unwanted(record)
    if what:
        context.left_out[what] += 1
        return []
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    data = _called(context, record.content_stream().read, LARGEST_PAGE + 1)
    if len(data) > LARGEST_PAGE:
        context.left_out[f"pages larger than {LARGEST_PAGE >> 20} MB"] += 1
        return []
    declared = _content_type(record).partition("charset=")[2].strip(" \"'")
    markup, _ = decode_page(data, context.path, declared)
    (draft,) = drafts(context, read_page, markup, url.strip("<>"))
    visited = record.rec_headers.get_header("WARC-Date")
    meta = {**draft.meta, "visited": visited}
    return [draft._replace(id=url.strip("<>"), meta=meta)]


def _unwanted(record: Any) -> str:
    """Return why a record is not a page, as a text to count; nothing if it is one."""
    if record.rec_type != "response" or record.http_headers is None:
        return f"records of the kind {record.rec_type}"
    status = record.http_headers.get_statuscode()
    if status != "200":
        return f"answers with the status {status[:3]}"
    kind = _content_type(record).partition(";")[0].strip().lower()
    return "" if kind in _PAGES else f"files of the type {kind[:40] or 'unknown'}"


def _content_type(record: Any) -> str:
    return record.http_headers.get_header("Content-Type") or ""
