"""Checks that the content of a project is consistent."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, get_args

from annotator.core.annotation import Annotation
from annotator.core.models import Mention, Quote, Role, RoleSpan
from annotator.core.text import text_hash
from annotator.store.article_index import is_sound, rebuild
from annotator.store.columns import Row
from annotator.store.counters import counters_fit, rebuild_counters
from annotator.store.database import Database
from annotator.store.errors import WrongValue
from annotator.store.item_rows import HEAD_COLUMNS, head_of, read_annotation
from annotator.store.positions import positions_fit, rebuild_positions
from annotator.store.problem import BACKUP, Problem
from annotator.store.trash_serialization import deserialize
from annotator.store.wrong_values import is_utf8, printable, wrong_values

_MARK_AGAIN: Final = "delete it in the window and mark it again, or go back to a backup"
_INDEX: Final = "make it anew: annotator check --mend"
_DROP: Final = "delete it for good, or go back to a backup; see: annotator trash"
_ROLES: Final = frozenset(get_args(Role))


def span_faults(text: str, annotation: Annotation) -> Iterator[str]:
    """Yield a message for each span that does not hold the text that it states."""
    for mention in annotation.mentions.values():
        start = mention.start
        if text[start : mention.end] != mention.text or start < 0:
            yield _span_message(f"mention {mention.id}", mention, text)
    for quote in annotation.quotes.values():
        for span in quote.spans:
            start = span.start
            if text[start : span.end] != span.text or start < 0:
                yield _span_message(f"{span.role} of quote {quote.id}", span, text)


def reference_faults(annotation: Annotation) -> Iterator[str]:
    """Yield a message for each reference to a missing item, and each quote inside itself."""
    for mention in annotation.mentions.values():
        if mention.entity_id not in annotation.entities:
            yield f"mention {mention.id} names entity {mention.entity_id}, which is not there"
    for quote in annotation.quotes.values():
        for entity in (*quote.speakers, *quote.addressees):
            if entity not in annotation.entities:
                yield f"quote {quote.id} names entity {entity}, which is not there"
        if quote.parent is not None and quote.parent not in annotation.quotes:
            yield f"quote {quote.id} names parent {quote.parent}, which is not there"
        if quote.parent is not None and _is_inside_itself(quote.id, annotation):
            yield f"quote {quote.id} is inside itself"


def shape_faults(text: str, annotation: Annotation) -> Iterator[str]:
    """Yield a message for each thing that no import accepts.

    These are empty spans, quotes without spans, unknown roles, decisions outside the text, and
    negative times.
    """
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
            yield f"quote {quote.id} has a part with the role {_clip(span.role)}"
        elif span.start >= span.end:
            yield f"{span.role} of quote {quote.id} is empty"


def check(database: Database) -> list[Problem]:
    if damage := list(_damage(database)):
        # A malformed page would stop the further checks.
        return [Problem("", sentence, mend) for sentence, mend in damage]
    problems = [Problem("", sentence) for sentence in _orphans(database)]
    if not database.read_only:
        problems += [Problem("", sentence, _INDEX) for sentence in _search_faults(database)]
    with database.snapshot() as connection, _lenient_text(connection):
        problems += wrong_values(connection)
        problems += _article_problems(connection)
        problems += _history_problems(connection)
        problems += _trash_problems(connection)
        problems += _counter_problems(connection)
    return problems


@contextmanager
def _lenient_text(connection: sqlite3.Connection) -> Iterator[None]:
    """Read text that is not UTF-8 in the block, with "surrogateescape"."""
    before = connection.text_factory
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = before


def mend(database: Database) -> None:
    """Rebuild all that is derived from the rest: indexes, the search index, counters, positions."""
    with database.writing(counting=False) as connection:
        connection.execute("REINDEX")
        rebuild(connection)
        rebuild_counters(connection)
        rebuild_positions(connection)


def _damage(database: Database) -> Iterator[tuple[str, str]]:
    try:
        for (answer,) in database.connection.execute("PRAGMA integrity_check"):
            if answer != "ok":
                message = " ".join(answer.split())
                yield f"the file is damaged: {message}", _INDEX if " index " in answer else BACKUP
    except sqlite3.DatabaseError as error:
        yield f"the file is damaged: {error}", BACKUP


def _orphans(database: Database) -> Iterator[str]:
    with database.reading():
        for table, _, parent, _ in database.connection.execute("PRAGMA foreign_key_check"):
            yield f"a row of the table {table} belongs to a row of {parent} that is not there"


def _search_faults(database: Database) -> Iterator[str]:
    with database.writing() as connection:
        if not is_sound(connection):
            yield "the search index does not fit the texts"


def _article_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (key,) in connection.execute("SELECT pk FROM article ORDER BY pk").fetchall():
        id_, digest, length, text = connection.execute(
            "SELECT a.id, a.text_sha256, a.length, t.text "
            "FROM article a LEFT JOIN article_text t ON t.article = a.pk WHERE a.pk = ?",
            (key,),
        ).fetchone()
        id_ = printable(id_)
        yield from _problems_of_comments(connection, key, id_)
        if text is None:
            yield Problem(id_, "the text is missing")
            continue
        if not is_utf8(text):
            continue  # already reported
        if text_hash(text) != digest or len(text) != length:
            yield Problem(id_, "the text is not the one that was imported")
        yield from _annotation_problems(connection, key, id_, text)


def _problems_of_comments(connection: sqlite3.Connection, key: int, id_: str) -> Iterator[Problem]:
    (length,) = connection.execute("SELECT length FROM article WHERE pk = ?", (key,)).fetchone()
    for (comment,) in connection.execute(
        "SELECT k.id FROM remark k JOIN annotation n ON n.pk = k.annotation WHERE n.article = ? "
        'AND NOT (k.start BETWEEN 0 AND k."end" AND k."end" <= ?)',
        (key, length),
    ):
        yield Problem(id_, f"comment {_clip(comment)} lies outside the text")


def _annotation_problems(
    connection: sqlite3.Connection, article: int, id_: str, text: str
) -> Iterator[Problem]:
    rows = connection.execute(
        f"SELECT r.name, n.pk, {HEAD_COLUMNS} FROM annotation n "
        "JOIN annotator r ON r.pk = n.annotator WHERE n.article = ? ORDER BY r.name",
        (article,),
    ).fetchall()
    for name, *row in rows:
        for fault, remedy in _annotation_faults(connection, tuple(row), text):
            yield Problem(id_, printable(f"{fault} (annotator {name})"), remedy)


def _annotation_faults(
    connection: sqlite3.Connection, row: Row, text: str
) -> Iterator[tuple[str, str]]:
    try:
        found = read_annotation(connection, row[0], head_of(row[1:]), None)
    except WrongValue:  # already reported
        return
    for faults in (span_faults(text, found), reference_faults(found), shape_faults(text, found)):
        for fault in faults:
            yield fault, _MARK_AGAIN


def _history_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for article, name in connection.execute(
        "SELECT DISTINCT a.id, r.name FROM edit u JOIN edit d ON d.annotation = u.annotation "
        "AND d.state = 'done' AND d.pk > u.pk JOIN annotation n ON n.pk = u.annotation "
        "JOIN article a ON a.pk = n.article JOIN annotator r ON r.pk = n.annotator "
        "WHERE u.state = 'undone'"
    ):
        message = f"the history is out of order (annotator {printable(name)})"
        yield Problem(printable(article), message)


def _trash_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Yield the problems of deleted articles that could not be restored."""
    for (number,) in connection.execute("SELECT pk FROM trash ORDER BY pk").fetchall():
        query = "SELECT id, content, content_sha256 FROM trash WHERE pk = ?"
        id_, text, digest = connection.execute(query, (number,)).fetchone()
        try:
            deserialize(connection, id_, text, digest)
        except ValueError as error:
            yield Problem(printable(id_), f"what lies in the trash is damaged: {error}", _DROP)


def _counter_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    if not counters_fit(connection):
        yield Problem("", "the counters of the statistics do not fit what is there", _INDEX)
    if not positions_fit(connection):
        yield Problem("", "the orders of the list do not fit the articles", _INDEX)


def _is_inside_itself(id_: str, annotation: Annotation) -> bool:
    seen, at = {id_}, annotation.quotes[id_].parent
    while at is not None and at in annotation.quotes:
        if at in seen:
            return at == id_
        seen.add(at)
        at = annotation.quotes[at].parent
    return False


def _span_message(what: str, span: Mention | RoleSpan, text: str) -> str:
    start, end = span.start, span.end
    found = text[max(start, 0) : end]
    return f"{what} says {_clip(span.text)} but [{start}, {end}) of the text is {_clip(found)}"


def _clip(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
