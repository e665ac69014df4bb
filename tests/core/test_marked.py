"""Marks written into plain text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.inline_markup import text_with_marks
from annotator.core.models import Article, Entity, Mention, Quote, RoleSpan
from tests.strategies import annotated_articles

TEXT = "😀 “Yes, Oslo wins,” Ann Lee said."


def span(words: str) -> tuple[int, int, str]:
    start = TEXT.index(words)
    return start, start + len(words), words


def sample() -> tuple[Article, Annotation]:
    ann, oslo = Entity("e1", "PERSON", "Ann Lee", 1), Entity("e2", "GPE", "Oslo", 2)
    quote = Quote(
        "q1", 1, (RoleSpan("content", *span("“Yes, Oslo wins,”")), RoleSpan("cue", *span("said")),
                  RoleSpan("source", *span("Ann Lee"))), "direct", speakers=("e1",),
    )  # fmt: skip
    mentions = [Mention("m1", "e1", *span("Ann Lee"), 1), Mention("m2", "e2", *span("Oslo"), 2)]
    return Article("a", TEXT), Annotation(entities=[ann, oslo], mentions=mentions, quotes=[quote])


def test_mentions_are_in_brackets_and_parts_of_quotes_in_braces() -> None:
    assert text_with_marks(*sample(), 0, len(TEXT)) == (
        "😀 {“Yes, [Oslo]GPE wins,”}Q1(Ann Lee) {[Ann Lee]PERSON}Q1.source {said}Q1.cue."
    )


def test_marks_that_reach_out_are_cut() -> None:
    start, end = TEXT.index("Oslo"), TEXT.index("Lee")
    assert text_with_marks(*sample(), start, end) == (
        "{[Oslo]GPE wins,”}Q1(Ann Lee) {[Ann ]PERSON}Q1.source"
    )


@given(annotated_articles(), st.data())
def test_without_its_marks_the_text_is_as_it_was(given_, data) -> None:
    article, annotation = given_
    start = data.draw(st.integers(0, len(article.text)))
    end = data.draw(st.integers(start, len(article.text)))
    marked = text_with_marks(article, annotation, start, end)
    brackets = sum(marked.count(char) - article.text[start:end].count(char) for char in "[{")
    inside = [m for m in annotation.mentions.values() if m.start < end and m.end > start]
    parts = [
        p for q in annotation.quotes.values() for p in q.spans if p.start < end and p.end > start
    ]
    assert brackets == len(inside) + len(parts)
    assert re.sub(r"\W", "", article.text[start:end])[:1] in marked
