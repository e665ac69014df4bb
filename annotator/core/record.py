"""Records of the native format, version 1: one annotator's annotation of one article.

`core.native_reader` reads them; it loads pydantic, which this module does not need.
"""

from dataclasses import dataclass
from typing import Any, Final

from annotator.core.annotation import Annotation
from annotator.core.errors import AnnotatorError
from annotator.core.models import Article, Decision, Quote

FORMAT: Final = "annotator/1"


class RecordError(AnnotatorError):
    """An invalid record; the message names the position in the record."""


@dataclass(frozen=True, slots=True)
class Record:
    """An article with one annotator's annotation of it, if there is one.

    `annotator` and `annotation` are both None for an article without an annotation.
    """

    article: Article
    annotator: str | None = None
    annotation: Annotation | None = None
    extra: dict[str, Any] | None = None


def dump(record: Record) -> dict[str, Any]:
    """Return the record as the JSON object of one line; `parse` reads it back equal."""
    article, annotation = record.article, record.annotation
    row: dict[str, Any] = {
        "format": FORMAT,
        "article": {
            "id": article.id,
            "title": article.title,
            "text": article.text,
            "language": article.language,
            "source": article.source,
            "published": article.published,
            "url": article.url,
            "meta": article.meta or {},
        },
        "annotator": record.annotator,
    }
    row["article"] = _with_extra(row["article"], article.extra)
    if annotation is not None:
        row |= _dump_annotation(annotation)
        row = _with_extra(row, annotation.head.extra)
    return _with_extra(row, record.extra)


def _with_extra(row: dict[str, Any], extra: dict[str, Any] | None) -> dict[str, Any]:
    """Return the row with the keys that an import brought; they never replace a key of the row."""
    if not extra:
        return row
    return row | {key: value for key, value in extra.items() if key not in row}


def _dump_annotation(annotation: Annotation) -> dict[str, Any]:
    head = annotation.head
    row = {
        "status": head.status,
        "updated": annotation.updated,
        "seconds": head.seconds,
        "notes": head.notes,
        "flags": list(head.flags),
        "entities": _dump_entities(annotation),
        "quotes": [_dump_quote(quote) for quote in annotation.ordered_quotes()],
    }
    if annotation.decisions:
        ordered = sorted(annotation.decisions.values(), key=lambda decision: decision.ordinal)
        row["decisions"] = [_dump_decision(decision) for decision in ordered]
    return row


def _dump_decision(decision: Decision) -> dict[str, Any]:
    row = decision._asdict()
    del row["ordinal"], row["extra"]
    return _with_extra(row, decision.extra)


def _dump_entities(annotation: Annotation) -> list[dict[str, Any]]:
    mentions: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in annotation.entities}
    # Unpacking a value is cheaper than ten accesses to its fields by name.
    for (
        id_,
        entity_id,
        start,
        end,
        text,
        _,
        kind,
        note,
        flags,
        extra,
    ) in annotation.ordered_mentions():
        row: dict[str, Any] = {"id": id_, "start": start, "end": end, "text": text, "kind": kind}
        if note:
            row["note"] = note
        if flags:
            row["flags"] = list(flags)
        mentions[entity_id].append(_with_extra(row, extra) if extra else row)
    return [
        _with_extra(
            {
                "id": entity.id,
                "label": entity.label,
                "name": entity.name,
                "link": entity.link,
                "note": entity.note,
                "flags": list(entity.flags),
                "mentions": mentions[entity.id],
            },
            entity.extra,
        )
        for entity in annotation.ordered_entities()
    ]


def _dump_quote(quote: Quote) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": quote.id,
        "type": quote.type,
        "speakers": list(quote.speakers),
        "speaker_status": quote.speaker_status,
        "addressees": list(quote.addressees),
        "parent": quote.parent,
        "note": quote.note,
        "flags": list(quote.flags),
        "attributes": quote.attributes or {},
        "spans": [
            _with_extra({"role": role, "start": start, "end": end, "text": text}, extra)
            for role, start, end, text, extra in quote.spans
        ],
    }
    if not quote.type_set:
        row["type_set"] = False
    return _with_extra(row, quote.extra)
