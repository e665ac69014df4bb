"""One annotator's annotation of one article, indexed for editing."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import count, islice
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

from annotator.core.edit import Change, Edit
from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.core.models import Decision, Entity, Head, Item, Mention, Quote
from annotator.core.text import name_words

_ORDINAL: Final = attrgetter("ordinal")
_ID: Final = attrgetter("id")
_NAME: Final = attrgetter("name")
_TEXT: Final = attrgetter("text")
_PREFIXES: Final[dict[type[Item], str]] = {
    Entity: "e",
    Mention: "m",
    Quote: "q",
    Decision: "d",
}
_T = TypeVar("_T")
_BATCH_SIZE: Final = 1000
"""The number of items that are added to an index before other code may run."""


class StaleEdit(AnnotatorError):
    """An edit found an item in another state than it expected; nothing was changed."""


class Annotation:
    """Entities, mentions, quotes and decisions by id.

    Only `apply` changes it. The dictionaries are not copied for reading.
    """

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

    # Built on first use: an export reads ten thousand annotations and needs no index.

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
    def _names_of_entities(self) -> "_Index":
        return _Names(self.entities, lambda entity: name_words(entity.name), _NAME)

    @cached_property
    def _names_in_text(self) -> "_Index":
        return _Names(self.mentions, lambda mention: name_words(mention.text), _TEXT)

    @cached_property
    def _quotes_from(self) -> "_Index":
        return _Index(self.quotes, lambda quote: (quote.start,))

    @cached_property
    def _quotes_of(self) -> "_Index":
        return _Index(
            self.quotes, lambda quote: dict.fromkeys((*quote.speakers, *quote.addressees))
        )

    @cached_property
    def _derived(self) -> dict[Callable[["Annotation"], Any], Any]:
        return {}

    @cached_property
    def _indexes(self) -> "dict[type[Item], tuple[_Index, ...]]":
        return {
            Entity: (self._entities_named, self._names_of_entities),
            Mention: (
                self._mentions_of,
                self._mentions_at,
                self._mentions_saying,
                self._names_in_text,
            ),
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
        """Return an annotation of these items, which may be of any kind."""
        made = cls(head=head, updated=updated)
        for item in items:
            if not isinstance(item, Head):
                made._tables[type(item)][item.id] = item
        return made

    def items(self) -> Iterator[Item]:
        """Yield all items but the head: entities, mentions, quotes, decisions."""
        for table in self._tables.values():
            yield from table.values()

    def derived(self, make: "Callable[[Annotation], _T]") -> _T:
        """Return `make(self)`, which is called once for all who ask until the next edit.

        An export asks for the same view of an annotation to write it and to find its losses.
        """
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast("_T", self._derived[make])

    def mentions_of(self, entity_id: str) -> list[Mention]:
        """Return the mentions of one entity, in text order."""
        found = (self.mentions[id_] for id_ in self._mentions_of.ids(entity_id))
        return sorted(found, key=lambda mention: (mention.start, mention.end, mention.ordinal))

    def mention_count(self, entity_id: str) -> int:
        """Return the number of mentions of the entity, in constant time."""
        return len(self._mentions_of.ids(entity_id))

    def mentions_at(self, start: int, end: int) -> list[Mention]:
        """Return the mentions whose span is exactly `[start, end)`."""
        return [self.mentions[id_] for id_ in sorted(self._mentions_at.ids((start, end)))]

    def entity_called(self, text: str, label: str) -> Entity | None:
        """Return the first entity of `label` with this name or a mention of exactly this text."""
        ids = set(self._entities_named.ids(" ".join(text.split())))
        ids.update(self.mentions[id_].entity_id for id_ in self._mentions_saying.ids(text))
        found = (self.entities[id_] for id_ in ids)
        return min(
            (entity for entity in found if entity.label == label),
            key=lambda entity: entity.ordinal,
            default=None,
        )

    def names_with(self, word: str) -> set[str]:
        """Return the names that contain the word, which is one of `core.text.name_words`.

        These are names of entities and texts of mentions, including some that no longer exist.
        """
        return {*self._names_of_entities.ids(word), *self._names_in_text.ids(word)}

    def entities_named(self, name: str) -> set[str]:
        """Return the ids of the entities with this name, or with a mention of kind "name" of it."""
        with_text = (self.mentions[id_] for id_ in self._mentions_saying.ids(name))
        return {
            *self._entities_named.ids(name),
            *(mention.entity_id for mention in with_text if mention.kind == "name"),
        }

    def quotes_from(self, start: int) -> list[Quote]:
        """Return the quotes whose content starts at code point `start`."""
        return [self.quotes[id_] for id_ in sorted(self._quotes_from.ids(start))]

    def quotes_of(self, entity_id: str) -> list[Quote]:
        """Return the quotes that are attributed or addressed to the entity."""
        return [self.quotes[id_] for id_ in sorted(self._quotes_of.ids(entity_id))]

    def ordered_entities(self) -> list[Entity]:
        return sorted(self.entities.values(), key=_ORDINAL)

    def ordered_mentions(self) -> list[Mention]:
        return sorted(self.mentions.values(), key=_ORDINAL)

    def ordered_quotes(self) -> list[Quote]:
        return sorted(self.quotes.values(), key=_ORDINAL)

    def next_id(self, kind: type[Item]) -> tuple[str, int]:
        """Return a free id, such as "e7", "m7" or "q7", and ordinal for a new item of this kind."""
        return next(self.free_ids(kind))

    def free_ids(self, kind: type[Item]) -> Iterator[tuple[str, int]]:
        """Return an iterator of free ids with ordinals, for edits that make several items."""
        table, prefix = self._tables[kind], _PREFIXES[kind]
        numbers = count(max(self._counter(kind), 1))
        return ((f"{prefix}{n}", n) for n in numbers if f"{prefix}{n}" not in table)

    def warm(self) -> None:
        """Build the indexes that the first edit would otherwise wait for."""
        for _ in self.preload_indexes():
            pass

    def preload_indexes(self) -> Iterator[None]:
        """Build the indexes in steps of about a millisecond; edits may come in between."""
        for indexes in self._indexes.values():
            for index in indexes:
                while index.grow(_BATCH_SIZE):
                    yield
        for kind in self._tables:
            self._counter(kind)
            yield

    def apply(self, edit: Edit) -> None:
        """Make all changes of `edit`, or none.

        Raises:
            StaleEdit: An item is no longer as the edit expects it.
        """
        self.check(edit)
        self.__dict__.pop("_derived", None)
        for change in edit.changes:
            self._apply_change(change)

    def check(self, edit: Edit) -> None:
        """Check that `edit` can be applied.

        Raises:
            StaleEdit: An item is no longer as the edit expects it.
        """
        for change in edit.changes:
            self._check(change)

    def _counter(self, kind: type[Item]) -> int:
        if kind not in self._counters:
            ordinals = (row.ordinal for row in self._tables[kind].values())
            self._counters[kind] = max(ordinals, default=0) + 1
        return self._counters[kind]

    def _check(self, change: Change) -> None:
        item = change.item
        current = self.head if isinstance(item, Head) else self._tables[type(item)].get(item.id)
        if _without_seconds(current) != _without_seconds(change.before):
            raise StaleEdit(
                message("this was changed elsewhere in the meantime; look again and repeat")
            )

    def _apply_change(self, change: Change) -> None:
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


def _without_seconds(item: Item | None) -> Item | None:
    """Return the item without the time spent, which changes independently of edits."""
    return item._replace(seconds=0) if isinstance(item, Head) else item


class _Index:
    """Ids by properties of their items; built on first use and kept up to date from then on."""

    def __init__(
        self,
        table: Mapping[str, Any],
        keys: Callable[[Any], Iterable[Hashable]],
        value: Callable[[Any], str] = _ID,
    ) -> None:
        self._table = table
        self._keys = keys
        self._value = value
        # Most properties have one item: a set for each would take 200 bytes and half the time.
        self._ids: dict[Hashable, str | set[str]] = {}
        self._remaining: Iterator[Any] | None = None
        self._complete = False

    def ids(self, key: Hashable) -> Collection[str]:
        self._finish()
        found: Collection[str] = self._ids.get(key, ())
        return (found,) if isinstance(found, str) else found

    def grow(self, count: int) -> bool:
        """Add the next `count` items; return whether some are left."""
        if self._complete:
            return False
        if self._remaining is None:
            self._remaining = iter(list(self._table.values()))
        some = list(islice(self._remaining, count))
        for item in some:
            for key in self._keys(item):
                self._add(key, self._value(item))
        self._complete = len(some) < count
        return not self._complete

    def change(self, before: Item | None, after: Item | None) -> None:
        if self._remaining is None:
            return  # not in use yet
        self._finish()
        if before is not None:
            for key in self._keys(before):
                self._discard(key, self._value(before))
        if after is not None:
            for key in self._keys(after):
                self._add(key, self._value(after))

    def _finish(self) -> None:
        while self.grow(_BATCH_SIZE):
            pass

    def _add(self, key: Hashable, id_: str) -> None:
        found = self._ids.setdefault(key, id_)
        if isinstance(found, set):
            found.add(id_)
        elif found != id_:
            self._ids[key] = {found, id_}

    def _discard(self, key: Hashable, id_: str) -> None:
        found = self._ids.get(key)
        if isinstance(found, set):
            found.discard(id_)
        elif found == id_:
            del self._ids[key]


class _Names(_Index):
    """Names by their words.

    A name that no item has any more stays in the index; the caller finds no item with it.
    """

    def _discard(self, key: Hashable, id_: str) -> None:
        pass
