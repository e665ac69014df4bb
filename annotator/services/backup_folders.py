"""The folder with the backups of a project: where it is, what is in it, and who may change it."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from annotator.core.file_names import BACKUP_SUFFIX, dated_stem
from annotator.core.message import message
from annotator.files import read_text
from annotator.services.backup_errors import BackupError
from annotator.services.user import data_folder

STAMP: Final = "%Y-%m-%d-%H%M%SZ"
"""The format of the time in the names of backups."""
LOCK_WAIT_S: Final = 60.0
"""Seconds to wait for another program that makes or reads a backup."""
_ORIGIN: Final = "project.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup, and when it was made (UTC, to the second).

    `path` is its manifest, or a whole copy that an earlier version of the program has made.
    """

    path: Path
    made: datetime

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole copy, which shares nothing with others."""
        return self.path.suffix != BACKUP_SUFFIX


def backup_folder(project: Path, base: Path | None = None) -> Path:
    """Return the folder for the backups of this project, in `base` or the user's data folder.

    For a project that was moved or renamed, it is the folder that was used before.
    """
    path = project.resolve()
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    base = base or data_folder() / "annotator" / "backups"
    usual = base / f"{short_stem(path)}-{digest}"
    return usual if usual.exists() else _of_moved(path, base) or usual


def _of_moved(path: Path, base: Path) -> Path | None:
    """Return the folder with backups of the same project if its former path no longer exists."""
    from annotator.store import project_id

    own = project_id(path) if path.is_file() else None
    for origin in sorted(base.glob(f"*/{_ORIGIN}")) if own is not None else ():
        with suppress(OSError, ValueError, AttributeError, TypeError):
            known = json.loads(read_text(origin))
            if known.get("id") == own and not Path(known["path"]).exists():
                return origin.parent
    return None


def note_origin(project: Path, folder: Path) -> None:
    """Record in the folder which project its backups are of."""
    from annotator.store import project_id

    path = project.resolve()
    note = json.dumps({"id": project_id(path), "path": str(path)})  # always ASCII
    with suppress(OSError):  # the backup itself is complete
        (folder / _ORIGIN).write_text(note, "utf-8")


def find_backup(project: Path, folder: Path, name: str) -> Path:
    """Return the file called `name` if it exists, else the backup whose date starts with `name`.

    Raises BackupError if no backup or several match.
    """
    if Path(name).is_file():
        return Path(name)
    known = list_backups(project, folder)
    fitting = [one.path for one in known if one.path.stem.rpartition("@")[2].startswith(name)]
    if len(fitting) != 1:
        what = message("{1} backups", len(fitting)) if fitting else message("no backup")
        raise BackupError(
            message("{1} of {2} from {3} in {4}", what, project, repr(name), folder).with_hint(
                "; see: annotator backups"
            )
        )
    return fitting[0]


def list_backups(project: Path, folder: Path) -> list[Backup]:
    """Return the backups of the project in this folder, the newest first."""
    found = []
    moved = (folder / _ORIGIN).exists()  # they may have the former name of the project
    for path in folder.glob("*@*"):
        stem, _, stamp = path.stem.rpartition("@")
        suffixes = (project.suffix, BACKUP_SUFFIX)
        same_name = stem in (project.stem, short_stem(project)) and path.suffix in suffixes
        if (same_name or moved) and (made := _parse_stamp(stamp)) is not None:
            found.append(Backup(path, made))
    return sorted(found, key=lambda backup: backup.made, reverse=True)


def free_name(project: Path, folder: Path, now: datetime) -> Path:
    """Return the path for a backup that is made now: no other one has its second."""
    moment = now.astimezone(UTC)
    taken = {backup.made for backup in list_backups(project, folder)}
    path = folder / backup_name(project, moment)
    while moment.replace(microsecond=0) in taken or path.exists():
        moment += timedelta(seconds=1)
        path = folder / backup_name(project, moment)
    return path


@contextmanager
def locked(folder: Path, check: Callable[[], object] | None = None) -> Iterator[None]:
    """Let nobody else change or read the backups in this folder during the block."""
    from annotator.store.folder_lock import exclusive_lock

    with exclusive_lock(folder, LOCK_WAIT_S, check):
        yield


def backup_name(project: Path, moment: datetime) -> str:
    """Return the name of the manifest of a backup that is made at this moment (UTC)."""
    return f"{short_stem(project)}@{moment.strftime(STAMP)}{BACKUP_SUFFIX}"


def short_stem(project: Path) -> str:
    """Return the name of the project, short enough for a date and the suffix of a copy."""
    return dated_stem(project.stem)


def _parse_stamp(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
