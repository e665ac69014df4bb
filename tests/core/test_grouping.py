"""Annotations side by side: quotes first, then their parts, and differences in words."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.agreement.counts import count_article
from annotator.core.alignment import Comparison
from annotator.core.annotation import Annotation
from annotator.core.difference_text import group_text
from annotator.core.matching import match_quotes
from annotator.core.models import Entity, Mention, Quote
from tests.core.factories import TEXT, mention, part
from tests.examples import examples
from tests.strategies import annotations_of, articles

SAID = (part("content", "We are ready"), part("cue", "said"), part("source", "Ann Lee"))


def people(**works: Annotation) -> Comparison:
    return Comparison(TEXT, works)


def one_quote(*spans, **more) -> Annotation:
    ann = Entity("e1", "PERSON", "Ann Lee", 1)
    return Annotation(entities=[ann], quotes=[Quote("q1", 1, spans, **{"type": "direct", **more})])


def words(side: Comparison) -> list[str]:
    return [group_text(side, group) for group in side.groups]


def test_the_same_quote_with_other_marks_is_agreed() -> None:
    marks = one_quote(part("content", '"We are ready,"'), *SAID[1:])
    side = people(Ada=one_quote(*SAID), Ben=marks)
    (group,) = side.groups
    assert group.agreed
    assert words(side) == ["same quote “We are ready”"]


def test_differences_are_said_part_by_part() -> None:
    ben = one_quote(part("content", "are ready"), part("source", "Ann Lee"), type="mixed")
    side = people(Ada=one_quote(*SAID, speakers=("e1",)), Ben=ben)
    assert words(side) == [
        "same quote “We are ready”; Ada includes *We*; Ben has no cue; "
        "type: Ada direct, Ben mixed; Ben has no speaker"
    ]


def test_a_quote_that_only_one_has_says_so() -> None:
    side = people(Ada=one_quote(*SAID), Ben=Annotation(), Cy=Annotation())
    (group,) = side.groups
    assert words(side) == ["quote “We are ready” only by Ada"]
    assert (group.absent, group.agreed) == (("Ben", "Cy"), False)
    assert group.agreement == 1 / 3


def test_the_same_speaker_under_other_ids_and_names_is_the_same() -> None:
    def work(name: str, id_: str) -> Annotation:
        found = mention("m1", id_, "Ann Lee")
        return Annotation(
            entities=[Entity(id_, "PERSON", name, 1)],
            mentions=[found],
            quotes=[Quote("q1", 1, SAID, "direct", speakers=(id_,))],
        )

    side = people(Ada=work("Ann Lee", "e1"), Ben=work("Lee, Ann", "e7"))
    assert all(group.agreed for group in side.groups)


def test_another_label_another_entity_and_other_edges_are_told() -> None:
    ada = Annotation(
        entities=[Entity("e1", "PERSON", "Ann Lee", 1)],
        mentions=[mention("m1", "e1", "Ann Lee"), mention("m2", "e1", "Lee", 2)],
    )
    ben = Annotation(
        entities=[Entity("e1", "PERSON", "Ann Lee", 1), Entity("e2", "ORG", "Lee Inc", 2)],
        mentions=[mention("m1", "e1", "Ann Lee"), mention("m2", "e2", "Lee", 2)],
    )
    assert words(people(Ada=ada, Ben=ben)) == [
        "same mention “Ann Lee”",
        "same mention “Lee”; label: Ada PERSON, Ben ORG; entity: Ada Ann Lee, Ben Lee Inc",
    ]


def test_identical_stacked_annotations_count_as_often_as_they_are_there() -> None:
    twice = Annotation(quotes=[Quote("q1", 1, SAID, "direct"), Quote("q2", 2, SAID, "direct")])
    side = people(Ada=twice, Ben=one_quote(*SAID))
    assert [sorted(group.items) for group in side.groups] == [["Ada", "Ben"], ["Ada"]]


@st.composite
def several(draw: st.DrawFn) -> Comparison:
    article = draw(articles())
    works = [draw(annotations_of(article)) for _ in range(draw(st.integers(2, 4)))]
    return Comparison(article.text, {f"p{n}": work for n, work in enumerate(works)})


@settings(deadline=None, max_examples=examples(8))
@given(several())
def test_everything_is_in_exactly_one_group_and_nobody_twice_in_one(side: Comparison) -> None:
    found = [
        (name, type(item), item.id) for group in side.groups for name, item in group.items.items()
    ]
    there = [
        (name, type(item), item.id)
        for name, work in side.works.items()
        for item in work.items()
        if isinstance(item, Mention | Quote)
    ]
    assert sorted(found, key=str) == sorted(there, key=str)
    for group in side.groups:
        assert sorted([n for take in group.takes for n in take.names]) == sorted(group.items)
        assert 0 <= group.agreement <= 1
        assert group_text(side, group)


@settings(deadline=None, max_examples=examples(8))
@given(several())
def test_pairs_of_quotes_are_those_of_the_matching_rule(side: Comparison) -> None:
    counts = count_article(side)["content"]
    for left, right in combinations(side.names, 2):
        one, other = side.works[left], side.works[right]
        matches = match_quotes(side.text, one.ordered_quotes(), other.ordered_quotes())
        assert counts.pairs[left, right].overlap == len(matches)
        assert counts.pairs[left, right].exact == sum(match.exact for match in matches)


@settings(deadline=None, max_examples=examples(8))
@given(several())
def test_an_annotation_agrees_with_itself(side: Comparison) -> None:
    work = next(iter(side.works.values()))
    for group in Comparison(side.text, {"a": work, "b": work}).groups:
        assert group.agreement == 1 or len(group.items) == 1
