"""Reading records in bulk, as of one moment, with a bounded amount of memory."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from typing import Final

from annotator.core.models import Status
from annotator.core.record import Record
from annotator.core.suggestion import is_suggester
from annotator.store.articles import ARTICLE_COLUMNS, article_of
from annotator.store.database import Database
from annotator.store.errors import ProjectDamaged
from annotator.store.items import Row, from_json, head_of, read_annotations
from annotator.store.verify import span_faults
from annotator.store.visible import shown

_MOST_ROWS: Final = 48
"""More take longer: what was read is no longer near the processor when it is written."""
_MOST_CHARACTERS: Final = 4_000_000
_TEXT: Final = 10
"""Where in a row of the query the text stands."""
_QUERY: Final = f"""
    SELECT n.pk, r.name, n.updated, a.record_extra,
        n.status, n.notes, n.flags, n.seconds, n.extra, {ARTICLE_COLUMNS}
    FROM article a
    CROSS JOIN article_text t ON t.article = a.pk
    LEFT JOIN annotation n ON n.article = a.pk
        AND n.annotator NOT IN (SELECT value FROM json_each(:hidden))
    LEFT JOIN annotator r ON r.pk = n.annotator
    WHERE {shown("a.pk")} AND CASE WHEN n.pk IS NULL THEN :bare ELSE
        (:annotators IS NULL OR r.name IN (SELECT value FROM json_each(:annotators)))
        AND (:statuses IS NULL OR n.status IN (SELECT value FROM json_each(:statuses)))
    END
    ORDER BY a.pk, r.name
"""


def records(
    database: Database,
    annotators: Collection[str] | None,
    statuses: Collection[Status] | None,
    bare: bool,
) -> Iterator["Record"]:
    values = {"annotators": _json(annotators), "statuses": _json(statuses), "bare": bare}
    # A connection of its own: a reader that pauses must not hold up the edits of this one.
    with closing(database.another()) as own, own.snapshot() as connection:
        values["hidden"] = json.dumps(_hidden(connection, annotators))
        cursor = connection.execute(_QUERY, values)
        for batch in _batches(cursor):
            yield from _records(database, connection, batch)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that are read further together: many, but of long texts only a few."""
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row[_TEXT])
        if len(batch) == _MOST_ROWS or characters >= _MOST_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _hidden(connection: sqlite3.Connection, annotators: Collection[str] | None) -> list[int]:
    """The keys of the suggesters that nobody asked for: what they began, nobody has begun."""
    if annotators is None:
        return []
    found = connection.execute("SELECT pk, name FROM annotator").fetchall()
    return [key for key, name in found if is_suggester(name) and name not in annotators]


def _json(values: Collection[str] | None) -> str | None:
    return None if values is None else json.dumps(list(values))


def _records(
    database: Database, connection: sqlite3.Connection, batch: list[Row]
) -> Iterator["Record"]:
    heads = [(row[0], head_of(row[4:9]), row[2]) for row in batch if row[0] is not None]
    annotations = iter(read_annotations(connection, heads))
    for row in batch:
        article = article_of(row[9:])
        if row[0] is None:
            yield Record(article, extra=from_json(row[3]))
            continue
        annotation = next(annotations)
        for fault in span_faults(article.text, annotation):
            raise ProjectDamaged(
                f"{database.path}, article {article.id!r}: {fault}; "
                "correct the span, or go back to a backup copy"
            )
        yield Record(article, row[1], annotation)
