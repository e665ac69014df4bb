"""Edits: written in one transaction with their history, undone and redone."""

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from annotator.core.annotation import StaleEdit
from annotator.core.edit import Change, Edit, changes_from_json, changes_to_json
from annotator.core.edit_rules import CompletedEdit, complete_edit
from annotator.core.message import Message, message
from annotator.core.message_json import message_from_json, message_to_json
from annotator.core.models import Head, Item
from annotator.store import annotations
from annotator.store.columns import checked_rows, read_column
from annotator.store.database import Database
from annotator.store.item_rows import delete_item, read_item, write_head, write_item

if TYPE_CHECKING:
    from annotator.core.versions import HistoryEdit

State = Literal["done", "undone"]


class Written:
    """Writes edits, and knows which ones this connection made and which another one made since.

    Edits that existed when it was created, or when `mark_all_known` was called, count as known.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own: set[int] = set()
        self._last_known = 0
        self.mark_all_known()

    def apply(self, article: int, annotator: str, edit: Edit) -> datetime:
        with self._database.writing() as connection:
            annotation = annotations.get_or_create_annotation(self._database, article, annotator)
            if not isinstance(edit, CompletedEdit):
                current = annotations.annotation(self._database, article, annotator)
                current.check(edit)
                edit = complete_edit(current, edit, annotator)
            moment = record_edit(connection, annotation, edit)
            (key,) = connection.execute("SELECT last_insert_rowid()").fetchone()
        self._own.add(key)
        return moment

    def mark_all_known(self) -> None:
        """Treat all edits so far as known."""
        with self._database.reading():
            found = self._database.connection.execute("SELECT coalesce(max(pk), 0) FROM edit")
            (self._last_known,) = found.fetchone()

    def foreign(self, article: int, annotator: str) -> int | None:
        """Return the key of the edit that undo would undo next if another connection made it."""
        with self._database.reading():
            row = _next_edit(self._database.connection, article, annotator, "done")
        key = None if row is None else row[1]
        return key if key is not None and key > self._last_known and key not in self._own else None


def record_edit(connection: sqlite3.Connection, annotation: int, edit: CompletedEdit) -> datetime:
    """Apply a new edit and add it to the history, inside a transaction. Raises StaleEdit."""
    moment = annotations.now()
    _apply_changes(connection, annotation, edit, moment)
    connection.execute(
        "UPDATE edit SET state = 'dropped' WHERE annotation = ? AND state = 'undone'",
        (annotation,),
    )
    connection.execute(
        "INSERT INTO edit (annotation, title, changes, made_at) VALUES (?, ?, ?, ?)",
        (
            annotation,
            message_to_json(edit.title),
            changes_to_json(edit.changes),
            annotations.stamp(moment),
        ),
    )
    return moment


def undo(database: Database, article: int, annotator: str) -> Edit | None:
    with database.writing() as connection:
        row = _next_edit(connection, article, annotator, "done")
        if row is None:
            return None
        annotation, edit_key, title, changes = row
        edit = Edit(message_from_json(title), _changes(edit_key, changes)).inverse()
        return _undo_or_redo(connection, annotation, edit_key, edit, "undone")


def redo(database: Database, article: int, annotator: str) -> Edit | None:
    with database.writing() as connection:
        row = _next_edit(connection, article, annotator, "undone")
        if row is None:
            return None
        annotation, edit_key, title, changes = row
        edit = Edit(message_from_json(title), _changes(edit_key, changes))
        return _undo_or_redo(connection, annotation, edit_key, edit, "done")


def next_title(database: Database, article: int, annotator: str, state: State) -> Message | None:
    """Return the title of the next edit to undo (state "done") or redo ("undone")."""
    row = _next_edit(database.connection, article, annotator, state)
    return None if row is None else message_from_json(row[2])


def _changes(key: int, text: str) -> tuple[Change, ...]:
    """Return the parsed changes of an edit. Raises WrongValue."""
    (found,) = read_column("edit", ("pk", "changes"), [(key, text)], "changes", changes_from_json)
    return found or ()


def past(database: Database, article: int, annotator: str) -> "tuple[HistoryEdit, ...]":
    """Return all known edits of the annotation, the first one first."""
    from annotator.core.versions import HistoryEdit

    annotation = annotations.annotation_key(database.connection, article, annotator)
    rows = database.connection.execute(
        "SELECT title, changes, made_at, undone_at, state FROM edit "
        "WHERE annotation = ? ORDER BY pk",
        (annotation,),
    )
    return tuple(HistoryEdit(*row) for row in rows)


def _next_edit(
    connection: sqlite3.Connection, article: int, annotator: str, state: State
) -> tuple[int, int, str, str] | None:
    annotation = annotations.annotation_key(connection, article, annotator)
    # Undone edits are always the newest ones, so the oldest of them is redone first.
    order = "DESC" if state == "done" else "ASC"
    rows = connection.execute(
        "SELECT annotation, pk, title, changes FROM edit WHERE annotation = ? AND state = ? "
        f"ORDER BY pk {order} LIMIT 1",
        (annotation, state),
    )
    found = checked_rows(rows, "edit.annotation", "edit.pk", "edit.title", "")
    return (*found[0],) if found else None


def _undo_or_redo(
    connection: sqlite3.Connection, annotation: int, edit_key: int, edit: Edit, state: State
) -> Edit:
    edit = _with_seconds(edit, annotations.head(connection, annotation).seconds)
    moment = annotations.now()
    _apply_changes(connection, annotation, edit, moment)
    undone_at = annotations.stamp(moment) if state == "undone" else None
    connection.execute(
        "UPDATE edit SET state = ?, undone_at = ? WHERE pk = ?", (state, undone_at, edit_key)
    )
    return edit


def _with_seconds(edit: Edit, seconds: int) -> Edit:
    def timed(item: Item | None) -> Item | None:
        return item._replace(seconds=seconds) if isinstance(item, Head) else item

    changes = (Change(timed(change.before), timed(change.after)) for change in edit.changes)
    return Edit(edit.title, tuple(changes))


def _apply_changes(
    connection: sqlite3.Connection, annotation: int, edit: Edit, moment: datetime
) -> None:
    for change in edit.changes:
        _check_not_stale(connection, annotation, change)
    for change in edit.changes:
        _write(connection, annotation, change)
    # A clock that goes back must not make the newer of two states look older to a merge.
    connection.execute(
        "UPDATE annotation SET revision = revision + 1, updated = max(coalesce(updated, ''), ?) "
        "WHERE pk = ?",
        (annotations.stamp(moment), annotation),
    )


def _check_not_stale(connection: sqlite3.Connection, annotation: int, change: Change) -> None:
    before, current = change.before, _current(connection, annotation, change)
    if isinstance(before, Head) and isinstance(current, Head):
        # The time spent grows during editing; that does not make an edit stale.
        before = before._replace(seconds=current.seconds)
    if current != before:
        raise StaleEdit(
            message("this was changed elsewhere in the meantime; look again and repeat")
        )


def _current(connection: sqlite3.Connection, annotation: int, change: Change) -> Item | None:
    if isinstance(change.item, Head):
        return annotations.head(connection, annotation)
    return read_item(connection, annotation, change.item)


def _write(connection: sqlite3.Connection, annotation: int, change: Change) -> None:
    if isinstance(change.after, Head):
        write_head(connection, annotation, change.after)
    elif change.after is not None:
        write_item(connection, annotation, change.after)
    elif change.before is not None:
        delete_item(connection, annotation, change.before)
