"""Articles of an import that has not finished.

A large file is written in small parts, so that edits get in between. Until it is complete, its
articles are hidden: every list leaves out the block of keys that the import has reserved. To finish
is to release the block. An import that was cancelled, failed or was killed is undone: the articles
in the block are deleted, at once or, for a large import, later when there is time; until then they
stay hidden.
"""

import json
import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from annotator.core.message import message
from annotator.core.strict_json import read_object
from annotator.store.article_index import remove_from_index
from annotator.store.articles import last_key, set_last_key, stored_last_key
from annotator.store.counters import reveal_counters
from annotator.store.database import Database
from annotator.store.errors import ProjectLocked, StoreError, disk_full_error
from annotator.store.positions import reveal_positions
from annotator.store.visible import FIRST_HIDDEN, IMPORT_BLOCK_SIZE

_OWNER: Final = "importing"
_TIMEOUT_S: Final = 90.0
"""An import confirms more often than this that it is running; one that does not is dead."""
_HEARTBEAT_S: Final = 10.0
_AT_ONCE: Final = 50
_MAX_BATCHES: Final = 40
"""This many batches of 50 articles are deleted in about a second, an acceptable wait."""
_SPARE_BYTES: Final = 40 << 20
"""Bytes: the log while articles are deleted again, and what others write in the meantime."""
_SMALL: Final = 16 << 20
"""Bytes that are copied in a tenth of a second."""


@dataclass(slots=True)
class PendingImport:
    """The block of one import, for the import that writes it. Comes from `begin`."""

    database: Database
    first: int
    token: str
    before: int | None
    """The last key that the project had stored."""
    last_annotator: int
    _last_heartbeat: float = 0.0

    @classmethod
    def begin(cls, database: Database) -> "PendingImport":
        """Reserve a block of keys. Only inside a transaction.

        Raises ProjectLocked if another import has not finished.
        """
        connection = database.connection
        if connection.execute("SELECT 1 FROM project WHERE key = ?", (_OWNER,)).fetchone():
            raise ProjectLocked(
                message(
                    "another import into {1} has not finished; try again when it has", database.path
                )
            )
        (annotator,) = connection.execute("SELECT coalesce(max(pk), 0) FROM annotator").fetchone()
        pending = cls(
            database, last_key(connection) + 1, uuid4().hex, stored_last_key(connection), annotator
        )
        connection.execute(
            "INSERT INTO project (key, value) VALUES (?, ?), (?, ?)",
            (_OWNER, pending._owner(), FIRST_HIDDEN, str(pending.first)),
        )
        set_last_key(connection, pending.first + IMPORT_BLOCK_SIZE - 1)
        return pending

    def confirm(self, connection: sqlite3.Connection) -> None:
        """Confirm that this import is running. Only inside a transaction.

        Raises StoreError if another program considered it dead and has undone it.
        """
        self._last_heartbeat = time.monotonic()
        done = connection.execute(
            "UPDATE project SET value = ? WHERE key = ? AND json_extract(value, '$.token') = ?",
            (self._owner(), _OWNER, self.token),
        )
        if done.rowcount != 1:
            raise StoreError(
                message(
                    "the import into {1} stood still for so long that another program has taken "
                    "it back; import the file again",
                    self.database.path,
                )
            )

    @property
    def is_silent(self) -> bool:
        """Whether it is time to `confirm` although there is nothing to write."""
        return time.monotonic() - self._last_heartbeat > _HEARTBEAT_S

    def end(self, connection: sqlite3.Connection) -> None:
        """Make the written articles visible. Only inside a transaction."""
        self.confirm(connection)
        _release_block(connection, self.first, self.before)

    def _owner(self) -> str:
        return json.dumps(
            {
                "token": self.token,
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "at": time.time(),
                "before": self.before,
                "last_annotator": self.last_annotator,
            }
        )


def check_disk_space(database: Database, size: int) -> None:
    """Check that writing this many bytes leaves enough room to undo it. Raises DiskError."""
    try:
        free = shutil.disk_usage(database.path.parent).free
    except OSError:
        return
    if free < size + _SPARE_BYTES:
        raise disk_full_error(database.path)


def take_back(database: Database, token: object) -> None:
    """Delete what the import with this token has left, or start to: `discard_dead_imports`
    continues.

    Raises StoreError if that is not possible now; it can be done at any later time.
    """
    if not _delete_remains(database, token, _for_a_second()):
        with database.writing() as connection:
            connection.execute(
                "UPDATE project SET value = json_set(value, '$.pid', 0, '$.at', 0) "
                "WHERE key = ? AND json_extract(value, '$.token') = ?",
                (_OWNER, token),
            )


def discard_dead_imports(database: Database, go_on: Callable[[], bool] | None = None) -> bool:
    """Delete what an import that is no longer running has left; return whether nothing is left.

    Continues as long as `go_on` returns True, which is called some hundred times a second; without
    it, for about a second.
    """
    connection = database.connection
    row = connection.execute("SELECT value FROM project WHERE key = ?", (_OWNER,)).fetchone()
    if row is None:
        return True
    if not _is_dead(str(row[0])):
        return False
    return _delete_remains(
        database, _owner_fields(str(row[0])).get("token"), go_on or _for_a_second()
    )


def _for_a_second() -> Callable[[], bool]:
    batches = iter(range(_MAX_BATCHES))
    return lambda: next(batches, None) is not None


def _delete_remains(database: Database, token: object, go_on: Callable[[], bool]) -> bool:
    while not _delete_batch(database, token):
        if not go_on():
            return False
    with suppress(sqlite3.Error):
        _vacuum_small_file(database.connection)
    return True


def _vacuum_small_file(connection: sqlite3.Connection) -> None:
    """Vacuum a small file. In a large one, the free pages are left for later writes."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {what}").fetchone()[0])
        for what in ("page_count", "freelist_count", "page_size")
    )
    if free > pages // 2 and (pages - free) * size <= _SMALL:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _delete_batch(database: Database, token: object) -> bool:
    """Delete some articles; return whether all are deleted."""
    with database.writing() as connection:
        block = connection.execute(
            "SELECT CAST(h.value AS INTEGER), o.value FROM project h JOIN project o "
            "ON o.key = ? WHERE h.key = ?",
            (_OWNER, FIRST_HIDDEN),
        ).fetchone()
        if block is None:
            return True
        first, owner = block
        if _owner_fields(owner).get("token") != token:
            return True
        keys = connection.execute(
            "SELECT pk FROM article WHERE pk BETWEEN ? AND ? LIMIT ?",
            (first, first + IMPORT_BLOCK_SIZE - 1, _AT_ONCE),
        ).fetchall()
        remove_from_index(connection, (key for (key,) in keys))
        connection.executemany("DELETE FROM article WHERE pk = ?", keys)
        if len(keys) == _AT_ONCE:
            return False
        fields = _owner_fields(owner)
        connection.execute(
            "DELETE FROM annotator WHERE pk > ? "
            "AND NOT EXISTS (SELECT 1 FROM annotation n WHERE n.annotator = annotator.pk)",
            (fields.get("last_annotator", first + IMPORT_BLOCK_SIZE),),
        )
        _release_block(connection, first, fields.get("before"))
        return True


def _release_block(connection: sqlite3.Connection, first: int, before: object) -> None:
    reveal_counters(connection)
    reveal_positions(connection)
    connection.execute("DELETE FROM project WHERE key IN (?, ?)", (_OWNER, FIRST_HIDDEN))
    (above,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM article WHERE pk >= ?)", (first + IMPORT_BLOCK_SIZE,)
    ).fetchone()
    moved = stored_last_key(connection) != first + IMPORT_BLOCK_SIZE - 1
    if not above and not moved:
        set_last_key(connection, before if isinstance(before, int) else None)


def _is_dead(owner: str) -> bool:
    fields = _owner_fields(owner)
    if fields.get("host") == socket.gethostname() and _has_ended(fields.get("pid")):
        return True
    at = fields.get("at")
    return not isinstance(at, int | float) or abs(time.time() - at) > _TIMEOUT_S


def _has_ended(pid: object) -> bool:
    """Return whether this computer has no process with that number, as far as can be determined."""
    if os.name != "posix" or not isinstance(pid, int) or not 0 < pid < 1 << 31:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _owner_fields(owner: str) -> dict[str, object]:
    try:
        return read_object(owner)
    except ValueError:
        return {}
