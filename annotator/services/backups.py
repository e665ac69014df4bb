"""Backups of a project while it is open: manual and automatic ones, and going back to one."""

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.file_names import dated_stem
from annotator.core.message import message
from annotator.files import read_text, remove_temporary
from annotator.services.example import data_folder
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)
from annotator.services.read_only import open_read_only

if TYPE_CHECKING:
    from annotator.store import AnnotationDigest, Project

_STAMP: Final = "%Y-%m-%d-%H%M%SZ"
_ORIGIN: Final = "project.json"
_EVERY: Final = timedelta(hours=1)
_HOURLY: Final = timedelta(days=1)
_DAILY: Final = timedelta(days=30)


class BackupError(AnnotatorError):
    """A backup that does not exist or belongs to another project; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One automatic copy, and when it was made (UTC, to the second)."""

    path: Path
    made: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One annotation that differs between now and then; None where it does not exist."""

    article: str
    annotator: str
    now: "AnnotationDigest | None"
    then: "AnnotationDigest | None"
    trashed: bool = False
    """Whether the article is missing from the project because it is in its trash."""


@dataclass(frozen=True, slots=True)
class BackupComparison:
    """The contents of a backup, and the differences from the current project.

    `trash` and `trash_now` count the articles in the trash then and now; `articles` and
    `articles_now` do not include them.
    """

    articles: int
    works: "dict[tuple[str, str], AnnotationDigest]"
    articles_now: int
    differences: tuple[Difference, ...]
    trash: int = 0
    trash_now: int = 0

    @property
    def mentions(self) -> int:
        """The number of mentions in the backup."""
        return sum(work.mentions for work in self.works.values())

    @property
    def quotes(self) -> int:
        """The number of quotes in the backup."""
        return sum(work.quotes for work in self.works.values())


def copy_project(project: "Project", out: Path | None = None) -> Path:
    """Copy the project to `out`, verify the copy, and return its path.

    `out` is a new file, or a folder for a copy with the date in its name; without it the copy is
    made beside the project. Raises StoreError, and writes nothing then.
    """
    path = project.path
    if out is None or out.is_dir():
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        out = (out or path.parent) / f"{_stem(path)}-{stamp}{path.suffix}"
    project.backup(out)
    return out


def backup_folder(project: Path, base: Path | None = None) -> Path:
    """Return the folder for the backups of this project, in `base` or the user's data folder.

    For a project that was moved or renamed, it is the folder that was used before.
    """
    path = project.resolve()
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    base = base or data_folder() / "annotator" / "backups"
    usual = base / f"{_stem(path)}-{digest}"
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


def _note_origin(project: Path, folder: Path) -> None:
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
        same_name = stem in (project.stem, _stem(project)) and path.suffix == project.suffix
        if (same_name or moved) and (made := _parse_stamp(stamp)) is not None:
            found.append(Backup(path, made))
    return sorted(found, key=lambda backup: backup.made, reverse=True)


def back_up_if_due(
    project: "Project",
    folder: Path,
    now: datetime,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Path | None:
    """Make a backup if the last one is an hour old and something has changed since.

    It is also due if the clock was set back. Superfluous backups are deleted afterwards. Returns
    None if none was due, or the job was cancelled. Raises StoreError and OSError.
    """
    known = list_backups(project.path, folder)
    if known and timedelta() <= now - known[0].made < _EVERY:
        return None
    if known and _is_unchanged(project, known[0].path):
        return None
    made = back_up(project, folder, now, progress=progress, cancelled=cancelled)
    if made is not None:
        for backup in expired_backups(list_backups(project.path, folder), now):
            remove_temporary(backup.path)
    return made


def back_up(
    project: "Project",
    folder: Path,
    now: datetime,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Path | None:
    """Make a backup now, verified before it gets its name; return None if cancelled."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = now.astimezone(UTC)
    while (path := folder / _name(project.path, moment)).exists():
        moment += timedelta(seconds=1)

    def step(done: int, total: int) -> None:
        if cancelled():
            raise JobCancelled
        progress(done, total, path.name)

    try:
        project.backup(path, step)
    except JobCancelled:
        return None
    _note_origin(project.path, folder)
    return path


def expired_backups(backups: Iterable[Backup], now: datetime) -> Iterator[Backup]:
    """Yield the backups that may be deleted.

    Kept are the last of each hour for a day, the last of each day for a month (30 days), and the
    last of each week before that. A backup from the future, by a wrong clock, is kept.
    """
    kept: set[tuple[str, ...]] = set()
    for backup in sorted(backups, key=lambda one: one.made, reverse=True):
        age = now - backup.made
        if age < timedelta():
            continue
        pattern = "%Y-%m-%d-%H" if age < _HOURLY else "%Y-%m-%d" if age < _DAILY else "%G-%V"
        bucket = (pattern, backup.made.strftime(pattern))
        if bucket in kept:
            yield backup
        kept.add(bucket)


def contents(project: "Project", backup: Path) -> BackupComparison:
    """Open the backup and compare it with the current project. Raises StoreError."""
    now = project.annotation_digests()
    with open_read_only(backup) as then:
        works = then.annotation_digests()
        articles, trash = then.progress("").total, len(then.trash())
    pairs = dict.fromkeys((*works, *now))
    deleted = project.trash()
    missing_ids = {item.id for item in deleted if project.key_of(item.id) is None}
    differences = (
        Difference(*pair, now.get(pair), works.get(pair), pair[0] in missing_ids)
        for pair in pairs
        if now.get(pair) != works.get(pair)
    )
    articles_now = project.progress("").total
    return BackupComparison(articles, works, articles_now, tuple(differences), trash, len(deleted))


def restore_backup(project: Path, backup: Path, folder: Path, now: datetime) -> Path | None:
    """Restore the project from the backup, and return where its present state is kept.

    The present state is backed up into `folder` first; if the project is too damaged for that,
    the file itself is moved there. Returns None if the project file no longer exists.

    Raises:
        BackupError, StoreError, OSError: The project is unchanged then.
    """
    from annotator.store import (
        NotAProject,
        Project,
        ProjectAltered,
        ProjectDamaged,
        restore_backup,
    )
    from annotator.store import backup as copy

    with open_read_only(backup):
        pass
    if not project.exists():
        copy(backup, project)
        return None
    if project.samefile(backup):
        raise BackupError(message("{1} is the project itself; name one of its backups", backup))
    try:
        with Project.open(project) as present:
            kept = back_up(present, folder, now)
            assert kept is not None  # it cannot be cancelled here
    except (NotAProject, ProjectAltered, ProjectDamaged):
        return _replace_damaged(project, backup, folder, now)
    restore_backup(backup, project)
    return kept


def _replace_damaged(project: Path, backup: Path, folder: Path, now: datetime) -> Path:
    """Move a project that cannot be opened to the backups, and put a copy of the backup there.

    If the backups are on another disk, the file is kept beside the project. Returns its path.
    """
    from annotator.store import backup as copy

    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{_stem(project)}-damaged-{now.astimezone(UTC).strftime(_STAMP)}"
    try:
        project.rename(kept)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Copying to the other disk would read a file that SQLite may have open in this process.
        kept = project.with_name(kept.name)
        project.rename(kept)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            project.with_name(project.name + suffix).rename(kept.with_name(kept.name + suffix))
    copy(backup, project)
    return kept


def _is_unchanged(project: "Project", backup: Path) -> bool:
    from annotator.store import Project, StoreError

    try:
        with Project.open(backup, read_only=True) as then:
            return then.fingerprint() == project.fingerprint()
    except StoreError:  # the backup is of an older version, or damaged: a new one is due
        return False


def _name(project: Path, moment: datetime) -> str:
    return f"{_stem(project)}@{moment.strftime(_STAMP)}{project.suffix}"


def _stem(project: Path) -> str:
    """Return the name of the project, short enough for a date and the suffix of a copy."""
    return dated_stem(project.stem)


def _parse_stamp(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
