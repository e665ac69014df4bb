"""Agreement by week and by annotator."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from annotator.core.agreement.coefficients import Figure, f1
from annotator.core.agreement.counts import LayerCounts, Matches

LAYERS: Final = ("entities", "content")
"""The layers of the trends: all mentions, and the contents of quotes."""

Dated = tuple[str | None, Mapping[str, LayerCounts]]
"""The last change of the article by any of the annotators, in ISO 8601, and its counts by layer."""


class Week(NamedTuple):
    """F1 of overlapping spans over the articles last changed in a week, by layer of LAYERS.

    `start` is its Monday in ISO 8601.
    """

    start: str
    articles: int
    figures: Mapping[str, Figure]


class Person(NamedTuple):
    """F1 of one annotator against all others together, exact and overlapping, by layer."""

    name: str
    articles: int
    exact: Mapping[str, Figure]
    overlap: Mapping[str, Figure]


def weeks_of(articles: Sequence[Dated]) -> tuple[Week, ...]:
    """Return the weeks in which articles were last changed, in order; undated ones are left out."""
    grouped: defaultdict[str, list[Mapping[str, LayerCounts]]] = defaultdict(list)
    for updated, counts in articles:
        if updated is not None:
            day = date.fromisoformat(updated[:10])
            grouped[(day - timedelta(days=day.weekday())).isoformat()].append(counts)
    return tuple(
        Week(start, len(found), {layer: _overlap(_sum(found, layer)) for layer in LAYERS})
        for start, found in sorted(grouped.items())
    )


def people_of(articles: Sequence[Dated], names: Sequence[str]) -> tuple[Person, ...]:
    """Return each of these annotators against the others, in the order of the names."""
    counts = [counts for _, counts in articles]
    return tuple(_person(counts, name) for name in names)


def _person(articles: Sequence[Mapping[str, LayerCounts]], name: str) -> Person:
    sums = {layer: _sum(articles, layer, name) for layer in LAYERS}
    articles_with_pairs = sum(any(name in pair for pair in _pairs(article)) for article in articles)
    return Person(
        name,
        articles_with_pairs,
        {layer: f1(found.exact, found.left, found.right) for layer, found in sums.items()},
        {layer: _overlap(found) for layer, found in sums.items()},
    )


def _pairs(article: Mapping[str, LayerCounts]) -> Counter[tuple[str, str]]:
    return Counter(pair for counts in article.values() for pair in counts.pairs)


def _sum(
    articles: Sequence[Mapping[str, LayerCounts]], layer: str, name: str | None = None
) -> Matches:
    """Return the matches of all pairs, or of those that include `name`."""
    found = [
        matches
        for article in articles
        if layer in article
        for pair, matches in article[layer].pairs.items()
        if name is None or name in pair
    ]
    return Matches(*map(sum, zip(*found, strict=True))) if found else Matches()


def _overlap(found: Matches) -> Figure:
    return f1(found.overlap, found.left, found.right)
