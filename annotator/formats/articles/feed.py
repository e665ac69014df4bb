"""RSS and Atom files, by feedparser: each entry is an article."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, day, drafts, several
from annotator.formats.articles.html_text import HtmlText, flow_of
from annotator.formats.base import Context, Format, SourceRecord, whole

_START: Final = re.compile(
    r"\s*(?:<\?xml.*?\?>\s*|<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*"
    r"<(?:rss\b|(?:\w+:)?feed\b[^>]*(?:Atom|atom)|rdf:RDF\b[^>]*rss)",
    re.DOTALL,
)
_ENTITY: Final = re.compile(r"<!ENTITY", re.I)


class Feed(Format):
    """The full content where the feed has it, else the summary; ids are the feed's own."""

    name = "feed"
    title = "RSS and Atom files, one article per entry"
    suffixes = (".rss", ".atom", ".xml", ".rdf")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        return bool(_START.match(_characters(head)))

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        found = drafts(context, read_feed, whole(source, context))
        yield from several(context, found, "entries without text", versioned=True)


def read_feed(data: bytes) -> list[ArticleBuilder]:
    """Return the articles of a feed.

    Raises AnnotatorError for a file that is no feed, or that defines entities.
    """
    import feedparser

    if _ENTITY.search(_characters(data)):
        raise AnnotatorError("it defines entities, which is not safe; it was not opened")
    # A stream, because feedparser would treat a string as a URL or a file name.
    found = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        raise AnnotatorError("it is no RSS or Atom feed")
    if not found.entries:
        raise AnnotatorError("the feed has no entries")
    return [_article(entry, found.feed) for entry in found.entries]


def _characters(data: bytes) -> str:
    """Return the bytes decoded far enough to find the tags, in any code unit width."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[:2] in (b"<\0", b"\0<"):
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _article(entry: Any, feed: Any) -> ArticleBuilder:
    flow, summary_only = _text(entry)
    left_out = dict(flow.left_out)
    if entry.get("enclosures"):
        left_out["enclosed files"] = len(entry.enclosures)
    if summary_only and flow.text:
        left_out["full texts that the feed only summarises"] = 1
    # The local day of publication, which may differ from the parsed time in UTC.
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    stated = entry.get("published") or entry.get("updated")
    return ArticleBuilder(
        flow.text,
        title=flow_of(entry.get("title", "")).text,
        published=day(stated) or (f"{when[0]:04}-{when[1]:02}-{when[2]:02}" if when else stated),
        source=(entry.get("source") or {}).get("title") or feed.get("title"),
        url=entry.get("link"),
        language=_language(entry) or feed.get("language"),
        id=entry.get("id") or entry.get("link") or "",
        meta={
            "author": entry.get("author"),
            "published": stated,
            "tags": [tag.get("term") for tag in entry.get("tags", ()) if tag.get("term")],
        },
        left_out=left_out,
    )


def _text(entry: Any) -> tuple[HtmlText, bool]:
    """Return the longest content, and whether the entry has only a summary."""
    contents = [_flow(content) for content in entry.get("content", ())]
    full = max(contents, key=lambda flow: len(flow.text), default=HtmlText())
    summary = _flow(entry.get("summary_detail") or {})
    if len(full.text) >= len(summary.text):
        return full, False
    return summary, True


def _flow(content: Any) -> HtmlText:
    value = content.get("value") or ""
    if content.get("type") == "text/plain" and "<" not in value:
        return HtmlText("\n".join(value.splitlines()).strip())
    return flow_of(value)


def _language(entry: Any) -> str | None:
    details = [*entry.get("content", ()), entry.get("title_detail") or {}]
    return next((d.get("language") for d in details if d.get("language")), None)
