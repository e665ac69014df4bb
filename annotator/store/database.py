"""A connection to a project file, and the only ways to read and write through it."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.core.message import message
from annotator.store.errors import LogLost, ProjectRemoved, StoreError, translated_errors
from annotator.store.file_guard import FileDamage, FileGuard, Identity, identity_of
from annotator.store.generations import Generation, next_number, note, prune_writers
from annotator.store.uri import file_uri

BUSY_TIMEOUT_MS: Final = 5000
_CACHE_KIB: Final = 64 * 1024
_PAGE_BYTES: Final = 16 * 1024
"""The page size of a new project.

With SQLite's 4 KB, most news texts leave part of a page unused.
"""
LOG_BYTES: Final = 4 * 1024 * 1024
"""How long the log may become before a checkpoint: as SQLite's default of 1,000 small pages."""
_WAL_LIMIT: Final = 64 * 1024 * 1024
_MAX_TRIES: Final = 3


@dataclass(slots=True)
class Database:
    """A connection to the file at `path`, which belongs to the thread that opened it.

    `connection` is replaced after a write that found the log lost or the file overwritten.
    """

    connection: sqlite3.Connection
    path: Path
    read_only: bool
    busy_timeout_ms: int
    identity: Identity | None = None
    """Which file it is, whatever it is renamed to; None where the system cannot tell."""
    guard: FileGuard | None = None
    """Checks the files before and after each write, from `watch` on."""
    retired_log: Path | None = None
    """The new path of a log that was found beside the file and did not belong to it."""
    checkpoint_blocker: sqlite3.Connection | None = None
    """Never writes. While it is open, closing `connection` leaves file and log as they are."""
    counting: bool | None = None
    """Whether the connection has the triggers that count; None if that is not known."""
    _number: int = 0
    _began_at: float = 0.0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Translate errors of the file into StoreErrors; for statements that only read."""
        with self._translated():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Let all reads in the block see the project as it was at the first one."""
        with self._translated():
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.rollback()

    @contextmanager
    def writing(self, *, counting: bool = True) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction: everything in it is on disk afterwards, or nothing is.

        Without `counting`, the block itself counts what it writes. Raises StoreError if the file
        cannot be written. Blocks do not nest.
        """
        self._begin(counting)
        with self._translated():
            try:
                before = self.connection.total_changes
                yield self.connection
                commit = self._record_generation(before)
                self.connection.execute("COMMIT")
            except BaseException as error:
                self.connection.rollback()
                self.counting = None  # as triggers were made or dropped in the transaction
                if isinstance(error, sqlite3.OperationalError) and self._harm() is None:
                    self._shorten_log()
                raise
        self._mark_saved(commit)

    def set_counting(self, counting: bool) -> None:
        """Make or drop the triggers of this connection that count what is written.

        Nothing to do costs nothing. A file without counters, of an older version, gets none.
        """
        if counting == self.counting:
            return
        from annotator.store.counting import drop_triggers, make_triggers

        if counting:
            make_triggers(self.connection)
        else:
            drop_triggers(self.connection)
        self.counting = counting

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Translate errors into StoreErrors; report damage to the file if that caused them."""
        try:
            with translated_errors(self.path):
                yield
        except StoreError as error:
            if isinstance(error.__cause__, sqlite3.Error) and not self.connection.in_transaction:
                harm = self._harm()
                if harm in (FileDamage.LOG, FileDamage.OVERWRITTEN):
                    self._repair(harm)
                    raise log_lost_error(self.path) from error
            raise

    def _harm(self) -> FileDamage | None:
        """Return what was done to the file, checked thoroughly, outside of a transaction."""
        if self.is_gone():
            return FileDamage.GONE
        return (
            None
            if self.guard is None
            else self.guard.harm(self.uncached_connection, thoroughly=True)
        )

    def _begin(self, counting: bool) -> None:
        """Begin a write transaction on a file that is known to be sound and ours."""
        if self.guard is None and self.is_gone():
            self._repair(FileDamage.GONE)
        for _ in range(_MAX_TRIES):
            with self._translated():
                self.set_counting(counting)  # anew if the connection is another one now
                # A transaction that first reads and then writes could not wait for another writer.
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    harm = self._harm_at_begin()
                except BaseException:
                    self.connection.rollback()
                    raise
                if harm is None:
                    return
                self.connection.rollback()
            self._repair(harm)
        raise log_lost_error(self.path)

    def _harm_at_begin(self) -> FileDamage | None:
        if self.guard is None:
            return None
        harm = self.guard.harm(self.uncached_connection)
        if harm is None:
            number = next_number(self.connection, self.guard.seen)
            if number is None:
                return FileDamage.OVERWRITTEN
            self._number, self._began_at = number, time.monotonic()
        return harm

    def _record_generation(self, changes: int) -> Generation | None:
        """Record the generation of the commit to come, if anything has changed."""
        guard = self.guard
        if guard is None or self.connection.total_changes == changes:
            return None
        commit = Generation(guard.writer, self._number)
        note(self.connection, commit, guard.floor.number)
        if guard.seen.writer != guard.writer:
            prune_writers(self.connection)
        return commit

    def _mark_saved(self, commit: Generation | None) -> None:
        """Mark a commit as saved, after checking that it went into the file that everyone sees."""
        if self.guard is None or commit is None:
            return
        harm = self.guard.harm_since(self._began_at, self.uncached_connection)
        if harm is not None:
            self._repair(harm, commit)
        self.guard.seen = commit

    def _repair(self, harm: FileDamage, commit: Generation | None = None) -> None:
        """Repair the harm, with the commit in the file, or raise the StoreError that reports it."""
        if harm is FileDamage.GONE:
            raise ProjectRemoved(
                message(
                    "{1} was removed or replaced while it was open, so nothing more can be saved "
                    "in it; put it back, or save your work elsewhere",
                    self.path,
                )
            )
        from annotator.store.recovery import repair

        repair(self, harm, commit)

    def watch(self) -> None:
        """Check the file from now on, starting from its sound state. Raises StoreError."""
        if self.identity is not None:
            with translated_errors(self.path):
                self.block_checkpoint_at_close()
                self.guard = FileGuard(self.path, self.connection, self.identity)

    def block_checkpoint_at_close(self) -> None:
        """Make closing leave the file unchanged. Raises sqlite3.Error."""
        blocker = sqlite3.connect(
            file_uri(self.path, "ro"), uri=True, isolation_level=None, timeout=0
        )
        try:
            _restrict(blocker)
            # With a log, SQLite keeps the lock of the first read while the file is open.
            blocker.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            blocker.close()
            raise
        self.checkpoint_blocker = blocker

    def allow_checkpoint_at_close(self) -> None:
        """Copy the log into the file when the connection is closed from now on."""
        if self.checkpoint_blocker is not None:
            self.checkpoint_blocker.close()
            self.checkpoint_blocker = None

    @property
    def uncached_connection(self) -> sqlite3.Connection:
        """The connection that shows what SQLite reads; the other one may read from its cache."""
        return self.checkpoint_blocker or self.connection

    def verify(self) -> None:
        """Check thoroughly what others have done to the files, and repair it.

        Raises ProjectRemoved, ProjectOverwritten, or another StoreError if it cannot be repaired.
        """
        harm = self._harm()
        if harm is not None:
            self._repair(harm)

    def _shorten_log(self) -> None:
        """Truncate the log: what a failed large write left in it on a full disk blocks others."""
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def durable(self) -> None:
        """Make every write survive a power cut once it has returned. Raises StoreError."""
        with translated_errors(self.path):
            # This has no effect on a file that has pages already.
            self.connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            self.connection.execute("PRAGMA journal_mode = WAL")
            # With NORMAL, a power cut could lose edits that were already reported as saved.
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
            pages = LOG_BYTES // page_size(self.connection)
            self.connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")

    def is_gone(self) -> bool:
        """Return whether the file was removed or replaced since; what it held can still be read."""
        return self.identity is not None and identity_of(self.path) != self.identity

    def data_version(self) -> int:
        """Return a number that changes once another connection has written."""
        with translated_errors(self.path):
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def no_busy_wait(self) -> Iterator[None]:
        """Do not wait for other writers in the block: ProjectLocked is raised at once."""
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {self.busy_timeout_ms}")

    def another(self) -> "Database":
        """Open a second connection to the same file that can only read."""
        return connect(self.path, read_only=True, busy_timeout_ms=self.busy_timeout_ms)

    def close(self) -> None:
        """Close the connection. Closing twice is allowed. An unfinished transaction is rolled back.

        A file that another program has overwritten in the meantime is left as it is.
        """
        if self.guard is not None:
            from annotator.store.recovery import prepare_close

            guard, self.guard = self.guard, None
            prepare_close(self, guard)
        self.allow_checkpoint_at_close()
        self.connection.close()


def page_size(connection: sqlite3.Connection) -> int:
    """Return the page size of the file in bytes. Raises sqlite3.Error."""
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def sqlite_version() -> str:
    """Return the version of SQLite that reads and writes the projects."""
    return sqlite3.sqlite_version


def connect(
    path: Path, *, read_only: bool = False, busy_timeout_ms: int = BUSY_TIMEOUT_MS
) -> Database:
    """Open an existing file without checking what it is, and without changing it.

    Call `durable` on it before the first write. Raises StoreError.
    """
    with translated_errors(path):
        connection = sqlite3.connect(
            file_uri(path, _mode(path, read_only)),
            uri=True,
            timeout=busy_timeout_ms / 1000,
            isolation_level=None,
        )
        # None of these reads the file yet.
        connection.execute("PRAGMA foreign_keys = ON")
        _restrict(connection)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        # The usual 2 MB make a big import write each page many times.
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return Database(connection, path, read_only, busy_timeout_ms, identity_of(path))


def _restrict(connection: sqlite3.Connection) -> None:
    """Forbid the content of a file to call functions, or to change pages behind SQLite's back."""
    connection.execute("PRAGMA trusted_schema = OFF")
    if sys.version_info >= (3, 12):  # older ones cannot ask for it
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def _mode(path: Path, read_only: bool) -> str:
    # Reading a WAL file needs files beside it, which only a connection that may write removes.
    if not read_only or (is_writable(path) and is_writable(path.absolute().parent)):
        return "rw"
    return "ro" if Path(f"{path}-wal").exists() else "ro&immutable=1"


def log_lost_error(path: Path) -> LogLost:
    """Return the error for a commit that went into a log that is no longer beside the file."""
    return LogLost(
        message(
            "the log of {1} was removed while it was open, so this is not saved; close "
            "the project in other programs and try again",
            path,
        )
    )


def is_writable(path: Path) -> bool:
    """Return whether this user may write the file, or create files in the folder, at `path`."""
    return os.access(path, os.W_OK)
