"""Status, notes and flags, on an annotation and on each of its items."""

import pytest

from annotator.core import edits
from annotator.core.errors import Rejected
from tests.core.factories import annotation, done


def test_the_status_of_an_annotation_is_set():
    before = annotation()
    edit = edits.set_status(before, "done")
    assert edit.title == "Set status done"
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
    assert edit.title == "Flag as unsure"
    after = done(before, edit)
    assert after.mentions["m1"].flags == ("unsure",)
    with pytest.raises(Rejected, match="how it is already"):
        edits.set_flag(after.mentions["m1"], "unsure", on=True)
    off = edits.set_flag(after.mentions["m1"], "unsure", on=False)
    assert off.title == "Remove flag unsure"
    assert done(after, off) == before
