"""Losses that several formats share; a format lists those that apply to it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from annotator.core.models import Entity, Mention, Quote
from annotator.formats.base import Loss

if TYPE_CHECKING:
    from annotator.core.record import Record


def _entities(record: "Record") -> Iterable[Entity]:
    return record.annotation.entities.values() if record.annotation else ()


def _mentions(record: "Record") -> Iterable[Mention]:
    return record.annotation.mentions.values() if record.annotation else ()


def _quotes(record: "Record") -> Iterable[Quote]:
    return record.annotation.quotes.values() if record.annotation else ()


def _entity_details(record: "Record") -> int:
    return sum(1 for e in _entities(record) if e.link or e.note or e.flags)


def _entity_names(record: "Record") -> int:
    texts: dict[str, set[str]] = {}
    for mention in _mentions(record):
        texts.setdefault(mention.entity_id, set()).add(mention.text)
    return sum(1 for e in _entities(record) if e.name not in texts.get(e.id, ()))


def _unmentioned(record: "Record") -> int:
    mentioned = {mention.entity_id for mention in _mentions(record)}
    return sum(1 for e in _entities(record) if e.id not in mentioned)


def _mention_details(record: "Record") -> int:
    return sum(1 for m in _mentions(record) if m.kind != "name" or m.note or m.flags)


def _quote_details(record: "Record") -> int:
    return sum(
        1
        for q in _quotes(record)
        if q.parent or q.addressees or q.note or q.flags or q.attributes or not q.type_set
    )


def _speaker_statuses(record: "Record") -> int:
    return sum(1 for q in _quotes(record) if q.speaker_status != "identified")


def _without_spans(record: "Record") -> int:
    return sum(1 for q in _quotes(record) if not q.spans)


def _head_details(record: "Record") -> int:
    head = record.annotation.head if record.annotation else None
    return int(bool(head and (head.notes or head.flags or head.seconds)))


def _unfinished(record: "Record") -> int:
    head = record.annotation.head if record.annotation else None
    return int(bool(head and head.status in ("todo", "doing")))


def _article_details(record: "Record") -> int:
    return int(bool(record.article.meta))


def _unknown_keys(record: "Record") -> int:
    holders: list[object] = [record, record.article, *_entities(record), *_mentions(record)]
    holders += [part for quote in _quotes(record) for part in (quote, *quote.spans)]
    if record.annotation:
        holders.append(record.annotation.head)
    return sum(1 for holder in holders if getattr(holder, "extra", None))


ENTITY_DETAILS: Final = Loss("links, notes and flags of entities", _entity_details)
ENTITY_NAMES: Final = Loss("entity names that no mention spells out", _entity_names)
UNMENTIONED: Final = Loss("entities without a mention", _unmentioned)
MENTION_DETAILS: Final = Loss(
    "kinds (nominal, pronoun), notes and flags of mentions", _mention_details
)
QUOTE_DETAILS: Final = Loss(
    "parents, addressed entities, notes, flags and attributes of quotes", _quote_details
)
SPEAKER_STATUSES: Final = Loss("speaker statuses other than identified", _speaker_statuses)
WITHOUT_SPANS: Final = Loss("quotes without a span", _without_spans)
HEAD_DETAILS: Final = Loss("notes, flags and time spent of annotations", _head_details)
UNFINISHED: Final = Loss("that an annotation is not done yet", _unfinished)
ARTICLE_DETAILS: Final = Loss("further metadata of articles", _article_details)
UNKNOWN_KEYS: Final = Loss("keys that other programs added", _unknown_keys)
