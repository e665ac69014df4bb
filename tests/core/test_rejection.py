"""What was rejected stays away with other edges, and comes back when the rejection is undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit, changes_from_json, changes_to_json
from annotator.core.edits.suggestions import Source
from annotator.core.models import Article, Head, RoleSpan
from annotator.core.rejection import (
    REJECTED,
    Rejection,
    RejectionIndex,
    reject_deleted,
    rejections,
    with_rejections,
)
from annotator.core.suggestion import SuggestedMention, SuggestedQuote, Suggestion, Suggestions
from annotator.core.suggestion_queue import SuggestionQueue, open_suggestions

TEXT = "Ann Lee sagte: „Wir gehen.“ قالت آن لي إننا ذاهبون. " * 120


def mention(start: int, end: int, label: str = "PERSON") -> SuggestedMention:
    return SuggestedMention(start, end, TEXT[start:end], label, "x")


def quote(*spans: tuple[int, int], type_: str = "direct") -> SuggestedQuote:
    return SuggestedQuote(tuple(RoleSpan("content", s, e, TEXT[s:e]) for s, e in spans), type_)


def is_open(made: Suggestion, rejected: Suggestion) -> bool:
    annotation = Annotation()
    annotation.apply(edits.reject(annotation, [rejected]))
    one = isinstance(made, SuggestedMention)
    suggestions = Suggestions((made,), ()) if one else Suggestions((), (made,))  # type: ignore[arg-type]
    left = open_suggestions(suggestions, annotation)
    assert SuggestionQueue(suggestions, annotation).count == len(left.mentions) + len(left.quotes)
    return bool(left.mentions or left.quotes)


@pytest.mark.parametrize(
    ("rejected", "made", "comes"),
    [
        (mention(0, 7), mention(0, 7), False),
        (mention(0, 7), mention(4, 7), False),
        (mention(4, 7), mention(0, 7), False),
        (mention(0, 7), mention(0, 7, "ORG"), True),
        (mention(0, 4), mention(3, 7), True),
        (mention(0, 3), mention(0, 20), True),
        (quote((15, 27)), quote((16, 26)), False),
        (quote((15, 27)), quote((16, 26), type_="mixed"), False),
        (quote((15, 18)), quote((10, 60)), False),
        (quote((10, 60)), quote((15, 18)), False),
        (quote((15, 18), type_="scare"), quote((10, 60), type_="indirect"), True),
        (quote((15, 18), (30, 40)), quote((15, 40)), False),
        (quote((15, 27)), quote((26, 60)), True),
        (mention(0, 7), quote((0, 7)), True),
        (quote((0, 7)), mention(0, 7), True),
    ],
)  # fmt: skip
def test_a_rejection_holds_for_the_same_thing_with_other_edges(
    rejected: Suggestion, made: Suggestion, comes: bool
) -> None:
    assert is_open(made, rejected) is comes


def test_what_older_versions_rejected_by_its_id_stays_rejected() -> None:
    old, moved = mention(0, 7), mention(0, 8)
    head = Head(extra={REJECTED: [old.id, quote((15, 27)).id], "other": 1})
    suggestions = Suggestions((old, moved), (quote((15, 27)),))
    left = open_suggestions(suggestions, Annotation(head=head))
    assert left == Suggestions((moved,), ())
    offer = SuggestionQueue(suggestions, Annotation(head=head))
    assert [offer[n] for n in offer.open_numbers()] == [moved]
    after = with_rejections(head, [Rejection.of(moved)])
    assert after.extra == {
        REJECTED: [*head.extra[REJECTED], {"mention": "PERSON", "start": 0, "end": 8}],  # type: ignore[index]
        "other": 1,
    }


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["mention", "quote", "start", "end", "content"]), inner
    ),
))  # fmt: skip
def test_whatever_another_program_wrote_there_is_no_error(kept: object) -> None:
    head = Head(extra={REJECTED: kept})
    for rejection in rejections(head):
        assert rejection.id or all(0 <= s < e for s, e in rejection.ranges) or not rejection.ranges
    assert not RejectionIndex(head).hold(mention(5000, 5010))
    after = with_rejections(head, [Rejection.of(mention(1, 3))])
    assert RejectionIndex(after).hold(mention(1, 3))


_starts = st.integers(0, 40) | st.integers(2000, 2100) | st.integers(4060, 4120)


@st.composite
def _spans(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(_starts)
    return start, start + draw(st.integers(1, 60) | st.integers(1900, 2100))


_mentions = st.builds(
    lambda span, label: mention(*span, label), _spans(), st.sampled_from(["PERSON", "GPE"])
)
_quotes = st.builds(
    lambda spans, type_: quote(*sorted(set(spans)), type_=type_),
    st.lists(_spans(), min_size=1, max_size=2),
    st.sampled_from(["direct", "indirect"]),
)


@given(st.lists(_mentions), st.lists(_quotes), st.lists(_mentions | _quotes, max_size=4))
def test_an_offer_follows_rejections_of_others_work_and_undo_as_the_rule_says(
    mentions: list[SuggestedMention], quotes: list[SuggestedQuote], rejected: list[Suggestion]
) -> None:
    suggestions = Suggestions(tuple(mentions), tuple(quotes))
    annotation = Annotation()
    offer = SuggestionQueue(suggestions, annotation)

    def expected() -> list[Suggestion]:
        left = open_suggestions(suggestions, annotation)
        return sorted([*left.mentions, *left.quotes], key=lambda made: (made.start, -made.end))

    steps = []
    for made in rejected:
        if RejectionIndex(annotation.head).hold(made):
            continue
        step = edits.reject(annotation, [made])
        step = step._replace(changes=changes_from_json(changes_to_json(step.changes)))
        annotation.apply(step)
        offer.follow(step, annotation)
        steps.append(step)
        assert [offer[n] for n in offer.open_numbers()] == expected()
        assert RejectionIndex(annotation.head).hold(made)
    for step in reversed(steps):
        annotation.apply(step.inverse())
        offer.follow(step.inverse(), annotation)
        assert [offer[n] for n in offer.open_numbers()] == expected()
    assert offer.count == len(mentions) + len(quotes)


@given(_mentions | _quotes, st.integers(-30, 30), st.integers(-30, 30))
def test_edges_moved_by_less_than_a_quarter_bring_nothing_back(
    made: Suggestion, start: int, end: int
) -> None:
    length = made.end - made.start
    if isinstance(made, SuggestedQuote):
        made = quote((made.start, made.end), type_=made.type)
    first, last = made.start + start, made.end + end
    if first < 0 or abs(start) + abs(end) >= length / 4:
        return
    if isinstance(made, SuggestedMention):
        assert not is_open(mention(first, last, made.label), made)
    else:
        assert not is_open(quote((first, last), type_=made.type), made)


def deleted(made: Suggestion, changed_by: str = "") -> tuple[Annotation, Edit]:
    """An annotation that has accepted it, and the edit that deletes it."""
    article, annotation = Article("a", TEXT), Annotation()
    source = Source("rules 1", changed_by)
    annotation.apply(edits.accept(article, annotation, [made], source))
    if isinstance(made, SuggestedMention):
        return annotation, edits.delete_mention(annotation, "m1")
    return annotation, edits.delete_quote(annotation, "q1")


@given(_mentions | _quotes)
def test_deleting_what_was_accepted_rejects_it_and_one_undo_takes_both_back(
    made: Suggestion,
) -> None:
    annotation, edit = deleted(made)
    both = reject_deleted(annotation, edit)
    before = annotation.head
    annotation.apply(both)
    assert RejectionIndex(annotation.head).hold(made)
    assert both.title == edit.title
    annotation.apply(both.inverse())
    assert not rejections(annotation.head)
    assert len(annotation.mentions) + len(annotation.quotes) == 1
    assert annotation.head == before


def test_what_a_person_changed_before_deleting_is_rejected_with_every_label() -> None:
    annotation, edit = deleted(mention(0, 7, "ORG"), changed_by="ada")
    annotation.apply(reject_deleted(annotation, edit))
    assert RejectionIndex(annotation.head).hold(mention(0, 7, "PERSON"))
    assert not RejectionIndex(annotation.head).hold(mention(28, 37, "PERSON"))


def test_deleting_ones_own_marks_rejects_nothing() -> None:
    article, annotation = Article("a", TEXT), Annotation()
    annotation.apply(edits.mark(article, annotation, 0, 7, "PERSON"))
    edit = edits.delete_mention(annotation, "m1")
    assert reject_deleted(annotation, edit) == edit


def test_a_deletion_that_changes_the_head_as_well_has_one_change_of_it() -> None:
    annotation, edit = deleted(mention(0, 7))
    noted = annotation.head._replace(notes="done with it")
    both = reject_deleted(annotation, edit._replace(
        changes=(*edit.changes, Change(annotation.head, noted)))
    )  # fmt: skip
    annotation.apply(both)
    assert (annotation.head.notes, len(rejections(annotation.head))) == ("done with it", 1)
    assert sum(isinstance(change.item, Head) for change in both.changes) == 1
