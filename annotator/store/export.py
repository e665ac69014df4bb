"""Reading records in bulk, as of one moment, with bounded memory."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any, Final

from annotator.core.annotation import Annotation
from annotator.core.message import message
from annotator.core.models import Article, Status
from annotator.core.record import Record
from annotator.core.suggestion import is_suggester
from annotator.store.annotations import HAS_CONTENT, HAS_REVISIONS
from annotator.store.articles import ARTICLE_COLUMNS, articles_of
from annotator.store.columns import Row, checked_rows
from annotator.store.database import Database
from annotator.store.errors import ProjectDamaged
from annotator.store.integrity_check import reference_faults, span_faults
from annotator.store.item_rows import HEAD_NAMES, from_json, heads_of, read_annotations
from annotator.store.visible import visible_condition

_MAX_ROWS: Final = 48
"""More rows take longer: what was read has left the processor's cache when it is written."""
_MOST_CHARACTERS: Final = 4_000_000
_TEXT: Final = 5
"""The position of the text in a row of the query."""
_QUERY: Final = f"""
    SELECT n.pk, r.name, n.updated, a.record_extra,
        {ARTICLE_COLUMNS}, {", ".join(f"n.{name}" for name in HEAD_NAMES)}
    FROM article a
    CROSS JOIN article_text t ON t.article = a.pk
    LEFT JOIN annotation n ON n.article = a.pk
        AND n.annotator NOT IN (SELECT value FROM json_each(:hidden))
        AND (:looks OR {HAS_REVISIONS}) AND (:empty OR {HAS_CONTENT})
    LEFT JOIN annotator r ON r.pk = n.annotator
    WHERE {visible_condition("a.pk")} AND CASE WHEN n.pk IS NULL THEN :bare ELSE
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
    *,
    empty: bool = True,
    looks: bool = False,
) -> Iterator["Record"]:
    """Yield records as `Project.records` does.

    With `looks`, annotations that hold nothing but time are included.
    """
    values: dict[str, Any] = {
        "annotators": _json(annotators),
        "statuses": _json(statuses),
        "bare": bare,
        "empty": empty,
        "looks": looks,
    }
    # A separate connection, so that a paused reader does not block the edits of this one.
    with closing(database.another()) as own, own.snapshot() as connection:
        values["hidden"] = json.dumps(_unrequested_suggesters(connection, annotators))
        cursor = connection.execute(_QUERY, values)
        for batch in _batches(cursor):
            yield from _records(database, connection, batch)


def check_annotation(database: Database, article: Article, annotation: Annotation) -> None:
    """Check the spans and the references of an annotation.

    Raises ProjectDamaged if a span does not hold its text, or an item names one that does not
    exist.
    """
    for fault in chain(span_faults(article.text, annotation), reference_faults(annotation)):
        raise ProjectDamaged(
            message(
                "{1}, article {2}: {3}; correct the span, or go back to a backup copy",
                database.path,
                repr(article.id),
                fault,
            )
        )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows in batches to be processed together: many rows, but only a few with long texts."""
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row[_TEXT]) if isinstance(row[_TEXT], str) else 0
        if len(batch) == _MAX_ROWS or characters >= _MOST_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _unrequested_suggesters(
    connection: sqlite3.Connection, annotators: Collection[str] | None
) -> list[int]:
    """Return the keys of the suggesters that are not asked for; their annotations do not count."""
    if annotators is None:
        return []
    rows = connection.execute("SELECT pk, name FROM annotator")
    found = checked_rows(rows, "annotator.pk", "annotator.name")
    return [key for key, name in found if is_suggester(name) and name not in annotators]


def _json(values: Collection[str] | None) -> str | None:
    return None if values is None else json.dumps(list(values))


def _records(
    database: Database, connection: sqlite3.Connection, batch: list[Row]
) -> Iterator["Record"]:
    begun = [row for row in batch if row[0] is not None]
    checked_rows(
        (row[:3] for row in begun), "annotation.pk", "annotator.name", "annotation.updated"
    )
    heads = zip(begun, heads_of([row[13:] for row in begun]), strict=True)
    annotations = iter(
        read_annotations(connection, [(row[0], head, row[2]) for row, head in heads])
    )
    for row, article in zip(batch, articles_of([row[4:13] for row in batch]), strict=True):
        if row[0] is None:
            yield Record(article, extra=from_json("article", "record_extra", row[3]))
            continue
        annotation = next(annotations)
        check_annotation(database, article, annotation)
        yield Record(article, row[1], annotation)
