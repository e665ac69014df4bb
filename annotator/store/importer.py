"""Importing records: all of them or none, in transactions that let others write in between."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.edit_rules import exempt
from annotator.core.message import message
from annotator.core.text import text_hash
from annotator.store.annotations import (
    annotation,
    annotation_key,
    get_or_create_annotator,
    now,
    stamp,
)
from annotator.store.database import LOG_BYTES, Database, page_size
from annotator.store.duplicates import NearDuplicate, flag_near_duplicate, near_duplicate, same_text
from annotator.store.errors import StoreError, TextConflict, translated_errors
from annotator.store.history import record_edit
from annotator.store.item_rows import insert_rows, write_head
from annotator.store.pending import PendingImport, check_disk_space, discard_dead_imports, take_back
from annotator.store.prepared import PreparedAnnotation, PreparedRecord, prepare
from annotator.store.visible import IMPORT_BLOCK_SIZE
from annotator.store.write_buffer import INSERT_ANNOTATION, WriteBuffer

if TYPE_CHECKING:
    from annotator.core.record import Record


_MAX_IDS: Final = 100_000
_LOG_OF_SLICES: Final = 32 << 20
_FEW: Final = 8
"""Articles that are looked up and written at once, within some hundredths of a second."""


class ImportOutcome(StrEnum):
    """What adding a record did.

    ADDED_ARTICLE: the article is new, and so is its annotation if it has one.
    ADDED_ANNOTATION: the article existed, but this annotator's annotation did not.
    UNCHANGED: everything existed, or was imported before and edited since.
    KEPT: the annotator has a different annotation there, which was left as it is.
    REPLACED: that annotation was changed into the record's, as one edit that can be undone.
    """

    ADDED_ARTICLE = "added article"
    ADDED_ANNOTATION = "added annotation"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    REPLACED = "replaced"


@contextmanager
def importing(database: Database) -> Iterator["Importer"]:
    importer = Importer(database, in_slices=True)
    try:
        # Errors of reads outside a write transaction must become StoreErrors too.
        with translated_errors(database.path), importer.transaction:
            yield importer
            importer.finish()
    except BaseException:
        importer.take_back()
        raise


class Importer:
    """Adds records, all of them or none; comes from `Project.importing`.

    New articles are collected and written together, which is twice as fast. With `in_slices`, each
    batch is a short transaction of its own, so that others can write in between, and none of the
    articles is visible before `finish`; see `store.pending`. From the first record that changes
    visible articles on, everything is one transaction. Without `in_slices`, the importer is used
    inside the caller's transaction.
    """

    def __init__(self, database: Database, *, in_slices: bool = False) -> None:
        self._database = database
        self._connection = database.connection
        self._imported_at = stamp(now())
        self._annotators: dict[str, int] = {}
        self._buffer = WriteBuffer()
        self._bare: list[int] = []
        self._is_held = not in_slices
        self._pending: PendingImport | None = None
        self._next = 0
        self._is_durable = True
        self.transaction = ExitStack()
        """The transaction that `finish` leaves to be committed, if there is one."""
        found = self._connection.execute("SELECT EXISTS (SELECT 1 FROM article)").fetchone()
        self._ids: set[str] | None = None if found[0] else set()
        """The ids of all articles, as long as they are few enough to be kept here."""

    def add(self, record: "Record | PreparedRecord", *, replace: bool = False) -> ImportOutcome:
        """Add an article and its annotation, if it has one, and return what was done.

        The record changes nothing if an error is raised.

        Raises:
            TextConflict: Another text has the article's id.
            StoreError: A span does not hold the text that it states, or a value cannot be stored.
        """
        made = record if isinstance(record, PreparedRecord) else prepare(record)
        incoming = made.annotation
        buffered = self._buffer.article(made.article_id)
        if buffered is not None and buffered.digest != made.digest:
            raise self._conflict(made.article_id)
        if incoming is None:
            return self._add_bare(made)
        if buffered is not None:
            if not self._buffer.has_annotation(buffered.place, incoming.annotator):
                self._buffer.add_annotation(buffered.place, incoming)
                return ImportOutcome.ADDED_ANNOTATION
            self.flush()
        key = self._same_article(made.article_id, made.digest)
        if key is not None:
            return self._add_to_article(key, incoming, replace)
        self._buffer.add_annotation(self._buffer_article(made, bare=False), incoming)
        return ImportOutcome.ADDED_ARTICLE

    def overwrite(self, record: "Record") -> ImportOutcome:
        """Replace the existing annotation with the record's, without history.

        For annotations that a program can make again. Returns KEPT if the existing one has been
        edited. Raises StoreError as `add` does.
        """
        self.hold()
        self.flush()
        article, annotator = record.article, record.annotator
        key = self._same_article(article.id, text_hash(article.text))
        existing = None
        if key is not None and annotator is not None:
            existing = annotation_key(self._connection, key, annotator)
        if existing is None:
            return self.add(record)
        self._database.set_counting(True)
        edit_query = "SELECT 1 FROM edit WHERE annotation = ?"
        if self._connection.execute(edit_query, (existing,)).fetchone():
            return ImportOutcome.KEPT
        revision_query = "SELECT revision FROM annotation WHERE pk = ?"
        (revision,) = self._connection.execute(revision_query, (existing,)).fetchone()
        self._connection.execute("DELETE FROM annotation WHERE pk = ?", (existing,))
        self.add(record)
        self._connection.execute(
            "UPDATE annotation SET revision = ? WHERE article = ? AND annotator = ?",
            (revision + 1, key, self._annotator(record.annotator or "")),
        )
        return ImportOutcome.REPLACED

    def hold(self) -> None:
        """Make everything from here on one transaction, during which no one else can write."""
        if self._is_held:
            return
        self._durable(True)
        self.transaction.enter_context(self._database.writing())
        self._is_held = True
        if self._pending is not None:
            self._pending.confirm(self._connection)

    def flush(self) -> None:
        """Write the collected articles."""
        if not self._buffer:
            return
        if not self._is_held:
            check_disk_space(self._database, self._buffer.size)
            self._durable(False)
            if self._pending is None:  # or the leftovers of a dead import would block this one
                discard_dead_imports(self._database, lambda: True)
        # A merge adds one article after another: making triggers anew takes longer than they do.
        keeps_triggers = self._is_held and len(self._buffer) <= _FEW
        with self._writing(counting=keeps_triggers and bool(self._database.counting)):
            if self._pending is None and not self._is_held:
                self._pending = PendingImport.begin(self._database)
                self._next = self._pending.first
            self._write_buffered()

    def finish(self) -> None:
        """Write the rest, and make all of it visible. Without any change it needs no lock."""
        if not (self._buffer or self._pending or self._is_held):
            return
        self.hold()
        self._write_buffered()
        if self._pending is not None:
            self._pending.end(self._connection)

    def take_back(self) -> None:
        """Delete what was written, or start to; what cannot be deleted now stays hidden."""
        with suppress(StoreError, sqlite3.Error):
            self._durable(True)
            if self._pending is not None:
                take_back(self._database, self._pending.token)

    def same_text(self, text: str) -> str | None:
        """Return the id of the article that has exactly this text."""
        digest = text_hash(text)
        return self._buffer.same_text(digest) or same_text(self._connection, digest)

    def near_duplicates(self) -> Iterator[NearDuplicate | None]:
        """Yield, for each bare article added so far, its older near-duplicate, or None.

        It is also stored in the article's `meta`. Call this once, after the last record.
        """
        if self._pending is None and len(self._buffer) <= _FEW:
            self.hold()
        self.flush()
        for key in self._bare:
            older = near_duplicate(self._connection, key)
            if older is not None or (self._pending is not None and self._pending.is_silent):
                with self._writing():
                    if older is not None:
                        flag_near_duplicate(self._connection, key, older.of)
            yield older

    @contextmanager
    def _writing(self, *, counting: bool = True) -> Iterator[None]:
        """Use the current transaction, or a short one; see `Database.writing`."""
        if self._is_held:
            self._database.set_counting(counting)
            yield
            return
        with self._database.writing(counting=counting):
            if self._pending is not None:
                self._pending.confirm(self._connection)
            yield

    def _write_buffered(self) -> None:
        if not self._buffer:
            return
        count = len(self._buffer)
        if count > _FEW:
            self._database.set_counting(False)
        if self._pending is None:
            self._bare += self._buffer.write(self._database, self._annotator)
            return
        if self._next + count > self._pending.first + IMPORT_BLOCK_SIZE:
            raise StoreError(
                message("a file may bring {1} articles; import it in parts", IMPORT_BLOCK_SIZE)
            )
        self._bare += self._buffer.write_from(self._next, self._database, self._annotator)
        self._next += count

    def _durable(self, durable: bool) -> None:
        """Set whether each commit has to survive a power cut.

        Slices do not have to: they count from the final commit on, which is durable together with
        all before it.
        """
        if durable == self._is_durable:
            return
        self._is_durable = durable
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        # A checkpoint waits for the disk, and writes some pages again each time.
        log = LOG_BYTES if durable else _LOG_OF_SLICES
        self._connection.execute(
            f"PRAGMA wal_autocheckpoint = {log // page_size(self._connection)}"
        )

    def _buffer_article(self, made: PreparedRecord, *, bare: bool) -> int:
        if self._buffer.is_full:
            self.flush()
        row = (*made.row, self._imported_at)
        return self._buffer.add(row, made.text, made.entry, bare=bare)

    def _add_to_article(
        self, key: int, incoming: PreparedAnnotation, replace: bool
    ) -> ImportOutcome:
        """Add to an existing article; any change that others can see takes the lock."""
        is_own = self._pending is not None and key >= self._pending.first
        if not self._is_held and not is_own:
            outcome = self._outcome_without_writing(key, incoming, replace)
            if outcome is not None:
                return outcome
            self.hold()
        with self._writing():
            return self._add_annotation(key, incoming, replace)

    def _outcome_without_writing(
        self, article: int, incoming: PreparedAnnotation, replace: bool
    ) -> ImportOutcome | None:
        """Return the outcome of adding if it has nothing to write; None if it may have."""
        key = annotation_key(self._connection, article, incoming.annotator)
        if key is None or self._holds_only_time(key):
            return None
        if self._imported_before(key, incoming.digest):
            return ImportOutcome.UNCHANGED
        if replace:
            return None
        edit = self._difference(article, incoming)
        return ImportOutcome.KEPT if edit.changes else None

    def _difference(self, article: int, incoming: PreparedAnnotation) -> Edit:
        existing = annotation(self._database, article, incoming.annotator)
        return difference(existing, incoming.annotation())

    def _conflict(self, id_: str) -> TextConflict:
        return TextConflict(
            message(
                "article {1} is already in {2} with another text; give one of the two "
                "another id and import again",
                repr(id_),
                self._database.path,
            )
        )

    def _same_article(self, id_: str, digest: str) -> int | None:
        if self._is_new(id_):
            return None
        row = self._connection.execute(
            "SELECT pk, text_sha256 FROM article WHERE id = ?", (id_,)
        ).fetchone()
        if row is None:
            return None
        key, stored = row
        if stored != digest:
            raise self._conflict(id_)
        return int(key)

    def _is_new(self, id_: str) -> bool:
        """Return whether no article has the id, as far as is known without a query."""
        if self._ids is None or id_ in self._ids:
            return False
        self._ids.add(id_)
        if len(self._ids) > _MAX_IDS:
            self._ids = None
        return True

    def _add_bare(self, made: PreparedRecord) -> ImportOutcome:
        text_query = "SELECT 1 FROM article WHERE text_sha256 = ?"
        if self._same_article(made.article_id, made.digest) is not None:
            return ImportOutcome.UNCHANGED
        if self._buffer.same_text(made.digest) is not None:
            return ImportOutcome.UNCHANGED
        if self._connection.execute(text_query, (made.digest,)).fetchone():
            return ImportOutcome.UNCHANGED
        self._buffer_article(made, bare=True)
        return ImportOutcome.ADDED_ARTICLE

    def _add_annotation(
        self, article: int, incoming: PreparedAnnotation, replace: bool
    ) -> ImportOutcome:
        key = annotation_key(self._connection, article, incoming.annotator)
        if key is None:
            self._insert_annotation(article, incoming)
            return ImportOutcome.ADDED_ANNOTATION
        if self._holds_only_time(key):
            self._fill_annotation(key, incoming)
            return ImportOutcome.ADDED_ANNOTATION
        if self._imported_before(key, incoming.digest):
            return ImportOutcome.UNCHANGED
        edit = self._difference(article, incoming)
        if edit.changes and not replace:
            return ImportOutcome.KEPT
        self._store_digest(key, incoming.digest)
        if not edit.changes:
            return ImportOutcome.UNCHANGED
        self._replace(key, edit, incoming)
        return ImportOutcome.REPLACED

    def _replace(self, key: int, edit: Edit, incoming: PreparedAnnotation) -> None:
        record_edit(self._connection, key, exempt(edit))
        self._connection.execute(
            "UPDATE annotation SET seconds = ?, updated = coalesce(?, updated) WHERE pk = ?",
            (incoming.head.seconds, incoming.updated, key),
        )

    def _holds_only_time(self, key: int) -> bool:
        """Return whether the annotation has never held anything but time."""
        row = self._connection.execute(
            "SELECT revision FROM annotation WHERE pk = ?", (key,)
        ).fetchone()
        return bool(row[0] == 0)

    def _insert_annotation(self, article: int, incoming: PreparedAnnotation) -> None:
        (last,) = self._connection.execute("SELECT coalesce(max(pk), 0) FROM annotation").fetchone()
        key = int(last) + 1
        row = (key, article, self._annotator(incoming.annotator), *incoming.head_row)
        self._connection.execute(INSERT_ANNOTATION, row)
        self._insert_items(key, incoming)

    def _fill_annotation(self, key: int, incoming: PreparedAnnotation) -> None:
        write_head(self._connection, key, incoming.head)
        self._connection.execute(
            "UPDATE annotation SET seconds = seconds + ?, updated = ?, revision = 1 WHERE pk = ?",
            (incoming.head.seconds, incoming.updated, key),
        )
        self._insert_items(key, incoming)

    def _insert_items(self, key: int, incoming: PreparedAnnotation) -> None:
        insert_rows(self._connection, incoming.rows_of(key))
        self._store_digest(key, incoming.digest)

    def _annotator(self, name: str) -> int:
        if name not in self._annotators:
            self._annotators[name] = get_or_create_annotator(self._database, name)
        return self._annotators[name]

    def _imported_before(self, key: int, digest: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM imported WHERE annotation = ? AND digest = ?", (key, digest)
        ).fetchone()
        return row is not None

    def _store_digest(self, key: int, digest: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO imported VALUES (?, ?)", (key, digest))


def difference(current: Annotation, wanted: Annotation) -> Edit:
    """Return the edit, possibly empty, that turns `current` into `wanted`, except for the time."""
    changes: list[Change] = []
    head = wanted.head._replace(seconds=current.head.seconds)
    if head != current.head:
        changes.append(Change(current.head, head))
    for old, new in _tables(current, wanted):
        removed = [Change(item, None) for id_, item in old.items() if id_ not in new]
        kept = [Change(old.get(id_), item) for id_, item in new.items() if old.get(id_) != item]
        changes += removed + kept
    return Edit(message("Import"), tuple(changes))


def _tables(
    current: Annotation, wanted: Annotation
) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    return (
        (current.entities, wanted.entities),
        (current.mentions, wanted.mentions),
        (current.quotes, wanted.quotes),
        (current.decisions, wanted.decisions),
    )
