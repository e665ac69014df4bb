"""Prodigy and spaCy JSONL: one task per annotation, spans counted in code points.

Tasks are as in Prodigy's character mode: no tokens, since the annotations are not bound to any.
The keys `entity`, `quote`, `role`, `type` and `speakers` of a span are ours; Prodigy keeps them.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.models import Quote
from annotator.formats import losses
from annotator.formats.base import Format

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.models import Article
    from annotator.core.record import Record

_UNLABELLED: Final = "ENTITY"  # Prodigy and spaCy refuse an empty label


class Prodigy(Format):
    """Mentions under their entity's label, parts of quotes as CONTENT, CUE, SOURCE, ADDRESSEE."""

    name = "prodigy"
    title = "Prodigy and spaCy JSONL (spans by characters)"
    suffixes = (".jsonl",)
    writes = True
    losses = (
        losses.ENTITY_DETAILS,
        losses.ENTITY_NAMES,
        losses.UNMENTIONED,
        losses.MENTION_DETAILS,
        losses.QUOTE_DETAILS,
        losses.SPEAKER_STATUSES,
        losses.WITHOUT_SPANS,
        losses.HEAD_DETAILS,
        losses.UNFINISHED,
        losses.ARTICLE_DETAILS,
        losses.UNKNOWN_KEYS,
    )

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        import orjson

        for record in records:
            out.write(orjson.dumps(_task(record), option=orjson.OPT_APPEND_NEWLINE))


def _task(record: "Record") -> dict[str, Any]:
    task: dict[str, Any] = {
        "text": record.article.text,
        "meta": _meta(record.article, record.annotator),
    }
    if record.annotation is not None:
        spans = [*_mentions(record.annotation), *_parts(record.annotation)]
        spans.sort(key=lambda span: (span["start"], span["end"]))
        task["spans"] = spans
        skipped = record.annotation.head.status == "skipped"
        task["answer"] = "ignore" if skipped else "accept"
    return task


def _meta(article: "Article", annotator: str | None) -> dict[str, str]:
    values = {
        "article": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "language": article.language,
        "url": article.url,
        "annotator": annotator,
    }
    return {key: value for key, value in values.items() if value}


def _mentions(annotation: "Annotation") -> Iterator[dict[str, Any]]:
    for mention in annotation.ordered_mentions():
        yield {
            "start": mention.start,
            "end": mention.end,
            "label": annotation.entities[mention.entity_id].label or _UNLABELLED,
            "text": mention.text,
            "entity": mention.entity_id,
        }


def _parts(annotation: "Annotation") -> Iterator[dict[str, Any]]:
    for quote in annotation.ordered_quotes():
        for span in quote.spans:
            part: dict[str, Any] = {
                "start": span.start,
                "end": span.end,
                "label": span.role.upper(),
                "text": span.text,
                "quote": quote.id,
                "role": span.role,
            }
            yield part | _attribution(quote) if span.role == "content" else part


def _attribution(quote: Quote) -> dict[str, Any]:
    return {"type": quote.type, "speakers": list(quote.speakers)}
