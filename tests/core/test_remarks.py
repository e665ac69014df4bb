"""Status, notes and flags, on an annotation and on each of its items."""

import pytest

from annotator.core import edits
from annotator.core.edit_rules import begun
from annotator.core.errors import Rejected
from tests.core.factories import annotation, done


def test_the_status_of_an_annotation_is_set():
    before = annotation()
    edit = edits.set_status(before, "done")
    assert str(edit.title) == "Set status done"
    assert done(before, edit).head.status == "done"
    with pytest.raises(Rejected, match="how it is already"):
        edits.set_status(before, "todo")


def test_a_note_is_written_on_anything():
    before = annotation()
    items = [before.entities["e2"], before.mentions["m1"], before.quotes["q1"]]
    for item in items:
        after = done(before, edits.set_note(item, "see\nbelow"))
        tables = after.entities | after.mentions | after.quotes
        assert tables[item.id].note == "see\nbelow"
    assert done(before, edits.set_note(before.head, "hm")).head.notes == "hm"


def test_a_flag_is_put_on_once_and_taken_off():
    before = annotation()
    edit = edits.set_flag(before.mentions["m1"], "unsure", on=True)
    assert str(edit.title) == "Flag as unsure"
    after = done(before, edit)
    assert after.mentions["m1"].flags == ("unsure",)
    with pytest.raises(Rejected, match="how it is already"):
        edits.set_flag(after.mentions["m1"], "unsure", on=True)
    off = edits.set_flag(after.mentions["m1"], "unsure", on=False)
    assert str(off.title) == "Remove flag unsure"
    assert done(after, off) == before


def test_only_the_first_edit_says_that_work_has_begun():
    before = annotation()
    edit = edits.set_flag(before.mentions["m1"], "unsure", on=True)
    first = begun(before, edit)
    assert first.title == edit.title
    assert done(before, first).head.status == "doing"
    own = edits.set_status(before, "skipped")
    assert begun(before, own) == own
    for status in ("doing", "done", "skipped"):
        before.head = before.head._replace(status=status)
        assert begun(before, edit) == edit


def test_taking_off_a_flag_leaves_the_others_in_their_order():
    before = annotation()
    for flag in ("unsure", "discuss", "later"):
        before.apply(edits.set_flag(before.mentions["m1"], flag, on=True))
    off = edits.set_flag(before.mentions["m1"], "unsure", on=False)
    assert done(before, off).mentions["m1"].flags == ("discuss", "later")
    with pytest.raises(Rejected, match="how it is already"):
        edits.set_flag(before.mentions["m1"], "never", on=False)


def test_an_annotation_follows_only_the_names_it_uses():
    before = annotation()
    edit = edits.apply_scheme_renames(
        before, {"ORG": "COMPANY", "X": "Y"}, {"direct": "said", "z": "w"}
    )
    assert str(edit.title) == "Change ORG to COMPANY, direct to said"
    after = done(before, edit)
    assert [e.label for e in after.ordered_entities()] == ["PERSON", "COMPANY", "GPE"]
    assert (after.quotes["q1"].type, after.quotes["q1"].type_set) == ("said", False)
    with pytest.raises(Rejected, match="how it is already"):
        edits.apply_scheme_renames(before, {"X": "Y"}, {})
