"""The reader of the native format: one line becomes one record.

`core.native_schema` is the interface to the outside, which validates the input. Importing this
module loads pydantic, so the window does it only after its first paint.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from annotator.core.annotation import Annotation
from annotator.core.errors import TextError
from annotator.core.field_code import function
from annotator.core.fields import EXTRA, REQUIRED, Field, Kind, fields_of
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
from annotator.core.native_schema import ArticleJson, adapter
from annotator.core.record import Record, RecordError
from annotator.core.text import NormalizedText, normalize

_Json = dict[str, Any]
"""An object of a validated line: `native_schema` says what is in it."""


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

    def __init__(self, wire: _Json) -> None:
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
        head = Head(*_HEAD(wire))
        return Annotation(
            head=head,
            entities=entities,
            mentions=mentions,
            quotes=quotes,
            decisions=self._decisions(wire.get("decisions", [])),
            updated=wire.get("updated"),
        )

    def _decisions(self, wires: list[_Json]) -> list[Decision]:
        ids = _ids("d", "decision", [wire.get("id") for wire in wires])
        return [
            self._decision(id_, wire, ordinal)
            for ordinal, (id_, wire) in enumerate(zip(ids, wires, strict=True), start=1)
        ]

    def _decision(self, id_: str, wire: _Json, ordinal: int) -> Decision:
        made = Decision(id_, ordinal, *_DECISION(wire))
        start, end = map(self._normalized.offset, (made.start, made.end))
        return made._replace(start=start, end=end)

    def _entities(self, wires: list[_Json]) -> tuple[list[Entity], list[Mention]]:
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
            label = wire.get("label", "")
            entities.append(make_item(Entity, (id_, label, name, ordinal, *_ENTITY(wire))))
            mentions += own
        return entities, mentions

    def _mentions(
        self, entity: _Json, entity_id: str, ids: Iterator[str], first: int
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
            if wire.keys() <= _USUAL_MENTION_KEYS:
                kind = wire.get("kind", "name")
                values = (id_, entity_id, start, end, text, ordinal, kind, *_USUAL_REST)
                found.append(make_item(Mention, values))
                continue
            rest = _MENTION(wire)
            found.append(Mention(id_, entity_id, start, end, text, ordinal, *rest))
        return found

    def _quotes(self, wires: list[_Json], entity_ids: set[str]) -> list[Quote]:
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

    def _quote(self, id_: str, ordinal: int, wire: _Json) -> Quote:
        spans = []
        for span in wire.get("spans", ()):
            role = span["role"]
            start, end, text = self._span(span, role, id_)
            spans.append(make_item(RoleSpan, (role, start, end, text, *_SPAN(span))))
        return make_item(Quote, (id_, ordinal, tuple(spans), *_QUOTE(wire)))

    def _span(self, wire: _Json, kind: str, id_: str) -> tuple[int, int, str]:
        start, end = wire["start"], wire["end"]
        if self._plain and start < end <= len(self._raw):
            text = self._raw[start:end]
            if wire.get("text", text) == text:
                return start, end, text
        return self._convert_span(wire, kind, id_)

    def _convert_span(self, wire: _Json, kind: str, id_: str) -> tuple[int, int, str]:
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


def _unknown(wire: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any] | None:
    """Return the values of the line under keys that the program does not know."""
    if wire.keys() <= known:
        return None
    return {key: value for key, value in wire.items() if key not in known}


def _keys(kind: Kind, *others: str) -> frozenset[str]:
    """Return the keys that a line may have for an item; `others` are those of what is inside."""
    return frozenset([*others, *(field.name for field in fields_of(kind) if field.in_line)])


_ARTICLE_KEYS: Final = frozenset(ArticleJson.__annotations__)
_RECORD_KEYS: Final = _keys(
    Head, "format", "article", "annotator", "updated", "entities", "quotes", "decisions"
)
_USUAL_MENTION_KEYS: Final = frozenset(
    field.name for field in fields_of(Mention) if field.in_line and not field.omitted
)
_USUAL_REST: Final = Mention("", "", 0, 0, "", 0)[Mention._fields.index("kind") + 1 :]
"""The values of a mention after its kind, if a line says nothing of them."""


def _reader(kind: Kind, after: str, *others: str) -> Callable[[_Json], tuple[Any, ...]]:
    """Return a function that reads the values of an item's fields after the field `after`.

    `others` are the keys of what is inside the item.
    """
    fields = fields_of(kind)
    first = [field.name for field in fields].index(after) + 1 if after else 0
    values = ", ".join(map(_value, fields[first:]))
    body = ["_get = _json.get", f"return ({values},)"]
    return function("_json", body, _unknown=_unknown, _known=_keys(kind, *others))


def _value(field: Field) -> str:
    """Return the source of the value of a field, from the object of a line."""
    if field.name == EXTRA:
        return "_unknown(_json, _known)"
    if field.missing is REQUIRED:
        return f"_json[{field.name!r}]"
    value = f"_get({field.name!r}, {field.missing!r})"
    if field.is_list:
        return f"tuple({value})"
    return f"{value} or None" if field.is_object else value


_HEAD: Final = _reader(
    Head, "", "format", "article", "annotator", "updated", "entities", "quotes", "decisions"
)
_ENTITY: Final = _reader(Entity, "ordinal", "mentions")
_MENTION: Final = _reader(Mention, "ordinal")
_QUOTE: Final = _reader(Quote, "spans", "spans")
_SPAN: Final = _reader(RoleSpan, "text")
_DECISION: Final = _reader(Decision, "ordinal")


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
