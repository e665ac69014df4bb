"""Edits: saved whole or not at all, taken back and made again, also after a restart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from annotator.core.annotation import StaleEdit
from annotator.core.edit import Change, Edit
from annotator.core.message import message, verbatim
from annotator.core.message_json import message_from_json
from annotator.core.models import Head
from annotator.store import NoSuchArticle, Project, StoreError
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, adding, changing, execute, record, rows

LATER = ZOE._replace(name="Z. Lee", flags=("discuss",), extra={"wiki": ["Q1", None]})


@pytest.fixture
def other(project: Project) -> Iterator[Project]:
    """A second Project on the same file."""
    with Project.open(project.path) as other:
        yield other


def test_an_annotation_nobody_began_is_empty_and_todo(project: Project, key: int) -> None:
    found = project.annotation(key, "ada")
    assert (found.head, found.entities, found.quotes) == (Head(), {}, {})
    assert project.annotators() == []
    assert project.revision(key, "ada") == 0


def test_an_edit_is_there_after_reopening_with_its_time(path: Path) -> None:
    with Project.create(path, SCHEME) as project:
        with project.importing() as target:
            target.add(record("a1"))
        saved = project.apply(1, "ada", adding(ZOE, NAMED, SAID))
    assert timedelta(0) <= datetime.now(UTC) - saved < timedelta(minutes=1)
    with Project.open(path) as project:
        found = project.annotation(1, "ada")
    assert (found.entities, found.mentions, found.quotes) == (
        {"e1": ZOE},
        {"m1": NAMED},
        {"q1": SAID},
    )
    assert found.updated == saved.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_edit_may_bring_a_mention_before_its_entity_and_take_it_after(
    project: Project, key: int
) -> None:
    edit = adding(NAMED, ZOE)
    project.apply(key, "ada", edit)
    project.apply(key, "ada", Edit(verbatim("Remove"), (Change(ZOE, None), Change(NAMED, None))))
    assert project.annotation(key, "ada").mentions == {}


def test_an_edit_that_leaves_a_mention_without_entity_is_refused(
    project: Project, key: int
) -> None:
    project.apply(key, "ada", adding(ZOE, NAMED))
    with pytest.raises(StoreError, match="names something that is not there"):
        project.apply(key, "ada", Edit(verbatim("Remove"), (Change(ZOE, None),)))
    assert project.annotation(key, "ada").entities == {"e1": ZOE}
    assert project.revision(key, "ada") == 1


def test_a_changed_quote_keeps_the_order_of_its_new_spans(project: Project, key: int) -> None:
    project.apply(key, "ada", adding(SAID))
    turned = SAID._replace(spans=SAID.spans[::-1], type_set=False, attributes={"tone": 0})
    project.apply(key, "ada", changing(SAID, turned))
    assert project.annotation(key, "ada").quotes == {"q1": turned}


@pytest.mark.parametrize(
    "edit",
    [
        adding(LATER),
        changing(LATER, ZOE),
        Edit(verbatim("Remove"), (Change(LATER, None),)),
        changing(NAMED, NAMED._replace(kind="nominal")),
        changing(Head("doing"), Head("done")),
        Edit(verbatim("Two"), (Change(None, NAMED), Change(LATER, ZOE))),
    ],
)
def test_an_edit_that_saw_something_else_changes_nothing(
    project: Project, key: int, edit: Edit
) -> None:
    project.apply(key, "ada", adding(ZOE))
    with pytest.raises(StaleEdit, match="changed elsewhere"):
        project.apply(key, "ada", edit)
    found = project.annotation(key, "ada")
    assert (found.head, found.entities, found.mentions) == (Head(), {"e1": ZOE}, {})
    assert str(project.next_undo_title(key, "ada")) == "Mark"
    assert rows(project.path, "SELECT count(*) FROM edit") == [(1,)]


def test_a_first_edit_that_is_stale_leaves_no_trace(project: Project, key: int) -> None:
    with pytest.raises(StaleEdit):
        project.apply(key, "ada", changing(ZOE, LATER))
    assert project.annotators() == []


def test_of_two_projects_on_one_file_the_later_edit_of_one_item_is_stale(
    project: Project, other: Project, key: int
) -> None:
    project.apply(key, "ada", adding(ZOE))
    other.apply(key, "ada", changing(ZOE, LATER))
    with pytest.raises(StaleEdit):
        project.apply(key, "ada", changing(ZOE, ZOE._replace(label="ORG")))
    assert project.annotation(key, "ada").entities == {"e1": LATER}


def test_annotators_do_not_touch_each_other(project: Project, other: Project, key: int) -> None:
    project.apply(key, "ada", adding(ZOE))
    other.apply(key, "bob", adding(LATER))
    assert project.undo(key, "ada") == adding(ZOE).inverse()
    assert project.annotation(key, "bob").entities == {"e1": LATER}
    assert project.annotators() == ["ada", "bob"]


def test_undo_and_redo_name_and_return_the_edits_they_make(project: Project, key: int) -> None:
    first, second = adding(ZOE, title="Mark Zoë"), changing(ZOE, LATER, title="Rename")
    project.apply(key, "ada", first)
    project.apply(key, "ada", second)
    assert str(project.next_undo_title(key, "ada")) == "Rename"
    assert project.next_redo_title(key, "ada") is None
    assert project.undo(key, "ada") == second.inverse()
    assert project.undo(key, "ada") == first.inverse()
    assert project.undo(key, "ada") is None
    assert project.next_undo_title(key, "ada") is None
    assert str(project.next_redo_title(key, "ada")) == "Mark Zoë"
    assert project.redo(key, "ada") == first
    assert project.redo(key, "ada") == second
    assert project.redo(key, "ada") is None
    assert project.annotation(key, "ada").entities == {"e1": LATER}
    assert project.revision(key, "ada") == 6


def test_undo_and_redo_go_on_after_a_restart(project: Project, key: int) -> None:
    project.apply(key, "ada", adding(ZOE))
    project.apply(key, "ada", adding(NAMED))
    project.undo(key, "ada")
    project.close()
    with Project.open(project.path) as reopened:
        assert reopened.undo(key, "ada") == adding(ZOE).inverse()
        assert reopened.redo(key, "ada") == adding(ZOE)
        assert reopened.redo(key, "ada") == adding(NAMED)


def test_after_a_new_edit_nothing_is_left_to_redo_but_the_history_keeps_it(
    project: Project, key: int
) -> None:
    project.apply(key, "ada", adding(ZOE, title="First"))
    project.undo(key, "ada")
    project.apply(key, "ada", adding(LATER, title="Second"))
    assert project.redo(key, "ada") is None
    assert project.annotation(key, "ada").entities == {"e1": LATER}
    history = rows(project.path, "SELECT title, state, undone_at IS NULL FROM edit ORDER BY pk")
    titles = [str(message_from_json(title)) for title, _state, _undone in history]
    assert titles == ["First", "Second"]
    assert [row[1:] for row in history] == [("dropped", 0), ("done", 1)]


def test_a_new_edit_leaves_to_the_other_annotations_what_they_can_redo(
    project: Project, key: int
) -> None:
    with project.importing() as target:
        target.add(record("a2", text="Zoë Lee left again."))
    other = project.key_of("a2")
    assert other is not None
    elsewhere = [(key, "bob"), (other, "ada"), (other, "bob")]
    for annotation in [(key, "ada"), *elsewhere]:
        project.apply(*annotation, adding(ZOE, title="Mark Zoë"))
        project.undo(*annotation)
    project.apply(key, "ada", adding(LATER))
    assert project.redo(key, "ada") is None
    for annotation in elsewhere:
        assert str(project.next_redo_title(*annotation)) == "Mark Zoë"
        assert project.redo(*annotation) is not None
        assert project.annotation(*annotation).entities == {"e1": ZOE}


def test_nothing_to_undo_begins_no_annotation(project: Project, key: int) -> None:
    assert project.undo(key, "ada") is None
    assert project.redo(key, "ada") is None
    assert project.annotators() == []


def test_seconds_add_up_beside_the_history(project: Project, key: int) -> None:
    project.add_seconds(key, "ada", 30)
    project.apply(key, "ada", changing(Head(), Head("done")))
    project.add_seconds(key, "ada", 12)
    assert project.annotation(key, "ada").head == Head("done", seconds=42)
    assert str(project.next_undo_title(key, "ada")) == "Change"
    assert project.revision(key, "ada") == 1


def test_undo_keeps_the_time_and_returns_heads_that_fit_what_is_stored(
    project: Project, key: int
) -> None:
    project.apply(key, "ada", changing(Head(), Head("done")))
    project.add_seconds(key, "ada", 12)
    held = project.annotation(key, "ada")
    edit = project.undo(key, "ada")
    assert edit == changing(Head("done", seconds=12), Head("todo", seconds=12))
    held.apply(edit)
    assert held == project.annotation(key, "ada")


def test_an_edit_of_an_article_that_is_not_there_says_so(project: Project) -> None:
    with pytest.raises(NoSuchArticle, match="no article with the key 7"):
        project.apply(7, "ada", adding(ZOE))
    with pytest.raises(NoSuchArticle):
        project.add_seconds(7, "ada", 1)
    assert project.annotators() == []


def test_the_view_of_labelled_spans_shows_the_text_of_each(project: Project, key: int) -> None:
    project.apply(key, "ada", adding(ZOE, NAMED, SAID))
    found = rows(
        project.path,
        'SELECT article, annotator, layer, label, id, start, "end", text FROM labelled_span '
        "ORDER BY start",
    )
    assert found == [
        ("a1", "ada", "entity", "PERSON", "m1", 2, 9, "Zoë Lee"),
        ("a1", "ada", "quote", "cue", "q1", 10, 14, "said"),
        ("a1", "ada", "quote", "content", "q1", 16, 24, "it works"),
    ]


def test_what_another_window_wrote_is_told_from_ones_own_until_it_is_known(
    project: Project, other: Project, key: int
) -> None:
    assert project.foreign_undo(key, "ada") is None
    project.apply(key, "ada", adding(ZOE))
    assert project.foreign_undo(key, "ada") is None
    other.apply(key, "ada", adding(NAMED))
    foreign = project.foreign_undo(key, "ada")
    assert foreign == rows(project.path, "SELECT max(pk) FROM edit")[0][0]
    assert (other.foreign_undo(key, "ada"), other.foreign_undo(key, "bob")) == (None, None)
    project.mark_edits_known()
    assert project.foreign_undo(key, "ada") is None
    project.undo(key, "ada")
    assert other.foreign_undo(key, "ada") is not None
    with Project.open(project.path) as late:
        assert late.foreign_undo(key, "ada") is None


def test_a_history_tells_what_was_done_when_and_what_became_of_it(
    project: Project, key: int
) -> None:
    assert project.past(key, "ada") == ()
    for edit in (adding(ZOE, title="1"), adding(NAMED, title="2"), adding(SAID, title="3")):
        project.apply(key, "ada", edit)
    project.undo(key, "ada")
    project.undo(key, "ada")
    titles = project.next_undo_title(key, "ada"), project.next_redo_title(key, "ada")
    assert [*map(str, titles)] == ["1", "2"]
    found = project.past(key, "ada")
    assert [
        (str(message_from_json(one.title)), one.state, one.undone_at is None) for one in found
    ] == [
        *(("1", "done", True), ("2", "undone", False), ("3", "undone", False)),
    ]
    project.redo(key, "ada")
    assert [one.undone_at is None for one in project.past(key, "ada")] == [True, True, False]
    project.apply(key, "ada", changing(ZOE, LATER, title="4"))
    assert [one.state for one in project.past(key, "ada")] == ["done", "done", "dropped", "done"]
    assert project.next_redo_title(key, "ada") is None
    assert project.revision(key, "ada") == 7
    assert [*map(project.past, [key], ["bob"])] == [()]


@pytest.mark.parametrize("title", ["Mark “a {1}” as PERSON", '{"id":"{2}","values":["a"]}', ""])
def test_a_title_from_before_there_were_messages_is_shown_as_it_was(
    project: Project, key: int, title: str
) -> None:
    project.apply(key, "ada", adding(ZOE))
    stored = title.replace("'", "''")
    execute(project.path, f"UPDATE edit SET title = '{stored}'")
    assert str(project.next_undo_title(key, "ada")) == title
    edit = project.undo(key, "ada")
    assert edit is not None
    assert str(edit.title) == title
    assert str(project.next_redo_title(key, "ada")) == title
    assert rows(project.path, "SELECT title FROM edit") == [(title,)]


def test_a_title_is_kept_as_a_message(project: Project, key: int) -> None:
    made = adding(ZOE)._replace(title=message("Mark {1} as {2}", "sold as new", message("name")))
    project.apply(key, "ada", made)
    assert project.next_undo_title(key, "ada") == made.title
    with Project.open(project.path) as again:
        edit = again.undo(key, "ada")
        assert edit is not None
        assert edit.title == made.title
