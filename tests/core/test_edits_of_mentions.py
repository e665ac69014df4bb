"""Marking, relabelling, resizing, moving and deleting mentions."""

import pytest

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.errors import Rejected
from annotator.core.message import verbatim
from annotator.core.models import Decision, Entity
from tests.core.factories import TEXT, annotation, article, done, marked, mention, place


def spans_of(annotation: Annotation, entity_id: str) -> list[tuple[int, int]]:
    return [(m.start, m.end) for m in annotation.mentions_of(entity_id)]


def test_marking_new_words_makes_an_entity_named_after_them():
    after = marked("Bo Ek", "PERSON")
    assert after.entities["e4"] == Entity("e4", "PERSON", "Bo Ek", 4)
    assert spans_of(after, "e4") == [place("Bo Ek")]
    assert after.mentions["m5"].text == "Bo Ek"


def test_marking_a_known_name_joins_its_entity():
    after = marked("Paris", "GPE", nth=2)
    assert spans_of(after, "e3") == [place("Paris"), place("Paris", 2)]
    assert len(after.entities) == 3


def test_marking_words_that_a_mention_already_uses_joins_its_entity():
    before = annotation()
    before.apply(edits.rename_entity(before, "e3", "Paris, France"))
    after = done(before, edits.mark(article(), before, *place("Paris", 2), "GPE"))
    assert spans_of(after, "e3") == [place("Paris"), place("Paris", 2)]


def test_the_same_name_under_another_label_is_another_entity():
    after = marked("Paris", "PERSON", nth=2)
    assert (after.entities["e4"].label, after.entities["e4"].name) == ("PERSON", "Paris")


def test_outer_white_space_is_not_marked():
    start, end = place("Bo Ek")
    before = annotation()
    after = done(before, edits.mark(article(), before, start - 1, end + 1, "PERSON"))
    assert spans_of(after, "e4") == [(start, end)]


def test_a_name_over_a_line_end_is_an_entity_on_one_line():
    text = "New\nYork, New York"
    before = Annotation()
    before.apply(edits.mark(article(text), before, 0, 8, "GPE"))
    after = done(before, edits.mark(article(text), before, 10, 18, "GPE"))
    assert [e.name for e in after.entities.values()] == ["New York"]
    assert [m.text for m in after.mentions_of("e1")] == ["New\nYork", "New York"]


def test_marking_a_mention_with_another_label_relabels_it():
    after = marked("ACME", "GPE")
    assert (after.entities["e2"].label, len(after.mentions)) == ("GPE", 4)


def test_the_undo_menu_names_words_and_label():
    edit = edits.mark(article(), annotation(), *place("Bo Ek"), "PERSON", "Person")
    assert str(edit.title) == "Mark “Bo Ek” as Person"
    edit = edits.mark(article(), annotation(), 0, len(TEXT), "PERSON")
    assert str(edit.title) == 'Mark “😀 "We are ready," Ann Lee said,…” as PERSON'


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((3, 3), "Nothing is selected"),
        ((1, 2), "only white space"),
        ((5, 4), "outside the article"),
        ((-1, 4), "outside the article"),
        ((0, len(TEXT) + 1), "outside the article"),
        (place("ACME"), "“ACME” is marked as ORG already."),
    ],
)
def test_what_cannot_be_marked_is_rejected_with_a_reason(span, words):
    with pytest.raises(Rejected, match=words):
        edits.mark(article(), annotation(), *span, "ORG")


def test_words_with_two_labels_are_not_marked_with_either_again():
    before = annotation()
    twice = Annotation(
        entities=before.entities.values(),
        mentions=[mention("m1", "e1", "ACME"), mention("m2", "e2", "ACME")],
    )
    for label in ("PERSON", "ORG"):
        with pytest.raises(Rejected, match="already"):
            edits.mark(article(), twice, *place("ACME"), label)
    with pytest.raises(Rejected, match="already"):
        edits.relabel_mention(twice, "m1", "ORG")


def test_relabelling_the_only_mention_relabels_its_entity_and_keeps_its_quotes():
    before = annotation()
    after = done(before, edits.relabel_mention(before, "m3", "GPE", "Place"))
    assert after.entities["e2"].label == "GPE"
    assert after.quotes["q1"].addressees == ("e2",)


def test_relabelling_one_of_several_mentions_splits_it_off():
    before = annotation()
    after = done(before, edits.relabel_mention(before, "m2", "ORG"))
    assert (after.entities["e4"].name, after.entities["e4"].label) == ("Lee", "ORG")
    assert spans_of(after, "e1") == [place("Ann Lee")]


def test_relabelling_into_a_known_entity_empties_the_old_one_away():
    before = marked("Paris", "ORG", nth=2)
    after = done(before, edits.relabel_mention(before, "m5", "GPE"))
    assert "e4" not in after.entities
    assert len(spans_of(after, "e3")) == 2


def test_resizing_keeps_the_name_of_an_entity_with_several_mentions():
    before = annotation()
    after = done(before, edits.resize_mention(article(), before, "m1", *place("Ann")))
    assert after.entities["e1"].name == "Ann Lee"
    assert after.mentions["m1"].text == "Ann"


def test_resizing_the_only_mention_renames_the_entity_called_like_it():
    before = annotation()
    start, end = place("in Paris")
    edit = edits.resize_mention(article(), before, "m4", start, end)
    assert str(edit.title) == "Resize “Paris” to “in Paris”"
    assert done(before, edit).entities["e3"].name == "in Paris"


def test_resizing_onto_a_mention_of_the_same_label_is_rejected():
    before = marked("Lee", "PERSON", nth=3)
    with pytest.raises(Rejected, match="“Lee” is marked as PERSON already"):
        edits.resize_mention(article(), before, "m1", *place("Lee", 2))


def test_moving_the_last_mention_removes_an_entity_nobody_quotes():
    before = annotation()
    edit = edits.move_mention(before, "m4", "e2")
    assert str(edit.title) == "Move “Paris” to ACME"
    after = done(before, edit)
    assert "e3" not in after.entities
    assert spans_of(after, "e2") == [place("ACME"), place("Paris")]


def test_moving_the_last_mention_keeps_an_entity_that_a_quote_needs():
    before = annotation()
    after = done(before, edits.move_mention(before, "m3", "e3"))
    assert after.mention_count("e2") == 0
    assert after.quotes["q1"].addressees == ("e2",)


def test_a_mention_is_not_moved_to_where_it_is():
    with pytest.raises(Rejected, match="“Lee” belongs to Ann Lee already"):
        edits.move_mention(annotation(), "m2", "e1")


def test_the_kind_of_a_mention_is_set():
    before = annotation()
    edit = edits.set_kind(before, "m2", "nominal")
    assert str(edit.title) == "Make “Lee” a nominal"
    assert done(before, edit).mentions["m2"].kind == "nominal"
    with pytest.raises(Rejected, match="how it is already"):
        edits.set_kind(before, "m2", "name")


def test_deleting_the_last_mention_removes_an_entity_nobody_quotes():
    before = annotation()
    edit = edits.delete_mention(before, "m4")
    assert str(edit.title) == "Delete mention “Paris”"
    after = done(before, edit)
    assert ("e3" in after.entities, "m4" in after.mentions) == (False, False)


def test_deleting_the_last_mention_keeps_an_entity_that_a_quote_needs():
    before = annotation()
    after = done(before, edits.delete_mention(before, "m3"))
    assert "e2" in after.entities


@pytest.mark.parametrize(
    "wish",
    [
        lambda a: edits.relabel_mention(a, "m9", "ORG"),
        lambda a: edits.resize_mention(article(), a, "m9", 0, 1),
        lambda a: edits.move_mention(a, "m9", "e1"),
        lambda a: edits.set_kind(a, "m9", "name"),
        lambda a: edits.delete_mention(a, "m9"),
    ],
)
def test_a_mention_that_is_gone_is_named_in_the_rejection(wish):
    with pytest.raises(Rejected, match="That mention is no longer there"):
        wish(annotation())


def test_a_mention_may_be_resized_onto_one_of_another_label_and_past_its_own_place():
    before = annotation()
    after = done(before, edits.resize_mention(article(), before, "m2", *place("ACME")))
    assert [m.id for m in after.mentions_at(*place("ACME"))] == ["m2", "m3"]
    wide = done(before, edits.resize_mention(article(), before, "m3", *place("met ACME")))
    assert wide.entities["e2"].name == "met ACME"
    with pytest.raises(Rejected, match="how it is already"):
        edits.resize_mention(article(), before, "m1", *place("Ann Lee"))


def test_resizing_the_only_mention_leaves_a_name_of_its_own():
    before = annotation()
    before.apply(edits.rename_entity(before, "e3", "Paris, France"))
    after = done(before, edits.resize_mention(article(), before, "m4", *place("in Paris")))
    assert after.entities["e3"].name == "Paris, France"


def test_of_two_mentions_at_one_place_each_is_moved_where_no_other_of_its_entity_is():
    before = annotation()
    before.apply(edits.join_mention(article(), before, *place("ACME"), "e3"))
    with pytest.raises(Rejected, match="“ACME” belongs to Paris already"):
        edits.move_mention(before, "m3", "e3")
    after = done(before, edits.move_mention(before, "m3", "e1"))
    assert [m.entity_id for m in after.mentions_at(*place("ACME"))] == ["e1", "e3"]


def test_a_mention_may_be_the_whole_text():
    text = "ACME"
    before = Annotation()
    after = done(before, edits.mark(article(text), before, 0, 4, "ORG"))
    assert spans_of(after, "e1") == [(0, 4)]
    assert str(edits.mark(article("A"), before, 0, 1, "ORG").title) == "Mark “A” as ORG"


@pytest.mark.parametrize(
    ("length", "shown"),
    [(31, "x" * 31), (32, "x" * 32), (33, "x" * 31 + "…"), (40, "x" * 31 + "…")],
)
def test_a_title_shows_what_fits_into_its_place(length, shown):
    text = "x" * length
    edit = edits.mark(article(text), Annotation(), 0, length, "ORG")
    assert str(edit.title) == f"Mark “{shown}” as ORG"


def test_an_entity_stays_while_another_mention_or_a_quote_has_it():
    before = annotation()
    assert "e1" in done(before, edits.delete_mention(before, "m1")).entities
    assert "e1" in done(before, edits.move_mention(before, "m2", "e2")).entities
    before.apply(edits.set_addressees(before, "q1", []))
    assert "e2" not in done(before, edits.delete_mention(before, "m3")).entities


def test_new_items_are_numbered_on_from_the_largest_and_never_take_an_id_that_is_there():
    odd = [Entity("e4", "ORG", "A", 2), Entity("e6", "ORG", "B", 3), Entity("x", "ORG", "C", -5)]
    ids = Annotation(entities=odd).free_ids(Entity)
    assert [next(ids) for _ in range(3)] == [("e5", 5), ("e7", 7), ("e8", 8)]
    assert Annotation().next_id(Entity) == ("e1", 1)
    assert Annotation(entities=odd[2:]).next_id(Entity) == ("e1", 1)
    on = Annotation(entities=odd[:1])
    assert on.next_id(Entity) == ("e3", 3)
    on.apply(Edit(verbatim("Add"), (Change(None, Entity("e9", "ORG", "D", 9)),)))
    assert on.next_id(Entity) == ("e10", 10)
    on.apply(Edit(verbatim("Add"), (Change(None, Entity("e5", "ORG", "E", 5)),)))
    assert on.next_id(Entity) == ("e10", 10)


def test_annotations_are_equal_if_all_of_their_items_and_heads_are():
    one = annotation()
    assert one != "an annotation"
    for edit in (
        edits.set_status(one, "done"),
        edits.rename_entity(one, "e3", "Rome"),
        edits.set_kind(one, "m1", "nominal"),
        edits.set_type(one, "q1", "mixed"),
        Edit(verbatim("Decide"), (Change(None, Decision("d1", 1, "mention", "agreed", 0, 2)),)),
    ):
        other = annotation()
        assert other == one
        other.apply(edit)
        assert other != one
