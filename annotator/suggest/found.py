"""What a rule finds before it becomes a suggestion, in code points."""

from typing import NamedTuple

from annotator.core.suggestion import Origin

Span = tuple[int, int]


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
