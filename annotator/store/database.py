"""One connection to one project file, and the only two ways to use it."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import Final
from urllib.parse import quote

from annotator.store.errors import ProjectDamaged, ProjectGone, translated

BUSY_TIMEOUT_MS: Final = 5000
_CACHE_KIB: Final = 64 * 1024
_PAGE_BYTES: Final = 16 * 1024
"""Of a new project. With SQLite's 4 KB most news texts waste a part of a page of their own."""
LOG_BYTES: Final = 4 * 1024 * 1024
"""How long the log may become before it is worked into the file: SQLite's 1,000 small pages."""
_WAL_LIMIT: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Database:
    """A connection to the file at `path`. It belongs to the thread that opened it."""

    connection: sqlite3.Connection
    path: Path
    read_only: bool
    busy_timeout_ms: int
    identity: tuple[int, int] | None = None
    """Which file it is, whatever its name is later; None where the system cannot tell."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turns the file's faults into StoreErrors; for statements that only read."""
        with translated(self.path):
            try:
                yield
            except (JSONDecodeError, RecursionError) as error:
                raise ProjectDamaged(
                    f"{self.path} is damaged: a column that should hold JSON cannot be read; "
                    "run a check, and go back to a backup copy of it"
                ) from error

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """All reads in the block see the project as it was at the first one."""
        with translated(self.path):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: everything in the block is on disk afterwards, or nothing is.

        Raises StoreError where the file cannot be written. Blocks do not nest.
        """
        self._refuse_gone()
        with translated(self.path):
            # A transaction that first reads and then writes could not wait for another writer.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException as error:
                self.connection.rollback()
                if isinstance(error, sqlite3.OperationalError):
                    self._shorten_log()
                raise

    def _shorten_log(self) -> None:
        """What a full disk has let into the log of a large write is in the way of all others."""
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def durable(self) -> None:
        """From now on, what a write has returned from survives a power cut. Raises StoreError."""
        with translated(self.path):
            # Of no effect on a file that has pages already.
            self.connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            self.connection.execute("PRAGMA journal_mode = WAL")
            # With NORMAL, a power cut takes edits back that were already reported as saved.
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
            pages = LOG_BYTES // page_bytes(self.connection)
            self.connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")

    def is_gone(self) -> bool:
        """Whether the file was removed or replaced since; what it held can still be read."""
        return self.identity is not None and identity_of(self.path) != self.identity

    def _refuse_gone(self) -> None:
        """A file that was removed or replaced takes what is written on with it into nothing."""
        if self.is_gone():
            raise ProjectGone(
                f"{self.path} was removed or replaced while it was open, so nothing more can be "
                "saved in it; put it back, or save your work elsewhere"
            )

    def data_version(self) -> int:
        """A number that is another one once another connection has written."""
        with translated(self.path):
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def another(self) -> "Database":
        """A second connection to the same file that can only read."""
        return connect(self.path, read_only=True, busy_timeout_ms=self.busy_timeout_ms)

    def close(self) -> None:
        """Closing twice is fine. An unfinished transaction is rolled back."""
        self.connection.close()


def page_bytes(connection: sqlite3.Connection) -> int:
    """How long a page of the file is. Raises sqlite3.Error."""
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def sqlite_version() -> str:
    """The version of SQLite that reads and writes the projects."""
    return sqlite3.sqlite_version


def connect(
    path: Path, *, read_only: bool = False, busy_timeout_ms: int = BUSY_TIMEOUT_MS
) -> Database:
    """Open an existing file without looking at what it is, and without changing it.

    Call `durable` on it before the first write. Raises StoreError.
    """
    with translated(path):
        connection = sqlite3.connect(
            _uri(path, read_only), uri=True, timeout=busy_timeout_ms / 1000, isolation_level=None
        )
        # None of these reads the file yet.
        connection.execute("PRAGMA foreign_keys = ON")
        _trust_nothing(connection)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        # The usual 2 MB make a big import write each page many times.
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return Database(connection, path, read_only, busy_timeout_ms, identity_of(path))


def identity_of(path: Path) -> tuple[int, int] | None:
    """The device and the number there of the file that has this name now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def _trust_nothing(connection: sqlite3.Connection) -> None:
    """What a file brings along may call no function and change no page behind SQLite's back."""
    connection.execute("PRAGMA trusted_schema = OFF")
    if sys.version_info >= (3, 12):  # older ones cannot ask for it
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


def _uri(path: Path, read_only: bool) -> str:
    name = "file:" + quote(os.fsencode(path.absolute().as_posix()))
    # Reading a WAL file needs files beside it, which only a connection that may write clears away.
    if not read_only or (writable(path) and writable(path.absolute().parent)):
        return name + "?mode=rw"
    return name + ("?mode=ro" if Path(f"{path}-wal").exists() else "?mode=ro&immutable=1")


def writable(path: Path) -> bool:
    """Whether this user may write the file, or make files in the folder, at `path`."""
    return os.access(path, os.W_OK)
