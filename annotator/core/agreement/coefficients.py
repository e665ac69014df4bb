"""Coefficients of agreement as functions of counts. An undefined one gives a reason, never NaN."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from annotator.core.message import Message, message, verbatim

NOT_TWICE: Final = message("no article was annotated by two people")
NOTHING: Final = message("nobody marked anything of this kind")
ONE_KIND: Final = message("everything is of one kind, so that chance alone would agree as well")
NO_UNITS: Final = message("no two people have the same thing to compare")


class Figure(NamedTuple):
    """A coefficient, or None and the reason.

    `low` and `high` bound 95 % of the bootstrap samples.
    """

    value: float | None
    why: Message | None = None
    low: float | None = None
    high: float | None = None

    def row(self) -> dict[str, float | str | None]:
        """Return the fields for JSON, with the reason in English and "" where there is none."""
        return {**self._asdict(), "why": "" if self.why is None else str(self.why)}

    def words(self) -> Message:
        """Return `0.82 [0.79, 0.85]`, or why there is no figure."""
        if self.value is None:
            return message("undefined, because {1}", self.why or "")
        if self.low is None or self.high is None:
            return verbatim(f"{self.value:.3f}")
        return verbatim(f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]")


def f1(found: float, left: float, right: float) -> Figure:
    """Return the harmonic mean of precision and recall, which is symmetric in both sides."""
    if left + right == 0:
        return Figure(None, NOTHING)
    return Figure(2 * found / (left + right))


def cohen_kappa(agreeing: float, left: Sequence[float], right: Sequence[float]) -> Figure:
    """Return Cohen's kappa (1960).

    `left` and `right` count the categories of each of the two annotators.
    """
    total = sum(left)
    if not total:
        return Figure(None, NO_UNITS)
    expected = sum(a * b for a, b in zip(left, right, strict=True)) / total**2
    if expected == 1:
        return Figure(None, ONE_KIND)
    return Figure((agreeing / total - expected) / (1 - expected))


def fleiss_kappa(agreement: float, items: float, categories: Sequence[float]) -> Figure:
    """Return Fleiss' kappa (1971), also for numbers of annotators that differ between items.

    `agreement` is the sum over the items of the share of their pairs that agree.
    """
    if not items:
        return Figure(None, NO_UNITS)
    total = sum(categories)
    expected = sum((count / total) ** 2 for count in categories)
    if expected == 1:
        return Figure(None, ONE_KIND)
    return Figure((agreement / items - expected) / (1 - expected))


def nominal_alpha(coincidences: float, same: float, total: float) -> Figure:
    """Return Krippendorff's alpha for nominal data.

    `coincidences` is the sum over the items of their agreeing ordered pairs, each divided by the
    item's number of values less one; `same` is the sum over the categories of n(n - 1) for n
    values; `total` is the number of values.
    """
    if total < 2:
        return Figure(None, NO_UNITS)
    expected = 1 - same / (total * (total - 1))
    if expected == 0:
        return Figure(None, ONE_KIND)
    return Figure(1 - (1 - coincidences / total) / expected)


def unitized_alpha(observed: float, expected: float) -> Figure:
    """Return Krippendorff's alpha for unitizing, from observed and expected disagreement."""
    if expected == 0:
        return Figure(None, NOTHING)
    return Figure(1 - observed / expected)
