"""How many spans of two annotators are the same, and how many meet."""

from collections import Counter
from collections.abc import Sequence

Span = tuple[int, int, str]
"""Start, end, and label or role."""


def exact_matches(left: Sequence[Span], right: Sequence[Span]) -> int:
    """Spans with the same bounds and label. Each counts as often as both sides have it."""
    return (Counter(left) & Counter(right)).total()


def overlapping_matches(left: Sequence[Span], right: Sequence[Span]) -> int:
    """Spans of one label matched one to one: the same ones first, then those that meet most."""
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
                far = abs(start - other_start) + abs(end - other_end)
                candidates.append((-common, far, min(start, other_start), i, j))
    used_left: set[int] = set()
    used_right: set[int] = set()
    for *_, i, j in sorted(candidates):
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
    return same.total() + len(used_left)
