"""Tokens of a text, and which of them spans cover, as integers with a bit for each token."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")


class Tokens:
    """The words and punctuation marks of a text, in order."""

    def __init__(self, text: str) -> None:
        found = [match.span() for match in _TOKEN.finditer(text)]
        self._starts = [start for start, _ in found]
        self._ends = [end for _, end in found]
        self.every = (1 << len(found)) - 1

    def __len__(self) -> int:
        return len(self._starts)

    def mask(self, start: int, end: int) -> int:
        """Return the tokens that share a code point with `[start, end)`."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return (1 << last) - (1 << first) if first < last else 0

    def categories(
        self, spans: Iterable[tuple[int, int, str]], names: Sequence[str]
    ) -> tuple[int, ...]:
        """Return the tokens of each category and, last, of none.

        Of nested spans the inner one counts.
        """
        masks = dict.fromkeys(names, 0)
        assigned = 0
        for start, end, name in sorted(spans, key=lambda span: (span[1] - span[0], span)):
            covered = self.mask(start, end) & ~assigned
            masks[name] |= covered
            assigned |= covered
        return (*masks.values(), self.every & ~assigned)


def agreeing(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens are in the same category on both sides."""
    return sum((one & other).bit_count() for one, other in zip(left, right, strict=True))


def sizes(masks: Sequence[int]) -> list[int]:
    """Return how many tokens each category has."""
    return [mask.bit_count() for mask in masks]
