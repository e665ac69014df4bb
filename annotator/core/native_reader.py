"""The reader of the native format: one line becomes one record.

`core.native_schema` is the interface to the outside, which validates the input. Importing this
module loads pydantic, so the window does it only after its first paint.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from annotator.core.annotation import Annotation
from annotator.core.errors import TextError
from annotator.core.message import verbatim
from annotator.core.models import (
    Article,
    Decision,
    Entity,
    Head,
    Mention,
    Quote,
    RoleSpan,
    make_item,
)
from annotator.core.native_schema import (
    ArticleJson,
    DecisionJson,
    EntityJson,
    MentionJson,
    QuoteJson,
    RecordJson,
    RoleSpanJson,
    adapter,
)
from annotator.core.record import Record, RecordError
from annotator.core.text import NormalizedText, normalize


def parse(line: bytes | str) -> Record:
    """Read one line of native JSONL.

    Raises:
        RecordError: The line is not valid; the message names the field or span.
    """
    try:
        wire = adapter().validate_json(line)
    except ValidationError as error:
        raise RecordError(_first_error(error)) from error
    return _Reader(wire).record()


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    location = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{location}: {first['msg']}{more}" if location else f"{first['msg']}{more}"


class _Reader:
    """One validated line, converted to a record, its spans checked against the normalized text."""

    def __init__(self, wire: RecordJson) -> None:
        self._wire = wire
        self._raw = wire["article"]["text"]
        try:
            self._normalized: NormalizedText = normalize(self._raw)
        except TextError as error:
            raise RecordError(verbatim(f"article.text: {error}")) from error
        self._plain = self._normalized.text is self._raw

    def record(self) -> Record:
        top = self._wire
        wire = top["article"]
        article = Article(
            id=wire["id"],
            text=self._normalized.text,
            title=wire.get("title", ""),
            language=wire.get("language"),
            source=wire.get("source"),
            published=wire.get("published"),
            url=wire.get("url"),
            meta=wire.get("meta") or None,
            extra=_unknown(wire, _ARTICLE_KEYS),
        )
        annotator = top["annotator"]
        if annotator is None:
            if top.get("entities") or top.get("quotes"):
                raise RecordError(
                    verbatim("annotator: says null, but there are entities or quotes")
                )
            return Record(article, extra=_unknown(top, _RECORD_KEYS))
        return Record(article, annotator, self._annotation())

    def _annotation(self) -> Annotation:
        wire = self._wire
        entities, mentions = self._entities(wire.get("entities", []))
        quotes = self._quotes(wire.get("quotes", []), {entity.id for entity in entities})
        head = Head(
            wire.get("status", "todo"),
            wire.get("notes", ""),
            tuple(wire.get("flags", ())),
            wire.get("seconds", 0),
            _unknown(wire, _RECORD_KEYS),
        )
        return Annotation(
            head=head,
            entities=entities,
            mentions=mentions,
            quotes=quotes,
            decisions=self._decisions(wire.get("decisions", [])),
            updated=wire.get("updated"),
        )

    def _decisions(self, wires: list[DecisionJson]) -> list[Decision]:
        ids = _ids("d", "decision", [wire.get("id") for wire in wires])
        return [
            self._decision(id_, wire, ordinal)
            for ordinal, (id_, wire) in enumerate(zip(ids, wires, strict=True), start=1)
        ]

    def _decision(self, id_: str, wire: DecisionJson, ordinal: int) -> Decision:
        return Decision(
            id_,
            ordinal,
            wire["kind"],
            wire["outcome"],
            self._normalized.offset(wire["start"]),
            self._normalized.offset(wire["end"]),
            members=tuple(wire.get("members", ())),
            sources=tuple(wire.get("sources", ())),
            item=wire.get("item"),
            by=wire.get("by", ""),
            made_at=wire.get("made_at", ""),
            rule=wire.get("rule", ""),
            reason=wire.get("reason", ""),
            note=wire.get("note", ""),
            flags=tuple(wire.get("flags", ())),
            extra=_unknown(wire, _DECISION_KEYS),
        )

    def _entities(self, wires: list[EntityJson]) -> tuple[list[Entity], list[Mention]]:
        ids = _ids("e", "entity", [wire.get("id") for wire in wires])
        inner = [m.get("id") for wire in wires for m in wire.get("mentions", ())]
        mention_ids = iter(_ids("m", "mention", inner))
        entities: list[Entity] = []
        mentions: list[Mention] = []
        for ordinal, (id_, wire) in enumerate(zip(ids, wires, strict=True), start=1):
            own = self._mentions(wire, id_, mention_ids, len(mentions) + 1)
            name = wire.get("name")
            if name is None:
                name = own[0].text if own else id_
            entities.append(
                Entity(
                    id_,
                    wire.get("label", ""),
                    name,
                    ordinal,
                    wire.get("link"),
                    wire.get("note", ""),
                    tuple(wire.get("flags", ())),
                    _unknown(wire, _ENTITY_KEYS),
                )
            )
            mentions += own
        return entities, mentions

    def _mentions(
        self, entity: EntityJson, entity_id: str, ids: Iterator[str], first: int
    ) -> list[Mention]:
        # A line has dozens of mentions, so the usual ones are made without a function call.
        found: list[Mention] = []
        raw, last = self._raw, len(self._raw) if self._plain else -1
        for ordinal, wire in enumerate(entity.get("mentions", ()), start=first):
            id_ = next(ids)
            start, end = wire["start"], wire["end"]
            text = raw[start:end]
            if not start < end <= last or wire.get("text", text) != text:
                start, end, text = self._convert_span(wire, "mention", id_)
            kind = wire.get("kind", "name")
            if wire.keys() <= _USUAL_MENTION_KEYS:
                values = (id_, entity_id, start, end, text, ordinal, kind, "", (), None)
                found.append(make_item(Mention, values))
                continue
            note, flags = wire.get("note", ""), tuple(wire.get("flags", ()))
            extra = _unknown(wire, _MENTION_KEYS)
            found.append(
                Mention(id_, entity_id, start, end, text, ordinal, kind, note, flags, extra)
            )
        return found

    def _quotes(self, wires: list[QuoteJson], entity_ids: set[str]) -> list[Quote]:
        ids = _ids("q", "quote", [wire.get("id") for wire in wires])
        known = set(ids)
        quotes = []
        for ordinal, (id_, wire) in enumerate(zip(ids, wires, strict=True), start=1):
            quote = self._quote(id_, ordinal, wire)
            for entity_id in (*quote.speakers, *quote.addressees):
                if entity_id not in entity_ids:
                    raise RecordError(
                        verbatim(f"quote {id_} names entity {entity_id}, which is not there")
                    )
            if quote.parent is not None and quote.parent not in known:
                raise RecordError(
                    verbatim(f"quote {id_} names parent {quote.parent}, which is not there")
                )
            quotes.append(quote)
        parents = {quote.id: quote.parent for quote in quotes}
        if any(parents.values()):
            _reject_cycles(parents)
        return quotes

    def _quote(self, id_: str, ordinal: int, wire: QuoteJson) -> Quote:
        spans = []
        for span in wire.get("spans", ()):
            role = span["role"]
            start, end, text = self._span(span, role, id_)
            spans.append(RoleSpan(role, start, end, text, _unknown(span, _SPAN_KEYS)))
        return Quote(
            id_,
            ordinal,
            tuple(spans),
            wire.get("type", "unknown"),
            wire.get("type_set", True),
            tuple(wire.get("speakers", ())),
            wire.get("speaker_status", "identified"),
            tuple(wire.get("addressees", ())),
            wire.get("parent"),
            wire.get("note", ""),
            tuple(wire.get("flags", ())),
            wire.get("attributes") or None,
            _unknown(wire, _QUOTE_KEYS),
        )

    def _span(self, wire: MentionJson | RoleSpanJson, kind: str, id_: str) -> tuple[int, int, str]:
        start, end = wire["start"], wire["end"]
        if self._plain and start < end <= len(self._raw):
            text = self._raw[start:end]
            if wire.get("text", text) == text:
                return start, end, text
        return self._convert_span(wire, kind, id_)

    def _convert_span(
        self, wire: MentionJson | RoleSpanJson, kind: str, id_: str
    ) -> tuple[int, int, str]:
        start, end = wire["start"], wire["end"]
        if not start < end <= len(self._raw):
            raise RecordError(
                verbatim(
                    f"{_span_name(kind, id_)} is [{start}, {end}), which is not inside the text "
                    f"of {len(self._raw)} characters"
                )
            )
        text, given = self._raw[start:end], wire.get("text")
        if given is not None and text != given:
            raise RecordError(
                verbatim(
                    f"{_span_name(kind, id_)} says {_short(given)} but [{start}, {end}) of the "
                    f"text is {_short(text)}"
                )
            )
        start, end = self._normalized.offset(start), self._normalized.offset(end)
        if start == end:
            raise RecordError(
                verbatim(
                    f"{_span_name(kind, id_)} covers only a byte-order mark or half a line end"
                )
            )
        return start, end, self._normalized.text[start:end]


def _span_name(kind: str, id_: str) -> str:
    return f"mention {id_}" if kind == "mention" else f"{kind} of quote {id_}"


_RECORD_KEYS: Final = frozenset(RecordJson.__annotations__)
_ARTICLE_KEYS: Final = frozenset(ArticleJson.__annotations__)
_ENTITY_KEYS: Final = frozenset(EntityJson.__annotations__)
_MENTION_KEYS: Final = frozenset(MentionJson.__annotations__)
_USUAL_MENTION_KEYS: Final = _MENTION_KEYS - {"note", "flags"}
_QUOTE_KEYS: Final = frozenset(QuoteJson.__annotations__)
_DECISION_KEYS: Final = frozenset(DecisionJson.__annotations__)
_SPAN_KEYS: Final = frozenset(RoleSpanJson.__annotations__)


def _unknown(wire: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any] | None:
    """Return the values of the line under keys that the program does not know."""
    if wire.keys() <= known:
        return None
    return {key: value for key, value in wire.items() if key not in known}


def _reject_cycles(parents: dict[str, str | None]) -> None:
    """Raise RecordError for a quote that is inside itself."""
    checked: set[str | None] = {None}
    for id_ in parents:
        ancestors: dict[str | None, None] = {}
        current: str | None = id_
        while current not in checked:
            if current in ancestors:
                raise RecordError(
                    verbatim(f"quote {current} is inside itself: its parents lead back to it")
                )
            ancestors[current] = None
            current = parents[current] if current is not None else None
        checked.update(ancestors)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _ids(prefix: str, what: str, given: list[str | None]) -> list[str]:
    """Return the given ids, with free ones for those that are missing.

    Raises:
        RecordError: An id is used twice.
    """
    given_ids = [id_ for id_ in given if id_]
    used = set(given_ids)
    if len(used) == len(given):
        return given_ids
    if len(used) != len(given_ids):
        twice = next(id_ for id_ in given if id_ and given.count(id_) > 1)
        raise RecordError(verbatim(f"{what} id {twice} is used twice"))
    ids: list[str] = []
    number = 0
    for id_ in given:
        own = id_
        while not own:
            number += 1
            candidate = f"{prefix}{number}"
            own = candidate if candidate not in used else None
        ids.append(own)
    return ids
