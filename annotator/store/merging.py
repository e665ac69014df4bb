"""Merging other people's annotations, by the text of the article and the annotator's name.

Of all known versions of an annotation, those that another one grew out of are dropped; of the
others, the one edited last becomes the annotation, and the rest is kept beside it. The result
depends on which versions there are, not on the order in which they come.
"""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from annotator.core.message import message
from annotator.core.text import text_hash
from annotator.core.versions import (
    HistoryEdit,
    Version,
    digest,
    from_json,
    history_from_json,
    history_to_json,
    lineage,
    to_json,
)
from annotator.store import annotations, reviews
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.errors import StoreError
from annotator.store.importer import Importer
from annotator.store.integrity_check import span_faults
from annotator.store.item_rows import insert_rows, rows_of, write_head
from annotator.store.reviews import Comment, Review
from annotator.store.trash import in_trash
from annotator.store.visible import visible_condition

if TYPE_CHECKING:
    from annotator.core.record import Record

_OF_EDIT: Final = tuple(
    f"edit.{name}" for name in ("pk", "title", "changes", "made_at", "undone_at", "state")
)
_OF_VERSION: Final = tuple(
    f"version.{name}" for name in ("digest", "updated", "steps", "content", "history")
)
_ITEM_TABLES: Final = ("mention", "quote_span", "quote", "entity", "decision", "edit")


class MergeOutcome(StrEnum):
    """What merging an annotation did.

    NEW: this annotator had no annotation of the article here.
    SAME: the annotation here is the same.
    NEWER: the annotation here was an earlier state of it, and was replaced.
    OLDER: the annotation here grew out of it or was edited later, and stays.
    CONFLICTING: both were edited since they were the same; the one edited last is the annotation
    now, and the other is kept as a version.
    UNKNOWN: no article here has this text; nothing was done.
    """

    NEW = "new"
    SAME = "same"
    NEWER = "newer"
    OLDER = "older"
    CONFLICTING = "conflicting"
    UNKNOWN = "unknown"


class Contribution(NamedTuple):
    """One annotation of another project or bundle, with everything that belongs to it there.

    `versions` are the digests of those that were kept beside it there, and stay there.
    """

    record: "Record"
    past: tuple[HistoryEdit, ...] = ()
    imported: tuple[str, ...] = ()
    review: Review | None = None
    comments: tuple[Comment, ...] = ()
    versions: tuple[str, ...] = ()


class _Kept(NamedTuple):
    """A version, and the digests of the states it went through."""

    version: Version
    digest: str
    states: frozenset[str]

    @property
    def rank(self) -> tuple[tuple[str, int], str]:
        return self.version.clock, self.digest


@contextmanager
def merging(database: Database) -> Iterator["Merger"]:
    with database.writing():
        yield Merger(database)


def contributions(database: Database) -> Generator[Contribution, None, None]:
    """Yield everything that another project can take over, including bare articles.

    It reads with a connection of its own: who does not go to the end has to close it.
    """
    from annotator.store.export import records

    for record in records(database, None, None, True, looks=True):
        with database.reading():
            made = _contribution(database, record)
        yield made


def _contribution(database: Database, record: "Record") -> Contribution:
    if record.annotator is None:
        return Contribution(record)
    connection = database.connection
    article = connection.execute(
        "SELECT pk FROM article WHERE id = ?", (record.article.id,)
    ).fetchone()[0]
    key = annotations.annotation_key(connection, article, record.annotator) or 0
    review = reviews.read_review(connection, key)
    comments = reviews.read_comments(connection, key)
    worked_on = annotations.revision(database, article, record.annotator) > 0
    if not (worked_on or review or comments):  # the article was only opened
        return Contribution(replace(record, annotator=None, annotation=None))
    return Contribution(
        record,
        _past(connection, key),
        _imported(connection, key),
        review,
        comments,
        _version_digests(connection, key),
    )


def kept_versions(database: Database, article: int, annotator: str) -> dict[str, Version]:
    key = annotations.annotation_key(database.connection, article, annotator)
    return {} if key is None else Merger(database).kept(key)[0]


class Merger:
    """Merges inside one transaction; comes from `Project.merging`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connection

    def knows(self, text: str) -> bool:
        """Return whether an article here has this text."""
        return self._article("", text) is not None

    def has_deleted(self, text: str) -> bool:
        """Return whether an article with this text is in the trash here."""
        return in_trash(self._connection, text_hash(text))

    def add_article(self, record: "Record") -> None:
        """Add the article of the record, without its annotation.

        Raises TextConflict if another text has its id.
        """
        importer = Importer(self._database)
        importer.add(replace(record, annotator=None, annotation=None))
        importer.flush()

    def bring(self, contribution: Contribution) -> MergeOutcome:
        """Merge one annotation. Raises StoreError if a span does not hold its text."""
        record = contribution.record
        article = self._article(record.article.id, record.article.text)
        if article is None:
            return MergeOutcome.UNKNOWN
        if record.annotation is None or record.annotator is None:
            return MergeOutcome.SAME
        for fault in span_faults(record.article.text, record.annotation):
            raise StoreError(
                message(
                    "article {1}: {2}; ask for a sound copy of the file, or leave this one out",
                    repr(record.article.id),
                    fault,
                )
            )
        self._database.set_counting(True)
        key, verdict = self._merge_annotation(article, record.annotator, contribution)
        self._connection.executemany(
            "INSERT OR IGNORE INTO imported VALUES (?, ?)",
            [(key, digest) for digest in contribution.imported],
        )
        reviews.merge(self._connection, key, contribution.review, contribution.comments)
        return verdict

    def _article(self, id_: str, text: str) -> int | None:
        """Return the article with this text; of several, the one with this id, else the first."""
        row = self._connection.execute(
            f"SELECT pk FROM article WHERE text_sha256 = ? AND {visible_condition('pk')} "
            "ORDER BY id <> ?, pk LIMIT 1",
            (text_hash(text), id_),
        ).fetchone()
        return None if row is None else int(row[0])

    def _merge_annotation(
        self, article: int, name: str, theirs: Contribution
    ) -> tuple[int, MergeOutcome]:
        assert theirs.record.annotation is not None
        incoming = _kept(Version(theirs.record.annotation, theirs.past))
        key = annotations.annotation_key(self._connection, article, name)
        if key is None or self._holds_only_time(key):
            key = annotations.get_or_create_annotation(self._database, article, name)
            self._write(key, incoming.version)
            return key, MergeOutcome.NEW
        seconds = theirs.record.annotation.head.seconds
        self._connection.execute(
            "UPDATE annotation SET seconds = max(seconds, ?) WHERE pk = ?", (seconds, key)
        )
        return key, _VersionChoice(self, key, incoming).settle()

    def current(self, key: int) -> Version:
        """Return the annotation with this key as it is here, with its history."""
        row = self._connection.execute(
            "SELECT a.pk, r.name FROM annotation n JOIN article a ON a.pk = n.article "
            "JOIN annotator r ON r.pk = n.annotator WHERE n.pk = ?",
            (key,),
        ).fetchone()
        return Version(annotations.annotation(self._database, *row), _past(self._connection, key))

    def kept(self, key: int) -> tuple[dict[str, Version], dict[str, tuple[str, int]]]:
        """Return the versions beside the annotation, and the superseded states.

        Each of the states comes with the clock at which it was superseded.
        """
        found = self._connection.execute(
            "SELECT digest, updated, steps, content, history FROM version WHERE annotation = ?",
            (key,),
        )
        rows = checked_rows(found, *_OF_VERSION)
        versions = {
            row[0]: Version(from_json(row[3], row[1] or None), history_from_json(row[4] or "[]"))
            for row in rows
            if row[3] is not None
        }
        return versions, {row[0]: (row[1], row[2]) for row in rows if row[3] is None}

    def keep(
        self, key: int, versions: dict[str, Version], outgrown: dict[str, tuple[str, int]]
    ) -> None:
        """Replace the versions beside the annotation with these."""
        self._connection.execute("DELETE FROM version WHERE annotation = ?", (key,))
        rows: list[tuple[Any, ...]] = [
            (key, digest, *clock, None, None) for digest, clock in sorted(outgrown.items())
        ]
        rows += [
            (key, name, *v.clock, to_json(v.annotation), history_to_json(v.past))
            for name, v in sorted(versions.items())
        ]
        self._connection.executemany(
            "INSERT INTO version (annotation, digest, updated, steps, content, history) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )

    def replace(self, key: int, version: Version) -> None:
        """Make this version the annotation, and its history that of the annotation."""
        for table in _ITEM_TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE annotation = ?", (key,))
        self._write(key, version)

    def _holds_only_time(self, key: int) -> bool:
        """Return whether the annotation has never held anything but time."""
        row = self._connection.execute(
            "SELECT revision FROM annotation WHERE pk = ?", (key,)
        ).fetchone()
        return bool(row[0] == 0)

    def _write(self, key: int, version: Version) -> None:
        annotation = version.annotation
        write_head(self._connection, key, annotation.head)
        self._connection.execute(
            "UPDATE annotation SET seconds = max(seconds, ?), updated = ?, "
            "revision = revision + 1 WHERE pk = ?",
            (annotation.head.seconds, annotation.updated, key),
        )
        insert_rows(self._connection, rows_of(key, annotation.items()))
        self._connection.executemany(
            "INSERT INTO edit (annotation, title, changes, made_at, undone_at, state) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(key, *edit) for edit in version.past],
        )


@dataclass(slots=True)
class _VersionChoice:
    """Finds, for one annotation, which of all known versions becomes the annotation."""

    merger: Merger
    key: int
    incoming: _Kept
    outgrown: dict[str, tuple[str, int]] = field(default_factory=dict)

    def settle(self) -> MergeOutcome:
        here = self.merger.current(self.key)
        if (
            digest(here.annotation) == self.incoming.digest
            and here.past == self.incoming.version.past
            and here.clock == self.incoming.version.clock
        ):
            return MergeOutcome.SAME
        current = _kept(here)
        versions, self.outgrown = self.merger.kept(self.key)
        candidates = [current, self.incoming, *map(_kept, versions.values())]
        for kept in candidates:
            self._outgrow(kept)
        pool = _distinct(candidates)
        remaining = [kept for kept in pool.values() if not self._is_outgrown(kept)]
        best = max(remaining or pool.values(), key=lambda kept: kept.rank)
        rest = {kept.digest: kept.version for kept in remaining if kept.digest != best.digest}
        forgotten = best.states | rest.keys()
        outgrown = {name: at for name, at in self.outgrown.items() if name not in forgotten}
        if best.version != here or best.version.clock != here.clock:
            self.merger.replace(self.key, best.version)
        self.merger.keep(self.key, rest, outgrown)
        return self._verdict(current, best, versions)

    def _verdict(self, current: _Kept, best: _Kept, known: dict[str, Version]) -> MergeOutcome:
        incoming = self.incoming
        if incoming.digest == current.digest:
            return MergeOutcome.SAME
        if current.digest in incoming.states and best.digest == incoming.digest:
            return MergeOutcome.NEWER
        if self._is_outgrown(incoming) or incoming.digest in known:
            return MergeOutcome.OLDER
        times = incoming.version.annotation.updated, current.version.annotation.updated
        if incoming.version.past or None in times or times[0] == times[1]:
            return MergeOutcome.CONFLICTING
        return MergeOutcome.NEWER if best.digest == incoming.digest else MergeOutcome.OLDER

    def _outgrow(self, kept: _Kept) -> None:
        clock = kept.version.clock
        for state in kept.states - {kept.digest}:
            self.outgrown[state] = max(self.outgrown.get(state, clock), clock)

    def _is_outgrown(self, kept: _Kept) -> bool:
        clock = self.outgrown.get(kept.digest)
        if clock is None:
            return False
        # After an undo, later states are in the history too, so the clock decides. A version
        # without a history is the state that is known from the history of another version.
        return not kept.version.past or kept.version.clock < clock


def _distinct(kept: Sequence[_Kept]) -> dict[str, _Kept]:
    """Return one version for each state: one with a history, and of these the one reached last."""
    found: dict[str, _Kept] = {}
    for one in kept:
        other = found.get(one.digest)
        if other is None or _knowledge(one.version) > _knowledge(other.version):
            found[one.digest] = one
    return found


def _knowledge(version: Version) -> tuple[bool, tuple[str, int], str]:
    return bool(version.past), version.clock, history_to_json(version.past)


def _kept(version: Version) -> _Kept:
    return _Kept(version, digest(version.annotation), lineage(version))


def _past(connection: sqlite3.Connection, key: int) -> tuple[HistoryEdit, ...]:
    rows = connection.execute(
        "SELECT pk, title, changes, made_at, undone_at, state FROM edit "
        "WHERE annotation = ? ORDER BY pk",
        (key,),
    )
    found = checked_rows(rows, *_OF_EDIT)
    return tuple(HistoryEdit(*row[1:]) for row in found)


def _imported(connection: sqlite3.Connection, key: int) -> tuple[str, ...]:
    rows = connection.execute("SELECT digest FROM imported WHERE annotation = ?", (key,))
    return tuple(digest for (digest,) in checked_rows(rows, "imported.digest"))


def _version_digests(connection: sqlite3.Connection, key: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT digest FROM version WHERE annotation = ? AND content IS NOT NULL ORDER BY digest",
        (key,),
    )
    return tuple(digest for (digest,) in checked_rows(rows, "version.digest"))
