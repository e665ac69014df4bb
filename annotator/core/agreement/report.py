"""The agreement report: coefficients of each layer over all articles, with bootstrap intervals."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import mul
from typing import Final, NamedTuple

from annotator.core.agreement.coefficients import (
    NOT_TWICE,
    Figure,
    cohen_kappa,
    f1,
    fleiss_kappa,
    nominal_alpha,
    unitized_alpha,
)
from annotator.core.agreement.counts import (
    VALUE_LAYERS,
    LayerCounts,
    Matches,
    Pair,
)
from annotator.core.agreement.trends import Dated, Person, Week, people_of, weeks_of
from annotator.core.message import message

SAMPLES: Final = 300
_SEED: Final = 20261125
_FIGURES: Final = ("exact", "overlap", "fleiss", "alpha", "unitized")


class PairReport(NamedTuple):
    """Two annotators on one layer: how many each has and both share, F1 and Cohen's kappa."""

    counts: Matches
    exact: Figure
    overlap: Figure
    kappa: Figure


@dataclass(frozen=True, slots=True)
class LayerReport:
    """The figures of one layer.

    `exact` and `overlap` are F1 over all pairs of annotators, `cohen` is the mean of their kappas;
    `fleiss` and `alpha` are on tokens, or on matched quotes for type and speaker; `unitized` is on
    characters. A figure that does not apply to the layer is None. `items` counts tokens or matched
    quotes, and `marked` is the number of marked items.
    """

    exact: Figure | None
    overlap: Figure | None
    cohen: Figure | None
    fleiss: Figure | None
    alpha: Figure | None
    unitized: Figure | None
    items: int
    marked: int
    pairs: Mapping[Pair, PairReport] = field(default_factory=dict)
    confusion: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement on `articles` articles, each annotated by at least two of the annotators.

    `weeks` are in their order, `people` in that of the annotators.
    """

    annotators: tuple[str, ...]
    articles: int
    layers: Mapping[str, LayerReport]
    samples: int
    weeks: tuple[Week, ...] = ()
    people: tuple[Person, ...] = ()


class _Sums(NamedTuple):
    exact: float
    overlap: float
    marked: float
    items: float
    agreement: float
    coincidences: float
    values: float
    same: float
    observed: float
    expected: float


def summarise(
    dated: Sequence[Dated],
    annotators: Sequence[str],
    *,
    samples: int = SAMPLES,
    step: Callable[[], None] = lambda: None,
) -> Agreement:
    """Return the figures over these articles, each annotated by at least two people.

    The intervals contain 95 % of the figures of `samples` draws of as many articles, with
    replacement; the draws are always the same. `step` is called after each layer.
    """
    articles = [counts for _, counts in dated]
    weights = _draws(len(articles), samples)
    names = list(dict.fromkeys(layer for article in articles for layer in article))
    layers = {}
    for name in sorted(names, key=_order):
        layers[name] = _layer(name, [article.get(name) for article in articles], weights)
        step()
    return Agreement(
        tuple(annotators),
        len(articles),
        layers,
        samples,
        weeks_of(dated),
        people_of(dated, annotators),
    )


def _order(name: str) -> tuple[int, str]:
    first = ("entities", "clustering", "content", "cue", "source", "addressee", "type", "speaker")
    layer = name.partition(":")[0]
    return (first.index(layer) if layer in first else len(first)), name


def _draws(count: int, samples: int) -> list[list[int]]:
    """Return how often each article is in each draw."""
    if count < 2:
        return []
    generator = random.Random(_SEED)
    everything = range(count)
    drawn = (Counter(generator.choices(everything, k=count)) for _ in range(samples))
    return [[counts[number] for number in everything] for counts in drawn]


def _layer(
    name: str, articles: Sequence[LayerCounts | None], weights: Sequence[Sequence[int]]
) -> LayerReport:
    counts = [article or LayerCounts() for article in articles]
    table = _Table(name, counts)
    total = table.figures([1] * len(counts))
    drawn = [table.figures(weight) for weight in weights]
    bounded = {
        figure: _bounded(total[figure], [draw[figure] for draw in drawn]) for figure in _FIGURES
    }
    pairs = _pairs(name, counts)
    confusion = sum((article.confusion for article in counts), Counter[tuple[str, str]]())
    return LayerReport(
        **bounded,
        cohen=_mean([pair.kappa for pair in pairs.values()]) if _has_kappa(name) else None,
        items=sum(article.items for article in counts),
        marked=sum(article.marked for article in counts),
        pairs=pairs,
        confusion=dict(sorted(confusion.items())),
    )


def _has_kappa(name: str) -> bool:
    return name not in ("speaker", "clustering")


class _Table:
    """The counts of one layer as columns with one number for each article."""

    def __init__(self, name: str, articles: Sequence[LayerCounts]) -> None:
        self._name = name
        self._columns = list(zip(*map(_sums, articles), strict=True))
        labels = sorted({label for article in articles for label in article.categories})
        self._categories = [[article.categories[label] for article in articles] for label in labels]
        self._scoped = name == "speaker"

    def figures(self, weights: Sequence[int]) -> dict[str, Figure | None]:
        """Return the figures with each article counted as often as its weight says."""
        if not self._columns:
            return dict.fromkeys(_FIGURES, Figure(None, NOT_TWICE))
        sums = _Sums(*(sum(map(mul, weights, column)) for column in self._columns))
        categories = [sum(map(mul, weights, column)) for column in self._categories]
        found: dict[str, Figure | None] = dict.fromkeys(_FIGURES)
        if self._name not in ("type", "speaker"):
            found["exact"] = f1(sums.exact, sums.marked, 0)
            found["overlap"] = f1(sums.overlap, sums.marked, 0)
        if self._name not in VALUE_LAYERS:
            found["unitized"] = unitized_alpha(sums.observed, sums.expected)
        if self._name == "clustering":
            found["overlap"] = None
            return found
        if not self._scoped:
            found["fleiss"] = fleiss_kappa(sums.agreement, sums.items, categories)
        same = sums.same + sum(count * (count - 1) for count in categories)
        found["alpha"] = nominal_alpha(sums.coincidences, same, sums.values)
        return found


def _sums(counts: LayerCounts) -> _Sums:
    return _Sums(
        exact=sum(pair.exact for pair in counts.pairs.values()),
        overlap=sum(pair.overlap for pair in counts.pairs.values()),
        marked=sum(pair.left + pair.right for pair in counts.pairs.values()),
        items=counts.items,
        agreement=counts.agreement,
        coincidences=counts.coincidences,
        values=counts.values,
        same=counts.same,
        observed=counts.observed,
        expected=counts.expected,
    )


def _bounded(total: Figure | None, drawn: Sequence[Figure | None]) -> Figure | None:
    if total is None or total.value is None:
        return total
    values = sorted(f.value for f in drawn if f is not None and f.value is not None)
    if len(values) < 20:
        return total
    edge = round(len(values) * 0.025)
    return total._replace(low=values[edge], high=values[-1 - edge])


def _pairs(name: str, articles: Sequence[LayerCounts]) -> dict[Pair, PairReport]:
    keys = dict.fromkeys(key for a in articles for key in (*a.pairs, *a.kappa))
    return {key: _pair(name, key, articles) for key in sorted(keys)}


def _pair(name: str, key: Pair, articles: Sequence[LayerCounts]) -> PairReport:
    matches = [article.pairs[key] for article in articles if key in article.pairs]
    counts = Matches(*map(sum, zip(*matches, strict=True))) if matches else Matches()
    kappas = [article.kappa[key] for article in articles if key in article.kappa]
    left = sum((own for _, own, _ in kappas), Counter[str]())
    right = sum((own for _, _, own in kappas), Counter[str]())
    labels = sorted(left.keys() | right.keys())
    agreed = sum(same for same, _, _ in kappas)
    kappa = cohen_kappa(agreed, [left[x] for x in labels], [right[x] for x in labels])
    return PairReport(
        counts,
        f1(counts.exact, counts.left, counts.right),
        f1(counts.overlap, counts.left, counts.right),
        kappa
        if _has_kappa(name)
        else Figure(None, message("the categories are each article's own")),
    )


def _mean(figures: Sequence[Figure]) -> Figure:
    values = [figure.value for figure in figures if figure.value is not None]
    if not values:
        return figures[0] if figures else Figure(None, NOT_TWICE)
    return Figure(sum(values) / len(values))
