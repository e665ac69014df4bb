"""What can be wrong with a project file, each as one sentence that says what to do.

Only faults from outside become a StoreError. A broken statement or a wrong call stays the
sqlite3 error it is: that is a bug of the program.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from annotator.core.errors import AnnotatorError


class StoreError(AnnotatorError):
    """A project file that cannot be read or written; nothing was changed."""


class ProjectMissing(StoreError):
    """There is no such file."""


class ProjectExists(StoreError):
    """Something is already there under the name of a file to be made."""


class NotAProject(StoreError):
    """A folder, or a file of another kind."""


class NewerProject(StoreError):
    """A newer version of the program has written the file; it was not touched."""


class ProjectAltered(StoreError):
    """Its tables, views or triggers are not those that this program makes; nothing of it ran."""


class ProjectLocked(StoreError):
    """Another program held the file for longer than the busy timeout."""


class ProjectReadOnly(StoreError):
    """The file or its folder may not be written."""


class ProjectGone(StoreError):
    """The file was removed or replaced while it was open."""


class ProjectOverwritten(StoreError):
    """Something has written over the file while it was open, as a copy or a sync program does."""


class LogLost(StoreError):
    """The log was removed while the file was open, and what was written last is not saved."""


class ProjectDamaged(StoreError):
    """The file is cut off or its content is malformed."""


class WrongValue(ValueError):  # `translated` says where, and what to do about it
    """A value in a project that is not what its column holds; the words name both."""


class DiskTrouble(StoreError):
    """The disk is full, or reading or writing it failed."""


class TextConflict(StoreError):
    """An import brings another text under the id of an article that is already there."""


class NoSuchArticle(StoreError):
    """The project has no article with this key."""


class ArticleExists(StoreError):
    """An article of the trash cannot come back because its id is in use again."""


class NotInTrash(StoreError):
    """The trash has nothing under this number."""


_NO_UTF8: Final = "UTF-8"
"""What sqlite3 itself speaks of, and without a code, where a text is no such."""
_OF_VALUES: Final = ("malformed JSON", "integer overflow")
"""What SQLite's functions say, without a code of their own, of values that only a damaged project
holds."""
_FAULTS: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_BUSY: (
        ProjectLocked,
        "{path} is in use by another program; close it there and try again",
    ),
    sqlite3.SQLITE_LOCKED: (
        ProjectLocked,
        "{path} is in use by another program; close it there and try again",
    ),
    sqlite3.SQLITE_PROTOCOL: (
        ProjectLocked,
        "{path} could not be locked: another program is busy with it, or its disk knows no locks, "
        "as some network drives; try again, or copy it to a disk of this computer",
    ),
    sqlite3.SQLITE_READONLY: (
        ProjectReadOnly,
        "{path} may not be written; copy it into a folder of your own and open the copy",
    ),
    sqlite3.SQLITE_PERM: (
        ProjectReadOnly,
        "{path} may not be written; copy it into a folder of your own and open the copy",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        DiskTrouble,
        "{path} cannot be opened; check that you may read it and write into its folder",
    ),
    sqlite3.SQLITE_CORRUPT: (
        ProjectDamaged,
        "{path} is damaged; go back to a backup copy of it",
    ),
    sqlite3.SQLITE_NOTADB: (
        NotAProject,
        "{path} is not an Annotator project; choose a project file, or import this file into one",
    ),
    sqlite3.SQLITE_FULL: (
        DiskTrouble,
        "{path} could not be written because the disk is full; free some space and try again",
    ),
    sqlite3.SQLITE_IOERR: (
        DiskTrouble,
        "{path} could not be read or written; check the disk and try again",
    ),
    sqlite3.SQLITE_CONSTRAINT: (
        StoreError,
        "nothing was written to {path} because the data names something that is not there "
        "or is there twice; check the data and try again",
    ),
}


def sentence_for(error: sqlite3.Error, path: Path) -> StoreError | None:
    """The StoreError that tells of `error`, or None where the program itself is at fault."""
    no_code = not hasattr(error, "sqlite_errorcode")
    if (no_code and _NO_UTF8 in str(error)) or str(error) in _OF_VALUES:
        return ProjectDamaged(_FAULTS[sqlite3.SQLITE_CORRUPT][1].format(path=path))
    # Extended codes carry the primary one in their lowest byte.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    fault = _FAULTS.get(code)
    return None if fault is None else fault[0](fault[1].format(path=path))


def full_disk(path: Path) -> DiskTrouble:
    """What to raise where there is no room left for the file."""
    return DiskTrouble(_FAULTS[sqlite3.SQLITE_FULL][1].format(path=path))


def unreadable_disk(path: Path) -> DiskTrouble:
    """What to raise where the system has failed with the file."""
    return DiskTrouble(_FAULTS[sqlite3.SQLITE_IOERR][1].format(path=path))


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns the sqlite3 and system errors that `path` is to blame for into StoreErrors."""
    try:
        yield
    except sqlite3.Error as error:
        told = sentence_for(error, path)
        if told is None:
            raise
        raise told from error
    except WrongValue as error:
        raise ProjectDamaged(
            f"{path} is damaged: {error}; run a check, and go back to a backup copy of it"
        ) from error
    except UnicodeEncodeError as error:
        raise StoreError(
            f"nothing was written to {path} because a text holds half a surrogate pair; "
            "copy it again from where it comes from"
        ) from error
    except OverflowError as error:
        raise StoreError(
            f"nothing was written to {path} because a number is too large; run a check on it"
        ) from error
