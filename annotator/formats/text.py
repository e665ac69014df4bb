"""Plain text: one file is one article, kept whole."""

from collections.abc import Iterator
from typing import BinaryIO

from annotator.core.errors import TextError
from annotator.core.models import Article
from annotator.core.text import normalize
from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    SourceRecord,
    located_message,
    whole,
)
from annotator.formats.news_header import read_header
from annotator.formats.text_encoding import decode


class Text(Format):
    """One article. The file's name is its id; the first lines may state date, source and author."""

    name = "text"
    title = "Plain text, one article per file"
    suffixes = (".txt", ".text")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        return None

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        from annotator.core.record import Record

        raw, context.encoding = decode(whole(source, context), context.path)
        try:
            text = normalize(raw).text
        except TextError as error:
            raise FormatError(located_message(context.path, error)) from error
        header = read_header(text)
        article = Article(
            id=context.stem or context.name,
            text=text,
            title=header.title,
            source=header.source,
            published=header.published,
            meta={"author": header.author} if header.author else None,
        )
        yield SourceRecord(Record(article))
