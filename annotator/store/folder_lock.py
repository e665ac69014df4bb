"""Locks on a folder, between all threads and processes that ask for one."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from annotator.core.message import message
from annotator.store.errors import ProjectLocked, translated_errors
from annotator.store.uri import file_uri

_NAME: Final = ".lock"
_PAUSE_S: Final = 0.05
_READ: Final = ("BEGIN", "SELECT count(*) FROM sqlite_schema")
_WRITE: Final = ("PRAGMA journal_mode = MEMORY", "BEGIN EXCLUSIVE")
"""Nothing is written, but SQLite would make a journal for the file, which is empty."""


class FolderLocked(ProjectLocked):
    """Another thread or process has the folder for longer than was waited."""


@contextmanager
def exclusive_lock(
    folder: Path, wait_s: float, check: Callable[[], object] | None = None
) -> Iterator[None]:
    """Have the folder alone in the block; the system releases it from a program that is killed.

    Args:
        folder: An existing folder; it gets a hidden, empty file.
        wait_s: How many seconds to wait for others.
        check: Called now and then while waiting; what it raises ends the waiting.

    Raises:
        FolderLocked: Others have it.
        StoreError: The folder cannot be locked.
    """
    path = folder / _NAME
    with (
        translated_errors(path),
        closing(_connected(path, "rwc")) as connection,
    ):
        _take(connection, _WRITE, path, wait_s, check)
        yield


@contextmanager
def shared_lock(
    folder: Path, wait_s: float, check: Callable[[], object] | None = None
) -> Iterator[None]:
    """Keep others from having the folder alone in the block, as `exclusive_lock` does.

    A folder that nobody has ever locked, or that cannot be locked, is used as it is.
    """
    path = folder / _NAME
    try:
        connection = _connected(path, "ro")
    except sqlite3.Error:
        yield
        return
    with closing(connection), translated_errors(path):
        try:
            _take(connection, _READ, path, wait_s, check)
        except sqlite3.Error:
            connection.rollback()
        yield


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(file_uri(path, mode), uri=True, timeout=0, isolation_level=None)


def _take(
    connection: sqlite3.Connection,
    statements: tuple[str, ...],
    path: Path,
    wait_s: float,
    check: Callable[[], object] | None,
) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            for statement in statements:
                connection.execute(statement).fetchall()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            connection.rollback()
            if time.monotonic() >= deadline:
                raise FolderLocked(
                    message(
                        "another program makes or reads a backup in {1}; try again when it is done",
                        path.parent,
                    )
                ) from error
        if check is not None:
            check()
        time.sleep(_PAUSE_S)
