"""Serialization of everything that a project holds of one article, as JSON for the trash.

An object of lists, by table; each row is an object by column, so that a row of an older version can
be restored into a table that has got more columns since. The JSON may come from another person's
file, so nothing in it is used before it was checked.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import orjson

from annotator.core.text import text_hash
from annotator.store.columns import checked_rows

Fields: TypeAlias = dict[str, str | int | None]
"""One row by column."""
Content: TypeAlias = dict[str, list[Fields]]
"""The rows of each of `TABLES`, and of the annotators whose annotations are among them."""

ANNOTATORS: Final = "annotator"
OF_ARTICLE: Final = {"article_text": "article", "annotation": "article", "assignment": "article"}
"""The tables with rows of an article, and the column that has its key."""
OF_ANNOTATION: Final = (
    "entity",
    "mention",
    "quote",
    "quote_span",
    "edit",
    "imported",
    "decision",
    "version",
    "review",
    "remark",
)
"""The tables with rows of an annotation; their column `annotation` has its key."""
TABLES: Final = ("article", *OF_ARTICLE, *OF_ANNOTATION)
"""All tables with rows of an article, each after those that its rows refer to."""

_INT_LIMIT: Final = 2**63
"""The first integer that SQLite cannot store."""
_ANNOTATIONS: Final = "SELECT pk FROM annotation WHERE article = :key"
_QUERIES: Final = {
    "article": "SELECT * FROM article WHERE pk = :key",
    **{
        table: f"SELECT * FROM {table} WHERE {column} = :key"
        for table, column in OF_ARTICLE.items()
    },
    **{
        table: f"SELECT * FROM {table} WHERE annotation IN ({_ANNOTATIONS})"
        for table in OF_ANNOTATION
    },
    ANNOTATORS: (
        "SELECT * FROM annotator WHERE pk IN "
        "(SELECT annotator FROM annotation WHERE article = :key)"
    ),
}


def content_of(connection: sqlite3.Connection, key: int) -> Content:
    """Return everything about the article with this key, as it is now. Raises WrongValue."""
    return {table: list(_rows(connection, table, query, key)) for table, query in _QUERIES.items()}


def _rows(connection: sqlite3.Connection, table: str, query: str, key: int) -> Iterator[Fields]:
    found = connection.execute(f"{query} ORDER BY 1", {"key": key})
    columns = [description[0] for description in found.description]
    for row in checked_rows(found, *(f"{table}.{column}" for column in columns)):
        yield dict(zip(columns, row, strict=True))


def serialize(content: Content) -> tuple[str, str]:
    """Return the content as text, and the digest that reveals damage to it."""
    text = orjson.dumps(content).decode()
    return text, _digest(text)


def deserialize(connection: sqlite3.Connection, id_: str, text: str, digest: str) -> Content:
    """Return the content of a text in the trash, for the article with this id.

    Raises ValueError, with a message, if it is not what was packed or does not match the tables.
    """
    checked_rows([(id_, text, digest)], "trash.id", "trash.content", "trash.content_sha256")
    content = _unpacked(text, digest)
    for table, rows in content.items():
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        known = {name for (name,) in found}
        first = rows[0].keys() if rows else dict[str, object]().keys()
        if not first <= known or any(row.keys() != first for row in rows):
            raise ValueError(f"its rows do not fit into the table {table}")
        names = [f"{table}.{name}" for name in first]
        checked_rows((tuple(row[name] for name in first) for row in rows), *names)
    if content["article"][0].get("id") != id_:
        raise ValueError("it is another article")
    return content


def _unpacked(text: str, digest: str) -> Content:
    if _digest(text) != digest:
        raise ValueError("it is not what was put there")
    content = _checked_shape(orjson.loads(text))
    _check_rows_belong(content)
    return content


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _checked_shape(found: Any) -> Content:
    if not isinstance(found, dict) or not {"article", "article_text"} <= found.keys():
        raise ValueError("it holds no article")
    if not found.keys() <= {*TABLES, ANNOTATORS}:
        raise ValueError("it holds something of unknown origin")
    for rows in found.values():
        if not isinstance(rows, list) or not all(map(_is_row, rows)):
            raise ValueError("its rows cannot be read")
    return {table: found.get(table, []) for table in (*TABLES, ANNOTATORS)}


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and all(map(_is_value, row.values()))


def _is_value(value: Any) -> bool:
    if isinstance(value, int):
        return -_INT_LIMIT <= value < _INT_LIMIT
    return value is None or isinstance(value, str)


def _check_rows_belong(content: Content) -> None:
    """Raise ValueError unless there is one article, and each row belongs to it."""
    if len(content["article"]) != 1 or len(content["article_text"]) != 1:
        raise ValueError("it holds no article, or several")
    (article,), (text,) = content["article"], content["article_text"]
    keys = {row.get("pk") for row in content["annotation"]}
    names = {row.get("pk") for row in content[ANNOTATORS] if isinstance(row.get("name"), str)}
    matches = [row.get(column) == article.get("pk") for table, column in OF_ARTICLE.items()
               for row in content[table]]  # fmt: skip
    matches += [row.get("annotation") in keys for table in OF_ANNOTATION for row in content[table]]
    matches += [row.get("annotator") in names for row in content["annotation"]]
    for table in ("article", "annotation", "edit", ANNOTATORS):
        matches += [type(row.get("pk")) is int for row in content[table]]
    if not all(matches):
        raise ValueError("a row in it belongs to nothing")
    if text_hash(str(text.get("text"))) != article.get("text_sha256"):
        raise ValueError("the text is not the one that was imported")
