"""Reading one annotation, and reading and writing its row in the table `annotation`."""

import sqlite3
from datetime import UTC, datetime
from typing import Final

from annotator.core.annotation import Annotation
from annotator.core.message import message
from annotator.core.models import Extra, Head
from annotator.store.articles import annotator_key
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.errors import NoSuchArticle, WrongValue
from annotator.store.item_rows import HEAD_COLUMNS, from_json, head_of, read_annotation

HAS_REVISIONS: Final = "n.revision > 0"
"""SQL condition: something was done in, or imported into, the annotation `n`.

Opening an article also starts one, to keep the time; it does not count as an annotation yet.
"""
IS_EMPTY: Final = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} WHERE annotation = n.pk)"
    for table in ("entity", "quote", "decision")
)
"""SQL condition: the annotation `n` has no items."""
HAS_CONTENT: Final = (
    "(n.status IN ('done', 'skipped') OR n.notes <> '' OR n.flags IS NOT NULL "
    f"OR n.extra IS NOT NULL OR NOT ({IS_EMPTY}))"
)
"""SQL condition: the annotation `n` is finished, even if it is empty, or holds something."""


def now() -> datetime:
    """Return the time in UTC, to the second, as the file stores it."""
    return datetime.now(UTC).replace(microsecond=0)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def annotation(database: Database, article: int, annotator: str) -> Annotation:
    row = database.connection.execute(
        f"SELECT n.pk, n.updated, {HEAD_COLUMNS} FROM annotation n "
        "JOIN annotator r ON r.pk = n.annotator WHERE n.article = ? AND r.name = ?",
        (article, annotator),
    ).fetchone()
    if row is None:
        return Annotation()
    key, updated, *head = row
    checked_rows([(updated,)], "annotation.updated")
    found = read_annotation(database.connection, key, head_of(tuple(head)), updated)
    _check_mentions(found)
    return found


def _check_mentions(annotation: Annotation) -> None:
    """Check that the entity of each mention exists, which nothing in an annotation does.

    Raises WrongValue.
    """
    named = {mention.entity_id for mention in annotation.mentions.values()}
    if missing := named - annotation.entities.keys():
        raise WrongValue(f"a mention names entity {min(missing)[:40]!r}, which is not there")


def annotation_key(connection: sqlite3.Connection, article: int, annotator: str) -> int | None:
    """Return the key of the annotation, or None if there is none."""
    row = connection.execute(
        "SELECT n.pk FROM annotation n JOIN annotator r ON r.pk = n.annotator "
        "WHERE n.article = ? AND r.name = ?",
        (article, annotator),
    ).fetchone()
    return None if row is None else int(row[0])


def get_or_create_annotation(database: Database, article: int, annotator: str) -> int:
    """Return the key of the annotation, which is created if need be. Only inside a transaction.

    Raises NoSuchArticle.
    """
    connection = database.connection
    if (key := annotation_key(connection, article, annotator)) is not None:
        return key
    if connection.execute("SELECT 1 FROM article WHERE pk = ?", (article,)).fetchone() is None:
        raise NoSuchArticle(
            message("{1} has no article with the key {2}", database.path, str(article))
        )
    cursor = connection.execute(
        "INSERT INTO annotation (article, annotator) VALUES (?, ?)",
        (article, get_or_create_annotator(database, annotator)),
    )
    return cursor.lastrowid or 0


def annotators(database: Database) -> list[str]:
    rows = database.connection.execute(
        "SELECT name FROM annotator r WHERE EXISTS "
        f"(SELECT 1 FROM annotation n WHERE n.annotator = r.pk AND {HAS_REVISIONS}) "
        "OR NOT EXISTS (SELECT 1 FROM annotation n WHERE n.annotator = r.pk) ORDER BY name"
    )
    return [name for (name,) in checked_rows(rows, "annotator.name")]


def get_or_create_annotator(database: Database, name: str) -> int:
    """Return the key of the annotator, who is inserted if need be. Only inside a transaction."""
    if (key := annotator_key(database, name)) is not None:
        return key
    cursor = database.connection.execute("INSERT INTO annotator (name) VALUES (?)", (name,))
    return cursor.lastrowid or 0


def head(connection: sqlite3.Connection, annotation: int) -> Head:
    row = connection.execute(
        f"SELECT {HEAD_COLUMNS} FROM annotation WHERE pk = ?", (annotation,)
    ).fetchone()
    return head_of(row)


def extras(database: Database, annotator: str) -> dict[int, Extra]:
    rows = database.connection.execute(
        "SELECT n.article, n.extra FROM annotation n JOIN annotator r ON r.pk = n.annotator "
        "WHERE r.name = ? AND n.revision > 0",
        (annotator,),
    )
    return {
        article: from_json("annotation", "extra", extra)
        for article, extra in checked_rows(rows, "annotation.article", "")
    }


def revision(database: Database, article: int, annotator: str) -> int:
    rows = database.connection.execute(
        "SELECT n.revision FROM annotation n JOIN annotator r ON r.pk = n.annotator "
        "WHERE n.article = ? AND r.name = ?",
        (article, annotator),
    )
    found = checked_rows(rows, "annotation.revision")
    return found[0][0] if found else 0


def add_seconds(database: Database, article: int, annotator: str, seconds: int) -> None:
    with database.writing() as connection:
        key = get_or_create_annotation(database, article, annotator)
        connection.execute(
            "UPDATE annotation SET seconds = seconds + ? WHERE pk = ?", (seconds, key)
        )
