"""Which quotes and mentions of two annotations are the same."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.matching import match_mentions, match_quotes, parts_overlap, same_entity
from annotator.core.models import Article, Entity, Mention, Quote, RoleSpan
from tests import strategies

TEXT = 'Ann Lee said that "it works," and Bo denied that it works. Later Ann Lee left.'


def quote(id_: str, *parts: tuple[str, str]) -> Quote:
    spans = []
    for role, words in parts:
        start = TEXT.index(words)
        spans.append(RoleSpan(role, start, start + len(words), words))
    return Quote(id_, int(id_[1:]), tuple(spans))


def annotation(label: str, *names: str, name: str = "") -> Annotation:
    mentions = [
        Mention(f"m{n}", "e1", TEXT.index(words), TEXT.index(words) + len(words), words, n)
        for n, words in enumerate(names, start=1)
    ]
    return Annotation(entities=[Entity("e1", label, name or names[0], 1)], mentions=mentions)


def pairs(left: list[Quote], right: list[Quote]) -> list[tuple[str, str]]:
    return [(m.left.id, m.right.id) for m in match_quotes(TEXT, left, right)]


def test_marks_spaces_and_a_leading_that_are_no_difference() -> None:
    (match,) = match_quotes(
        TEXT,
        [quote("q1", ("content", 'that "it works,"'))],
        [quote("q1", ("content", "it works"))],
    )
    assert match.exact
    assert match.share == 2 * 7 / (7 + 11)


def test_a_word_more_matches_but_not_exactly() -> None:
    (match,) = match_quotes(
        TEXT,
        [quote("q1", ("content", "denied that it works"))],
        [quote("q1", ("content", "that it works."))],
    )
    assert not match.exact


def test_less_than_half_in_common_is_no_match() -> None:
    assert not pairs([quote("q1", ("content", TEXT))], [quote("q1", ("content", "it works"))])


def test_quotes_match_one_to_one_the_best_pair_first() -> None:
    whole = quote("q1", ("content", "denied that it works"))
    tight = quote("q2", ("content", "that it works."))
    assert pairs([whole, tight], [quote("q9", ("content", "that it works."))]) == [("q2", "q9")]


def test_of_two_quotes_with_the_same_words_the_cue_tells_which_is_meant() -> None:
    said = quote("q1", ("content", "it works"), ("cue", "said"))
    left = quote("q2", ("content", "it works"), ("cue", "left"))
    assert pairs([said, left], [left, said]) == [("q1", "q1"), ("q2", "q2")]
    assert parts_overlap(said, said, "cue")
    assert not parts_overlap(said, left, "cue")


def test_a_quote_without_content_matches_nothing() -> None:
    empty = quote("q1", ("cue", "said"))
    assert not pairs([empty], [empty])


def test_mentions_match_by_span_and_label() -> None:
    gold = annotation("PERSON", "Ann Lee", "Bo")
    assert [(a.id, b.id) for a, b in match_mentions(gold, gold)] == [("m1", "m1"), ("m2", "m2")]
    assert not match_mentions(gold, annotation("ORG", "Ann Lee", "Bo"))
    assert len(match_mentions(gold, annotation("PERSON", "Bo"))) == 1


def test_entities_are_the_same_by_name_or_by_a_mention_that_is_mostly_common() -> None:
    gold = annotation("PERSON", "Ann Lee")
    assert same_entity(gold, "e1", annotation("PERSON", "Bo", name="ANN  LEE"), "e1")
    assert same_entity(gold, "e1", annotation("PERSON", "Ann Lee said", name="she"), "e1")
    assert not same_entity(gold, "e1", annotation("PERSON", "Bo"), "e1")


@given(strategies.annotated_articles(), st.data())
def test_each_quote_with_words_matches_itself_and_no_quote_matches_twice(
    made: tuple[Article, Annotation], data: st.DataObject
) -> None:
    article, annotation = made
    quotes = annotation.ordered_quotes()
    other = data.draw(st.permutations(quotes))
    matches = match_quotes(article.text, quotes, other)
    assert len({m.right.id for m in matches}) == len(matches)
    speaking = [q for q in quotes if any(c.isalnum() for p in q.parts("content") for c in p.text)]
    assert [m.left for m in matches] == speaking
    assert all(m.share == 1 and m.exact for m in matches)
