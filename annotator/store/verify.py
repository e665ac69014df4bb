"""Checking that a project holds what it says."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.core.annotation import Annotation
from annotator.core.text import text_hash
from annotator.store.database import Database
from annotator.store.items import HEAD_COLUMNS, Row, head_of, read_annotation


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a check found. `article` is the id it is about, "" for the file as a whole."""

    article: str
    sentence: str


def span_faults(text: str, annotation: Annotation) -> Iterator[str]:
    """In words, each span that does not hold the text it says."""
    for mention in annotation.mentions.values():
        if text[mention.start : mention.end] != mention.text or mention.start < 0:
            yield _fault(f"mention {mention.id}", mention.start, mention.end, mention.text, text)
    for quote in annotation.quotes.values():
        for span in quote.spans:
            if text[span.start : span.end] != span.text or span.start < 0:
                what = f"{span.role} of quote {quote.id}"
                yield _fault(what, span.start, span.end, span.text, text)


def name_faults(annotation: Annotation) -> Iterator[str]:
    """In words, each name of an entity or quote that is not in the annotation."""
    for mention in annotation.mentions.values():
        if mention.entity_id not in annotation.entities:
            yield f"mention {mention.id} names entity {mention.entity_id}, which is not there"
    for quote in annotation.quotes.values():
        for entity in (*quote.speakers, *quote.addressees):
            if entity not in annotation.entities:
                yield f"quote {quote.id} names entity {entity}, which is not there"
        if quote.parent is not None and quote.parent not in annotation.quotes:
            yield f"quote {quote.id} names parent {quote.parent}, which is not there"


def check(database: Database) -> list[Problem]:
    if damage := list(_damage(database)):
        # A malformed page would stop any closer look.
        return [Problem("", sentence) for sentence in damage]
    problems = [Problem("", sentence) for sentence in _orphans(database)]
    if not database.read_only:
        problems += [Problem("", sentence) for sentence in _search_faults(database)]
    with database.snapshot() as connection:
        problems += _article_problems(connection)
    return problems


def _damage(database: Database) -> Iterator[str]:
    try:
        for (answer,) in database.connection.execute("PRAGMA integrity_check"):
            if answer != "ok":
                yield f"the file is damaged: {answer}"
    except sqlite3.DatabaseError as error:
        yield f"the file is damaged: {error}"


def _orphans(database: Database) -> Iterator[str]:
    with database.reading():
        for table, _, parent, _ in database.connection.execute("PRAGMA foreign_key_check"):
            yield f"a row of the table {table} belongs to a row of {parent} that is not there"


def _search_faults(database: Database) -> Iterator[str]:
    with database.writing() as connection:
        try:
            connection.execute(
                "INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)"
            )
        except sqlite3.DatabaseError:
            yield "the search index does not fit the texts"


def _article_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    rows = connection.execute(
        "SELECT a.pk, a.id, a.text_sha256, a.length, t.text FROM article a "
        "LEFT JOIN article_text t ON t.article = a.pk ORDER BY a.pk"
    )
    for key, id_, digest, length, text in rows:
        if text is None:
            yield Problem(id_, "the text is missing")
            continue
        if text_hash(text) != digest or len(text) != length:
            yield Problem(id_, "the text is not the one that was imported")
        for name, *row in _annotation_rows(connection, key):
            for fault in _annotation_faults(connection, tuple(row), text):
                yield Problem(id_, f"{fault} (annotator {name})")


def _annotation_rows(connection: sqlite3.Connection, article: int) -> list[Row]:
    return connection.execute(
        f"SELECT r.name, n.pk, {HEAD_COLUMNS} FROM annotation n "
        "JOIN annotator r ON r.pk = n.annotator WHERE n.article = ? ORDER BY r.name",
        (article,),
    ).fetchall()


def _annotation_faults(connection: sqlite3.Connection, row: Row, text: str) -> Iterator[str]:
    try:
        found = read_annotation(connection, row[0], head_of(row[1:]), None)
    except (ValueError, TypeError) as error:
        yield f"a column that should hold JSON cannot be read: {error}"
        return
    yield from span_faults(text, found)
    yield from name_faults(found)


def _fault(what: str, start: int, end: int, says: str, text: str) -> str:
    found = text[max(start, 0) : end]
    return f"{what} says {_short(says)} but [{start}, {end}) of the text is {_short(found)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
