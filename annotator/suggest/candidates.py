"""Candidates for quotes that rules or models find, in code points."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from annotator.core.intervals import common, length
from annotator.core.message import Message
from annotator.core.suggestion import Origin

Span = tuple[int, int]
_BIN: Final = 1_024


class QuoteCandidate(NamedTuple):
    """A candidate for a quote. `pattern` names the rule that found it, `reason` explains it."""

    parts: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    pattern: str
    confidence: float
    reason: Message
    second_cue: Span | None = None
    stretches: tuple[int, ...] = ()
    origin: Origin = "rule"

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


def mostly_same(one: QuoteCandidate, other: QuoteCandidate) -> bool:
    """Return whether two quotes share so much content that only one of them can be right."""
    if one.end <= other.start or other.end <= one.start:
        return False
    return 2 * common(one.parts, other.parts) > 0.6 * (length(one.parts) + length(other.parts))


class Positions:
    """Found quotes indexed by their position, so that look-ups in a long article stay fast."""

    def __init__(self, found: Iterable[QuoteCandidate] = ()) -> None:
        self.found: list[QuoteCandidate] = []
        self._bins: dict[int, list[int]] = {}
        for candidate in found:
            self.add(candidate)

    def add(self, candidate: QuoteCandidate) -> None:
        for bin_ in _bins(candidate):
            self._bins.setdefault(bin_, []).append(len(self.found))
        self.found.append(candidate)

    def near_duplicate(
        self,
        candidate: QuoteCandidate,
        wanted: Callable[[QuoteCandidate], object] = lambda _candidate: True,
    ) -> QuoteCandidate | None:
        """Return the first added quote that is mostly the same and that `wanted` accepts."""
        nearby = {number for bin_ in _bins(candidate) for number in self._bins.get(bin_, ())}
        others = (self.found[number] for number in sorted(nearby))
        return next((o for o in others if wanted(o) and mostly_same(candidate, o)), None)


def _bins(candidate: QuoteCandidate) -> range:
    return range(candidate.start // _BIN, (candidate.end - 1) // _BIN + 1)
