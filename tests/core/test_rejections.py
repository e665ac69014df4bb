"""What was rejected is not offered again, whoever proposes it and with whatever edges."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Head, Mention, RoleSpan
from annotator.core.offer import Offer, open_suggestions
from annotator.core.rejections import (
    REJECTED,
    Rejections,
    rejection,
    rejections_of,
    with_rejections,
    withdrawn,
)
from annotator.core.suggestion import SuggestedMention, SuggestedQuote, Suggestions
from tests.core.factories import TEXT, article, done, part, place


def mention(words: str, label: str = "PERSON") -> SuggestedMention:
    return SuggestedMention(*place(words), words, label, words)


def quote(*parts: str) -> SuggestedQuote:
    return SuggestedQuote(tuple(part("content", words) for words in parts), "direct")


def rejected(*made: SuggestedMention | SuggestedQuote) -> Annotation:
    return Annotation(head=with_rejections(Head(), map(rejection, made)))


def test_a_rejected_name_stays_rejected_when_another_model_moves_its_edges() -> None:
    after = Rejections(rejected(mention("Ann Lee")))
    assert after.cover(mention("Ann Lee said"))
    assert after.cover(mention("Lee"))
    assert not after.cover(mention("Ann Lee", "ORG")), "that is another proposal"
    assert not after.cover(mention('Ann Lee said, "to go." Lee met'))
    assert not after.cover(mention("ACME"))


def test_a_rejected_quote_stays_rejected_when_half_of_its_content_is_the_same() -> None:
    after = Rejections(rejected(quote('"We are ready,"', '"to go."')))
    assert after.cover(quote('"We are ready,"'))
    assert after.cover(quote("We are ready"))
    assert not after.cover(quote("go")), "less than half of both"
    assert not after.cover(mention("We are ready"))


def test_the_ids_that_earlier_versions_kept_still_reject_the_very_same() -> None:
    annotation = Annotation(head=Head(extra={REJECTED: [mention("Ann Lee").id]}))
    assert Rejections(annotation).cover(mention("Ann Lee"))
    assert not Rejections(annotation).cover(mention("Ann Lee said"))
    both = edits.reject(annotation, [mention("ACME", "ORG")])
    assert len(rejections_of(done(annotation, both))) == 2


def test_rejections_that_cannot_be_read_count_as_nothing() -> None:
    for rows in ("x", 3, [None, 4, {}, {"id": 5}], [{"id": "a", "spans": [[3, 2], [1], "x"]}]):
        found = rejections_of(Annotation(head=Head(extra={REJECTED: rows})))
        assert all(not rejection.spans for rejection in found)


def test_deleting_what_was_accepted_rejects_it_and_undo_takes_both_back() -> None:
    made = mention("Ann Lee")
    before = done(Annotation(), edits.accept(article(), Annotation(), [made]))
    edit = withdrawn(before, edits.delete_mention(before, "m1"))
    after = done(before, edit)
    assert (len(after.mentions), len(rejections_of(after))) == (0, 1)
    assert open_suggestions(Suggestions((made,)), after).mentions == ()
    again = done(after, edit.inverse())
    assert (len(again.mentions), rejections_of(again)) == (1, frozenset())


def test_deleting_an_own_mark_rejects_nothing() -> None:
    before = done(Annotation(), edits.mark(article(), Annotation(), *place("Ann Lee"), "PERSON"))
    edit = edits.delete_mention(before, "m1")
    assert withdrawn(before, edit) == edit


def test_what_takes_the_place_of_an_accepted_name_is_no_rejection() -> None:
    before = done(Annotation(), edits.accept(article(), Annotation(), [mention("Ann Lee")]))
    old = before.mentions["m1"]
    new = Mention("m2", old.entity_id, *place("Ann Lee said"), "Ann Lee said", 2)
    edit = Edit("exchange", (Change(old, None), Change(None, new)))
    assert withdrawn(before, edit) == edit


@st.composite
def _span(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, len(TEXT) - 2))
    return start, draw(st.integers(start + 1, min(len(TEXT), start + 40)))


@st.composite
def _made(draw: st.DrawFn) -> SuggestedMention | SuggestedQuote:
    start, end = draw(_span())
    if draw(st.booleans()):
        return SuggestedMention(start, end, TEXT[start:end], draw(st.sampled_from("AB")), "x")
    return SuggestedQuote((RoleSpan("content", start, end, TEXT[start:end]),), "direct")


def _half_the_same(
    one: SuggestedMention | SuggestedQuote, other: SuggestedMention | SuggestedQuote
) -> bool:
    if type(one) is not type(other) or getattr(one, "label", "") != getattr(other, "label", ""):
        return False
    mine, its = set(range(one.start, one.end)), set(range(other.start, other.end))
    return 4 * len(mine & its) >= len(mine) + len(its)


@given(st.lists(_made(), max_size=6), st.lists(_made(), max_size=6))
def test_a_rejection_covers_exactly_what_is_half_the_same(
    refused: list[SuggestedMention | SuggestedQuote],
    proposed: list[SuggestedMention | SuggestedQuote],
) -> None:
    annotation = rejected(*refused)
    found = Rejections(annotation)
    for made in proposed:
        assert found.cover(made) == any(_half_the_same(made, other) for other in refused)
    mentions = tuple(made for made in proposed if isinstance(made, SuggestedMention))
    quotes = tuple(made for made in proposed if isinstance(made, SuggestedQuote))
    offer = Offer(Suggestions(mentions, quotes), Annotation())
    step = Edit("reject", (Change(Head(), annotation.head),))
    if refused:
        offer.follow(step, annotation)
    left = {offer[n] for n in offer.open_numbers()}
    assert left == {made for made in proposed if not found.cover(made)}
