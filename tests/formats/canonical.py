"""Annotations in a form that can be compared after a format has given up ids and order."""

from typing import Any

from annotator.core.attributes import attributes_of
from annotator.core.fields import later_fields
from annotator.core.models import Mention
from annotator.core.record import Record


def canonical(record: Record, *leave: str) -> Any:
    """What the record says, without ids and order, and without what `leave` names.

    Entities without a mention and quotes without a span are never in it: no other format has
    a place for them.
    """
    annotation = record.annotation
    if annotation is None:
        return None
    entities = {id_: _entity(record, id_, leave) for id_ in annotation.entities}
    quotes = {id_: _quote(record, id_, entities, leave) for id_ in annotation.quotes}
    head = annotation.head
    return {
        "entities": sorted(repr(entity) for entity in entities.values() if entity[1]),
        "quotes": sorted(
            repr((quote, _parent(record, id_, quotes, leave)))
            for id_, quote in quotes.items()
            if quote[0]
        ),
        "head": _kept(
            leave, status=head.status, notes=head.notes, head_flags=head.flags, seconds=head.seconds
        ),
    }


def _entity(record: Record, id_: str, leave: tuple[str, ...]) -> Any:
    entity = record.annotation.entities[id_]
    mentions = sorted(
        (
            m.start,
            m.end,
            m.text,
            repr(_kept(leave, kind=m.kind, remarks_of=(m.note, m.flags, _later(m)))),
        )
        for m in record.annotation.mentions_of(id_)
    )
    details = _kept(
        leave,
        name=entity.name,
        details=(
            entity.link,
            entity.note,
            entity.flags,
            repr(attributes_of(entity)),
            _later(entity),
        ),
    )
    return (entity.label, mentions, sorted(details.items()))


def _mention(mention: Mention, leave: tuple[str, ...]) -> Any:
    remarks = (mention.note, mention.flags, _later(mention))
    return _kept(leave, kind=mention.kind, remarks_of=remarks)


def _quote(record: Record, id_: str, entities: dict[str, Any], leave: tuple[str, ...]) -> Any:
    quote = record.annotation.quotes[id_]
    spans = sorted((s.role, s.start, s.end, s.text) for s in quote.spans)
    known = {key: value for key, value in entities.items() if value[1]}
    details = _kept(
        leave,
        type=quote.type,
        speakers=sorted(repr(known[e]) for e in set(quote.speakers) if e in known),
        addressees=sorted(repr(known[e]) for e in set(quote.addressees) if e in known),
        speaker_status=quote.speaker_status,
        remarks=(quote.note, quote.flags, repr(quote.attributes), quote.type_set, _later(quote)),
    )
    return (spans, sorted(details.items()))


def _later(item: Any) -> Any:
    """The fields that were added to a kind of item later."""
    return [(field.name, item[field.place]) for field in later_fields(type(item))]


def _parent(record: Record, id_: str, quotes: dict[str, Any], leave: tuple[str, ...]) -> Any:
    parent = record.annotation.quotes[id_].parent
    if "parent" in leave or parent is None or not quotes[parent][0]:
        return None
    return quotes[parent]


def _kept(leave: tuple[str, ...], **values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in leave}
