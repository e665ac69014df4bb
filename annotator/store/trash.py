"""The trash: deleted articles, each stored in one row, which no other query sees.

An article goes there with all annotations and their history, and is restored as it was.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeAlias
from uuid import uuid4

from annotator.core.message import message
from annotator.core.suggestion import is_suggester
from annotator.store.annotations import get_or_create_annotator, now, stamp
from annotator.store.article_index import add_stored, remove_from_index
from annotator.store.articles import key_of, last_key, store_last_key
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.errors import ArticleExists, NoSuchArticle, NotInTrash, ProjectDamaged
from annotator.store.positions import split_blocks
from annotator.store.schema_check import quoted_identifier
from annotator.store.title_order import sort_titles
from annotator.store.trash_serialization import (
    ANNOTATORS,
    OF_ANNOTATION,
    TABLES,
    Content,
    Fields,
    content_of,
    deserialize,
    serialize,
)

_SELECT_ALL: Final = (
    "SELECT pk, id, title, deleted_at, deleted_by, annotations FROM trash ORDER BY pk DESC"
)
_SELECT_ONE: Final = (
    "SELECT pk, id, title, deleted_at, deleted_by, annotations FROM trash WHERE pk = ?"
)
_OF_TRASHED: Final = tuple(
    f"trash.{name}" for name in ("pk", "id", "title", "deleted_at", "deleted_by", "annotations")
)
_Keys: TypeAlias = dict[str | int | None, str | int | None]


class TrashedArticle(NamedTuple):
    """One article in the trash. `number` never changes and is never used again in one file.

    `deleted_at` is UTC; `annotations` counts those in which something was done, suggesters'
    included. `others` are the people whose annotations were deleted too, besides those of
    `deleted_by`; only the result of the deletion itself has them.

    Several may have the same `id`, if an article was imported and deleted again.
    """

    number: int
    id: str
    title: str
    deleted_at: str
    deleted_by: str
    annotations: int
    others: tuple[str, ...] = ()


def trashed(database: Database) -> list[TrashedArticle]:
    """Return everything in the trash, the last deleted first."""
    rows = database.connection.execute(_SELECT_ALL)
    return [TrashedArticle(*row) for row in checked_rows(rows, *_OF_TRASHED)]


def in_trash(connection: sqlite3.Connection, digest: str) -> bool:
    """Return whether an article whose text has this hash is in the trash."""
    found = connection.execute("SELECT 1 FROM trash WHERE text_sha256 = ? LIMIT 1", (digest,))
    return found.fetchone() is not None


@contextmanager
def trashing(database: Database) -> Iterator["Trash"]:
    with database.writing():
        yield Trash(database)


class Trash:
    """Fills and empties the trash inside one transaction; comes from `Project.trashing`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connection

    def take(self, key: int, by: str) -> TrashedArticle:
        """Delete an article, with everything that belongs to it. Raises NoSuchArticle.

        `by` is the name of the user who deletes it.
        """
        content = content_of(self._connection, key)
        if not content["article"]:
            raise NoSuchArticle(
                message(
                    "{1} has no article with the key {2}; reload the list",
                    self._database.path,
                    str(key),
                )
            )
        (article,) = content["article"]
        text, digest = serialize(content)
        # An annotation with nothing but time is created as soon as the article is opened.
        begun = sum(row["revision"] != 0 for row in content["annotation"])
        cursor = self._connection.execute(
            "INSERT INTO trash (id, title, deleted_at, deleted_by, annotations, text_sha256, "
            "content_sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article["id"],
                article["title"],
                stamp(now()),
                by,
                begun,
                article["text_sha256"],
                digest,
                text,
            ),
        )
        store_last_key(self._connection)
        remove_from_index(self._connection, [key])
        self._connection.execute("DELETE FROM article WHERE pk = ?", (key,))
        return self._row(cursor.lastrowid or 0)._replace(others=_others(content, by))

    def restore(self, number: int) -> int:
        """Restore an article as it was, and return its key: its former one if that is free.

        Raises:
            NotInTrash: There is no such article in the trash.
            ArticleExists: Its id is in use again.
            ProjectDamaged: Its row in the trash is damaged.
        """
        row = self._row(number)
        if key_of(self._database, row.id) is not None:
            raise ArticleExists(
                message(
                    "article {1} is in {2} again, so the one in the trash cannot come back; "
                    "delete that one first, or leave this one in the trash",
                    repr(row.id),
                    self._database.path,
                )
            )
        content = self._content(row)
        key = self._assign_free_keys(content)
        (article,) = content["article"]
        (article["sort_title"],) = sort_titles([(str(article["title"]), str(article["id"]))])
        for table in TABLES:
            self._insert(table, content[table])
        add_stored(self._connection, key)
        split_blocks(self._connection)
        self.drop(number)
        return key

    def drop(self, number: int) -> TrashedArticle:
        """Delete an article in the trash for good. Raises NotInTrash."""
        row = self._row(number)
        self._connection.execute("DELETE FROM trash WHERE pk = ?", (number,))
        return row

    def _row(self, number: int) -> TrashedArticle:
        found = checked_rows(self._connection.execute(_SELECT_ONE, (number,)), *_OF_TRASHED)
        if not found:
            raise NotInTrash(
                message(
                    "the trash of {1} has nothing under the number {2} any more; look into it "
                    "again",
                    self._database.path,
                    str(number),
                )
            )
        return TrashedArticle(*found[0])

    def _content(self, row: TrashedArticle) -> Content:
        text, digest = self._connection.execute(
            "SELECT content, content_sha256 FROM trash WHERE pk = ?", (row.number,)
        ).fetchone()
        try:
            return deserialize(self._connection, row.id, text, digest)
        except ValueError as error:
            raise ProjectDamaged(
                message(
                    "article {1} in the trash of {2} is damaged; run a check, and go back to a "
                    "backup",
                    repr(row.id),
                    self._database.path,
                )
            ) from error

    def _assign_free_keys(self, content: Content) -> int:
        """Give the rows new keys where theirs are in use; return the key of the article."""
        articles = self._free_keys("article", content["article"], last_key(self._connection))
        annotations = self._free_keys("annotation", content["annotation"])
        edits = self._free_keys("edit", content["edit"])
        names: _Keys = {
            row["pk"]: get_or_create_annotator(self._database, str(row["name"]))
            for row in content[ANNOTATORS]
        }
        _renumber(content["article"], "pk", articles)
        for table in ("article_text", "annotation", "assignment"):
            _renumber(content[table], "article", articles)
        _renumber(content["annotation"], "pk", annotations)
        _renumber(content["annotation"], "annotator", names)
        for table in OF_ANNOTATION:
            _renumber(content[table], "annotation", annotations)
        _renumber(content["edit"], "pk", edits)
        for comment in content["remark"]:
            if self._is_taken("remark", "id", [comment.get("id")]):
                comment["id"] = uuid4().hex
        (key,) = articles.values()
        return int(key or 0)

    def _free_keys(self, table: str, rows: Sequence[Fields], last: int | None = None) -> _Keys:
        """Return a free key for each row's key, in the same order: its own if all are free."""
        keys = sorted(int(row["pk"] or 0) for row in rows)
        if not self._is_taken(table, "pk", keys):
            return {key: key for key in keys}
        if last is None:
            (last,) = self._connection.execute(f"SELECT max(pk) FROM {table}").fetchone()
        return {key: (last or 0) + place for place, key in enumerate(keys, start=1)}

    def _is_taken(self, table: str, column: str, values: Sequence[object]) -> bool:
        found = self._connection.execute(
            f"SELECT 1 FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) LIMIT 1",
            (json.dumps(values),),
        )
        return found.fetchone() is not None

    def _insert(self, table: str, rows: Sequence[Fields]) -> None:
        if not rows:
            return
        columns = list(rows[0])
        names = ", ".join(map(quoted_identifier, columns))
        self._connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})",
            [[row.get(column) for column in columns] for row in rows],
        )


def _renumber(rows: Sequence[Fields], column: str, keys: _Keys) -> None:
    for row in rows:
        row[column] = keys[row[column]]


def _others(content: Content, by: str) -> tuple[str, ...]:
    """Return who has edited an annotation of the article, apart from `by` and suggesters."""
    names = {row["pk"]: str(row["name"]) for row in content[ANNOTATORS]}
    annotations = [row for row in content["annotation"] if row["revision"] != 0]
    editors = {names[row["annotator"]] for row in annotations if row["annotator"] in names}
    return tuple(sorted(name for name in editors if name != by and not is_suggester(name)))
