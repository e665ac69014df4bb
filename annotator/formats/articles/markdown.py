"""Markdown: the text without its markup; YAML front matter gives title, date and other metadata."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, drafts, one
from annotator.formats.articles.html_text import flow_of
from annotator.formats.base import Context, Format, SourceRecord, whole
from annotator.formats.columns import detect
from annotator.formats.text_encoding import decode

_FRONT: Final = re.compile(r"\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)


class Markdown(Format):
    """Paragraphs as they are rendered: emphasis, links and other markup are dropped."""

    name = "markdown"
    title = "Markdown, one article per file"
    suffixes = (".md", ".markdown")
    reads = True
    plain = True

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        raw, context.encoding = decode(whole(source, context), context.path)
        yield from one(context, drafts(context, read_markdown, raw))


def read_markdown(raw: str) -> list[ArticleBuilder]:
    """Return the article of a Markdown text."""
    from markdown_it import MarkdownIt

    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    match = _FRONT.match(raw)
    stated = _stated(match[1]) if match else {}
    body = raw[match.end() :] if match else raw
    flow = flow_of(MarkdownIt("commonmark").enable("table").render(body))
    columns = detect([*stated, ""])
    values = {
        part: str(stated.pop(name))
        for part, name in columns.chosen().items()
        if part != "text" and isinstance(stated[name], str | int | float)
    }
    values["title"] = values.get("title") or flow.heading
    return [ArticleBuilder(flow.text, **values, meta=stated, left_out=dict(flow.left_out))]


def _stated(front: str) -> dict[str, Any]:
    import yaml

    if re.search(r"(?:^|[\s\[{,])[&*]\w", front):
        # An alias repeats its target; nested aliases grow without limit.
        raise AnnotatorError("the front matter uses YAML anchors or aliases; write them out")
    try:
        found = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:120]
        raise AnnotatorError(f"the front matter is no YAML ({why})") from error
    if not isinstance(found, dict):
        return {}
    return {str(key): _plain(value) for key, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | set | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | None) else str(value)
