"""Lists of ranges of a text, half-open and in code points: their length and overlap."""

from collections.abc import Sequence

Range = tuple[int, int]


def length(ranges: Sequence[Range]) -> int:
    """Return the total length; code points in several ranges count several times."""
    return sum(end - start for start, end in ranges)


def common(some: Sequence[Range], others: Sequence[Range]) -> int:
    """Return the length that both cover."""
    return sum(
        max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others
    )
