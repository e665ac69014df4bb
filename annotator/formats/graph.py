"""Annotations as labelled marks and links between them, the way most other tools see them.

Each mention is a mark under its entity's label, each part of a quote one under CONTENT, CUE,
SOURCE or ADDRESSEE. Links say what belongs together:

SAME_ENTITY  a later mention to the first one of its entity
CONTENT, CUE, SOURCE, ADDRESSEE  the head of a quote, its first content part, to another part
SPEAKER, ADDRESSED  the head of a quote to the first mention of an entity
PARENT  the head of a quote to the head of the one it is inside

What else is known of a mention, entity or quote are `facts` of its (first) mark, for formats
that have a place for them. All offsets are code points.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from annotator.core.attributes import KEY, attributes_of
from annotator.core.fields import Kind, later_fields
from annotator.core.models import (
    MENTION_KINDS,
    SPEAKER_STATUSES,
    STATUSES,
    Entity,
    Head,
    Mention,
    Quote,
    Role,
    RoleSpan,
    make_item,
)
from annotator.formats import losses
from annotator.formats.base import Loss
from annotator.formats.fields import Fields

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation

ROLE_OF: Final[dict[str, Role]] = {
    "CONTENT": "content",
    "CUE": "cue",
    "SOURCE": "source",
    "ADDRESSEE": "addressee",
}
_UNLABELLED: Final = "ENTITY"  # most tools reject an empty label
_PREFIX: Final = "ENTITY_"
_LONGEST_TIME: Final = 12
_SAME_ENTITY_TYPES: Final = ("SAME_ENTITY", "COREF", "COREFERENCE", "EQUIV", "SAME_AS", "ALIAS")

LOSSES_WITH_FACTS: Final[tuple[Loss, ...]] = (
    losses.UNLABELLED,
    losses.UNMENTIONED,
    losses.SILENT_SPEAKERS,
    losses.WITHOUT_SPANS,
    losses.DECISIONS,
    losses.UNKNOWN_KEYS,
)
"""The losses of formats that hold marks, links and facts."""
LOSSES_WITHOUT_FACTS: Final[tuple[Loss, ...]] = (
    losses.UNLABELLED,
    losses.ENTITY_DETAILS,
    losses.FIRST_NAMES,
    losses.UNMENTIONED,
    losses.NAMESAKES,
    losses.MENTION_DETAILS,
    losses.QUOTE_TYPES,
    losses.QUOTE_NOTES,
    losses.SPEAKER_STATUSES,
    losses.SILENT_SPEAKERS,
    losses.WITHOUT_SPANS,
    losses.HEAD_MARKS,
    losses.DECISIONS,
    losses.UNKNOWN_KEYS,
)
"""The losses of formats that hold only marks and links."""


class Mark(NamedTuple):
    """A labelled range of the text. `role` is None for a mention."""

    id: str
    label: str
    start: int
    end: int
    text: str
    role: Role | None = None


class Link(NamedTuple):
    """A link from one mark to another, by their ids."""

    type: str
    head: str
    child: str


class Graph(NamedTuple):
    """Marks in the order of the annotation, links, and facts by the id of a mark."""

    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    facts: Mapping[str, Mapping[str, str]] = {}


def safe_label(label: str) -> str:
    """Return the label of an entity for its marks: never empty, never equal to that of a quote
    part.
    """
    plain = label
    while plain.startswith(_PREFIX):
        plain = plain.removeprefix(_PREFIX)
    return _PREFIX + label if plain.upper() in ROLE_OF else label or _UNLABELLED


def true_label(label: str) -> str:
    """Return the label from which `safe_label` made this one; an empty label is not restored."""
    plain = label.removeprefix(_PREFIX)
    return plain if safe_label(plain) == label else label


def graph_of(annotation: "Annotation") -> Graph:
    """Return the annotation as marks, links and facts; the same ones until the next edit."""
    return annotation.derived(_graph)


def marks_of(annotation: "Annotation") -> tuple[Mark, ...]:
    """Return the marks of `graph_of` alone, which takes a third of the time."""
    return annotation.derived(_marks)


def _graph(annotation: "Annotation") -> Graph:
    view = annotation.derived(_View.of)
    return Graph(marks_of(annotation), tuple(_links(view)), _all_facts(view))


class _View(NamedTuple):
    """An annotation in its order, the mentions by their entity, and the heads of the quotes."""

    entities: list[Entity]
    mentions: dict[str, list[Mention]]
    quotes: list[Quote]
    heads: dict[str, str]

    @classmethod
    def of(cls, annotation: "Annotation") -> "_View":
        mentions: dict[str, list[Mention]] = {}
        for mention in annotation.ordered_mentions():
            mentions.setdefault(mention.entity_id, []).append(mention)
        quotes = [quote for quote in annotation.ordered_quotes() if quote.spans]
        heads = {quote.id: f"{quote.id}.{_head(quote)}" for quote in quotes}
        return cls(annotation.ordered_entities(), mentions, quotes, heads)


def _marks(annotation: "Annotation") -> tuple[Mark, ...]:
    view = annotation.derived(_View.of)
    found: list[Mark] = []
    for entity in view.entities:
        label = safe_label(entity.label)
        for id_, _, start, end, text, *_ in view.mentions.get(entity.id, ()):
            found.append(make_item(Mark, (id_, label, start, end, text, None)))
    for quote in view.quotes:
        for number, (role, start, end, text, *_) in enumerate(quote.spans):
            values = (f"{quote.id}.{number}", role.upper(), start, end, text, role)
            found.append(make_item(Mark, values))
    return tuple(found)


def _links(view: _View) -> Iterator[Link]:
    for first, *others in view.mentions.values():
        for other in others:
            yield make_item(Link, ("SAME_ENTITY", other.id, first.id))
    for quote in view.quotes:
        head = view.heads[quote.id]
        for number, span in enumerate(quote.spans):
            if (id_ := f"{quote.id}.{number}") != head:
                yield make_item(Link, (span.role.upper(), head, id_))
        for type_, entities in (("SPEAKER", quote.speakers), ("ADDRESSED", quote.addressees)):
            for id_ in entities:
                if id_ in view.mentions:
                    yield Link(type_, head, view.mentions[id_][0].id)
        if quote.parent in view.heads:
            yield Link("PARENT", head, view.heads[quote.parent])


def _all_facts(view: _View) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for entity in view.entities:
        id_ = entity.id
        for number, mention in enumerate(view.mentions.get(id_, ())):
            facts = found[mention.id] = {"entity": id_}
            _add_mention_facts(facts, mention)
            if not number:
                _add_entity_facts(facts, entity)
    for quote in view.quotes:
        found[view.heads[quote.id]] = _quote_facts(quote)
    return found


def _head(quote: Quote) -> int:
    """Return the index of the first content span, else 0 for the first span."""
    return next((n for n, span in enumerate(quote.spans) if span.role == "content"), 0)


def _add_mention_facts(facts: dict[str, str], mention: Mention) -> None:
    if mention.kind != "name":
        facts["kind"] = mention.kind
    if mention.note:
        facts["note"] = mention.note
    if mention.flags:
        facts["flags"] = _to_json(mention.flags)
    _add_later_facts(facts, mention)


def _add_entity_facts(facts: dict[str, str], entity: Entity) -> None:
    facts["name"] = entity.name
    if entity.link:
        facts["link"] = entity.link
    if entity.note:
        facts["entity_note"] = entity.note
    if entity.flags:
        facts["entity_flags"] = _to_json(entity.flags)
    if entity.extra and (attributes := attributes_of(entity)):
        facts["entity_attributes"] = json.dumps(attributes)
    _add_later_facts(facts, entity, "entity_")


def _quote_facts(quote: Quote) -> dict[str, str]:
    facts = {"quote": quote.id, "type": quote.type}
    if quote.speaker_status != "identified":
        facts["speaker_status"] = quote.speaker_status
    if quote.note:
        facts["note"] = quote.note
    if quote.flags:
        facts["flags"] = _to_json(quote.flags)
    if quote.attributes:
        facts["attributes"] = json.dumps(quote.attributes)
    if not quote.type_set:
        facts["type_set"] = "no"
    _add_later_facts(facts, quote)
    return facts


def later_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of the facts about fields that were added to a kind of item later."""
    prefix = "entity_" if kind is Entity else ""
    return tuple(f"{prefix}{field.name}" for field in later_fields(kind))


def _add_later_facts(facts: dict[str, str], item: tuple[Any, ...], prefix: str = "") -> None:
    """Add the fields that were added later, as far as they have not their default."""
    for field in later_fields(type(item)):
        value = item[field.place]
        if value != field.default:
            facts[f"{prefix}{field.name}"] = value if isinstance(value, str) else json.dumps(value)


def _later_values(kind: Kind, facts: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that `_add_later_facts` described; what does not fit is left out."""
    values = {}
    for name, field in zip(later_names(kind), later_fields(kind), strict=True):
        value: Any = facts.get(name)
        if value and field.type is not str:
            value = _parsed(value)
            value = tuple(value) if field.is_list and isinstance(value, list) else value
        if value is not None and field.shape.holds(value):
            values[field.name] = value
    return values


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def head_facts(head: Head) -> dict[str, str]:
    """Return status, notes, flags and time of an annotation, without empty values."""
    facts = {
        "notes": head.notes,
        "flags": _to_json(head.flags),
        "seconds": str(head.seconds or ""),
    }
    known = {"status": head.status} | {key: value for key, value in facts.items() if value}
    _add_later_facts(known, head)
    return known


def head_from(facts: Fields, status: str = "done") -> Head:
    """Return the head that `head_facts` described; its status is `status` where the facts have
    none.
    """
    status_text, seconds = facts.words("status"), facts.words("seconds")
    known = status_text if status_text in STATUSES else status
    counted = seconds.isdecimal() and len(seconds) <= _LONGEST_TIME
    return Head(
        cast("Any", known),
        facts.words("notes"),
        _from_json(facts.words("flags")),
        min(int(seconds), 10**9) if counted else 0,
        **_later_values(Head, {name: facts.words(name) for name in later_names(Head)}),
    )


def _to_json(values: tuple[str, ...]) -> str:
    return json.dumps(values) if values else ""


def _from_json(value: object) -> tuple[str, ...]:
    try:
        found = json.loads(str(value or "[]"))
    except (ValueError, RecursionError):
        return (str(value),)
    return tuple(map(str, found)) if isinstance(found, list) else (str(value),)


def _attributes(value: object) -> dict[str, Any] | None:
    try:
        found = json.loads(str(value or "null"))
    except (ValueError, RecursionError):
        return {"attributes": value}
    return found if isinstance(found, dict) and found else None


def annotation_of(graph: Graph, head: Head, remarks: list[str]) -> "Annotation":
    """Build an annotation from marks and links of any tool.

    Parts of quotes that any link connects are one quote. A link from a quote to a mention makes its
    entity the speaker. Unconnected mentions with the same label and text are one entity, unless
    facts name their entities. Links of other kinds are reported in `remarks`.
    """
    return _AnnotationBuilder(graph, remarks).annotation(head)


class _Groups:
    """Groups of ids that belong together (union-find), each known by its first id."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parents = {id_: id_ for id_ in ids}

    def first(self, id_: str) -> str:
        while self._parents[id_] != id_:
            self._parents[id_] = self._parents[self._parents[id_]]
            id_ = self._parents[id_]
        return id_

    def join(self, one: str, other: str) -> None:
        self._parents[self.first(one)] = self.first(other)


class _AnnotationBuilder:
    def __init__(self, graph: Graph, remarks: list[str]) -> None:
        self._marks = {mark.id: mark for mark in graph.marks}
        self._facts = graph.facts
        self._groups = _Groups(self._marks)
        self._links_by_head: dict[str, list[Link]] = {}
        for link in graph.links:
            self._add_link(link, remarks)
        self._join_unlinked_mentions()
        self._entity_ids: dict[str, str] = {}
        self._quote_ids: dict[str, str] = {}

    def _add_link(self, link: Link, remarks: list[str]) -> None:
        head, child = self._marks.get(link.head), self._marks.get(link.child)
        type_ = link.type.upper()
        if head is None or child is None:
            remarks.append(f"a link {link.type} to something that is not there was left out")
        elif _is_grouping_link(type_, head, child):
            self._groups.join(link.head, link.child)
        elif head.role is None and child.role is None:
            remarks.append(f"a relation {link.type} between entities was left out")
        elif head.role is None:
            self._store_link(Link(type_, link.child, link.head))
        else:
            self._store_link(Link(type_, link.head, link.child))

    def _store_link(self, link: Link) -> None:
        self._links_by_head.setdefault(link.head, []).append(link)

    def _join_unlinked_mentions(self) -> None:
        """Join mentions without a link by the entity in their facts, else by label and text."""
        seen: dict[tuple[str, ...], str] = {}
        for mark in self._marks.values():
            named = self._facts.get(mark.id, {}).get("entity")
            if mark.role is None:
                key = (named,) if named else (mark.label, mark.text)
                self._groups.join(mark.id, seen.setdefault(key, mark.id))

    def annotation(self, head: Head) -> "Annotation":
        from annotator.core.annotation import Annotation

        entities, mentions = self._entities()
        return Annotation(head=head, entities=entities, mentions=mentions, quotes=self._quotes())

    def _entities(self) -> tuple[list[Entity], list[Mention]]:
        entities: list[Entity] = []
        mentions: list[Mention] = []
        for group in self._grouped(mentions=True):
            id_ = f"e{len(entities) + 1}"
            first = group[0]
            self._entity_ids[self._groups.first(first.id)] = id_
            facts: dict[str, str] = {}
            for mark in group:
                facts = dict(self._facts.get(mark.id, {})) | facts
            attributes = _attributes(facts.get("entity_attributes"))
            entities.append(
                Entity(
                    id_, true_label(first.label), facts.get("name", first.text),
                    len(entities) + 1, facts.get("link") or None, facts.get("entity_note", ""),
                    _from_json(facts.get("entity_flags")),
                    {KEY: attributes} if attributes else None,
                    **_later_values(Entity, facts),
                )
            )  # fmt: skip
            for mark in group:
                mentions.append(self._mention(mark, id_, len(mentions) + 1))
        return entities, mentions

    def _mention(self, mark: Mark, entity: str, ordinal: int) -> Mention:
        facts = self._facts.get(mark.id, {})
        kind = facts.get("kind", "name")
        known = kind if kind in MENTION_KINDS else "name"
        return Mention(
            f"m{ordinal}", entity, mark.start, mark.end, mark.text, ordinal, known,
            facts.get("note", ""), _from_json(facts.get("flags")), **_later_values(Mention, facts),
        )  # fmt: skip

    def _quotes(self) -> list[Quote]:
        groups = list(self._grouped(mentions=False))
        for number, group in enumerate(groups, start=1):
            self._quote_ids[self._groups.first(group[0].id)] = f"q{number}"
        return _without_cycles(
            [self._quote(group, number) for number, group in enumerate(groups, start=1)]
        )

    def _quote(self, group: list[Mark], ordinal: int) -> Quote:
        facts: dict[str, str] = {}
        for mark in group:
            facts = dict(self._facts.get(mark.id, {})) | facts
        status = facts.get("speaker_status", "identified")
        known = status if status in SPEAKER_STATUSES else "identified"
        return Quote(
            id=f"q{ordinal}",
            ordinal=ordinal,
            spans=tuple(RoleSpan(_role(m), m.start, m.end, m.text) for m in group),
            type=facts.get("type") or "unknown",
            type_set=facts.get("type_set") != "no",
            speakers=self._linked(group, addressed=False),
            speaker_status=known,
            addressees=self._linked(group, addressed=True),
            parent=self._parent(group),
            note=facts.get("note", ""),
            flags=_from_json(facts.get("flags")),
            attributes=_attributes(facts.get("attributes")),
            **_later_values(Quote, facts),
        )

    def _links(self, group: list[Mark]) -> Iterator[Link]:
        for mark in group:
            yield from self._links_by_head.get(mark.id, ())

    def _linked(self, group: list[Mark], *, addressed: bool) -> tuple[str, ...]:
        found = [
            self._entity_ids[self._groups.first(link.child)]
            for link in self._links(group)
            if self._marks[link.child].role is None and (link.type == "ADDRESSED") == addressed
        ]
        return tuple(dict.fromkeys(found))

    def _parent(self, group: list[Mark]) -> str | None:
        for link in self._links(group):
            if link.type == "PARENT" and self._marks[link.child].role:
                return self._quote_ids[self._groups.first(link.child)]
        return None

    def _grouped(self, *, mentions: bool) -> Iterator[list[Mark]]:
        groups: dict[str, list[Mark]] = {}
        for mark in self._marks.values():
            if (mark.role is None) == mentions:
                groups.setdefault(self._groups.first(mark.id), []).append(mark)
        yield from groups.values()


def _without_cycles(quotes: list[Quote]) -> list[Quote]:
    """Return the quotes without the parents that would put a quote inside itself."""
    parents = {quote.id: quote.parent for quote in quotes}
    for id_, parent in parents.items():
        above, at = {id_}, parent
        while at is not None and at not in above:
            above.add(at)
            at = parents[at]
        if at == id_:  # a cycle further up is cut there
            parents[id_] = None
    return [quote._replace(parent=parents[quote.id]) for quote in quotes]


def _is_grouping_link(type_: str, head: Mark, child: Mark) -> bool:
    """Return whether the link joins both marks into one quote or one entity."""
    if head.role and child.role:
        return type_ != "PARENT"
    return head.role is None and child.role is None and type_ in _SAME_ENTITY_TYPES


def _role(mark: Mark) -> Role:
    assert mark.role is not None
    return mark.role


def role_of(label: str) -> Role | None:
    """Return the role that another tool's label names, ignoring case; None for other labels."""
    return ROLE_OF.get(label.strip().upper())
