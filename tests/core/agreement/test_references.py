"""Our figures are those of the reference libraries, on random data."""

import math
import warnings
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.agreement.coefficients import cohen_kappa, fleiss_kappa, nominal_alpha
from annotator.core.agreement.counts import count_article
from annotator.core.agreement.pairing import exact_matches, overlapping_matches
from annotator.core.agreement.report import summarise
from annotator.core.agreement.unitizing import disagreement
from annotator.core.alignment import Comparison
from annotator.core.annotation import Annotation
from annotator.core.models import Entity, Mention
from tests.examples import examples

if TYPE_CHECKING:
    from nltk.metrics.agreement import AnnotationTask

LABELS = ("PERSON", "ORG", "GPE")
WORDS = " ".join(f"w{number}" for number in range(30))
STARTS = [0, *(at + 1 for at, char in enumerate(WORDS) if char == " ")]
Span = tuple[int, int, str]


@st.composite
def flat(draw: st.DrawFn) -> list[Span]:
    """Labelled stretches of words that do not overlap, as (first word, end word, label)."""
    edges = sorted(draw(st.sets(st.integers(0, 30), max_size=10)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs]


def work(spans: list[Span]) -> Annotation:
    """An annotation that has each stretch as a mention of an entity of its own."""
    entities, mentions = [], []
    for number, (first, end, label) in enumerate(spans, start=1):
        start, stop = STARTS[first], STARTS[end - 1] + len(f"w{end - 1}")
        entities.append(Entity(f"e{number}", label, f"n{number}", number))
        mentions.append(Mention(f"m{number}", f"e{number}", start, stop, WORDS[start:stop], number))
    return Annotation(entities=entities, mentions=mentions)


def tags(spans: list[Span]) -> list[str]:
    found = ["O"] * 30
    for first, end, label in spans:
        found[first:end] = [label] * (end - first)
    return found


def measured(people: list[list[Span]]):
    side = Comparison(WORDS, {f"p{n}": work(spans) for n, spans in enumerate(people)})
    return summarise([(None, count_article(side))], list(side.names), samples=0).layers["entities"]


def reference(people: list[list[Span]]) -> "AnnotationTask":
    from nltk.metrics.agreement import AnnotationTask

    rows = [
        (f"p{n}", str(token), tag)
        for n, spans in enumerate(people)
        for token, tag in enumerate(tags(spans))
    ]
    return AnnotationTask(data=rows)


def several(least: int = 2) -> st.SearchStrategy[list[list[Span]]]:
    return st.lists(flat(), min_size=least, max_size=4)


@settings(deadline=None, max_examples=examples(8))
@given(several())
def test_kappas_and_alpha_on_tokens_are_those_of_nltk(people: list[list[Span]]) -> None:
    ours, theirs = measured(people), reference(people)
    if len({tag for spans in people for tag in tags(spans)}) < 2:
        for figure in (ours.cohen, ours.fleiss, ours.alpha):
            assert figure is not None
            assert figure.value is None
            assert "chance alone" in str(figure.why)
        return
    assert ours.fleiss.value == pytest.approx(theirs.pi())
    assert ours.alpha.value == pytest.approx(theirs.alpha())
    for left, right in combinations(range(len(people)), 2):
        pair = ours.pairs[f"p{left}", f"p{right}"]
        if pair.kappa.value is not None:
            assert pair.kappa.value == pytest.approx(theirs.kappa_pairwise(f"p{left}", f"p{right}"))


@settings(deadline=None, max_examples=examples(8))
@given(several())
def test_alpha_on_tokens_is_that_of_krippendorff(people: list[list[Span]]) -> None:
    import krippendorff

    numbers = {"O": 0, **{label: n for n, label in enumerate(LABELS, start=1)}}
    data = [[numbers[tag] for tag in tags(spans)] for spans in people]
    ours = measured(people).alpha
    if len({value for row in data for value in row}) > 1:
        theirs = krippendorff.alpha(data, level_of_measurement="nominal")
        assert ours.value == pytest.approx(theirs)


@settings(deadline=None, max_examples=examples(8))
@given(st.lists(st.lists(st.sampled_from([0, 1, 2, None]), min_size=3, max_size=3), min_size=2))
def test_alpha_with_values_that_are_missing_is_that_of_krippendorff(
    units: list[list[int | None]],
) -> None:
    import krippendorff

    there = [[v for v in unit if v is not None] for unit in units]
    compared = [values for values in there if len(values) > 1]
    if len({value for values in compared for value in values}) < 2:
        return
    counts = Counter(value for values in compared for value in values)
    coincidences = sum(
        sum(n * (n - 1) for n in Counter(values).values()) / (len(values) - 1)
        for values in compared
    )
    ours = nominal_alpha(
        coincidences, sum(n * (n - 1) for n in counts.values()), sum(counts.values())
    )
    rows = [[math.nan if v is None else v for v in row] for row in zip(*units, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = krippendorff.alpha(rows, level_of_measurement="nominal")
    assert ours.value == pytest.approx(theirs)


@settings(deadline=None, max_examples=examples(8))
@given(flat(), flat())
def test_exact_f1_is_that_of_nervaluate_on_flat_spans(left: list[Span], right: list[Span]) -> None:
    import nervaluate

    if not left or not right:
        return
    ours = measured([left, right]).exact
    # Its ends are inclusive.
    sides = [
        [[{"label": label, "start": s, "end": e - 1} for s, e, label in spans]]
        for spans in (left, right)
    ]
    evaluator = nervaluate.Evaluator(*sides, tags=list(LABELS), loader="dict")
    strict = evaluator.evaluate()["overall"]["strict"]
    assert ours.value == pytest.approx(strict.f1)


def test_unitized_alpha_of_the_worked_example() -> None:
    """Krippendorff (2004), p. 254, with the figures that DKPro Statistics gives for it."""
    c = [[(75, 145), (220, 250)], [(70, 150), (205, 225), (250, 270)]]
    k = [[(30, 90), (150, 200)], [(30, 90), (150, 200)]]
    observed, expected = disagreement(300, c)
    assert (observed, expected) == (
        pytest.approx(0.0144, abs=5e-5),
        pytest.approx(0.0532, abs=5e-5),
    )
    more_observed, more_expected = disagreement(300, k)
    assert more_observed == 0
    assert more_expected == pytest.approx(0.0490, abs=5e-5)
    whole = 1 - (observed + more_observed) / (expected + more_expected)
    assert whole == pytest.approx(0.8591, abs=5e-4)


def _slow_disagreement(length: int, units: list[list[tuple[int, int]]]) -> tuple[float, float]:
    """The formulas as they stand in the book, section by section."""
    sections = []
    for own in units:
        at, row = 0, []
        for start, end in sorted(own):
            if start > at:
                row.append((at, start - at, 0))
            row.append((start, end - start, 1))
            at = end
        if at < length:
            row.append((at, length - at, 0))
        sections.append(row)
    people = len(units)
    observed = 0.0
    for i in range(people):
        for j in range(people):
            if i == j:
                continue
            for b, ln, v in sections[i]:
                for b2, ln2, v2 in sections[j]:
                    if v and v2 and -ln < b - b2 < ln2:
                        observed += (b - b2) ** 2 + (b + ln - b2 - ln2) ** 2
                    elif v and not v2 and ln2 - ln >= b - b2 >= 0:
                        observed += ln**2
                    elif v2 and not v and ln2 - ln <= b - b2 <= 0:
                        observed += ln2**2
    observed /= people * (people - 1) * length**2
    sizes = [ln for row in sections for _, ln, v in row if v]
    holes = [ln for row in sections for _, ln, v in row if not v]
    total = sum(
        (len(sizes) - 1) / 3 * (2 * ln**3 - 3 * ln**2 + ln)
        + ln**2 * sum(hole - ln + 1 for hole in holes if hole >= ln)
        for ln in sizes
    )
    whole = people * length
    divisor = whole * (whole - 1) - sum(ln * (ln - 1) for ln in sizes)
    return observed, 2 / length * total / divisor if divisor and sizes else 0.0


@settings(deadline=None, max_examples=examples(14))
@given(several())
def test_unitized_disagreement_is_that_of_the_formulas(people: list[list[Span]]) -> None:
    units = [[(start, end) for start, end, _ in spans] for spans in people]
    assert disagreement(30, units) == pytest.approx(_slow_disagreement(30, units))


def random_spans() -> st.SearchStrategy[list[Span]]:
    """Any spans: nested, crossing, and the same more than once."""
    span = st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from("AB"))
    return st.lists(span.map(lambda s: (s[0], s[0] + s[1], s[2])), max_size=7)


@settings(deadline=None)
@given(random_spans(), random_spans())
def test_matches_are_the_same_from_both_sides(left: list[Span], right: list[Span]) -> None:
    exact, overlap = exact_matches(left, right), overlapping_matches(left, right)
    assert (exact_matches(right, left), overlapping_matches(right, left)) == (exact, overlap)
    assert exact <= overlap <= min(len(left), len(right))
    assert exact_matches(left, left) == overlapping_matches(left, left) == len(left)


@settings(deadline=None)
@given(random_spans(), random_spans(), st.randoms(use_true_random=False))
def test_the_order_of_spans_does_not_matter(left: list[Span], right: list[Span], chance) -> None:
    shuffled = chance.sample(left, len(left)), chance.sample(right, len(right))
    assert overlapping_matches(*shuffled) == overlapping_matches(left, right)


def test_what_is_undefined_says_why() -> None:
    assert "one kind" in str(cohen_kappa(5, [5], [5]).why)
    assert str(cohen_kappa(0, [], []).words()) == (
        "undefined, because no two people have the same thing to compare"
    )
    assert fleiss_kappa(0, 0, []).value is None
    assert nominal_alpha(0, 0, 0).value is None
