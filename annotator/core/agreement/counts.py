"""Counts of agreement in one article that can be summed over articles."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

from annotator.core.agreement.pairing import Span, exact_matches, overlapping_matches
from annotator.core.agreement.tokens import Tokens, agreeing, sizes
from annotator.core.agreement.unitizing import disagreement
from annotator.core.alignment import Candidate, Comparison
from annotator.core.annotation import Annotation
from annotator.core.matching import same_letters
from annotator.core.models import Quote

Pair = tuple[str, str]
ENTITIES: Final = "entities"
ROLE_LAYERS: Final = ("content", "cue", "source", "addressee")
VALUE_LAYERS: Final = ("type", "speaker", "clustering")
NONE: Final = ""
"""The category of tokens that no span covers."""


class Matches(NamedTuple):
    """The matches of a pair of annotators, exact and overlapping, and how many spans each has."""

    exact: int = 0
    overlap: int = 0
    left: int = 0
    right: int = 0


@dataclass(slots=True)
class LayerCounts:
    """The counts of one layer in one article; see `core.agreement.coefficients` for the sums.

    `marked` is the number of marked items. `pairs` and `kappa` are by pair of
    annotators; `kappa` has the number of items that agree and the categories of each side.
    `categories` counts values by category; `same` is the sum of n(n - 1) over categories that
    belong to this article only. `observed` and `expected` are the disagreement about units, times
    the length of the text.
    """

    marked: int = 0
    pairs: dict[Pair, Matches] = field(default_factory=dict)
    kappa: dict[Pair, tuple[int, Counter[str], Counter[str]]] = field(default_factory=dict)
    items: int = 0
    agreement: float = 0.0
    coincidences: float = 0.0
    categories: Counter[str] = field(default_factory=Counter)
    same: int = 0
    values: int = 0
    observed: float = 0.0
    expected: float = 0.0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)


def count_article(side: Comparison) -> dict[str, LayerCounts]:
    """Return the counts of an article by layer.

    Entity labels are layers called `entities: LABEL`.
    """
    return _Counting(side).layers()


class _Counting:
    def __init__(self, side: Comparison) -> None:
        self.side = side
        self.names = side.names
        self.pairs = list(combinations(range(len(side.names)), 2))
        self.tokens = Tokens(side.text)

    def layers(self) -> dict[str, LayerCounts]:
        entities = [_mention_spans(work) for work in self.side.works.values()]
        labels = sorted({label for own in entities for _, _, label in own})
        found = {ENTITIES: self._spans(entities, labels)}
        for label in labels:
            own = [[span for span in spans if span[2] == label] for spans in entities]
            found[f"{ENTITIES}: {label}"] = self._spans(own, [label])
        for role in ROLE_LAYERS:
            spans = [_role_spans(work, role) for work in self.side.works.values()]
            if role == "content" or any(spans):
                found[role] = self._spans(spans, [role])
        matched = self._matched_quotes()
        self._count_contents(found["content"], matched)
        found["type"] = self._values(self._types(), scoped=False)
        found["speaker"] = self._values(self._speakers(), scoped=True)
        found["clustering"] = self._clustering()
        return found

    # Spans

    def _spans(self, spans: Sequence[Sequence[Span]], labels: Sequence[str]) -> LayerCounts:
        counts = LayerCounts(marked=sum(map(len, spans)))
        for i, j in self.pairs:
            left, right = spans[i], spans[j]
            exact = exact_matches(left, right)
            most = min(len(left), len(right))
            overlap = exact if exact == most else overlapping_matches(left, right)
            key = self.names[i], self.names[j]
            counts.pairs[key] = Matches(exact, overlap, len(left), len(right))
        self._count_tokens(counts, spans, labels)
        self._count_units(counts, spans, labels)
        return counts

    def _count_tokens(
        self, counts: LayerCounts, spans: Sequence[Sequence[Span]], labels: Sequence[str]
    ) -> None:
        if not self.pairs:
            return
        masks = [self.tokens.categories(own, labels) for own in spans]
        names = [*labels, NONE]
        counts_by_annotator = [Counter(dict(zip(names, sizes(own), strict=True))) for own in masks]
        total = 0
        for i, j in self.pairs:
            same = agreeing(masks[i], masks[j])
            counts.kappa[self.names[i], self.names[j]] = (
                same,
                counts_by_annotator[i],
                counts_by_annotator[j],
            )
            total += 2 * same
        people = len(spans)
        counts.items = len(self.tokens)
        counts.agreement = total / (people * (people - 1))
        counts.coincidences = total / (people - 1)
        counts.categories = sum(counts_by_annotator, Counter())
        counts.values = people * len(self.tokens)

    def _count_units(
        self, counts: LayerCounts, spans: Sequence[Sequence[Span]], labels: Sequence[str]
    ) -> None:
        length = len(self.side.text)
        for label in labels:
            units = [[(start, end) for start, end, name in own if name == label] for own in spans]
            observed, expected = disagreement(length, units)
            counts.observed += observed * length
            counts.expected += expected * length

    # Quotes

    def _matched_quotes(self) -> dict[tuple[int, int], list[Candidate]]:
        """Return the quotes of each pair of annotators that match one to one."""
        by_pair: defaultdict[tuple[int, int], list[Candidate]] = defaultdict(list)
        for candidate in self.side.quote_candidates:
            by_pair[candidate.left[0], candidate.right[0]].append(candidate)
        return {pair: _one_to_one(candidates) for pair, candidates in by_pair.items()}

    def _count_contents(
        self, counts: LayerCounts, matched: Mapping[tuple[int, int], list[Candidate]]
    ) -> None:
        letters = self.side.letters
        works = list(self.side.works.values())
        for i, j in self.pairs:
            found = matched.get((i, j), ())
            exact = sum(
                same_letters(self.side.text, letters[c.left], letters[c.right]) for c in found
            )
            key = self.names[i], self.names[j]
            size = len(works[i].quotes), len(works[j].quotes)
            counts.pairs[key] = Matches(exact, len(found), *size)

    def _types(self) -> list[dict[str, Hashable]]:
        return [
            {name: item.type for name, item in group.items.items() if isinstance(item, Quote)}
            for group in self.side.groups
            if group.kind == "quote"
        ]

    def _speakers(self) -> list[dict[str, Hashable]]:
        return [
            {
                name: frozenset(self.side.entity_of(name, id_) for id_ in item.speakers)
                for name, item in group.items.items()
                if isinstance(item, Quote)
            }
            for group in self.side.groups
            if group.kind == "quote"
        ]

    # Values of matched items

    def _values(self, things: Sequence[Mapping[str, Hashable]], *, scoped: bool) -> LayerCounts:
        """Count nominal values of matched items.

        If `scoped`, categories are valid in this article only.
        """
        counts = LayerCounts(marked=sum(map(len, things)))
        own: Counter[Hashable] = Counter()
        for values in (values for values in things if len(values) > 1):
            self._count_value(counts, own, values)
        if scoped:
            # Having no speaker is the same in every article; speakers differ between articles.
            counts.categories[NONE] = own.pop(frozenset(), 0)
            counts.same = sum(count * (count - 1) for count in own.values())
        else:
            counts.categories = Counter({str(value): count for value, count in own.items()})
        return counts

    def _count_value(
        self, counts: LayerCounts, own: Counter[Hashable], values: Mapping[str, Hashable]
    ) -> None:
        counts_by_value = Counter(values.values())
        people = len(values)
        same = sum(count * (count - 1) for count in counts_by_value.values())
        counts.items += 1
        counts.agreement += same / (people * (people - 1))
        counts.coincidences += same / (people - 1)
        counts.values += people
        own += counts_by_value
        for left, right in combinations(values, 2):
            agreed, lefts, rights = counts.kappa.get((left, right), (0, Counter(), Counter()))
            one, other = values[left], values[right]
            lefts[str(one)] += 1
            rights[str(other)] += 1
            counts.kappa[left, right] = agreed + (one == other), lefts, rights
            if isinstance(one, str) and isinstance(other, str):
                first, second = sorted((one, other))
                counts.confusion[first, second] += 1

    # Entities as clusters

    def _clustering(self) -> LayerCounts:
        """Count the links between common mentions: pairs that are of one entity for both."""
        counts = LayerCounts()
        works = list(self.side.works.values())
        for i, j in self.pairs:
            left, right = _entity_by_span(works[i]), _entity_by_span(works[j])
            common = sorted(left.keys() & right.keys())
            links = _links(left, common), _links(right, common)
            both = _links({span: (left[span], right[span]) for span in common}, common)
            key = self.names[i], self.names[j]
            counts.pairs[key] = Matches(both, both, *links)
        return counts


def _mention_spans(work: Annotation) -> list[Span]:
    entities = work.entities
    return [(m.start, m.end, entities[m.entity_id].label) for m in work.mentions.values()]


def _role_spans(work: Annotation, role: str) -> list[Span]:
    return [
        (span.start, span.end, role)
        for quote in work.quotes.values()
        for span in quote.spans
        if span.role == role
    ]


def _one_to_one(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates, best first, such that no item is matched twice."""
    lefts: set[str] = set()
    rights: set[str] = set()
    found = []
    for candidate in candidates:
        if candidate.left[1] not in lefts and candidate.right[1] not in rights:
            lefts.add(candidate.left[1])
            rights.add(candidate.right[1])
            found.append(candidate)
    return found


def _entity_by_span(work: Annotation) -> dict[tuple[int, int], str]:
    return {(m.start, m.end): m.entity_id for m in work.mentions.values()}


def _links(entities: Mapping[tuple[int, int], Hashable], spans: Iterable[tuple[int, int]]) -> int:
    """Return how many pairs of these spans belong to one entity."""
    sizes_of = Counter(entities[span] for span in spans)
    return sum(count * (count - 1) // 2 for count in sizes_of.values())
