"""Counts and digests of a project's annotations, used to tell two states of it apart."""

import hashlib
from typing import Final, NamedTuple

from annotator.core.models import Status
from annotator.store.annotations import HAS_REVISIONS
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.visible import visible_condition

_COUNTS: Final = ", ".join(
    f"(SELECT count(*) FROM {table} WHERE annotation = n.pk)"
    for table in ("entity", "mention", "quote")
)
# What the counts and the revisions of annotations do not cover.
_STATE_QUERIES: Final = (
    f"SELECT count(*), coalesce(max(pk), 0) FROM article WHERE {visible_condition('pk')}",
    "SELECT count(*), coalesce(sum(length(text)), 0), count(done_at) FROM remark",
    "SELECT count(*), coalesce(max(decided_at), '') FROM review",
    "SELECT count(*), coalesce(max(digest), '') FROM version",
    "SELECT count(*), coalesce(max(annotator), '') FROM assignment",
    "SELECT key, value FROM project ORDER BY key",
    "SELECT pk, content_sha256 FROM trash ORDER BY pk",
    "SELECT article, annotator, status, revision, seconds, updated FROM annotation "
    f"WHERE {visible_condition('article')} ORDER BY pk",
)


_OF_WORK: Final = (
    "article.id", "annotator.name", "annotation.status", "", "", "", "annotation.revision",
    "annotation.updated",
)  # fmt: skip


class AnnotationDigest(NamedTuple):
    """The counts of one annotation. `revision` grows with each edit of it."""

    status: Status
    entities: int
    mentions: int
    quotes: int
    revision: int
    updated: str | None


def annotation_digests(database: Database) -> dict[tuple[str, str], AnnotationDigest]:
    rows = database.connection.execute(
        f"SELECT a.id, r.name, n.status, {_COUNTS}, n.revision, n.updated FROM annotation n "
        "JOIN article a ON a.pk = n.article JOIN annotator r ON r.pk = n.annotator "
        f"WHERE {HAS_REVISIONS} AND {visible_condition('a.pk')} ORDER BY a.pk, r.name"
    )
    return {
        (article, name): AnnotationDigest(*row)
        for article, name, *row in checked_rows(rows, *_OF_WORK)
    }


def fingerprint(database: Database) -> str:
    digest = hashlib.sha256()
    for query in _STATE_QUERIES:
        for row in database.connection.execute(query):
            digest.update(repr(row).encode())
    return digest.hexdigest()
