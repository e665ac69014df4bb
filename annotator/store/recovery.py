"""Recovery when the log of an open project was lost, or its file was overwritten."""

import sqlite3
import sys
from contextlib import suppress

from annotator.core.message import message
from annotator.store.database import Database, connect, log_lost_error
from annotator.store.errors import (
    ProjectOverwritten,
    StoreError,
    disk_io_error,
    translated_errors,
)
from annotator.store.file_guard import FileDamage, FileGuard
from annotator.store.generations import Generation, Generations, generations_uncached
from annotator.store.opening import known_version
from annotator.store.schema import LADDER
from annotator.store.uri import file_uri

_OWN_OPENINGS = 2
"""Openings of the log: by the connection and by the one that blocks its checkpoint."""


def repair(database: Database, harm: FileDamage, commit: Generation | None) -> None:
    """Repair the harm, so that the file holds everything that was saved, and the commit.

    Raises:
        ProjectOverwritten: The file has been replaced by another state; its log is renamed, and the
            connection reads what the file holds.
        LogLost: The commit is lost, or nothing can be repaired yet.
    """
    guard = database.guard
    assert guard is not None
    if harm is FileDamage.LOG:
        try:
            with translated_errors(database.path):
                if _restore_log(database, guard, commit):
                    guard.mended += 1
                    return
        except OSError as error:
            raise disk_io_error(database.path) from error
    if not guard.overwritten:
        guard.overwritten = True
        _give_up(database, guard)
        database.connection = _connection_to_file_as_is(database)
        database.counting = None
    raise ProjectOverwritten(
        message(
            "{1} was overwritten while it was open, as by a sync program or a copy, so "
            "nothing more is saved in it; save your work elsewhere, or open it anew",
            database.path,
        )
    )


def prepare_close(database: Database, guard: FileGuard) -> None:
    """Prepare to close: leave what is not ours as it is, and copy what was saved into the file."""
    with suppress(StoreError, sqlite3.Error, OSError):
        harm = (
            None if guard.overwritten else guard.harm(database.uncached_connection, thoroughly=True)
        )
        if harm is FileDamage.LOG and not _restore_log(database, guard, None):
            harm = FileDamage.OVERWRITTEN
        if harm is FileDamage.OVERWRITTEN:
            _give_up(database, guard)
    guard.stop()


def _restore_log(database: Database, guard: FileGuard, commit: Generation | None) -> bool:
    """Restore a log beside the file, with everything that was saved in the file itself.

    Returns False if the file is another one.
    """
    file = guard.in_file()
    if file is None or not guard.has_grown(file):
        return False
    view = _log_view(database, guard)
    if view is not None and guard.fits(view, file):
        # Even if nothing of ours is missing there, because others may have written too.
        _save_from_log(database, guard)
    elif guard.has_other_index() or file.include(guard.seen if view is None else view.newest):
        _reopen(database, guard)
    else:
        return False
    now = generations_uncached(database.uncached_connection)
    if now.include(commit or guard.seen):
        return True
    if commit is not None and now.include(guard.seen):
        raise log_lost_error(database.path)
    return False


def _log_view(database: Database, guard: FileGuard) -> Generations | None:
    """Return what our log shows; None if it is no longer of use."""
    if guard.has_other_index():
        return None
    with suppress(sqlite3.Error):
        view = generations_uncached(database.uncached_connection)
        # Otherwise it comes from the file, because all of the log was copied into it before.
        return view if view.include(guard.seen) else None
    return None


def _save_from_log(database: Database, guard: FileGuard) -> None:
    """Copy the log that has lost its name into the file, which lacks what it holds."""
    connection = database.connection
    database.allow_checkpoint_at_close()
    try:
        # This locks the file exclusively first, so that no other log can be created.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:  # another program has it open as well
        busy, frames, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        with suppress(sqlite3.OperationalError):  # without its log it may not be readable yet
            database.block_checkpoint_at_close()
        if busy or frames != done:
            raise log_lost_error(database.path) from None
        guard.unlink_log()
        _reopen(database, guard)
    else:
        database.block_checkpoint_at_close()
        guard.keep_log()


def _reopen(database: Database, guard: FileGuard) -> None:
    """Leave the old log, whose content is all in the file, and continue with a new one."""
    if guard.open_log_count() > _OWN_OPENINGS:  # another connection would pass on its index
        raise log_lost_error(database.path)
    _abandon(database)
    with suppress(OSError):
        guard.unlink_index()
    fresh = connect(database.path, busy_timeout_ms=database.busy_timeout_ms)
    database.connection = fresh.connection
    database.counting = None
    fresh.durable()
    fresh.connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    database.block_checkpoint_at_close()
    guard.keep_log()


def _give_up(database: Database, guard: FileGuard) -> None:
    """Leave the file as it is, without the log that would mix with it at the next opening."""
    with suppress(OSError):
        database.retired_log = guard.retire_log()
    _abandon(database)


def _abandon(database: Database) -> None:
    """Close the connection, without writing to the file or removing a log."""
    connection = database.connection
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
    connection.close()
    # A read-only connection cannot get the lock that a checkpoint at close needs.
    database.allow_checkpoint_at_close()


def _connection_to_file_as_is(database: Database) -> sqlite3.Connection:
    """Return a connection that reads the file as it is now; an empty one if it cannot be read."""
    uri = file_uri(database.path, "ro&immutable=1")
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        with translated_errors(database.path):
            connection.execute("PRAGMA trusted_schema = OFF")
            if known_version(connection, database.path, LADDER) == len(LADDER):
                return connection
    except (StoreError, sqlite3.Error, TypeError, ValueError):
        pass
    connection.close()
    empty = sqlite3.connect(":memory:", isolation_level=None)
    for step in LADDER:
        for statement in step.statements:
            empty.execute(statement)
    return empty
