"""Krippendorff's alpha for unitizing (Content Analysis, 2nd edition 2004, section 11.6)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

Interval = tuple[int, int]


def disagreement(length: int, units: Sequence[Sequence[Interval]]) -> tuple[float, float]:
    """Return observed and expected disagreement about one category of units in one continuum.

    `units` are half-open intervals by annotator. Overlapping units of one annotator count as one,
    as the coefficient does not allow them.
    """
    merged = [merged_units(own) for own in units]
    if length < 1 or len(units) < 2 or not any(merged):
        return 0.0, 0.0
    gaps = [list(_gaps(own, length)) for own in merged]
    return _observed(length, merged, gaps), _expected(length, merged, gaps)


def merged_units(units: Iterable[Interval]) -> list[Interval]:
    """Return the units in order, overlapping ones merged."""
    merged: list[Interval] = []
    for start, end in sorted(units):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _gaps(units: Sequence[Interval], length: int) -> Iterator[Interval]:
    at = 0
    for start, end in units:
        if start > at:
            yield at, start
        at = end
    if at < length:
        yield at, length


def _observed(length: int, units: list[list[Interval]], gaps: list[list[Interval]]) -> float:
    total = 0
    for i, own in enumerate(units):
        for j, others in enumerate(units):
            if i < j:
                total += 2 * _boundaries(own, others)
            if i != j:
                # Each of these counts for the unit and for the gap.
                total += 2 * _missed(own, gaps[j])
    observers = len(units)
    return total / (observers * (observers - 1) * length**2)


def _boundaries(own: list[Interval], others: list[Interval]) -> int:
    """Return the squared distances of the edges of units that overlap."""
    total, first = 0, 0
    for start, end in own:
        while first < len(others) and others[first][1] <= start:
            first += 1
        for other_start, other_end in others[first:]:
            if other_start >= end:
                break
            total += (start - other_start) ** 2 + (end - other_end) ** 2
    return total


def _missed(own: list[Interval], gaps: list[Interval]) -> int:
    """Return the squared lengths of units that lie within a gap of the other."""
    starts = [start for start, _ in gaps]
    total = 0
    for start, end in own:
        number = bisect_left(starts, start + 1) - 1
        if number >= 0 and gaps[number][1] >= end:
            total += (end - start) ** 2
    return total


def _expected(length: int, units: list[list[Interval]], gaps: list[list[Interval]]) -> float:
    sizes = [end - start for own in units for start, end in own]
    count = len(sizes)
    holes = sorted(end - start for own in gaps for start, end in own)
    below = [0, *accumulate(holes)]
    total = 0.0
    for size in sizes:
        first = bisect_left(holes, size)
        room = below[-1] - below[first] - (len(holes) - first) * (size - 1)
        total += (count - 1) / 3 * (2 * size**3 - 3 * size**2 + size) + size**2 * room
    whole = len(units) * length
    divisor = whole * (whole - 1) - sum(size * (size - 1) for size in sizes)
    return 2 / length * total / divisor if divisor else 0.0
