"""The native format, version 1: one record is one annotator's annotation of one article.

The pydantic models here are the contract with the outside: they validate what comes in, write
what goes out and give the JSON Schema. Importing this module loads pydantic, so the window
does it only after its first paint.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.core.annotation import Annotation
from annotator.core.errors import AnnotatorError, TextError
from annotator.core.models import (
    QUOTE_TYPES,
    Article,
    Entity,
    Head,
    Mention,
    MentionKind,
    Quote,
    Role,
    RoleSpan,
    SpeakerStatus,
    Status,
)
from annotator.core.text import Settled, settle

FORMAT = "annotator/1"


class RecordError(AnnotatorError):
    """A record that does not hold what it says; the words name the place inside the record."""


@dataclass(frozen=True, slots=True)
class Record:
    """An article, with one annotator's annotation of it unless it comes bare.

    `annotator` and `annotation` are both None for an article that nobody has annotated.
    """

    article: Article
    annotator: str | None = None
    annotation: Annotation | None = None
    extra: dict[str, Any] | None = None


class _Wire(BaseModel):
    model_config = ConfigDict(extra="allow", protected_namespaces=())

    def unknown(self) -> dict[str, Any] | None:
        return self.model_extra or None


class SpanWire(_Wire):
    """A half-open span in code points; `text` is checked against the article when given."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: str | None = None


class MentionWire(SpanWire):
    id: str | None = None
    kind: MentionKind = "name"
    note: str = ""
    flags: list[str] = []


class EntityWire(_Wire):
    id: str | None = None
    label: str = Field(default="", description="PERSON, ORG …; the scheme names them")
    name: str | None = None
    link: str | None = None
    note: str = ""
    flags: list[str] = []
    mentions: list[MentionWire] = []


class RoleSpanWire(SpanWire):
    role: Role


class QuoteWire(_Wire):
    id: str | None = None
    type: str = Field(
        default="unknown", min_length=1, description="usually one of: " + ", ".join(QUOTE_TYPES)
    )
    type_set: bool = Field(default=True, description="false: proposed from the quote marks")
    speakers: list[str] = Field(default=[], description="ids of entities")
    speaker_status: SpeakerStatus = "identified"
    addressees: list[str] = Field(default=[], description="ids of entities")
    parent: str | None = Field(default=None, description="id of the quote this one is inside")
    note: str = ""
    flags: list[str] = []
    attributes: dict[str, Any] = {}
    spans: list[RoleSpanWire] = []


class ArticleWire(_Wire):
    id: str = Field(min_length=1)
    title: str = ""
    text: str = Field(min_length=1)
    language: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    meta: dict[str, Any] = {}


class RecordWire(_Wire):
    """One line of native JSONL."""

    format: Literal["annotator/1"]
    article: ArticleWire
    annotator: str | None = Field(
        min_length=1, description="whose work this is; null for an article without annotation"
    )
    status: Status = "todo"
    updated: str | None = None
    seconds: int = Field(default=0, ge=0, le=10**9)
    notes: str = ""
    flags: list[str] = []
    entities: list[EntityWire] = []
    quotes: list[QuoteWire] = []


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one line of native JSONL."""
    schema = RecordWire.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = FORMAT
    return schema


def parse(line: bytes | str) -> Record:
    """Read one line of native JSONL. Raises RecordError naming the field or span at fault."""
    try:
        wire = RecordWire.model_validate_json(line)
    except ValidationError as error:
        raise RecordError(_first_fault(error)) from error
    return _Reader(wire).record()


def dump(record: Record) -> dict[str, Any]:
    """The record as the JSON object of one line; `parse` gives back an equal record."""
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
    """The row with keys that an import brought; they never take the place of one of ours."""
    return row | {key: value for key, value in (extra or {}).items() if key not in row}


def _dump_annotation(annotation: Annotation) -> dict[str, Any]:
    head = annotation.head
    return {
        "status": head.status,
        "updated": annotation.updated,
        "seconds": head.seconds,
        "notes": head.notes,
        "flags": list(head.flags),
        "entities": _dump_entities(annotation),
        "quotes": [_dump_quote(quote) for quote in annotation.ordered_quotes()],
    }


def _dump_entities(annotation: Annotation) -> list[dict[str, Any]]:
    mentions: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in annotation.entities}
    for mention in annotation.ordered_mentions():
        mentions[mention.entity_id].append(_dump_mention(mention))
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


def _dump_mention(mention: Mention) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": mention.id,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
    }
    if mention.note:
        row["note"] = mention.note
    if mention.flags:
        row["flags"] = list(mention.flags)
    return _with_extra(row, mention.extra)


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
            _with_extra({"role": s.role, "start": s.start, "end": s.end, "text": s.text}, s.extra)
            for s in quote.spans
        ],
    }
    if not quote.type_set:
        row["type_set"] = False
    return _with_extra(row, quote.extra)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {fault['msg']}{more}" if place else f"{fault['msg']}{more}"


class _Reader:
    """Turns one validated line into a record, its spans checked against the settled text."""

    def __init__(self, wire: RecordWire) -> None:
        self._wire = wire
        self._raw = wire.article.text
        try:
            self._settled: Settled = settle(self._raw)
        except TextError as error:
            raise RecordError(f"article.text: {error}") from error

    def record(self) -> Record:
        wire = self._wire.article
        article = Article(
            id=wire.id,
            text=self._settled.text,
            title=wire.title,
            language=wire.language,
            source=wire.source,
            published=wire.published,
            url=wire.url,
            meta=wire.meta or None,
            extra=wire.unknown(),
        )
        if self._wire.annotator is None:
            if self._wire.entities or self._wire.quotes:
                raise RecordError("annotator: says null, but there are entities or quotes")
            return Record(article, extra=self._wire.unknown())
        return Record(article, self._wire.annotator, self._annotation())

    def _annotation(self) -> Annotation:
        wire = self._wire
        entities, mentions = self._entities()
        quotes = self._quotes({entity.id for entity in entities})
        head = Head(wire.status, wire.notes, tuple(wire.flags), wire.seconds, wire.unknown())
        return Annotation(
            head=head, entities=entities, mentions=mentions, quotes=quotes, updated=wire.updated
        )

    def _entities(self) -> tuple[list[Entity], list[Mention]]:
        wires = self._wire.entities
        ids = _ids("e", "entity", [wire.id for wire in wires])
        mention_ids = iter(_ids("m", "mention", [m.id for wire in wires for m in wire.mentions]))
        entities: list[Entity] = []
        mentions: list[Mention] = []
        for ordinal, (id_, wire) in enumerate(zip(ids, wires, strict=True), start=1):
            own = [
                self._mention(next(mention_ids), id_, m, len(mentions) + n)
                for n, m in enumerate(wire.mentions, start=1)
            ]
            name = wire.name if wire.name is not None else (own[0].text if own else id_)
            flags = tuple(wire.flags)
            entities.append(
                Entity(id_, wire.label, name, ordinal, wire.link, wire.note, flags, wire.unknown())
            )
            mentions += own
        return entities, mentions

    def _mention(self, id_: str, entity_id: str, wire: MentionWire, ordinal: int) -> Mention:
        start, end, text = self._span(wire, f"mention {id_}")
        flags = tuple(wire.flags)
        extra = wire.unknown()
        return Mention(
            id_, entity_id, start, end, text, ordinal, wire.kind, wire.note, flags, extra
        )

    def _quotes(self, entity_ids: set[str]) -> list[Quote]:
        wires = self._wire.quotes
        ids = _ids("q", "quote", [wire.id for wire in wires])
        known = set(ids)
        quotes = []
        for ordinal, (id_, wire) in enumerate(zip(ids, wires, strict=True), start=1):
            for entity_id in (*wire.speakers, *wire.addressees):
                if entity_id not in entity_ids:
                    raise RecordError(f"quote {id_} names entity {entity_id}, which is not there")
            if wire.parent is not None and wire.parent not in known:
                raise RecordError(f"quote {id_} names parent {wire.parent}, which is not there")
            quotes.append(self._quote(id_, ordinal, wire))
        _refuse_circles({quote.id: quote.parent for quote in quotes})
        return quotes

    def _quote(self, id_: str, ordinal: int, wire: QuoteWire) -> Quote:
        spans = []
        for span in wire.spans:
            start, end, text = self._span(span, f"{span.role} of quote {id_}")
            spans.append(RoleSpan(span.role, start, end, text, span.unknown()))
        return Quote(
            id=id_,
            ordinal=ordinal,
            spans=tuple(spans),
            type=wire.type,
            type_set=wire.type_set,
            speakers=tuple(wire.speakers),
            speaker_status=wire.speaker_status,
            addressees=tuple(wire.addressees),
            parent=wire.parent,
            note=wire.note,
            flags=tuple(wire.flags),
            attributes=wire.attributes or None,
            extra=wire.unknown(),
        )

    def _span(self, wire: SpanWire, what: str) -> tuple[int, int, str]:
        if not wire.start < wire.end <= len(self._raw):
            raise RecordError(
                f"{what} is [{wire.start}, {wire.end}), which is not inside the text "
                f"of {len(self._raw)} characters"
            )
        if wire.text is not None and self._raw[wire.start : wire.end] != wire.text:
            raise RecordError(
                f"{what} says {_short(wire.text)} but [{wire.start}, {wire.end}) of the text is "
                f"{_short(self._raw[wire.start : wire.end])}"
            )
        start, end = self._settled.offset(wire.start), self._settled.offset(wire.end)
        if start == end:
            raise RecordError(f"{what} covers only a byte-order mark or half a line end")
        return start, end, self._settled.text[start:end]


def _refuse_circles(parents: dict[str, str | None]) -> None:
    """Raises RecordError for a quote that is inside itself."""
    sound: set[str | None] = {None}
    for id_ in parents:
        above: dict[str | None, None] = {}
        at: str | None = id_
        while at not in sound:
            if at in above:
                raise RecordError(f"quote {at} is inside itself: its parents lead back to it")
            above[at] = None
            at = parents[at] if at is not None else None
        sound.update(above)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _ids(prefix: str, what: str, given: list[str | None]) -> list[str]:
    """The ids given, with free ones where none is. Raises RecordError for an id used twice."""
    taken = {id_ for id_ in given if id_}
    if len(taken) != sum(1 for id_ in given if id_):
        twice = next(id_ for id_ in given if id_ and given.count(id_) > 1)
        raise RecordError(f"{what} id {twice} is used twice")
    ids: list[str] = []
    number = 0
    for id_ in given:
        own = id_
        while not own:
            number += 1
            candidate = f"{prefix}{number}"
            own = candidate if candidate not in taken else None
        ids.append(own)
    return ids
