"""The draw of the blind test, and what an annotation keeps of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.blind_test import (
    HELD_BACK,
    BlindTest,
    is_held_back,
    record_held_back,
    was_held_back,
)
from annotator.core.edit_rules import begun
from annotator.core.models import Article, Head

ARTICLES = [Article(f"مقال-{n}", "Müller war in Köln.") for n in range(2000)]


def drawn(share: float, seed: int, annotator: str) -> set[str]:
    return {a.id for a in ARTICLES if BlindTest(share, seed).draws(a, annotator)}


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_share_is_drawn_and_each_annotator_has_another_draw(share: float) -> None:
    ada, bob = drawn(share, 7, "ada"), drawn(share, 7, "bob")
    assert len(ada) == pytest.approx(2000 * share, rel=0.2)
    assert len(ada & bob) == pytest.approx(2000 * share * share, rel=0.4)
    assert ada == drawn(share, 7, "ada") != drawn(share, 8, "ada")
    assert (drawn(0, 7, "ada"), len(drawn(1, 7, "ada"))) == (set(), 2000)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**31), st.text(), st.text())
def test_a_larger_share_keeps_what_a_smaller_one_drew(
    one: float, other: float, seed: int, id_: str, annotator: str
) -> None:
    small, large = sorted((one, other))
    article = Article(id_, "x")
    assert BlindTest(small, seed).draws(article, annotator) <= BlindTest(large, seed).draws(
        article, annotator
    )


@given(st.none() | st.text() | st.sampled_from(['{"share": "x"}', "[]", '{"share": null}']))
def test_what_another_version_kept_is_no_test(kept: str | None) -> None:
    assert isinstance(BlindTest.from_json(kept).share, float)


@pytest.mark.parametrize("held_back", [True, False])
def test_the_first_edit_keeps_it_and_its_undo_takes_it_back(held_back: bool) -> None:
    article, annotation = ARTICLES[0], Annotation()
    edit = edits.mark(article, annotation, 0, 6, "PERSON")
    first = record_held_back(annotation, begun(annotation, edit), held_back)
    annotation.apply(first)
    assert annotation.head.extra == {HELD_BACK: held_back}
    assert annotation.head.status == "doing"
    second = edits.mark(article, annotation, 14, 18, "GPE")
    assert record_held_back(annotation, second, not held_back) == second
    annotation.apply(first.inverse())
    assert annotation.head == Head()


def test_what_was_begun_stays_as_it_was_begun() -> None:
    everything, nothing = BlindTest(1.0, 3), BlindTest(0.0, 3)
    article = ARTICLES[0]
    assert is_held_back(everything, article, Annotation(), "ada") is True
    assert is_held_back(nothing, article, Annotation(), "ada") is None
    begun = Annotation(head=Head("doing"))
    assert is_held_back(everything, article, begun, "ada") is None
    kept = Annotation(head=Head("done", extra={HELD_BACK: True}))
    assert is_held_back(nothing, article, kept, "ada") is True
    assert was_held_back(Head(extra={HELD_BACK: "yes"})) is None
