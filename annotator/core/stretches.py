"""Ranges of a text by number, and which of them touch another one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

Range = tuple[int, int]
"""Half-open, in code points."""


class Stretches:
    """Ranges that may lie on one another. They are given in the order of their starts."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self.starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]
        self._reach: list[int] = []
        for end in self._ends:
            self._reach.append(max(end, self._reach[-1] if self._reach else 0))

    def touching(self, start: int, end: int) -> Iterator[int]:
        """The numbers of those that share a code point with `[start, end)`, the last first.

        Costs what it finds, where the ranges before are about as long.
        """
        number = bisect_left(self.starts, end) - 1
        while number >= 0 and self._reach[number] > start:
            if self._ends[number] > start:
                yield number
            number -= 1


def mostly_common(some: Sequence[Range], others: Sequence[Range]) -> bool:
    """Whether two sets of ranges have half of what they cover in common."""
    common = sum(
        max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others
    )
    length = sum(end - start for start, end in (*some, *others))
    return 2 * common >= 0.5 * length
