"""What is done when the log of an open project was lost, or something has written over its file."""

import sqlite3
import sys
from contextlib import suppress

from annotator.store.database import Database, connect, log_lost
from annotator.store.errors import ProjectOverwritten, StoreError, translated, unreadable_disk
from annotator.store.file_guard import FileGuard, Harm
from annotator.store.generations import Generation, Generations, generations_anew
from annotator.store.opening import known_version
from annotator.store.schema import LADDER
from annotator.store.uri import file_uri

_OWN_OPENINGS = 2
"""Of the log: by the connection and by the one that blocks its checkpoint."""


def settle(database: Database, harm: Harm, commit: Generation | None) -> None:
    """Mend the harm, so that the file holds all that was saved, and the commit.

    Raises ProjectOverwritten where the file is another one now: its log is put aside then, and
    the connection reads what the file holds. Raises LogLost where the commit is lost, or nothing
    can be mended yet.
    """
    guard = database.guard
    assert guard is not None
    if harm is Harm.LOG:
        try:
            with translated(database.path):
                if _restored_log(database, guard, commit):
                    guard.mended += 1
                    return
        except OSError as error:
            raise unreadable_disk(database.path) from error
    if not guard.overwritten:
        guard.overwritten = True
        _give_up(database, guard)
        database.connection = _as_it_is(database)
    raise ProjectOverwritten(
        f"{database.path} was overwritten while it was open, as by a sync program or a copy, so "
        "nothing more is saved in it; save your work elsewhere, or open it anew"
    )


def leave(database: Database, guard: FileGuard) -> None:
    """Before it is closed: what is not ours is left alone, what is saved goes into the file."""
    with suppress(StoreError, sqlite3.Error, OSError):
        harm = None if guard.overwritten else guard.harm(database.witness, thoroughly=True)
        if harm is Harm.LOG and not _restored_log(database, guard, None):
            harm = Harm.OVERWRITTEN
        if harm is Harm.OVERWRITTEN:
            _give_up(database, guard)
    guard.stop()


def _restored_log(database: Database, guard: FileGuard, commit: Generation | None) -> bool:
    """Have a log beside the file again, with all that was saved in the file itself.

    False if the file is another one.
    """
    file = guard.in_file()
    if file is None or not guard.has_grown(file):
        return False
    view = _view(database, guard)
    if view is not None and guard.fits(view, file):
        # Even if nothing of ours is missing there: others may have written as well.
        _save_from_log(database, guard)
    elif guard.has_other_index() or file.include(guard.seen if view is None else view.newest):
        _reopen(database, guard)
    else:
        return False
    now = generations_anew(database.witness)
    if now.include(commit or guard.seen):
        return True
    if commit is not None and now.include(guard.seen):
        raise log_lost(database.path)
    return False


def _view(database: Database, guard: FileGuard) -> Generations | None:
    """What our log shows; None if it is of no use any more."""
    if guard.has_other_index():
        return None
    with suppress(sqlite3.Error):
        view = generations_anew(database.witness)
        # Else it comes out of the file, as all of the log had gone into it before.
        return view if view.include(guard.seen) else None
    return None


def _save_from_log(database: Database, guard: FileGuard) -> None:
    """The log without a name holds what the file lacks: it is worked into the file."""
    connection = database.connection
    database.allow_checkpoint_at_close()
    try:
        # Takes the file for itself alone first, so that no other log can come into being.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:  # another program has it open as well
        busy, frames, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        with suppress(sqlite3.OperationalError):  # without its log it may not be readable yet
            database.block_checkpoint_at_close()
        if busy or frames != done:
            raise log_lost(database.path) from None
        guard.drop_names()
        _reopen(database, guard)
    else:
        database.block_checkpoint_at_close()
        guard.keep_log()


def _reopen(database: Database, guard: FileGuard) -> None:
    """Everything is in the file: leave the old log, and go on with a new one."""
    if guard.log_openings() > _OWN_OPENINGS:  # another connection would pass on its index
        raise log_lost(database.path)
    _abandon(database)
    with suppress(OSError):
        guard.drop_index()
    fresh = connect(database.path, busy_timeout_ms=database.busy_timeout_ms)
    database.connection = fresh.connection
    fresh.durable()
    fresh.connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    database.block_checkpoint_at_close()
    guard.keep_log()


def _give_up(database: Database, guard: FileGuard) -> None:
    """The file stays as it is, without the log that would mix with it at the next opening."""
    with suppress(OSError):
        database.retired_log = guard.set_log_aside()
    _abandon(database)


def _abandon(database: Database) -> None:
    """Close the connection, with nothing written into the file and no log removed."""
    connection = database.connection
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
    connection.close()
    # A connection for reading alone cannot get the lock that the last one needs for it.
    database.allow_checkpoint_at_close()


def _as_it_is(database: Database) -> sqlite3.Connection:
    """A connection that reads the file as it is now; one to nothing where it cannot be read."""
    uri = file_uri(database.path, "ro&immutable=1")
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        with translated(database.path):
            connection.execute("PRAGMA trusted_schema = OFF")
            if known_version(connection, database.path, LADDER) == len(LADDER):
                return connection
    except (StoreError, sqlite3.Error, TypeError, ValueError):
        pass
    connection.close()
    nothing = sqlite3.connect(":memory:", isolation_level=None)
    for step in LADDER:
        for statement in step.statements:
            nothing.execute(statement)
    return nothing
