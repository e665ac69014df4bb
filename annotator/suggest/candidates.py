"""What a rule finds before it becomes a suggestion, in code points."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from annotator.core.intervals import common, length
from annotator.core.suggestion import Origin

Span = tuple[int, int]
_BIN: Final = 1_024


class Found(NamedTuple):
    """Somebody's words as a rule found them. `pattern` names the rule, `reason` says why."""

    parts: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    pattern: str
    confidence: float
    reason: str
    second_cue: Span | None = None
    stretches: tuple[int, ...] = ()
    origin: Origin = "rule"

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


def mostly_same(one: Found, other: Found) -> bool:
    """Return whether two quotes share so much of their content that only one of them can be meant."""
    if one.end <= other.start or other.end <= one.start:
        return False
    return 2 * common(one.parts, other.parts) > 0.6 * (length(one.parts) + length(other.parts))


class Places:
    """Quotes found, looked up by where they lie, so that a long article takes no longer by
    the letter than a short one."""

    def __init__(self, found: Iterable[Found] = ()) -> None:
        self.found: list[Found] = []
        self._bins: dict[int, list[int]] = {}
        for made in found:
            self.add(made)

    def add(self, made: Found) -> None:
        for place in _bins(made):
            self._bins.setdefault(place, []).append(len(self.found))
        self.found.append(made)

    def twin(
        self, made: Found, wanted: Callable[[Found], object] = lambda _made: True
    ) -> Found | None:
        """Return the first added of those that are mostly the same and wanted."""
        near = {number for place in _bins(made) for number in self._bins.get(place, ())}
        others = (self.found[number] for number in sorted(near))
        return next((o for o in others if wanted(o) and mostly_same(made, o)), None)


def _bins(made: Found) -> range:
    return range(made.start // _BIN, (made.end - 1) // _BIN + 1)
