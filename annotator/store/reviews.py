"""The reviews of annotations, and the reviewers' comments on them."""

import sqlite3
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple
from uuid import uuid4

from annotator.store import annotations
from annotator.store.columns import checked_rows
from annotator.store.database import Database

ReviewStatus = Literal["returned", "accepted"]
_OF_COMMENT: Final = tuple(
    f"remark.{name}" for name in ("id", "start", "end", "text", "author", "made_at", "done_at")
)


class Review(NamedTuple):
    """A reviewer's decision on an annotation. `decided_at` is UTC."""

    status: ReviewStatus
    by: str
    decided_at: str


class Comment(NamedTuple):
    """A reviewer's comment on a span of an annotated article: something to do until it is done.

    `start` and `end` are code points, both 0 for the article as a whole; `done_at` is None while
    the comment is open. `id` is globally unique.
    """

    id: str
    start: int
    end: int
    text: str
    author: str
    made_at: str
    done_at: str | None = None


def read_review(connection: sqlite3.Connection, annotation: int) -> Review | None:
    rows = connection.execute(
        "SELECT status, decided_by, decided_at FROM review WHERE annotation = ?", (annotation,)
    )
    found = checked_rows(rows, "review.status", "review.decided_by", "review.decided_at")
    return Review(*found[0]) if found else None


def read_comments(connection: sqlite3.Connection, annotation: int) -> tuple[Comment, ...]:
    rows = connection.execute(
        'SELECT id, start, "end", text, author, made_at, done_at FROM remark '
        "WHERE annotation = ? ORDER BY start, made_at, id",
        (annotation,),
    )
    return tuple(Comment(*row) for row in checked_rows(rows, *_OF_COMMENT))


def merge(
    connection: sqlite3.Connection,
    annotation: int,
    review: Review | None,
    comments: Iterable[Comment],
) -> None:
    """Take over what is newer than what is here. What is done stays done."""
    here = read_review(connection, annotation)
    if review is not None and (here is None or _rank(review) > _rank(here)):
        _write_review(connection, annotation, review)
    connection.executemany(
        'INSERT INTO remark (id, annotation, start, "end", text, author, made_at, done_at) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "done_at = min(coalesce(done_at, excluded.done_at), coalesce(excluded.done_at, done_at))",
        [(comment.id, annotation, *comment[1:]) for comment in comments],
    )


def set_review(
    database: Database, article: int, annotator: str, status: ReviewStatus, by: str
) -> Review:
    review = Review(status, by, annotations.stamp(annotations.now()))
    with database.writing() as connection:
        key = annotations.get_or_create_annotation(database, article, annotator)
        _write_review(connection, key, review)
    return review


def new_comment(span: tuple[int, int], text: str, author: str) -> Comment:
    """Return a comment that is made now."""
    return Comment(uuid4().hex, *span, text, author, annotations.stamp(annotations.now()))


def add_comment(database: Database, article: int, annotator: str, comment: Comment) -> Comment:
    with database.writing() as connection:
        key = annotations.get_or_create_annotation(database, article, annotator)
        merge(connection, key, None, [comment])
    return comment


def finish_comment(database: Database, id_: str, *, done: bool) -> None:
    moment = annotations.stamp(annotations.now()) if done else None
    with database.writing() as connection:
        connection.execute("UPDATE remark SET done_at = ? WHERE id = ?", (moment, id_))


def _write_review(connection: sqlite3.Connection, annotation: int, review: Review) -> None:
    connection.execute(
        "INSERT INTO review (annotation, status, decided_by, decided_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (annotation) DO UPDATE SET status = excluded.status, "
        "decided_by = excluded.decided_by, decided_at = excluded.decided_at",
        (annotation, *review),
    )


def _rank(review: Review) -> tuple[str, str, str]:
    return review.decided_at, review.status, review.by


def open_comments(database: Database, annotator: str) -> list[tuple[int, str, Comment]]:
    rows = database.connection.execute(
        'SELECT a.pk, a.id, m.id, m.start, m."end", m.text, m.author, m.made_at, m.done_at '
        "FROM remark m JOIN annotation n ON n.pk = m.annotation "
        "JOIN annotator r ON r.pk = n.annotator JOIN article a ON a.pk = n.article "
        "WHERE r.name = ? AND m.done_at IS NULL ORDER BY a.pk, m.start, m.made_at, m.id",
        (annotator,),
    )
    found = checked_rows(rows, "article.pk", "article.id", *_OF_COMMENT)
    return [(key, article, Comment(*comment)) for key, article, *comment in found]
