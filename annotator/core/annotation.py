"""One annotator's work on one article, indexed for editing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from annotator.core.edit import Change, Edit
from annotator.core.errors import AnnotatorError
from annotator.core.models import Decision, Entity, Head, Item, Mention, Quote

_ORDINAL: Final = attrgetter("ordinal")
_PREFIXES: Final[dict[type[Item], str]] = {
    Entity: "e",
    Mention: "m",
    Quote: "q",
    Decision: "d",
}


class StaleEdit(AnnotatorError):
    """An edit met an item that is not as the edit last saw it; nothing was changed."""


class Annotation:
    """Entities, mentions and quotes by id. Only `apply` changes it; reading costs no copy."""

    def __init__(
        self,
        *,
        head: Head | None = None,
        entities: Iterable[Entity] = (),
        mentions: Iterable[Mention] = (),
        quotes: Iterable[Quote] = (),
        decisions: Iterable[Decision] = (),
        updated: str | None = None,
    ) -> None:
        self.head = head or Head()
        self.updated = updated
        self.entities: dict[str, Entity] = {entity.id: entity for entity in entities}
        self.mentions: dict[str, Mention] = {mention.id: mention for mention in mentions}
        self.quotes: dict[str, Quote] = {quote.id: quote for quote in quotes}
        self.decisions: dict[str, Decision] = {decision.id: decision for decision in decisions}
        self._tables: dict[type[Item], dict[str, Any]] = {
            Entity: self.entities,
            Mention: self.mentions,
            Quote: self.quotes,
            Decision: self.decisions,
        }
        self._counters: dict[type[Item], int] = {}

    # Made at the first question: an export reads ten thousand annotations and asks none.

    @cached_property
    def _mentions_of(self) -> "_Index":
        return _Index(self.mentions, lambda mention: (mention.entity_id,))

    @cached_property
    def _mentions_at(self) -> "_Index":
        return _Index(self.mentions, lambda mention: ((mention.start, mention.end),))

    @cached_property
    def _mentions_saying(self) -> "_Index":
        return _Index(self.mentions, lambda mention: (mention.text,))

    @cached_property
    def _entities_named(self) -> "_Index":
        return _Index(self.entities, lambda entity: (entity.name,))

    @cached_property
    def _quotes_from(self) -> "_Index":
        return _Index(self.quotes, lambda quote: (quote.start,))

    @cached_property
    def _quotes_of(self) -> "_Index":
        return _Index(
            self.quotes, lambda quote: dict.fromkeys((*quote.speakers, *quote.addressees))
        )

    @cached_property
    def _indexes(self) -> "dict[type[Item], tuple[_Index, ...]]":
        return {
            Entity: (self._entities_named,),
            Mention: (self._mentions_of, self._mentions_at, self._mentions_saying),
            Quote: (self._quotes_from, self._quotes_of),
            Decision: (),
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Annotation):
            return NotImplemented
        return (
            self.head == other.head
            and self.entities == other.entities
            and self.mentions == other.mentions
            and self.quotes == other.quotes
            and self.decisions == other.decisions
        )

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def of(cls, head: Head, items: Iterable[Item], updated: str | None = None) -> "Annotation":
        """An annotation of these items, of whatever kinds."""
        made = cls(head=head, updated=updated)
        for item in items:
            if not isinstance(item, Head):
                made._tables[type(item)][item.id] = item
        return made

    def items(self) -> Iterator[Item]:
        """All items but the head: entities, mentions, quotes, decisions."""
        for table in self._tables.values():
            yield from table.values()

    def mentions_of(self, entity_id: str) -> list[Mention]:
        """The mentions of one entity, in the order of the text."""
        found = (self.mentions[id_] for id_ in self._mentions_of.ids(entity_id))
        return sorted(found, key=lambda mention: (mention.start, mention.end, mention.ordinal))

    def mention_count(self, entity_id: str) -> int:
        """How many mentions the entity has; costs nothing."""
        return len(self._mentions_of.ids(entity_id))

    def mentions_at(self, start: int, end: int) -> list[Mention]:
        """The mentions that are exactly `[start, end)`."""
        return [self.mentions[id_] for id_ in sorted(self._mentions_at.ids((start, end)))]

    def entity_called(self, text: str, label: str) -> Entity | None:
        """The first entity of `label` with this name, or with a mention of exactly this text."""
        ids = set(self._entities_named.ids(" ".join(text.split())))
        ids.update(self.mentions[id_].entity_id for id_ in self._mentions_saying.ids(text))
        found = (self.entities[id_] for id_ in ids)
        return min(
            (entity for entity in found if entity.label == label),
            key=lambda entity: entity.ordinal,
            default=None,
        )

    def quotes_from(self, start: int) -> list[Quote]:
        """The quotes whose content starts at code point `start`."""
        return [self.quotes[id_] for id_ in sorted(self._quotes_from.ids(start))]

    def quotes_of(self, entity_id: str) -> list[Quote]:
        """The quotes that are attributed or addressed to the entity."""
        return [self.quotes[id_] for id_ in sorted(self._quotes_of.ids(entity_id))]

    def ordered_entities(self) -> list[Entity]:
        return sorted(self.entities.values(), key=_ORDINAL)

    def ordered_mentions(self) -> list[Mention]:
        return sorted(self.mentions.values(), key=_ORDINAL)

    def ordered_quotes(self) -> list[Quote]:
        return sorted(self.quotes.values(), key=_ORDINAL)

    def next_id(self, kind: type[Item], *, taken: int = 0) -> tuple[str, int]:
        """A free id for a new Entity ("e7"), Mention ("m7") or Quote ("q7"), and its ordinal.

        `taken` skips that many free ones, for edits that make several items at once.
        """
        table, prefix = self._tables[kind], _PREFIXES[kind]
        number = max(self._counter(kind), 1)
        while True:
            if f"{prefix}{number}" not in table:
                if not taken:
                    return f"{prefix}{number}", number
                taken -= 1
            number += 1

    def warm(self) -> None:
        """Build the look-ups that the first edit would otherwise wait for."""
        for indexes in self._indexes.values():
            for index in indexes:
                index.ids(None)
        for kind in self._tables:
            self._counter(kind)

    def apply(self, edit: Edit) -> None:
        """Make all changes of `edit`, or none. Raises StaleEdit where it no longer fits."""
        for change in edit.changes:
            self._check(change)
        for change in edit.changes:
            self._make(change)

    def _counter(self, kind: type[Item]) -> int:
        if kind not in self._counters:
            ordinals = (row.ordinal for row in self._tables[kind].values())
            self._counters[kind] = max(ordinals, default=0) + 1
        return self._counters[kind]

    def _check(self, change: Change) -> None:
        item = change.item
        current = self.head if isinstance(item, Head) else self._tables[type(item)].get(item.id)
        if _timeless(current) != _timeless(change.before):
            raise StaleEdit("this was changed elsewhere in the meantime; look again and repeat")

    def _make(self, change: Change) -> None:
        before, after = change.before, change.after
        if isinstance(after, Head):
            self.head = after._replace(seconds=self.head.seconds)
            return
        kind = type(change.item)
        for index in self._indexes[kind]:
            index.change(before, after)
        if after is None:
            del self._tables[kind][change.item.id]  # type: ignore[union-attr]  # never a head
            return
        self._tables[kind][after.id] = after
        if kind in self._counters:
            self._counters[kind] = max(self._counters[kind], after.ordinal + 1)


def _timeless(item: Item | None) -> Item | None:
    """The item without the time spent, which goes on while edits come and go."""
    return item._replace(seconds=0) if isinstance(item, Head) else item


class _Index:
    """Ids by properties of their items; built at the first question, kept up from then on."""

    def __init__(self, table: Mapping[str, Any], keys: Callable[[Any], Iterable[Hashable]]) -> None:
        self._table = table
        self._keys = keys
        self._ids: defaultdict[Hashable, set[str]] | None = None

    def ids(self, key: Hashable) -> Collection[str]:
        return self._built().get(key, ())

    def change(self, before: Item | None, after: Item | None) -> None:
        if self._ids is None:
            return
        if before is not None:
            for key in self._keys(before):
                self._ids[key].discard(before.id)  # type: ignore[union-attr]  # never a head
        if after is not None:
            for key in self._keys(after):
                self._ids[key].add(after.id)  # type: ignore[union-attr]

    def _built(self) -> defaultdict[Hashable, set[str]]:
        if self._ids is None:
            self._ids = defaultdict(set)
            for id_, item in self._table.items():
                for key in self._keys(item):
                    self._ids[key].add(id_)
        return self._ids
