"""One row of the table: what was measured, how often, and what it may be."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 100
"""From so many samples on, one in a hundred is more than none."""
BARE_WINDOW_MS: Final = 100
"""The CPU time of a bare Qt window on the machine for which budgets in milliseconds are meant."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: its samples in `unit`, its budgets, and the floor measured in the same run.

    Times are CPU time; `wall` has what the clock showed meanwhile.

    Attributes:
        budget: What the median may be. With `each` it is for an interaction: for the 99th
            percentile, or where there are too few samples, for the slowest of them.
        pace: How much slower this machine is than the one that the budget is meant for, measured in
            the same run: the same program gets the same verdict on both.
        floor: What the least possible work takes, in `unit`.
        ratio: What the median may be of the floor.
        at_least: Whether more is better, for budget and ratio alike.
    """

    name: str
    unit: str
    samples: Sequence[float]
    budget: float | None = None
    floor: float | None = None
    at_least: bool = False
    each: bool = False
    pace: float = 1.0
    ratio: float | None = None
    wall: Sequence[float] = ()

    @property
    def middle(self) -> float:
        return statistics.median(self.samples)

    @property
    def worst(self) -> tuple[str, float]:
        """What the far end of the samples is called, and where it is."""
        if self.at_least:
            return "min", min(self.samples)
        if len(self.samples) < ENOUGH:
            return "max", max(self.samples)
        return "p99", statistics.quantiles(self.samples, n=100, method="inclusive")[-1]

    @property
    def over(self) -> bool:
        """Whether it does not keep its budgets."""
        judged = self.worst[1] if self.each else self.middle
        return self._breaks(judged / self.pace, self.budget) or (
            self.floor is not None and self._breaks(self.middle / self.floor, self.ratio)
        )

    def _breaks(self, value: float, budget: float | None) -> bool:
        if budget is None:
            return False
        return value < budget if self.at_least else value > budget

    def cells(self) -> tuple[str, ...]:
        """Name, median, far end, wall, samples, budget, ratio to the floor, whether it is kept."""
        word, worst = self.worst
        sign = "≥" if self.at_least else "≤"
        budget = "" if self.budget is None else f"{sign} {self.budget:g}{' each' * self.each}"
        floor = f"{short(self.middle / self.floor)} × {short(self.floor)}" if self.floor else ""
        ratio = "" if self.ratio is None else f"{sign} {self.ratio:g} ×"
        return (
            self.name,
            f"{short(self.middle)} {self.unit}",
            f"{word} {short(worst)}",
            short(statistics.median(self.wall)) if self.wall else "",
            str(len(self.samples)),
            " ".join(filter(None, (budget, ratio))),
            floor,
            "OVER" if self.over else "",
        )


HEADS: Final = ("figure", "median", "far end", "wall", "n", "budget", "× floor", "")
_WIDTHS: Final = (54, 18, 12, 9, 5, 14, 16, 4)


def row(cells: Sequence[str], *, markdown: bool) -> str:
    """The cells as a line of a Markdown table, or of plain columns."""
    if markdown:
        return f"| {' | '.join(f'**{c}**' if c == 'OVER' else c for c in cells)} |"
    name, *others = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return " ".join((name, *others)).rstrip()


def short(value: float) -> str:
    """Four digits are more than a measurement is worth."""
    return f"{value:,.0f}" if value >= ENOUGH else f"{value:.3g}"
