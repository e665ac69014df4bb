"""Exact and overlapping matches between the spans of two annotators."""

from collections import Counter
from collections.abc import Sequence

Span = tuple[int, int, str]
"""Start, end, and label or role."""


def exact_matches(left: Sequence[Span], right: Sequence[Span]) -> int:
    """Return the number of equal spans with the same label, counted as often as both have them."""
    return (Counter(left) & Counter(right)).total()


def overlapping_matches(left: Sequence[Span], right: Sequence[Span]) -> int:
    """Return the number of overlapping spans of one label, matched one to one.

    Equal spans are matched first, then those with the longest overlap.
    """
    same = Counter(left) & Counter(right)
    lefts = sorted((Counter(left) - same).elements())
    rights = sorted((Counter(right) - same).elements())
    candidates = []
    for i, (start, end, label) in enumerate(lefts):
        for j in range(len(rights)):
            other_start, other_end, other_label = rights[j]
            if other_start >= end:
                break
            common = min(end, other_end) - max(start, other_start)
            if common > 0 and label == other_label:
                distance = abs(start - other_start) + abs(end - other_end)
                candidates.append((-common, distance, min(start, other_start), i, j))
    used_left: set[int] = set()
    used_right: set[int] = set()
    for *_, i, j in sorted(candidates):
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
    return same.total() + len(used_left)
