"""Quotes as one object: parts, type, speakers, addressees, status."""

from itertools import combinations

import pytest

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.errors import Rejected
from annotator.core.message import verbatim
from annotator.core.models import ROLES, Quote, RoleSpan
from annotator.core.scheme import Conventions
from tests.core.factories import TEXT, annotation, article, done, part, place

READY, GO = place('"We are ready,"'), place('"to go."')
INDIRECT = place('that ACME would "pay" soon')


def quoted(start: int, end: int, **more: object) -> Quote:
    before = Annotation(entities=annotation().entities.values())
    return done(before, edits.create_quote(article(), before, start, end, **more)).quotes["q1"]


def test_a_split_quote_becomes_one_quote_with_a_hole():
    quote = quoted(READY[0], GO[1], speakers=["e1"])
    assert [(span.start, span.end) for span in quote.parts("content")] == [READY, GO]
    assert (quote.type, quote.type_set, quote.speakers) == ("direct", False, ("e1",))


def test_the_type_of_a_new_quote_follows_the_marks():
    assert quoted(*READY).type == "direct"
    assert quoted(*INDIRECT).type == "mixed"
    assert quoted(*place("ACME would")).type == "indirect"


def test_a_new_quote_is_titled_with_its_words_on_one_line():
    edit = edits.create_quote(article(), annotation(), *place("Lee met ACME in Paris.\n\nShe"))
    assert str(edit.title) == "Quote “Lee met ACME in Paris. She”"


def test_the_same_content_is_not_quoted_twice():
    with pytest.raises(Rejected, match="is a quote already"):
        edits.create_quote(article(), annotation(), READY[0], GO[1])
    assert edits.create_quote(article(), annotation(), *READY).changes


def test_a_quote_is_not_attributed_to_an_entity_that_is_gone():
    with pytest.raises(Rejected, match="That entity is no longer there"):
        edits.create_quote(article(), annotation(), *INDIRECT, speakers=["e9"])


def test_adding_content_proposes_the_type_anew():
    before = annotation()
    edit = edits.add_part(article(), before, "q1", "content", *place("ACME would"))
    assert str(edit.title) == "Add “ACME would”"
    quote = done(before, edit).quotes["q1"]
    assert (quote.type, len(quote.parts("content"))) == ("mixed", 3)


def test_a_type_that_was_stated_no_longer_follows_the_marks():
    before = annotation()
    before.apply(edits.set_type(before, "q1", "reported"))
    before.apply(edits.add_part(article(), before, "q1", "content", *place("ACME would")))
    assert (before.quotes["q1"].type, before.quotes["q1"].type_set) == ("reported", True)


def test_parts_are_kept_by_role_and_place():
    before = annotation()
    before.apply(edits.add_part(article(), before, "q1", "cue", *place("told")))
    before.apply(edits.add_part(article(), before, "q1", "addressee", *place("Bo Ek")))
    before.apply(edits.add_part(article(), before, "q1", "content", *place("Lee met")))
    spans = [(span.role, span.text) for span in before.quotes["q1"].spans]
    assert spans == [
        ("content", '"We are ready,"'),
        ("content", '"to go."'),
        ("content", "Lee met"),
        ("cue", "said"),
        ("cue", "told"),
        ("source", "Ann Lee"),
        ("addressee", "Bo Ek"),
    ]


@pytest.mark.parametrize(
    ("role", "words", "reason"),
    [
        ("content", "ready", "“ready” overlaps the content"),
        ("cue", "Lee said", "overlaps the cue “said”"),
        ("source", "Lee said", "overlaps the source “Ann Lee”"),
        ("cue", "ready", "“ready” overlaps the quote's own content: a cue stands outside"),
        ("content", "said,", "“said,” overlaps the quote's own cue: a cue stands outside"),
    ],
)
def test_a_part_that_overlaps_another_is_rejected(role, words, reason):
    with pytest.raises(Rejected, match=reason):
        edits.add_part(article(), annotation(), "q1", role, *place(words))


@pytest.mark.parametrize("there", ROLES)
@pytest.mark.parametrize("role", ROLES)
def test_parts_may_touch_but_two_of_a_role_and_content_and_cue_do_not_overlap(role, there):
    text = "abcdefgh, he said"
    content = RoleSpan("content", 10, 12, "he")
    old = RoleSpan(there, 3, 5, "de")
    before = Annotation(quotes=[Quote("q1", 1, (content, old))])
    for start, end in combinations(range(9), 2):
        apart = end <= old.start or start >= old.end
        fits = apart or (role != there and {role, there} != {"content", "cue"})
        new = RoleSpan(role, start, end, text[start:end])
        if fits:
            after = done(before, edits.add_part(article(text), before, "q1", role, start, end))
            assert {*after.quotes["q1"].spans} == {content, old, new}
        else:
            with pytest.raises(Rejected, match=f"“{new.text}” overlaps"):
                edits.add_part(article(text), before, "q1", role, start, end)


def test_of_equal_parts_one_is_removed_or_resized():
    cue = part("cue", "said")
    before = annotation()
    quote = before.quotes["q1"]
    before.apply(
        Edit(verbatim("Twice"), (Change(quote, quote._replace(spans=(*quote.spans, cue))),))
    )
    after = done(before, edits.remove_part(article(), before, "q1", cue))
    assert after.quotes["q1"].parts("cue") == (cue,)
    source = part("source", "Ann Lee")
    resized = edits.resize_part(article(), before, "q1", source, *place("Ann"))
    assert [s.text for s in done(before, resized).quotes["q1"].parts("source")] == ["Ann"]


def test_content_without_marks_stays_without_them_by_the_projects_conventions():
    bare, on = Conventions(marks="out"), article()
    quote = quoted(READY[0], GO[1], conventions=bare)
    assert [span.text for span in quote.parts("content")] == ["We are ready,", "to go."]
    before = Annotation(quotes=[Quote("q1", 1, (part("content", "pay"),))])
    words = place('"We are ready,"')
    after = done(before, edits.add_part(on, before, "q1", "content", *words, conventions=bare))
    assert [span.text for span in after.quotes["q1"].parts("content")] == ["We are ready,", "pay"]
    after = done(before, edits.add_part(article(), before, "q1", "content", *words))
    assert after.quotes["q1"].start == words[0]
    after = done(before, edits.add_part(on, before, "q1", "source", *words, conventions=bare))
    assert after.quotes["q1"].parts("source")[0].text == '"We are ready,"'


def test_of_a_split_quote_only_what_is_no_quote_yet_is_quoted():
    several = Conventions(split="several")
    before = Annotation(quotes=[Quote("q1", 1, (part("content", '"We are ready,"'),))])
    edit = edits.create_quote(article(), before, READY[0], GO[1], conventions=several)
    assert [q.parts("content")[0].text for q in done(before, edit).ordered_quotes()] == [
        '"We are ready,"',
        '"to go."',
    ]


@pytest.mark.parametrize(("status", "speakers"), [("group", ["e1"]), ("none", []), ("unnamed", [])])
def test_clearing_the_speakers_leaves_the_status_as_it_is(status, speakers):
    before = annotation()
    quote = before.quotes["q1"]._replace(speaker_status=status, speakers=("e3",))
    before.apply(Edit(verbatim("Status"), (Change(before.quotes["q1"], quote),)))
    after = done(before, edits.set_speakers(before, "q1", speakers))
    assert (after.quotes["q1"].speaker_status, after.quotes["q1"].speakers) == (
        status,
        tuple(speakers),
    )


def test_a_source_may_stand_inside_the_content():
    before = annotation()
    before.apply(edits.remove_part(article(), before, "q1", part("source", "Ann Lee")))
    after = done(before, edits.add_part(article(), before, "q1", "source", *place("We")))
    assert [span.text for span in after.quotes["q1"].parts("source")] == ["We"]


def test_removing_a_part_leaves_the_others():
    before = annotation()
    edit = edits.remove_part(article(), before, "q1", part("cue", "said"))
    assert str(edit.title) == "Remove cue “said”"
    assert done(before, edit).quotes["q1"].parts("cue") == ()


def test_the_only_content_cannot_be_removed():
    before = annotation()
    before.apply(edits.remove_part(article(), before, "q1", part("content", '"to go."')))
    with pytest.raises(Rejected, match="A quote needs content"):
        edits.remove_part(article(), before, "q1", part("content", '"We are ready,"'))


def test_resizing_a_part_keeps_it_free_of_the_others_and_proposes_the_type():
    before = annotation()
    ready = part("content", '"We are ready,"')
    edit = edits.resize_part(article(), before, "q1", ready, 0, READY[1])
    assert str(edit.title) == 'Resize content to “😀 "We are ready,"”'
    assert done(before, edit).quotes["q1"].start == 0
    with pytest.raises(Rejected, match="overlaps"):
        edits.resize_part(article(), before, "q1", ready, READY[0], GO[1])
    with pytest.raises(Rejected, match="how it is already"):
        edits.resize_part(article(), before, "q1", ready, *READY)


def test_a_part_that_is_gone_is_neither_removed_nor_resized():
    told = part("cue", "told")
    with pytest.raises(Rejected, match="part of the quote is no longer there"):
        edits.remove_part(article(), annotation(), "q1", told)
    with pytest.raises(Rejected, match="part of the quote is no longer there"):
        edits.resize_part(article(), annotation(), "q1", told, 0, 1)


def test_stating_the_proposed_type_still_states_it():
    before = annotation()
    after = done(before, edits.set_type(before, "q1", "direct"))
    assert after.quotes["q1"].type_set
    with pytest.raises(Rejected, match="how it is already"):
        edits.set_type(after, "q1", "direct")
    with pytest.raises(Rejected, match="needs a type"):
        edits.set_type(after, "q1", "")


def test_speakers_are_entities_each_once():
    before = annotation()
    edit = edits.set_speakers(before, "q1", ["e2", "e1", "e2"])
    assert done(before, edit).quotes["q1"].speakers == ("e2", "e1")
    assert str(edits.set_speakers(before, "q1", ["e2"]).title) == "Set speaker ACME"
    assert str(edits.set_speakers(before, "q1", []).title) == "Clear speaker"


def test_naming_a_speaker_makes_an_unnamed_one_identified_but_leaves_a_group():
    before = annotation()
    for status, expected in (("unnamed", "identified"), ("group", "group")):
        before.apply(edits.set_speaker_status(before, "q1", status))
        after = done(before, edits.set_speakers(before, "q1", ["e3"]))
        assert after.quotes["q1"].speaker_status == expected


@pytest.mark.parametrize(
    ("status", "speakers"),
    [("group", ("e1",)), ("unnamed", ()), ("implicit", ()), ("none", ())],
)
def test_a_status_without_a_name_clears_the_speakers(status, speakers):
    before = annotation()
    edit = edits.set_speaker_status(before, "q1", status)
    assert str(edit.title) == f"Set speaker status {status}"
    assert done(before, edit).quotes["q1"].speakers == speakers


def test_addressees_are_entities_each_once():
    before = annotation()
    edit = edits.set_addressees(before, "q1", ["e3", "e1", "e3"])
    assert done(before, edit).quotes["q1"].addressees == ("e3", "e1")
    assert str(edits.set_addressees(before, "q1", []).title) == "Clear addressee"


def test_quotes_inside_a_deleted_one_stand_on_their_own():
    one = annotation().quotes["q1"]
    inner = Quote("q2", 2, (part("content", "ready"),), parent="q1")
    before = Annotation(quotes=[one, inner])
    edit = edits.delete_quote(before, "q1")
    assert str(edit.title) == 'Delete quote “"We are ready,"”'
    after = done(before, edit)
    assert [(quote.id, quote.parent) for quote in after.quotes.values()] == [("q2", None)]


def test_only_the_quotes_inside_the_deleted_one_stand_on_their_own():
    quotes = [
        Quote("q1", 1, ()),
        Quote("q2", 2, (part("content", "ready"),), parent="q1"),
        Quote("q3", 3, (part("content", "We"),), parent="q2"),
        Quote("q4", 4, (part("cue", "said"),)),
    ]
    edit = edits.delete_quote(Annotation(quotes=quotes), "q1")
    assert str(edit.title) == "Delete quote q1"
    assert [change.item.id for change in edit.changes] == ["q2", "q1"]


def test_a_quote_that_an_import_put_inside_itself_can_be_deleted_and_brought_back():
    before = Annotation(quotes=[Quote("q1", 1, (), parent="q1")])
    assert done(before, edits.delete_quote(before, "q1")).quotes == {}


@pytest.mark.parametrize(
    "wish",
    [
        lambda a: edits.add_part(article(), a, "q9", "cue", 0, 1),
        lambda a: edits.remove_part(article(), a, "q9", part("cue", "said")),
        lambda a: edits.resize_part(article(), a, "q9", part("cue", "said"), 0, 1),
        lambda a: edits.set_type(a, "q9", "direct"),
        lambda a: edits.set_speakers(a, "q9", []),
        lambda a: edits.set_speaker_status(a, "q9", "none"),
        lambda a: edits.set_addressees(a, "q9", []),
        lambda a: edits.delete_quote(a, "q9"),
    ],
)
def test_a_quote_that_is_gone_is_named_in_the_rejection(wish):
    with pytest.raises(Rejected, match="That quote is no longer there"):
        wish(annotation())


def test_a_selection_outside_the_article_is_no_quote():
    with pytest.raises(Rejected, match="outside the article"):
        edits.create_quote(article(), annotation(), 0, len(TEXT) + 1)
