"""Sets of ranges of a text, half-open and in code points: how much they cover and share."""

from collections.abc import Sequence

Range = tuple[int, int]


def length(ranges: Sequence[Range]) -> int:
    """How much they cover; what several cover counts as often."""
    return sum(end - start for start, end in ranges)


def common(some: Sequence[Range], others: Sequence[Range]) -> int:
    """How much both cover."""
    return sum(
        max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others
    )
