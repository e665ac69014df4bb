"""The errors of project files, each with a message that says what to do.

Only problems from outside become a StoreError. A wrong statement or a wrong call stays an sqlite3
error, because that is a bug in the program.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import message, tr_later


class StoreError(AnnotatorError):
    """A project file cannot be read or written; nothing was changed."""


class ProjectMissing(StoreError):
    """The file does not exist."""


class ProjectExists(StoreError):
    """There is already a file with the name of a file to be created."""


class NotAProject(StoreError):
    """The path is a folder, or a file of another kind."""


class NewerProject(StoreError):
    """A newer version of the program wrote the file; it was not changed."""


class ProjectAltered(StoreError):
    """The tables, views or triggers are not those that this program creates; none of them ran."""


class ProjectLocked(StoreError):
    """Another program locked the file for longer than the busy timeout."""


class ProjectReadOnly(StoreError):
    """The file or its folder is not writable."""


class ProjectRemoved(StoreError):
    """The file was removed or replaced while it was open."""


class ProjectOverwritten(StoreError):
    """The file was overwritten while it was open, as a copy or a sync program does."""


class LogLost(StoreError):
    """The log was removed while the file was open, and the last write is not saved."""


class ProjectDamaged(StoreError):
    """The file is truncated or its content is malformed."""


class WrongValue(ValueError):  # `translated_errors` adds where, and what to do about it
    """A value in a project that its column may not hold; the message names both."""


class DiskError(StoreError):
    """The disk is full, or reading or writing it failed."""


class TextConflict(StoreError):
    """An import brings a different text under the id of an existing article."""


class NoSuchArticle(StoreError):
    """The project has no article with this key."""


class ArticleExists(StoreError):
    """An article cannot be restored from the trash because its id is in use again."""


class NotInTrash(StoreError):
    """The trash has no article with this number."""


_NO_UTF8: Final = "UTF-8"
"""What sqlite3's own error, which has no code, contains when a text is not UTF-8."""
_OF_VALUES: Final = ("malformed JSON", "integer overflow")
"""What SQLite's functions report, without a code, for values that only a damaged project holds."""
_FAULTS: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_BUSY: (
        ProjectLocked,
        tr_later("{1} is in use by another program; close it there and try again"),
    ),
    sqlite3.SQLITE_LOCKED: (
        ProjectLocked,
        tr_later("{1} is in use by another program; close it there and try again"),
    ),
    sqlite3.SQLITE_PROTOCOL: (
        ProjectLocked,
        tr_later(
            "{1} could not be locked: another program is busy with it, or its disk knows no locks, "
            "as some network drives; try again, or copy it to a disk of this computer"
        ),
    ),
    sqlite3.SQLITE_READONLY: (
        ProjectReadOnly,
        tr_later("{1} may not be written; copy it into a folder of your own and open the copy"),
    ),
    sqlite3.SQLITE_PERM: (
        ProjectReadOnly,
        tr_later("{1} may not be written; copy it into a folder of your own and open the copy"),
    ),
    sqlite3.SQLITE_CANTOPEN: (
        DiskError,
        tr_later("{1} cannot be opened; check that you may read it and write into its folder"),
    ),
    sqlite3.SQLITE_CORRUPT: (
        ProjectDamaged,
        tr_later("{1} is damaged; go back to a backup copy of it"),
    ),
    sqlite3.SQLITE_NOTADB: (
        NotAProject,
        tr_later(
            "{1} is not an Annotator project; choose a project file, or import this file into one"
        ),
    ),
    sqlite3.SQLITE_FULL: (
        DiskError,
        tr_later(
            "{1} could not be written because the disk is full; free some space and try again"
        ),
    ),
    sqlite3.SQLITE_IOERR: (
        DiskError,
        tr_later("{1} could not be read or written; check the disk and try again"),
    ),
    sqlite3.SQLITE_CONSTRAINT: (
        StoreError,
        tr_later(
            "nothing was written to {1} because the data names something that is not there "
            "or is there twice; check the data and try again"
        ),
    ),
}


def store_error_for(error: sqlite3.Error, path: Path) -> StoreError | None:
    """Return the StoreError for `error`, or None if the error is a bug in the program."""
    no_code = not hasattr(error, "sqlite_errorcode")
    if (no_code and _NO_UTF8 in str(error)) or str(error) in _OF_VALUES:
        return ProjectDamaged(message(_FAULTS[sqlite3.SQLITE_CORRUPT][1], path))
    # An extended code has the primary code in its lowest byte.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    fault = _FAULTS.get(code)
    return None if fault is None else fault[0](message(fault[1], path))


def disk_full_error(path: Path) -> DiskError:
    """Return the error for a disk without room for the file."""
    return DiskError(message(_FAULTS[sqlite3.SQLITE_FULL][1], path))


def disk_io_error(path: Path) -> DiskError:
    """Return the error for a file that the system failed to read or write."""
    return DiskError(message(_FAULTS[sqlite3.SQLITE_IOERR][1], path))


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Translate sqlite3 and system errors that `path` caused into StoreErrors."""
    try:
        yield
    except sqlite3.Error as error:
        store_error = store_error_for(error, path)
        if store_error is None:
            raise
        raise store_error from error
    except WrongValue as error:
        raise ProjectDamaged(
            message(
                "{1} is damaged: {2}; run a check, and go back to a backup copy of it",
                path,
                str(error),
            )
        ) from error
    except UnicodeEncodeError as error:
        raise StoreError(
            message(
                "nothing was written to {1} because a text holds half a surrogate pair; copy "
                "it again from where it comes from",
                path,
            )
        ) from error
    except OverflowError as error:
        raise StoreError(
            message(
                "nothing was written to {1} because a number is too large; run a check on it", path
            )
        ) from error
