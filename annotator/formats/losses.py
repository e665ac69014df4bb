"""Losses that several formats share; a format lists those that apply to it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from annotator.core.attributes import KEY, attributes_of
from annotator.core.models import Entity, Mention, Quote, Role, RoleSpan
from annotator.formats.base import Loss, LostItem

if TYPE_CHECKING:
    from annotator.core.record import Record

_WHOLE: Final = "the annotation"
_ARTICLE: Final = "the article"
_NOTES: Final = ("note", "flags", "attributes", "type_set")
"""The fields of a quote that only few formats have a place for."""
_USUAL_NOTES: Final[list[tuple[int, tuple[object, ...]]]] = [
    (Quote._fields.index(name), (Quote._field_defaults[name], None, {})) for name in _NOTES
]


def lost_entity(entity: Entity) -> LostItem:
    return LostItem(f"entity {entity.id}", entity.name)


def lost_mention(mention: Mention) -> LostItem:
    return LostItem(f"mention {mention.id}", mention.text, mention.start, mention.end)


def lost_quote(quote: Quote) -> LostItem:
    span = next(iter(quote.parts("content") or quote.spans), None)
    if span is None:
        return LostItem(f"quote {quote.id}")
    return LostItem(f"quote {quote.id}", span.text, span.start, span.end)


def lost_part(quote: Quote, span: RoleSpan) -> LostItem:
    return LostItem(f"{span.role} of quote {quote.id}", span.text, span.start, span.end)


def entities(record: "Record") -> Iterable[Entity]:
    return record.annotation.entities.values() if record.annotation else ()


def mentions(record: "Record") -> Iterable[Mention]:
    return record.annotation.mentions.values() if record.annotation else ()


def quotes(record: "Record") -> Iterable[Quote]:
    return record.annotation.quotes.values() if record.annotation else ()


def _every_mention(record: "Record") -> Iterator[LostItem]:
    return map(lost_mention, mentions(record))


def _every_quote(record: "Record") -> Iterator[LostItem]:
    return map(lost_quote, quotes(record))


def _entity_details(record: "Record") -> Iterator[LostItem]:
    for e in entities(record):
        if e.link or e.note or e.flags or (e.extra and attributes_of(e)):
            yield lost_entity(e)


def _entity_marks(record: "Record") -> Iterator[LostItem]:
    return (lost_entity(e) for e in entities(record) if e.flags or (e.extra and attributes_of(e)))


def _decisions(record: "Record") -> Iterator[LostItem]:
    for decision in record.annotation.decisions.values() if record.annotation else ():
        words = record.article.text[decision.start : decision.end]
        yield LostItem(f"decision {decision.id}", words, decision.start, decision.end)


def _entity_names(record: "Record") -> Iterator[LostItem]:
    texts: dict[str, set[str]] = {}
    for mention in mentions(record):
        texts.setdefault(mention.entity_id, set()).add(mention.text)
    return (lost_entity(e) for e in entities(record) if e.name not in texts.get(e.id, ()))


def _first_names(record: "Record") -> Iterator[LostItem]:
    firsts: dict[str, Mention] = {}
    for mention in sorted(mentions(record), key=lambda m: (m.start, m.end)):
        firsts.setdefault(mention.entity_id, mention)
    for entity in entities(record):
        if entity.id in firsts and firsts[entity.id].text != entity.name:
            yield lost_entity(entity)


def _unlabelled(record: "Record") -> Iterator[LostItem]:
    return (lost_entity(e) for e in entities(record) if not e.label)


def _unmentioned(record: "Record") -> Iterator[LostItem]:
    mentioned = {mention.entity_id for mention in mentions(record)}
    return (lost_entity(e) for e in entities(record) if e.id not in mentioned)


def _namesakes(record: "Record") -> Iterator[LostItem]:
    """Yield entities of which a mention has the label and the text of another entity's mention."""
    if record.annotation is None:
        return
    owners: dict[tuple[str, str], set[str]] = {}
    labels = {entity.id: entity.label for entity in entities(record)}
    for mention in mentions(record):
        owners.setdefault((labels[mention.entity_id], mention.text), set()).add(mention.entity_id)
    for shared in owners.values():
        for id_ in sorted(shared)[1:]:
            yield lost_entity(record.annotation.entities[id_])


def _ties(record: "Record") -> Iterator[LostItem]:
    """Return the entities whose mentions have different texts."""
    texts: dict[str, set[str]] = {}
    for mention in mentions(record):
        texts.setdefault(mention.entity_id, set()).add(mention.text)
    return (lost_entity(e) for e in entities(record) if len(texts.get(e.id, ())) > 1)


def _quote_ties(record: "Record") -> Iterator[LostItem]:
    for q in quotes(record):
        if len(q.spans) > 1 or q.speakers or q.addressees or q.parent:
            yield lost_quote(q)


def _mention_details(record: "Record") -> Iterator[LostItem]:
    return (lost_mention(m) for m in mentions(record) if m.kind != "name" or m.note or m.flags)


def _has_notes(quote: Quote) -> bool:
    """Return whether one of the fields of `_NOTES` has not its default."""
    return any(quote[place] not in usual for place, usual in _USUAL_NOTES)


def _quote_details(record: "Record") -> Iterator[LostItem]:
    for q in quotes(record):
        if q.parent or q.addressees or _has_notes(q):
            yield lost_quote(q)


def _quote_notes(record: "Record") -> Iterator[LostItem]:
    for q in quotes(record):
        if _has_notes(q):
            yield lost_quote(q)


def _quote_types(record: "Record") -> Iterator[LostItem]:
    return (lost_quote(q) for q in quotes(record) if q.type != "unknown")


def _speaker_statuses(record: "Record") -> Iterator[LostItem]:
    return (lost_quote(q) for q in quotes(record) if q.speaker_status != "identified")


def _silent_speakers(record: "Record") -> Iterator[LostItem]:
    mentioned = {mention.entity_id for mention in mentions(record)}
    for quote in quotes(record):
        for id_ in (*quote.speakers, *quote.addressees):
            if id_ not in mentioned and record.annotation is not None:
                yield LostItem(
                    f"entity {id_} of quote {quote.id}", record.annotation.entities[id_].name
                )


def _without_spans(record: "Record") -> Iterator[LostItem]:
    return (lost_quote(q) for q in quotes(record) if not q.spans)


def _head_details(record: "Record") -> Iterator[LostItem]:
    head = record.annotation.head if record.annotation else None
    if head and (head.notes or head.flags or head.seconds):
        yield LostItem(_WHOLE, head.notes or ", ".join(head.flags))


def _unfinished(record: "Record") -> Iterator[LostItem]:
    head = record.annotation.head if record.annotation else None
    if head and head.status in ("todo", "doing"):
        yield LostItem(_WHOLE, head.status)


def _statuses(record: "Record") -> Iterator[LostItem]:
    head = record.annotation.head if record.annotation else None
    if head and head.status != "done":
        yield LostItem(_WHOLE, head.status)


def _head_marks(record: "Record") -> Iterator[LostItem]:
    head = record.annotation.head if record.annotation else None
    if head and (head.flags or head.seconds):
        yield LostItem(_WHOLE, ", ".join(head.flags))


def _annotators(record: "Record") -> Iterator[LostItem]:
    if record.annotator is not None:
        yield LostItem(_WHOLE, record.annotator)


def _article_facts(record: "Record") -> Iterator[LostItem]:
    article = record.article
    known = (article.title, article.source, article.published, article.url, article.language)
    if any(known) or article.meta:
        yield LostItem(_ARTICLE, article.title)


def _mention_notes(record: "Record") -> Iterator[LostItem]:
    return (lost_mention(m) for m in mentions(record) if m.note or m.flags)


def _speakers(record: "Record") -> Iterator[LostItem]:
    return (lost_quote(q) for q in quotes(record) if q.speakers)


def lost_parts(record: "Record", *roles: Role) -> Iterator[LostItem]:
    """Yield the spans of quotes that have one of these roles."""
    for quote in quotes(record):
        for span in quote.spans:
            if span.role in roles:
                yield lost_part(quote, span)


def _cues(record: "Record") -> Iterator[LostItem]:
    return lost_parts(record, "cue")


def _addressees(record: "Record") -> Iterator[LostItem]:
    return lost_parts(record, "addressee")


def _article_details(record: "Record") -> Iterator[LostItem]:
    if record.article.meta:
        yield LostItem(_ARTICLE, ", ".join(record.article.meta))


def _unknown_keys(record: "Record") -> Iterator[LostItem]:
    # Nearly no item has any, so no name is made before they are found.
    for name, extra in (("the line", record.extra), (_ARTICLE, record.article.extra)):
        if extra:
            yield LostItem(name, ", ".join(extra))
    for e in entities(record):
        # Attributes are among the extra keys of an entity, but are known.
        if e.extra and (unknown := [key for key in e.extra if key != KEY]):
            yield LostItem(f"entity {e.id}", ", ".join(unknown))
    for m in mentions(record):
        if m.extra:
            yield LostItem(f"mention {m.id}", ", ".join(m.extra))
    for quote in quotes(record):
        yield from _unknown_keys_of_quote(quote)
    if record.annotation and record.annotation.head.extra:
        yield LostItem(_WHOLE, ", ".join(record.annotation.head.extra))


def _unknown_keys_of_quote(quote: Quote) -> Iterator[LostItem]:
    if quote.extra:
        yield LostItem(f"quote {quote.id}", ", ".join(quote.extra))
    for span in quote.spans:
        if span.extra:
            yield LostItem(f"{span.role} of quote {quote.id}", ", ".join(span.extra))


_OF_QUOTES: Final = tuple(f"quote.{name}" for name in _NOTES)
_UNKNOWN: Final = (
    *("record.extra", "article.extra", "head.extra", "entity.extra", "mention.extra"),
    *("quote.extra", "span.extra"),
)

ALL_MENTIONS: Final = Loss("entities and their mentions", _every_mention, ("entity", "mention"))
ALL_QUOTES: Final = Loss("quotes", _every_quote, ("quote",))
ENTITY_DETAILS: Final = Loss(
    "links, notes, flags and attributes of entities",
    _entity_details,
    ("entity.link", "entity.note", "entity.flags", "entity.attributes"),
)
ENTITY_MARKS: Final = Loss(
    "flags and attributes of entities", _entity_marks, ("entity.flags", "entity.attributes")
)
ENTITY_NAMES: Final = Loss(
    "entity names that no mention spells out", _entity_names, ("entity.name",)
)
FIRST_NAMES: Final = Loss(
    "entity names other than the first mention", _first_names, ("entity.name",)
)
UNLABELLED: Final = Loss("that an entity has no label yet", _unlabelled, ("entity.label",))
UNMENTIONED: Final = Loss("entities without a mention", _unmentioned, ("entity",))
NAMESAKES: Final = Loss(
    "that entities differ although label and words of a mention are the same",
    _namesakes,
    ("mention.entity_id",),
)
TIES: Final = Loss("which mentions are of one entity", _ties, ("mention.entity_id",))
MENTION_DETAILS: Final = Loss(
    "kinds (nominal, pronoun), notes and flags of mentions",
    _mention_details,
    ("mention.kind", "mention.note", "mention.flags"),
)
QUOTE_TIES: Final = Loss(
    "which parts make one quote, who speaks, and in which quote it stands",
    _quote_ties,
    ("quote.spans", "quote.speakers", "quote.addressees", "quote.parent"),
)
QUOTE_DETAILS: Final = Loss(
    "parents, addressed entities, notes, flags and attributes of quotes",
    _quote_details,
    ("quote.parent", "quote.addressees", *_OF_QUOTES),
)
QUOTE_NOTES: Final = Loss("notes, flags and attributes of quotes", _quote_notes, _OF_QUOTES)
QUOTE_TYPES: Final = Loss("types of quotes", _quote_types, ("quote.type",))
SPEAKER_STATUSES: Final = Loss(
    "speaker statuses other than identified", _speaker_statuses, ("quote.speaker_status",)
)
SILENT_SPEAKERS: Final = Loss(
    "speakers and addressed entities without a mention",
    _silent_speakers,
    ("quote.speakers", "quote.addressees"),
)
WITHOUT_SPANS: Final = Loss("quotes without a span", _without_spans, ("quote",))
HEAD_DETAILS: Final = Loss(
    "notes, flags and time spent of annotations",
    _head_details,
    ("head.notes", "head.flags", "head.seconds"),
)
UNFINISHED: Final = Loss("that an annotation is not done yet", _unfinished, ("head.status",))
HEAD_MARKS: Final = Loss(
    "flags and time spent of annotations", _head_marks, ("head.flags", "head.seconds")
)
ANNOTATORS: Final = Loss("who annotated", _annotators, ("annotator",))
ARTICLE_FACTS: Final = Loss(
    "what is known of articles besides id and text",
    _article_facts,
    (
        *("article.title", "article.language", "article.source", "article.published"),
        *("article.url", "article.meta"),
    ),
)
MENTION_NOTES: Final = Loss(
    "notes and flags of mentions", _mention_notes, ("mention.note", "mention.flags")
)
SPEAKERS: Final = Loss("who speaks", _speakers, ("quote.speakers",))
CUES: Final = Loss("cues of quotes", _cues, ("quote.cue",))
ADDRESSEES: Final = Loss("the words that name who is addressed", _addressees, ("quote.addressee",))
STATUSES: Final = Loss(
    "that an annotation is not done yet or was skipped", _statuses, ("head.status",)
)
ARTICLE_DETAILS: Final = Loss("further metadata of articles", _article_details, ("article.meta",))
DECISIONS: Final = Loss("decisions that gold comes from", _decisions, ("decision",))
UNKNOWN_KEYS: Final = Loss("keys that other programs added", _unknown_keys, _UNKNOWN)
