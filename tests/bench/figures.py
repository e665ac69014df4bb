"""One row of the table: what was measured, how often, and what it may be."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 100
"""From so many samples on, one in a hundred is more than none."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: its samples in `unit`, the budget, and the floor measured in the same run.

    The budget is for the median. With `each` it is for an interaction: for the 99th percentile,
    or where there are too few samples, for the slowest of them.
    """

    name: str
    unit: str
    samples: Sequence[float]
    budget: float | None = None
    floor: float | None = None
    at_least: bool = False
    each: bool = False

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
        """Whether it does not keep its budget."""
        if self.budget is None:
            return False
        judged = self.worst[1] if self.each else self.middle
        return judged < self.budget if self.at_least else judged > self.budget

    def cells(self) -> tuple[str, ...]:
        """Name, median, far end, samples, budget, ratio to the floor, and whether it is kept."""
        word, worst = self.worst
        budget = "" if self.budget is None else f"{'≥' if self.at_least else '≤'} {self.budget:g}"
        ratio = f"{self.middle / self.floor:.2f} × {short(self.floor)}" if self.floor else ""
        return (
            self.name,
            f"{short(self.middle)} {self.unit}",
            f"{word} {short(worst)}",
            str(len(self.samples)),
            f"{budget} {'each' if self.each and budget else ''}".strip(),
            ratio,
            "OVER" if self.over else "",
        )


HEADS: Final = ("figure", "median", "far end", "n", "budget", "× floor", "")
_WIDTHS: Final = (52, 18, 12, 5, 12, 16, 4)


def row(cells: Sequence[str], *, markdown: bool) -> str:
    """The cells as a line of a Markdown table, or of plain columns."""
    if markdown:
        return f"| {' | '.join(f'**{c}**' if c == 'OVER' else c for c in cells)} |"
    name, *others = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return " ".join((name, *others)).rstrip()


def short(value: float) -> str:
    """Four digits are more than a measurement is worth."""
    return f"{value:,.0f}" if value >= ENOUGH else f"{value:.3g}"
