"""One connection to one project file, and the only two ways to use it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from annotator.store.errors import translated

BUSY_TIMEOUT_MS: Final = 5000
_CACHE_KIB: Final = 64 * 1024
_WAL_LIMIT: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Database:
    """A connection to the file at `path`. It belongs to the thread that opened it."""

    connection: sqlite3.Connection
    path: Path
    read_only: bool
    busy_timeout_ms: int

    def reading(self) -> AbstractContextManager[None]:
        """Turns the file's faults into StoreErrors; for statements that only read."""
        return translated(self.path)

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
        with translated(self.path):
            # A transaction that first reads and then writes could not wait for another writer.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                self.connection.rollback()
                raise

    def durable(self) -> None:
        """From now on, what a write has returned from survives a power cut. Raises StoreError."""
        with translated(self.path):
            self.connection.execute("PRAGMA journal_mode = WAL")
            # With NORMAL, a power cut takes edits back that were already reported as saved.
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")

    def another(self) -> "Database":
        """A second connection to the same file that can only read."""
        return connect(self.path, read_only=True, busy_timeout_ms=self.busy_timeout_ms)

    def close(self) -> None:
        """Closing twice is fine. An unfinished transaction is rolled back."""
        self.connection.close()


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
        connection.execute("PRAGMA trusted_schema = OFF")
        # The usual 2 MB make a big import write each page many times.
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return Database(connection, path, read_only, busy_timeout_ms)


def _uri(path: Path, read_only: bool) -> str:
    name = "file:" + quote(path.absolute().as_posix())
    if not read_only:
        return name + "?mode=rw"
    # Reading a WAL file needs a file beside it, which cannot be made in a read-only folder.
    return name + ("?mode=ro" if _shared_memory_possible(path) else "?mode=ro&immutable=1")


def _shared_memory_possible(path: Path) -> bool:
    return writable(path.absolute().parent) or Path(f"{path}-wal").exists()


def writable(path: Path) -> bool:
    """Whether this user may write the file, or make files in the folder, at `path`."""
    return os.access(path, os.W_OK)
