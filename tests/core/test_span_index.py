"""The index of places: what lies where, before and after edits."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.models import Mention, Quote, RoleSpan
from annotator.core.span_index import SpanIndex
from tests.core.factories import annotation, article, place
from tests.strategies import annotated_articles


def brute(annotation: Annotation, start: int, end: int) -> list[tuple[int, int, str]]:
    spans = [(m.start, m.end, m.id) for m in annotation.mentions.values()]
    spans += [(s.start, s.end, q.id) for q in annotation.quotes.values() for s in q.spans]
    return sorted(span for span in spans if span[0] < end and span[1] > start)


def found(index: SpanIndex, start: int, end: int) -> list[tuple[int, int, str]]:
    return sorted((placed.start, placed.end, placed.id) for placed in index.touching(start, end))


@given(annotated_articles(), st.data())
def test_what_touches_a_stretch_is_found_once_each(given_, data):
    article, annotation = given_
    start = data.draw(st.integers(0, len(article.text) - 1))
    end = data.draw(st.integers(start + 1, len(article.text)))
    assert found(SpanIndex(annotation), start, end) == brute(annotation, start, end)


def test_a_span_over_many_bins_is_found_once():
    text = "x" * 10_000
    span = RoleSpan("content", 1_000, 9_000, text[1_000:9_000], {"brought": "by an import"})
    index = SpanIndex(Annotation(quotes=[Quote("q1", 1, (span,))]))
    for start, end in ((0, 10_000), (2_000, 2_001), (5_000, 10_000), (8_999, 9_500)):
        assert found(index, start, end) == [(1_000, 9_000, "q1")]
    assert found(index, 9_000, 10_000) == []


def test_the_shortest_span_around_a_character_comes_first():
    text = "Bank of Paris"
    mentions = [Mention("m1", "e1", 0, 13, text, 1), Mention("m2", "e2", 8, 13, "Paris", 2)]
    index = SpanIndex(Annotation(mentions=mentions))
    assert [placed.id for placed in index.at(9)] == ["m2", "m1"]
    assert [placed.id for placed in index.at(1)] == ["m1"]


def test_the_index_follows_edits_and_their_undoing():
    some = annotation()
    index = SpanIndex(some)
    whole = (0, len(article().text))
    before = found(index, *whole)
    for edit in (
        edits.mark(article(), some, *place("Bo Ek"), "PERSON"),
        edits.delete_quote(some, "q1"),
    ):
        some.apply(edit)
        index.apply(edit)
        assert found(index, *whole) == brute(some, *whole)
        some.apply(edit.inverse())
        index.apply(edit.inverse())
        assert found(index, *whole) == before
