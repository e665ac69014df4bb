"""Which spans lie where: the index that painting and hit tests ask."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Item, Mention, Quote, RoleSpan

_BIN = 2048


class Placed(NamedTuple):
    """One span in the text: a mention (`part` None) or a part of a quote."""

    start: int
    end: int
    kind: Literal["mention", "quote"]
    id: str
    part: RoleSpan | None = None


class SpanIndex:
    """Spans of one annotation by place, in code points. A query costs what it finds."""

    def __init__(self, annotation: Annotation) -> None:
        self._bins: dict[int, list[Placed]] = {}
        # What a bin will hold once it is asked for: most of a long article never is.
        self._unread: defaultdict[int, list[Mention | tuple[str, RoleSpan]]] = defaultdict(list)
        unread = self._unread
        for mention in annotation.mentions.values():
            for number in _bins(mention):
                unread[number].append(mention)
        for quote in annotation.quotes.values():
            for part in quote.spans:
                for number in _bins(part):
                    unread[number].append((quote.id, part))

    def touching(self, start: int, end: int) -> list[Placed]:
        """The spans that share a code point with `[start, end)`, each once, by start."""
        first, last = start // _BIN, max(end - 1, start) // _BIN
        found = [
            placed
            for number in range(first, last + 1)
            for placed in self._bin(number)
            if placed.start < end
            and placed.end > start
            and number == max(first, placed.start // _BIN)  # once, though in several bins
        ]
        return sorted(found, key=_by_start)

    def at(self, offset: int) -> list[Placed]:
        """The spans around a code point, the shortest first."""
        return sorted(self.touching(offset, offset + 1), key=lambda p: (p.end - p.start, p.start))

    def apply(self, edit: Edit) -> None:
        """Follow an edit that the annotation has just made."""
        for change in edit.changes:
            self._remove(_places(change.before))
            self._add(_places(change.after))

    def _add(self, places: Iterable[Placed]) -> None:
        for placed in places:
            for number in _bins(placed):
                self._bin(number).append(placed)

    def _remove(self, places: Iterable[Placed]) -> None:
        for placed in places:
            for number in _bins(placed):
                self._bin(number).remove(placed)

    def _bin(self, number: int) -> list[Placed]:
        found = self._bins.get(number)
        if found is None:
            found = [
                Placed(item.start, item.end, "mention", item.id)
                if isinstance(item, Mention)
                else Placed(item[1].start, item[1].end, "quote", *item)
                for item in self._unread.pop(number, ())
            ]
            self._bins[number] = found
        return found


def _bins(span: Mention | RoleSpan | Placed) -> range:
    return range(span.start // _BIN, (span.end - 1) // _BIN + 1)


def _by_start(placed: Placed) -> tuple[int, int]:
    return placed.start, -placed.end


def _places(item: Item | None) -> Iterator[Placed]:
    if isinstance(item, Mention):
        yield Placed(item.start, item.end, "mention", item.id)
    elif isinstance(item, Quote):
        for part in item.spans:
            yield Placed(part.start, part.end, "quote", item.id, part)
