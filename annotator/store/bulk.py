"""Importing records: one transaction for all of them."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import orjson

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Article, Head
from annotator.core.text import text_hash
from annotator.store.annotations import (
    annotation,
    annotation_key,
    known_annotator,
    now,
    stamp,
    write_head,
)
from annotator.store.columns import Row
from annotator.store.database import Database
from annotator.store.errors import StoreError, TextConflict
from annotator.store.history import record_edit
from annotator.store.items import all_rows, insert_rows, to_json
from annotator.store.twins import Twin, flag_near_twin, same_text
from annotator.store.verify import span_faults
from annotator.store.waiting import INSERT_ANNOTATION, Waiting

if TYPE_CHECKING:
    from annotator.core.record import Record


_MOST_IDS: Final = 100_000


class Outcome(StrEnum):
    """What adding a record did.

    ADDED_ARTICLE: the article is new, and so is its annotation if it has one.
    ADDED_ANNOTATION: the article was there, this annotator's work was not.
    UNCHANGED: all of it was there, or was imported before and edited since.
    KEPT: the annotator has other work there, which was left alone.
    REPLACED: that other work was changed into the record's, as one edit that can be undone.
    """

    ADDED_ARTICLE = "added article"
    ADDED_ANNOTATION = "added annotation"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    REPLACED = "replaced"


@contextmanager
def importing(database: Database) -> Iterator["Importer"]:
    with database.writing():
        importer = Importer(database)
        yield importer
        importer.flush()


class Importer:
    """Adds records inside one transaction; comes from `Project.importing`.

    New articles wait for some others and are written together, which is twice as fast.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connection
        self._moment = stamp(now())
        self._annotators: dict[str, int] = {}
        self._waiting = Waiting(database.connection)
        self._bare: list[int] = []
        there = self._connection.execute("SELECT EXISTS (SELECT 1 FROM article)").fetchone()[0]
        self._ids: set[str] | None = None if there else set()
        """The ids of all articles there are, as long as they are few enough to be kept here."""

    def add(self, record: "Record", *, replace: bool = False) -> Outcome:
        """Add an article and the annotation it may bring; `Outcome` says what became of it.

        Raises StoreError: TextConflict if another text has the article's id, or if a span
        does not hold the text it says. The record then changed nothing.
        """
        try:
            return self._add(record, replace)
        except UnicodeEncodeError as error:
            raise StoreError(
                f"article {record.article.id!r} holds half a surrogate pair; "
                "decode it again from the original file"
            ) from error
        except ValueError as error:  # of JSON that no reader would take
            raise StoreError(
                f"article {record.article.id!r} holds something that cannot be kept: {error}"
            ) from error

    def overwrite(self, record: "Record") -> Outcome:
        """Put the record's annotation in the place of the one that is there, without history.

        For work that a machine can do again. KEPT where somebody has edited what is there. Raises
        StoreError as `add` does.
        """
        self.flush()
        key = self._same_article(record.article, text_hash(record.article.text))
        there = None
        if key is not None and record.annotator is not None:
            there = annotation_key(self._connection, key, record.annotator)
        if there is None:
            return self.add(record)
        edited = "SELECT 1 FROM edit WHERE annotation = ?"
        if self._connection.execute(edited, (there,)).fetchone():
            return Outcome.KEPT
        counted = "SELECT revision FROM annotation WHERE pk = ?"
        (revision,) = self._connection.execute(counted, (there,)).fetchone()
        self._connection.execute("DELETE FROM annotation WHERE pk = ?", (there,))
        self.add(record)
        self._connection.execute(
            "UPDATE annotation SET revision = ? WHERE article = ? AND annotator = ?",
            (revision + 1, key, self._annotator(record.annotator or "")),
        )
        return Outcome.REPLACED

    def flush(self) -> None:
        """Write the articles that wait."""
        self._waiting.flush()

    def same_text(self, text: str) -> str | None:
        """The id of the article that has exactly this text."""
        digest = text_hash(text)
        if digest in self._waiting.digests:
            self.flush()
        return same_text(self._connection, digest)

    def near_twins(self) -> Iterator[Twin | None]:
        """For each bare article added so far, the older one that it is much like, or None.

        It is noted in the article's `meta` as well. To be used once, after the last record.
        """
        self.flush()
        for key in self._bare:
            yield flag_near_twin(self._connection, key)

    def _add(self, record: "Record", replace: bool) -> Outcome:
        article, annotator, incoming = record.article, record.annotator, record.annotation
        digest = text_hash(article.text)
        if article.id in self._waiting.ids:
            self.flush()
        key = self._same_article(article, digest)
        if annotator is None or incoming is None:
            return self._add_bare(record, key, digest)
        _refuse_wrong_spans(article, incoming)
        if key is not None:
            self.flush()
            return self._add_annotation(key, annotator, incoming, replace)
        self._wait_with_annotation(record, digest, annotator, incoming)
        return Outcome.ADDED_ARTICLE

    def _wait_with_annotation(
        self, record: "Record", digest: str, annotator: str, incoming: Annotation
    ) -> None:
        # Whatever could be at fault is called before the record waits with others.
        article = self._article_row(record, digest)
        key = self._waiting.next_annotation()
        rows = all_rows(key, incoming)
        told = _digest(incoming.head, rows)
        head = self._head_row(annotator, incoming)
        self._waiting.add(article, record.article.text)
        self._waiting.add_annotation(head, rows, told)

    def _same_article(self, article: Article, digest: str) -> int | None:
        if self._is_new(article.id):
            return None
        row = self._connection.execute(
            "SELECT pk, text_sha256 FROM article WHERE id = ?", (article.id,)
        ).fetchone()
        if row is None:
            return None
        key, stored = row
        if stored != digest:
            raise TextConflict(
                f"article {article.id!r} is already in {self._database.path} with another text; "
                "give one of the two another id and import again"
            )
        return int(key)

    def _is_new(self, id_: str) -> bool:
        """Whether no article has the id, as far as that can be told without asking the file."""
        if self._ids is None or id_ in self._ids:
            return False
        self._ids.add(id_)
        if len(self._ids) > _MOST_IDS:
            self._ids = None
        return True

    def _add_bare(self, record: "Record", key: int | None, digest: str) -> Outcome:
        known = "SELECT 1 FROM article WHERE text_sha256 = ?"
        if key is not None or digest in self._waiting.digests:
            return Outcome.UNCHANGED
        if self._connection.execute(known, (digest,)).fetchone():
            return Outcome.UNCHANGED
        row = self._article_row(record, digest)
        self._bare.append(self._waiting.add(row, record.article.text))
        return Outcome.ADDED_ARTICLE

    def _article_row(self, record: "Record", digest: str) -> Row:
        """The row but for its key. Raises UnicodeEncodeError where SQLite would."""
        article = record.article
        bare_extra = None if record.annotation is not None else record.extra
        row = (
            article.id, article.title, article.language, article.source, article.published,
            article.url, to_json(article.meta), to_json(article.extra), to_json(bare_extra),
            digest, len(article.text), self._moment,
        )  # fmt: skip
        "".join(map(str, row)).encode()
        return row

    def _head_row(self, annotator: str, incoming: Annotation) -> Row:
        head = incoming.head
        return (
            self._annotator(annotator), head.status, head.notes, to_json(head.flags),
            head.seconds, to_json(head.extra), incoming.updated,
        )  # fmt: skip

    def _add_annotation(
        self, article: int, annotator: str, incoming: Annotation, replace: bool
    ) -> Outcome:
        key = annotation_key(self._connection, article, annotator)
        if key is None:
            self._insert_annotation(article, annotator, incoming)
            return Outcome.ADDED_ANNOTATION
        if self._only_timed(key):
            self._fill_annotation(key, incoming)
            return Outcome.ADDED_ANNOTATION
        digest = _digest(incoming.head, all_rows(key, incoming))
        if self._imported_before(key, digest):
            return Outcome.UNCHANGED
        edit = difference(annotation(self._database, article, annotator), incoming)
        if edit.changes and not replace:
            return Outcome.KEPT
        self._remember(key, digest)
        if not edit.changes:
            return Outcome.UNCHANGED
        self._replace(key, edit, incoming)
        return Outcome.REPLACED

    def _replace(self, key: int, edit: Edit, incoming: Annotation) -> None:
        record_edit(self._connection, key, edit)
        self._connection.execute(
            "UPDATE annotation SET seconds = ?, updated = coalesce(?, updated) WHERE pk = ?",
            (incoming.head.seconds, incoming.updated, key),
        )

    def _only_timed(self, key: int) -> bool:
        """Whether nothing but time was ever put into the annotation."""
        row = self._connection.execute(
            "SELECT revision FROM annotation WHERE pk = ?", (key,)
        ).fetchone()
        return bool(row[0] == 0)

    def _insert_annotation(self, article: int, annotator: str, incoming: Annotation) -> None:
        key = self._waiting.next_annotation()
        row = (key, article, *self._head_row(annotator, incoming))
        self._connection.execute(INSERT_ANNOTATION, row)
        self._insert_items(key, incoming)

    def _fill_annotation(self, key: int, incoming: Annotation) -> None:
        write_head(self._connection, key, incoming.head)
        self._connection.execute(
            "UPDATE annotation SET seconds = seconds + ?, updated = ?, revision = 1 WHERE pk = ?",
            (incoming.head.seconds, incoming.updated, key),
        )
        self._insert_items(key, incoming)

    def _insert_items(self, key: int, incoming: Annotation) -> None:
        rows = all_rows(key, incoming)
        insert_rows(self._connection, rows)
        self._remember(key, _digest(incoming.head, rows))

    def _annotator(self, name: str) -> int:
        if name not in self._annotators:
            self._annotators[name] = known_annotator(self._database, name)
        return self._annotators[name]

    def _imported_before(self, key: int, digest: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM imported WHERE annotation = ? AND digest = ?", (key, digest)
        ).fetchone()
        return row is not None

    def _remember(self, key: int, digest: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO imported VALUES (?, ?)", (key, digest))


def difference(current: Annotation, wanted: Annotation) -> Edit:
    """The edit that turns `current` into `wanted`, but for the time spent; maybe without change."""
    changes: list[Change] = []
    head = wanted.head._replace(seconds=current.head.seconds)
    if head != current.head:
        changes.append(Change(current.head, head))
    for old, new in _tables(current, wanted):
        gone = [Change(item, None) for id_, item in old.items() if id_ not in new]
        kept = [Change(old.get(id_), item) for id_, item in new.items() if old.get(id_) != item]
        changes += gone + kept
    return Edit("Import", tuple(changes))


def _tables(
    current: Annotation, wanted: Annotation
) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    return (
        (current.entities, wanted.entities),
        (current.mentions, wanted.mentions),
        (current.quotes, wanted.quotes),
        (current.decisions, wanted.decisions),
    )


def _digest(head: Head, rows: dict[str, list[Row]]) -> str:
    """What tells this annotation from others, whoever made it, when, and in how much time.

    Raises UnicodeEncodeError where SQLite would.
    """
    content: list[Any] = [head.status, head.notes, head.flags, to_json(head.extra)]
    content += [row[1:] for table in rows.values() for row in table]
    try:
        told = orjson.dumps(content)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits
        told = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(told).hexdigest()


def _refuse_wrong_spans(article: Article, incoming: Annotation) -> None:
    for fault in span_faults(article.text, incoming):
        raise StoreError(
            f"article {article.id!r}: {fault}; count the offsets in code points and import again"
        )
