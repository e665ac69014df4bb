"""Checking that a project holds what it says."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from annotator.core import versions
from annotator.core.annotation import Annotation
from annotator.core.edit import changes_from_json
from annotator.core.models import Mention, Quote, Role, RoleSpan
from annotator.core.text import text_hash
from annotator.store.database import Database
from annotator.store.items import HEAD_COLUMNS, Row, head_of, read_annotation
from annotator.store.trash_content import fitting_content

_BACKUP: Final = "go back to a backup; see: annotator backups"
_AGAIN: Final = "delete it in the window and mark it again, or go back to a backup"
_INDEX: Final = "make it anew: annotator check --mend"
_DROP: Final = "delete it for good, or go back to a backup; see: annotator trash"
_UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_ROLES: Final = frozenset(get_args(Role))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a check found, and how to mend it.

    `article` is the id it is about, "" for the file as a whole.
    """

    article: str
    sentence: str
    mend: str = _BACKUP


def span_faults(text: str, annotation: Annotation) -> Iterator[str]:
    """In words, each span that does not hold the text it says."""
    for mention in annotation.mentions.values():
        start = mention.start
        if text[start : mention.end] != mention.text or start < 0:
            yield _fault(f"mention {mention.id}", mention, text)
    for quote in annotation.quotes.values():
        for span in quote.spans:
            start = span.start
            if text[start : span.end] != span.text or start < 0:
                yield _fault(f"{span.role} of quote {quote.id}", span, text)


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


def shape_faults(text: str, annotation: Annotation) -> Iterator[str]:
    """In words, what no import lets in: empty spans, quotes inside themselves, decisions outside
    the text."""
    for mention in annotation.mentions.values():
        if mention.start >= mention.end:
            yield f"mention {mention.id} is empty"
    for quote in annotation.quotes.values():
        yield from _quote_faults(quote, annotation)
    for decision in annotation.decisions.values():
        if not 0 <= decision.start <= decision.end <= len(text):
            yield f"decision {decision.id} lies outside the text"
    if annotation.head.seconds < 0:
        yield "the time spent is negative"


def _quote_faults(quote: Quote, annotation: Annotation) -> Iterator[str]:
    if not quote.spans:
        yield f"quote {quote.id} has no spans"
    for span in quote.spans:
        if span.role not in _ROLES:
            yield f"quote {quote.id} has a part with the role {_short(span.role)}"
        elif span.start >= span.end:
            yield f"{span.role} of quote {quote.id} is empty"
    if _is_inside_itself(quote.id, annotation):
        yield f"quote {quote.id} is inside itself"


def check(database: Database) -> list[Problem]:
    if damage := list(_damage(database)):
        # A malformed page would stop any closer look.
        return [Problem("", sentence, mend) for sentence, mend in damage]
    problems = [Problem("", sentence) for sentence in _orphans(database)]
    if not database.read_only:
        problems += [Problem("", sentence, _INDEX) for sentence in _search_faults(database)]
    with database.snapshot() as connection:
        problems += _article_problems(connection)
        problems += _history_problems(connection)
        problems += [Problem("", sentence) for sentence in _other_faults(connection)]
        problems += _trash_problems(connection)
    return problems


def mend(database: Database) -> None:
    """Make everything anew that follows from the rest: indexes and the search index."""
    with database.writing() as connection:
        connection.execute("REINDEX")
        connection.execute("INSERT INTO article_fts (article_fts) VALUES ('rebuild')")


def _damage(database: Database) -> Iterator[tuple[str, str]]:
    try:
        for (answer,) in database.connection.execute("PRAGMA integrity_check"):
            if answer != "ok":
                yield f"the file is damaged: {answer}", _INDEX if " index " in answer else _BACKUP
    except sqlite3.DatabaseError as error:
        yield f"the file is damaged: {error}", _BACKUP


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
    for (key,) in connection.execute("SELECT pk FROM article ORDER BY pk").fetchall():
        try:
            id_, digest, length, text, *values = connection.execute(
                "SELECT a.id, a.text_sha256, a.length, t.text, a.meta, a.extra, a.record_extra "
                "FROM article a LEFT JOIN article_text t ON t.article = a.pk WHERE a.pk = ?",
                (key,),
            ).fetchone()
        except sqlite3.OperationalError:
            yield Problem("", f"article number {key} holds text that is no UTF-8")
            continue
        yield from _problems_of_article(connection, key, id_, values)
        if text is None:
            yield Problem(id_, "the text is missing")
            continue
        if text_hash(text) != digest or len(text) != length:
            yield Problem(id_, "the text is not the one that was imported")
        yield from _annotation_problems(connection, key, id_, text)


def _problems_of_article(
    connection: sqlite3.Connection, key: int, id_: str, values: list[str | None]
) -> Iterator[Problem]:
    try:
        for value in values:
            if value is not None and not isinstance(json.loads(value), dict):
                raise ValueError("it is no object")
    except _UNREADABLE as error:
        yield Problem(id_, f"a column of the article that should hold JSON cannot be read: {error}")
    (length,) = connection.execute("SELECT length FROM article WHERE pk = ?", (key,)).fetchone()
    for (remark,) in connection.execute(
        "SELECT k.id FROM remark k JOIN annotation n ON n.pk = k.annotation WHERE n.article = ? "
        'AND NOT (k.start BETWEEN 0 AND k."end" AND k."end" <= ?)',
        (key, length),
    ):
        yield Problem(id_, f"remark {_short(remark)} lies outside the text")


def _annotation_problems(
    connection: sqlite3.Connection, article: int, id_: str, text: str
) -> Iterator[Problem]:
    try:
        rows = connection.execute(
            f"SELECT r.name, n.pk, {HEAD_COLUMNS} FROM annotation n "
            "JOIN annotator r ON r.pk = n.annotator WHERE n.article = ? ORDER BY r.name",
            (article,),
        ).fetchall()
    except sqlite3.OperationalError:
        yield Problem(id_, "an annotation holds text that is no UTF-8")
        return
    for name, *row in rows:
        for fault, remedy in _annotation_faults(connection, tuple(row), text):
            yield Problem(id_, f"{fault} (annotator {name})", remedy)


def _annotation_faults(
    connection: sqlite3.Connection, row: Row, text: str
) -> Iterator[tuple[str, str]]:
    try:
        found = read_annotation(connection, row[0], head_of(row[1:]), None)
    except sqlite3.OperationalError:
        yield "an item holds text that is no UTF-8", _BACKUP
        return
    except _UNREADABLE as error:
        yield f"a column that should hold JSON cannot be read: {error}", _BACKUP
        return
    for faults in (span_faults(text, found), name_faults(found), shape_faults(text, found)):
        for fault in faults:
            yield fault, _AGAIN


def _history_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Of the steps that undo and redo would take, and of the versions that merging kept."""
    for table, columns, read in (
        ("edit", "changes", changes_from_json),
        ("version", "content, history", _read_version),
    ):
        query = (
            f"SELECT a.id, r.name, {columns} FROM {table} h "
            "JOIN annotation n ON n.pk = h.annotation JOIN article a ON a.pk = n.article "
            "JOIN annotator r ON r.pk = n.annotator"
        )
        try:
            for article, name, *values in connection.execute(query):
                try:
                    read(*values)
                except _UNREADABLE as error:
                    words = f"a row of the table {table} cannot be read: {error}"
                    yield Problem(article, f"{words} (annotator {name})")
        except sqlite3.OperationalError:
            yield Problem("", f"the table {table} holds text that is no UTF-8")
    for article, name in connection.execute(
        "SELECT DISTINCT a.id, r.name FROM edit u JOIN edit d ON d.annotation = u.annotation "
        "AND d.state = 'done' AND d.pk > u.pk JOIN annotation n ON n.pk = u.annotation "
        "JOIN article a ON a.pk = n.article JOIN annotator r ON r.pk = n.annotator "
        "WHERE u.state = 'undone'"
    ):
        yield Problem(article, f"the history is out of order (annotator {name})")


def _trash_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Of the deleted articles that could not come back."""
    for (number,) in connection.execute("SELECT pk FROM trash ORDER BY pk").fetchall():
        query = "SELECT id, content, content_sha256 FROM trash WHERE pk = ?"
        try:
            id_, text, digest = connection.execute(query, (number,)).fetchone()
        except sqlite3.OperationalError:
            yield Problem("", "an article in the trash holds text that is no UTF-8", _DROP)
            continue
        try:
            fitting_content(connection, id_, text, digest)
        except ValueError as error:
            yield Problem(id_, f"what lies in the trash is damaged: {error}", _DROP)


def _read_version(content: str | None, history: str | None) -> None:
    if content is not None:
        versions.from_json(content, None)
        versions.past_from_json(history or "[]")


def _other_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Of the tables that nothing above has read to the end."""
    for table in ("project", "annotator", "remark", "review", "assignment", "imported"):
        try:
            connection.execute(f"SELECT * FROM {table}").fetchall()
        except sqlite3.OperationalError:
            yield f"the table {table} holds text that is no UTF-8"


def _is_inside_itself(id_: str, annotation: Annotation) -> bool:
    seen, at = {id_}, annotation.quotes[id_].parent
    while at is not None and at in annotation.quotes:
        if at in seen:
            return at == id_
        seen.add(at)
        at = annotation.quotes[at].parent
    return False


def _fault(what: str, span: Mention | RoleSpan, text: str) -> str:
    start, end = span.start, span.end
    found = text[max(start, 0) : end]
    return f"{what} says {_short(span.text)} but [{start}, {end}) of the text is {_short(found)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
