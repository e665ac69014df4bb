"""Reads bytes with a format as the import does, but in this process."""

import io
from pathlib import Path

from annotator.core.models import Article
from annotator.formats import Context, find_format

SUFFIXES = {
    "html": ".html", "markdown": ".md", "csv-articles": ".csv", "jsonl-articles": ".jsonl",
    "docx": ".docx", "pdf": ".pdf", "epub": ".epub", "feed": ".xml", "warc": ".warc.gz",
    "mbox": ".mbox", "eml": ".eml", "text": ".txt",
}  # fmt: skip


def articles(name: str, data: bytes, context: Context | None = None) -> list[Article]:
    """The articles of a file of this format."""
    context = context or context_of(name)
    return [found.record.article for found in find_format(name).read(io.BytesIO(data), context)]


def article(name: str, data: bytes, context: Context | None = None) -> Article:
    """The one article of a file."""
    (found,) = articles(name, data, context)
    return found


def context_of(name: str) -> Context:
    """What a reader is told of a file called `news`."""
    return Context(Path("news" + SUFFIXES[name]))
