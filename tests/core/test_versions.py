"""Versions of an annotation: what tells them apart, what a history tells of, and their JSON."""

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit, changes_to_json
from annotator.core.message import verbatim
from annotator.core.message_json import message_to_json
from annotator.core.models import Entity, Head, Quote, RoleSpan
from annotator.core.versions import (
    HistoryEdit,
    Version,
    digest,
    from_json,
    history_from_json,
    history_to_json,
    lineage,
    to_json,
)
from tests.core.factories import annotation, copy

DIGEST_OF_NOTHING = "6f6fdaf93b7769f3cbe1658f26cf577020b09deddd8284b2c7bf84f0c403e39e"
DIGEST = "dbe31fd4c760c31dbf5e6c7638c205bb44b62146328bcc953ca7ba103c7b36a0"
DIGEST_OF_ARABIC = "c2166e106a3df9a73758f5a2428d3edb1f4772032b686736e83860b2134c4676"
EDIT = changes_to_json((Change(None, Entity("e1", "ORG", "ACME", 1)),))
ROW = ["Mark", EDIT, "2026-01-01T00:00:00Z", None, "done"]


class History:
    """What a project keeps of edits that are made, undone and made again, second by second."""

    def __init__(self) -> None:
        self.annotation = Annotation(head=Head("doing"))
        self.past: list[HistoryEdit] = []
        self.edits: list[Edit] = []
        self._seconds = count()
        self.seen = {digest(self.annotation)}

    @property
    def version(self) -> Version:
        return Version(copy(self.annotation), tuple(self.past))

    def _moved(self, edit: Edit) -> str:
        self.annotation.apply(edit)
        self.annotation.updated = f"2026-01-01T00:00:{next(self._seconds):02}Z"
        self.seen.add(digest(self.annotation))
        return self.annotation.updated

    def make(self, edit: Edit) -> None:
        moment = self._moved(edit)
        self.past = [
            one._replace(state="dropped") if one.state == "undone" else one for one in self.past
        ]
        self.past.append(
            HistoryEdit(
                message_to_json(edit.title), changes_to_json(edit.changes), moment, None, "done"
            )
        )
        self.edits.append(edit)

    def undo(self) -> None:
        done = [n for n, one in enumerate(self.past) if one.state == "done"]
        if done:
            moment = self._moved(self.edits[done[-1]].inverse())
            self.past[done[-1]] = self.past[done[-1]]._replace(undone_at=moment, state="undone")

    def redo(self) -> None:
        undone = [n for n, one in enumerate(self.past) if one.state == "undone"]
        if undone:
            self._moved(self.edits[undone[0]])
            self.past[undone[0]] = self.past[undone[0]]._replace(undone_at=None, state="done")


def renamed(on: Annotation, name: str) -> Edit:
    """One entity, which is made or renamed."""
    before = on.entities.get("e1")
    return Edit(verbatim(name), (Change(before, Entity("e1", "ORG", name, 1)),))


@given(st.lists(st.sampled_from(["make", "make", "undo", "redo"]), max_size=14))
def test_a_history_tells_of_every_state_there_was_and_of_no_other(moves: list[str]) -> None:
    history, clocks = History(), [Version(Annotation()).clock]
    for number, move in enumerate(moves):
        before = history.past[:]
        if move == "make":
            history.make(renamed(history.annotation, f"name {number}"))
        elif move == "undo":
            history.undo()
        else:
            history.redo()
        assert lineage(history.version) == history.seen
        if history.past != before:
            clocks.append(history.version.clock)
    assert clocks == sorted(set(clocks))


def test_a_state_without_a_history_tells_of_itself_alone() -> None:
    version = Version(annotation())
    assert lineage(version) == {digest(annotation())}
    assert version.clock == ("", 0)


def test_in_one_second_each_edit_and_each_undo_makes_a_later_state() -> None:
    on = Annotation(updated="2026-01-01T00:00:00Z")
    done = HistoryEdit("Mark", EDIT, "2026-01-01T00:00:00Z", None, "done")
    undone = done._replace(undone_at="2026-01-01T00:00:00Z", state="undone")
    dropped = undone._replace(state="dropped")
    clocks = [Version(on, past).clock for past in ((), (done,), (undone,), (dropped, done))]
    assert clocks == [(on.updated, steps) for steps in (0, 1, 2, 3)]


@pytest.mark.parametrize("undone_at", ["2026-01-01T00:00:02Z", None])
def test_what_was_undone_in_the_second_of_the_next_edit_was_left_before_it(
    undone_at: str | None,
) -> None:
    on = Annotation()
    first, second = renamed(on, "first"), renamed(on, "second")
    on.apply(second)
    past = (
        HistoryEdit(
            "1", changes_to_json(first.changes), "2026-01-01T00:00:01Z", undone_at, "dropped"
        ),
        HistoryEdit("2", changes_to_json(second.changes), "2026-01-01T00:00:02Z", None, "done"),
    )
    states = [Annotation(), Annotation(), Annotation()]
    states[1].apply(first)
    states[2].apply(second)
    assert lineage(Version(on, past)) == {*map(digest, states)}


def test_a_digest_is_that_of_what_an_annotation_says() -> None:
    said = digest(annotation())
    assert len(said) == 64
    changed = annotation()
    changed.head = Head(seconds=99)
    assert digest(changed) == said
    for head in (Head("done"), Head(notes="x"), Head(flags=("a",)), Head(extra={"a": 1})):
        changed.head = head
        assert digest(changed) != said
    for table in (annotation().entities, annotation().mentions, annotation().quotes):
        for item in table.values():
            one = annotation()
            one.apply(Edit(verbatim("Change"), (Change(item, item._replace(ordinal=70)),)))
            assert digest(one) == said
            one = annotation()
            one.apply(Edit(verbatim("Change"), (Change(item, item._replace(extra={"a": 1})),)))
            assert digest(one) != said
            one = annotation()
            one.apply(Edit(verbatim("Remove"), (Change(item, None),)))
            assert digest(one) != said


def test_a_digest_stays_the_same_since_projects_keep_it() -> None:
    assert digest(Annotation()) == DIGEST_OF_NOTHING
    assert digest(annotation()) == DIGEST
    arabic = Annotation(entities=[Entity("e1", "PERSON", "أحمد", 1)])
    assert digest(arabic) == DIGEST_OF_ARABIC


def test_the_order_of_what_has_none_changes_no_digest() -> None:
    one, other = Annotation(), Annotation()
    one.head = Head(extra={"a": 1, "b": {"c": 2, "d": 3}})
    other.head = Head(extra={"b": {"d": 3, "c": 2}, "a": 1})
    assert digest(one) == digest(other)
    said = {"sure": "yes", "true": True}
    for annotated, attributes in ((one, said), (other, dict(reversed(said.items())))):
        quote = Quote("q1", 1, (RoleSpan("content", 0, 2, "We"),), attributes=attributes)
        annotated.apply(Edit(verbatim("Mark"), (Change(None, quote),)))
    assert digest(one) == digest(other)


def test_a_version_comes_back_equal_from_its_json() -> None:
    version = annotation()
    version.head = Head("done", "über\nall", ("unsure",), 70, {"a": ["b"]})
    read = from_json(to_json(version), "2026-01-01T00:00:00Z")
    assert (read, read.updated) == (version, "2026-01-01T00:00:00Z")
    assert [*read.items()] == [*version.items()]
    with pytest.raises(ValueError, match="without its head"):
        from_json(EDIT, None)


def test_a_history_comes_back_equal_from_its_json_in_few_letters() -> None:
    past = tuple(
        HistoryEdit(f"Mark “{state}”", EDIT, "2026-01-01T00:00:00Z", at, state)
        for state, at in (("done", None), ("undone", "2026"), ("dropped", "2027"))
    )
    text = history_to_json(past)
    assert history_from_json(text) == past
    assert "“" in text
    assert '", "' not in text


@pytest.mark.parametrize(
    "rows",
    [
        {},
        "x",
        [{}],
        [ROW[:4]],
        [[*ROW, None]],
        [[None, *ROW[1:]]],
        [[*ROW[:1], 5, *ROW[2:]]],
        [[*ROW[:1], "{}", *ROW[2:]]],
        [[*ROW[:2], None, *ROW[3:]]],
        [[*ROW[:3], 5, "done"]],
        [[*ROW[:4], "lost"]],
        [[*ROW[:4], None]],
        [ROW, ["\ud800", *ROW[1:]]],
    ],
)
def test_what_is_no_history_is_refused(rows: Any) -> None:
    assert history_from_json(json.dumps([ROW])) == (HistoryEdit(*ROW),)
    with pytest.raises(ValueError):
        history_from_json(json.dumps(rows))
