"""Detection of what other programs do to the files of an open project behind SQLite's back."""

import math
import os
import sqlite3
import struct
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final, TypeAlias

from annotator.files import descriptors_of
from annotator.store.generations import (
    FileReader,
    Generation,
    Generations,
    generations_in_file,
    generations_of,
    generations_uncached,
    new_writer,
)
from annotator.store.uri import file_uri

Identity: TypeAlias = tuple[int, int]
"""The device of a file and its inode number there."""
_Times: TypeAlias = tuple[int, int, int]
"""The size of a file, and when its content and its entry were changed."""
_RETRY_PAUSES_S: Final = (0.0, 0.02, 0.05, 0.1, 0.2)
"""Seconds between reads of a file that another process may be updating at the moment."""
_LONG_WRITE_S: Final = 0.5
"""Seconds of a write after which the file is checked again."""
_FRAMES: Final = struct.Struct("=16xI76xI28xI")
"""How many frames the log has, how many are in the file, and how many were to be copied there.

All are in the index of the log, as https://sqlite.org/walformat.html describes it.
"""
_CLOCK_TICK: Final = 0.02
"""Seconds within which a second change of a file may leave it with the same times."""


class FileDamage(Enum):
    """What was done to the files.

    GONE: the file was removed or replaced.
    OVERWRITTEN: the file holds content that SQLite did not write.
    LOG: the log, or its index, was removed or replaced.
    """

    GONE = auto()
    OVERWRITTEN = auto()
    LOG = auto()


class FileGuard:
    """Compares the files of a project with what one connection knows of them.

    It never opens them, because closing them would release SQLite's locks. The file must be sound
    at the start.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, identity: Identity) -> None:
        self._path = path.absolute()
        self._wal, self._shm = Path(f"{self._path}-wal"), Path(f"{self._path}-shm")
        self._identity = identity
        self._log: tuple[Identity | None, Identity | None] = (None, None)
        self._times: _Times | None = None
        self._recheck_at = math.inf
        self._reader = FileReader(path)
        self.writer = new_writer()
        self.floor = Generation()
        """The newest commit that the file itself is known to hold."""
        self.seen = Generation()
        """The newest commit that was reported as saved."""
        self.overwritten = False
        """Whether the file was found to have been replaced by another state, and was given up."""
        self.mended = 0
        """How often the log was lost and rebuilt."""
        file = self._reader.read() or Generations()
        self.floor, self._layout = file.newest, file.layout
        self.seen = generations_of(connection).newest
        self.keep_log()

    def keep_log(self) -> None:
        """Remember the log and the index beside the file now as those of the connection."""
        self._log = (identity_of(self._wal), identity_of(self._shm))
        self._times = None

    def harm(
        self, connection: sqlite3.Connection, *, thoroughly: bool = False
    ) -> FileDamage | None:
        """Return what was done to the files since the last check, or None.

        It costs three system calls unless the file has changed, as SQLite changes it now and then.

        Args:
            connection: A connection that shows what is committed, and may drop its cache.
            thoroughly: Read the file in any case.
        """
        if self.overwritten:
            return FileDamage.OVERWRITTEN
        try:
            found = self._path.stat()
        except OSError:
            return FileDamage.GONE
        if found.st_ino and (found.st_dev, found.st_ino) != self._identity:
            return FileDamage.GONE
        if self.log_is_lost():
            return FileDamage.LOG
        times = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if not thoroughly and times == self._times and time.monotonic() < self._recheck_at:
            return None
        return self._inspect(times, connection)

    def _inspect(self, times: _Times, connection: sqlite3.Connection) -> FileDamage | None:
        if times != self._times:
            grown = self._times is None or times[0] != self._times[0]
            self._times, self._recheck_at = times, time.monotonic() + _CLOCK_TICK
        else:
            # From now on, any change of the file also changes its times.
            grown, self._recheck_at = False, math.inf
        is_ours = self._is_ours(connection, anew=grown)
        if is_ours:
            return None
        self._times = None
        if self.log_is_lost():
            return FileDamage.LOG
        return FileDamage.OVERWRITTEN if is_ours is False else None

    def has_grown(self, file: Generations) -> bool:
        """Return whether a file with these generations can have grown out of the last one seen."""
        return file.include(self.floor) and file.layout >= self._layout

    def harm_since(self, began: float, connection: sqlite3.Connection) -> FileDamage | None:
        """Return, like `harm`, what may have lost the commit of a write that began at `began`.

        Anything that may just as well have happened after the commit is left to the next check.
        """
        if time.monotonic() - began > _LONG_WRITE_S:
            return self.harm(connection)
        return FileDamage.LOG if self._log_is_detached() else None

    def log_is_lost(self) -> bool:
        """Return whether the log that the connection writes to is not the one beside the file."""
        log, index = self._log
        return identity_of(self._wal) != log or identity_of(self._shm) != index

    def fits(self, view: Generations, file: Generations) -> bool:
        """Return whether our log, which shows `view`, can be copied into a file that holds `file`.

        It cannot if others have started another log, if the log was renamed, which a program only
        does when it does not match the file, or if it is empty.
        """
        now = (identity_of(self._wal), identity_of(self._shm))
        others = any(one not in (None, ours) for one, ours in zip(now, self._log, strict=True))
        is_useless = any(
            one.st_size == 0 or (one.st_nlink and now[0] is None)
            for one in descriptors_of(self._log[0]).values()
        )
        return _grown(view, file, self.in_file() or file) and not others and not is_useless

    def has_other_index(self) -> bool:
        """Return whether others use our log with another index, of which ours knows nothing."""
        index = identity_of(self._shm)
        return not self._log_is_detached() and index not in (None, self._log[1])

    def _log_is_detached(self) -> bool:
        return identity_of(self._wal) != self._log[0]

    def in_file(self) -> Generations | None:
        """Return what the file itself holds; None if several attempts to read it fail.

        Of a file that a checkpoint has torn, it is what it is known to hold.
        """
        for pause in _RETRY_PAUSES_S:
            time.sleep(pause)
            found = self._reader.read()
            if found is not None:
                return found
        if self._is_half_copied():
            return Generations({self.floor.writer: self.floor.number}, layout=self._layout)
        return None

    def stop(self) -> None:
        """Stop checking, because the connection is about to be closed."""
        self._reader.close()

    def unlink_log(self) -> None:
        """Remove the names of our log and its index, because all of the log is in the file."""
        if not self._log_is_detached():
            self._wal.unlink(missing_ok=True)
        self.unlink_index()

    def unlink_index(self) -> None:
        """Remove the index of our log if the log is detached: it does not describe a new log."""
        if self._log_is_detached() and identity_of(self._shm) == self._log[1]:
            self._shm.unlink(missing_ok=True)

    def open_log_count(self) -> int:
        """Return how often this process has the log open; 0 where the system cannot tell."""
        return len(descriptors_of(self._log[0]))

    def _is_half_copied(self) -> bool:
        """Return whether a checkpoint has copied some of the log into the file, but not all.

        It may still go on; or the disk became full; or somebody reads an earlier state, and of a
        page that was written before and after that state, SQLite copies nothing then.
        """
        for descriptor in descriptors_of(self._log[1]):
            # Opening and closing the index ourselves would release SQLite's locks on it.
            with suppress(OSError, struct.error):
                frames, done, attempted = _FRAMES.unpack(os.pread(descriptor, _FRAMES.size, 0))
                return bool(done < attempted or 0 < done < frames)
        return False

    def retire_log(self) -> Path | None:
        """Rename our log, which must not mix with a file that another program has overwritten.

        Returns its new path, or None if it was empty. Raises OSError.
        """
        log, index = self._log
        return retire_log(
            self._path,
            log=identity_of(self._wal) == log,
            index=identity_of(self._shm) == index,
        )

    def _is_ours(self, connection: sqlite3.Connection, *, anew: bool) -> bool | None:
        """Return whether the file has grown out of what we know; None if that cannot be told yet.

        A file that a checkpoint has torn shows nothing until SQLite has copied the whole log.
        """
        for pause in _RETRY_PAUSES_S:
            if pause:
                time.sleep(pause)
            # Read the file first: what SQLite shows may only be newer.
            file = self._reader.read(anew=anew or pause > 0)
            if file is None and self._is_half_copied():
                return None
            if file is None or not self.has_grown(file):
                continue
            try:
                view = generations_uncached(connection)
            except sqlite3.Error:
                continue
            if view.include(file.newest) and view.include(self.seen):
                self.floor, self.seen, self._layout = file.newest, view.newest, file.layout
                return True
        return False


def log_matches(path: Path) -> bool:
    """Return whether the log beside the file was written for the file as it is; True if unknown.

    The log may be left over from a program that was killed, while the file has been replaced by
    another copy since.
    """
    uri = file_uri(path, "ro")
    for pause in _RETRY_PAUSES_S:
        time.sleep(pause)
        file = generations_in_file(path)
        if file is None or file.newest.number == 0:
            return True
        try:
            # Closing a connection that only reads leaves the log where it is.
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                view = generations_of(connection)
        except sqlite3.Error:
            continue
        later = generations_in_file(path)
        if later is None or _grown(view, file, later):
            return True
    return False


def _grown(view: Generations, before: Generations, after: Generations) -> bool:
    """Return whether a log that showed `view` was written for the file beside it.

    The file held `before` before the log was read, and `after` afterwards. They differ if a
    checkpoint came between: then commits of the log may be based on more than the file held before.
    """
    return view.include(before.newest) and after.newest.number >= view.base


def retire_log(path: Path, *, log: bool = True, index: bool = True) -> Path | None:
    """Rename the log, so that the file is read without it, and return its new path.

    Returns None if there was nothing in it. Raises OSError.
    """
    wal, shm = Path(f"{path}-wal"), Path(f"{path}-shm")
    kept = None
    if log and wal.exists():
        if wal.stat().st_size:
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            kept = path.with_name(f"{path.stem}.overwritten-{stamp}{path.suffix}-wal")
            wal.rename(kept)
        else:
            wal.unlink()
    if index:
        shm.unlink(missing_ok=True)
    return kept


def identity_of(path: Path) -> Identity | None:
    """Return which file has this name now; None if there is none, or the system cannot tell."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None
