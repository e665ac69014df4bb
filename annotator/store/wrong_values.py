"""A check of every value of a project against what its column may hold."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from annotator.store.columns import COLUMNS, JSON_SHAPES, Row, describe_value
from annotator.store.problem import BACKUP, Problem
from annotator.store.schema_check import quoted_identifier

_ROWS: Final = 200
_MOST: Final = 20
"""How many wrong values of one column are reported; more would add nothing."""
_ITEMS: Final = ("entity", "mention", "quote", "quote_span", "decision")
_NAMED: Final = (*_ITEMS, "annotation", "article", "article_text", "trash")
_BEGUN: Final = (*_ITEMS, "annotation", "edit", "version", "review", "remark", "imported")
_TIMES: Final = {
    "article": ("imported_at",),
    "annotation": ("updated",),
    "edit": ("made_at", "undone_at"),
    "version": ("updated",),
    "review": ("decided_at",),
    "remark": ("made_at", "done_at"),
    "trash": ("deleted_at",),
}
"""The columns that hold a time. What an import brings may omit the rest of it."""
_TIME: Final = re.compile(r"(?:[12]\d{3}(?:-\d\d){0,2}(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?)?")


def wrong_values(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield a problem for each value that its column may not hold, by table and column.

    Text that is not UTF-8 is read with "surrogateescape".
    """
    for table, shapes in COLUMNS.items():
        told = dict.fromkeys(shapes, 0)
        for rows in _rows(connection, table, list(shapes)):
            for name, values in zip(shapes, zip(*rows, strict=True), strict=True):
                if _are_sound(table, name, values) or told[name] >= _MOST:
                    continue
                for row, value in zip(rows, values, strict=True):
                    if told[name] < _MOST and not _are_sound(table, name, (value,)):
                        told[name] += 1
                        yield _problem(connection, table, dict(zip(shapes, row, strict=True)), name)


def is_utf8(value: object) -> bool:
    """Return whether a value that was read with "surrogateescape" is not broken text."""
    if not isinstance(value, str) or value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(value: object) -> str:
    """Return a value of any kind as text that can be shown and written anywhere."""
    return str(value).encode("utf-8", "backslashreplace").decode()


def _rows(connection: sqlite3.Connection, table: str, names: Sequence[str]) -> Iterator[list[Row]]:
    columns = ", ".join(map(quoted_identifier, names))
    cursor = connection.execute(f"SELECT {columns} FROM {table}")
    while rows := cursor.fetchmany(_ROWS):
        yield rows


def _are_sound(table: str, name: str, values: Sequence[Any]) -> bool:
    if not COLUMNS[table][name].hold(values) or not all(map(is_utf8, values)):
        return False
    return name not in _TIMES.get(table, ()) or all(map(_is_time, values))


def _is_time(value: str | None) -> bool:
    return value is None or _TIME.fullmatch(value) is not None


def _problem(connection: sqlite3.Connection, table: str, row: dict[str, Any], name: str) -> Problem:
    article, annotator_text = _article_and_annotator(connection, table, row)
    if not is_utf8(row[name]) and (name == "id" or table not in _NAMED):
        article, annotator_text = "", ""  # its article may be identified by this very value
    return Problem(article, f"{_description(table, row, name)}{annotator_text}", _remedy(table))


def _description(table: str, row: dict[str, Any], name: str) -> str:
    """Return what is wrong in one row, beginning with what the value is in."""
    shape, value = COLUMNS[table][name], row[name]
    if not is_utf8(value):
        return f"{_holder(table, row)} holds text that is no UTF-8, as {name}"
    if shape.holds(value):
        return f"the table {table} holds {printable(repr(value)[:60])} as {name}, which is no time"
    words = describe_value(value, name, shape)
    if shape.words not in JSON_SHAPES:
        return f"the table {table} holds {words}"
    if table in ("edit", "version"):
        return f"a row of the table {table} cannot be read: it holds {words}"
    of_article = " of the article" if table == "article" else ""
    return f"a column{of_article} that should hold JSON cannot be read: it holds {words}"


def _holder(table: str, row: dict[str, Any]) -> str:
    if table in _ITEMS:
        return "an item"
    if table == "annotation":
        return "an annotation"
    if table in ("article", "article_text"):
        return f"article number {row.get('pk') or row.get('article')}"
    return "an article in the trash" if table == "trash" else f"the table {table}"


def _remedy(table: str) -> str:
    if table == "trash":
        return "delete it for good, or go back to a backup; see: annotator trash"
    return BACKUP


def _article_and_annotator(
    connection: sqlite3.Connection, table: str, row: dict[str, Any]
) -> tuple[str, str]:
    """Return the id of the article that a row belongs to, and the annotator as message text."""
    if table == "trash":
        return printable(row["id"]), ""
    if table in _BEGUN:
        key = row["pk"] if table == "annotation" else row["annotation"]
        found = connection.execute(
            "SELECT a.id, r.name FROM annotation n JOIN article a ON a.pk = n.article "
            "JOIN annotator r ON r.pk = n.annotator WHERE n.pk = ?",
            (key,),
        ).fetchone()
        return (printable(found[0]), f" (annotator {printable(found[1])})") if found else ("", "")
    key = row.get("article", row.get("pk") if table == "article" else None)
    found = connection.execute("SELECT id FROM article WHERE pk = ?", (key,)).fetchone()
    return (printable(found[0]) if found else "", "")
