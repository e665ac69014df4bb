"""An index of spans by position, for painting and hit tests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Item, Mention, Quote, RoleSpan

_BIN_SIZE = 2048


class PlacedSpan(NamedTuple):
    """One span in the text: a mention (`part` is None) or a part of a quote."""

    start: int
    end: int
    kind: Literal["mention", "quote"]
    id: str
    part: RoleSpan | None = None


class SpanIndex:
    """Spans of one annotation by position, in code points.

    The cost of a query depends on what it finds.
    """

    def __init__(self, annotation: Annotation) -> None:
        self._bins: dict[int, list[PlacedSpan]] = {}
        # Bins are filled on first use: most of a long article is never queried.
        self._unbuilt: defaultdict[int, list[Mention | tuple[str, RoleSpan]]] = defaultdict(list)
        unbuilt = self._unbuilt
        for mention in annotation.mentions.values():
            for number in _bins(mention):
                unbuilt[number].append(mention)
        for quote in annotation.quotes.values():
            for part in quote.spans:
                for number in _bins(part):
                    unbuilt[number].append((quote.id, part))

    def touching(self, start: int, end: int) -> list[PlacedSpan]:
        """Return the spans that share a code point with `[start, end)`, each once, by start."""
        first, last = start // _BIN_SIZE, max(end - 1, start) // _BIN_SIZE
        found = [
            placed
            for number in range(first, last + 1)
            for placed in self._bin(number)
            if placed.start < end
            and placed.end > start
            and number == max(first, placed.start // _BIN_SIZE)  # once, even in several bins
        ]
        return sorted(found, key=_by_start)

    def at(self, offset: int) -> list[PlacedSpan]:
        """Return the spans that contain a code point, the shortest first."""
        return sorted(self.touching(offset, offset + 1), key=lambda p: (p.end - p.start, p.start))

    def apply(self, edit: Edit) -> None:
        """Update for an edit that the annotation has just made."""
        for change in edit.changes:
            self._remove(_placed_spans(change.before))
            self._add(_placed_spans(change.after))

    def _add(self, places: Iterable[PlacedSpan]) -> None:
        for placed in places:
            for number in _bins(placed):
                self._bin(number).append(placed)

    def _remove(self, places: Iterable[PlacedSpan]) -> None:
        for placed in places:
            for number in _bins(placed):
                self._bin(number).remove(placed)

    def _bin(self, number: int) -> list[PlacedSpan]:
        found = self._bins.get(number)
        if found is None:
            found = [
                PlacedSpan(item.start, item.end, "mention", item.id)
                if isinstance(item, Mention)
                else PlacedSpan(item[1].start, item[1].end, "quote", *item)
                for item in self._unbuilt.pop(number, ())
            ]
            self._bins[number] = found
        return found


def _bins(span: Mention | RoleSpan | PlacedSpan) -> range:
    return range(span.start // _BIN_SIZE, (span.end - 1) // _BIN_SIZE + 1)


def _by_start(placed: PlacedSpan) -> tuple[int, int]:
    return placed.start, -placed.end


def _placed_spans(item: Item | None) -> Iterator[PlacedSpan]:
    if isinstance(item, Mention):
        yield PlacedSpan(item.start, item.end, "mention", item.id)
    elif isinstance(item, Quote):
        for part in item.spans:
            yield PlacedSpan(part.start, part.end, "quote", item.id, part)
