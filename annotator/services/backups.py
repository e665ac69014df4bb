"""Safe copies of a project while it is open: by hand, by themselves, and going back to one."""

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
from annotator.files import clear_away, read_text
from annotator.services.example import data_folder
from annotator.services.job import Cancelled, Progress, Stopped, never, unseen
from annotator.services.read_only import opened_to_look

if TYPE_CHECKING:
    from annotator.store import Project, Work

_STAMP: Final = "%Y-%m-%d-%H%M%SZ"
_ORIGIN: Final = "project.json"
_EVERY: Final = timedelta(hours=1)
_HOURLY: Final = timedelta(days=1)
_DAILY: Final = timedelta(days=30)


class BackupError(AnnotatorError):
    """A backup that is not there, or is of another project; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy that was made by itself, and when (UTC, to the second)."""

    path: Path
    made: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One annotation that is not the same now as it was then; None where there is none."""

    article: str
    annotator: str
    now: "Work | None"
    then: "Work | None"
    trashed: bool = False
    """Whether the article is not in the project now because it lies in its trash."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds, and in what the project is different now.

    `trash` and `trash_now` count what lay in the trash then and lies there now; `articles` do not.
    """

    articles: int
    works: "dict[tuple[str, str], Work]"
    articles_now: int
    differences: tuple[Difference, ...]
    trash: int = 0
    trash_now: int = 0

    @property
    def mentions(self) -> int:
        return sum(work.mentions for work in self.works.values())

    @property
    def quotes(self) -> int:
        return sum(work.quotes for work in self.works.values())


def copy_project(project: "Project", out: Path | None = None) -> Path:
    """Copy the project, verified, to `out`: a new file, or a folder for a copy named by date.

    Without `out` the copy lies beside the project. Raises StoreError, nothing written then.
    """
    path = project.path
    if out is None or out.is_dir():
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        out = (out or path.parent) / f"{_stem(path)}-{stamp}{path.suffix}"
    project.backup(out)
    return out


def backup_folder(project: Path, base: Path | None = None) -> Path:
    """Where the backups of the project at this path go, in `base` or the user's data folder.

    Of a project that was moved or renamed, that is where they went before.
    """
    path = project.resolve()
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    base = base or data_folder() / "annotator" / "backups"
    usual = base / f"{_stem(path)}-{digest}"
    return usual if usual.exists() else _of_moved(path, base) or usual


def _of_moved(path: Path, base: Path) -> Path | None:
    """The folder with backups of the same project, if where it was there is nothing any more."""
    from annotator.store import project_id

    own = project_id(path) if path.is_file() else None
    for origin in sorted(base.glob(f"*/{_ORIGIN}")) if own is not None else ():
        with suppress(OSError, ValueError, AttributeError, TypeError):
            known = json.loads(read_text(origin))
            if known.get("id") == own and not Path(known["path"]).exists():
                return origin.parent
    return None


def _note_origin(project: Path, folder: Path) -> None:
    """Leave word in the folder of whose backups it has."""
    from annotator.store import project_id

    path = project.resolve()
    note = json.dumps({"id": project_id(path), "path": str(path)})  # ASCII, whatever its name
    with suppress(OSError):  # the backup itself is whole
        (folder / _ORIGIN).write_text(note, "utf-8")


def find_backup(project: Path, folder: Path, name: str) -> Path:
    """The backup that is a file of this name, or the one whose date begins so.

    Raises BackupError if none or several are.
    """
    if Path(name).is_file():
        return Path(name)
    known = backups_of(project, folder)
    fitting = [one.path for one in known if one.path.stem.rpartition("@")[2].startswith(name)]
    if len(fitting) != 1:
        what = "no backup" if not fitting else f"{len(fitting)} backups"
        raise BackupError(f"{what} of {project} from {name!r} in {folder}; see: annotator backups")
    return fitting[0]


def backups_of(project: Path, folder: Path) -> list[Backup]:
    """The backups of the project in this folder, the newest one first."""
    found = []
    moved = (folder / _ORIGIN).exists()  # perhaps under another name, as its project was called
    for path in folder.glob("*@*"):
        stem, _, stamp = path.stem.rpartition("@")
        named_so = stem in (project.stem, _stem(project)) and path.suffix == project.suffix
        if (named_so or moved) and (made := _moment(stamp)) is not None:
            found.append(Backup(path, made))
    return sorted(found, key=lambda backup: backup.made, reverse=True)


def back_up_if_due(
    project: "Project",
    folder: Path,
    now: datetime,
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> Path | None:
    """Make a backup if the last one is an hour old and something has changed since; thin them.

    A clock that went back makes it due as well. None where it was not due, or was cancelled.
    Raises StoreError and OSError.
    """
    known = backups_of(project.path, folder)
    if known and timedelta() <= now - known[0].made < _EVERY:
        return None
    if known and _same(project, known[0].path):
        return None
    made = back_up(project, folder, now, progress=progress, cancelled=cancelled)
    if made is not None:
        for backup in superfluous(backups_of(project.path, folder), now):
            clear_away(backup.path)
    return made


def back_up(
    project: "Project",
    folder: Path,
    now: datetime,
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> Path | None:
    """Make a backup now, verified before it has its name. None if it was cancelled."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = now.astimezone(UTC)
    while (path := folder / _name(project.path, moment)).exists():
        moment += timedelta(seconds=1)

    def step(done: int, total: int) -> None:
        if cancelled():
            raise Stopped
        progress(done, total, path.name)

    try:
        project.backup(path, step)
    except Stopped:
        return None
    _note_origin(project.path, folder)
    return path


def superfluous(backups: Iterable[Backup], now: datetime) -> Iterator[Backup]:
    """Those that may go: of a day the last of each hour stays, of a month the last of each day,
    of all time the last of each week. One from the future, by a wrong clock, stays."""
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


def contents(project: "Project", backup: Path) -> Contents:
    """Open the backup and compare it with the project as it is now. Raises StoreError."""
    now = project.works()
    with opened_to_look(backup) as then:
        works = then.works()
        articles, trash = then.progress("").total, len(then.trash())
    pairs = dict.fromkeys((*works, *now))
    deleted = project.trash()
    gone = {item.id for item in deleted if project.key_of(item.id) is None}
    differences = (
        Difference(*pair, now.get(pair), works.get(pair), pair[0] in gone)
        for pair in pairs
        if now.get(pair) != works.get(pair)
    )
    articles_now = project.progress("").total
    return Contents(articles, works, articles_now, tuple(differences), trash, len(deleted))


def go_back(project: Path, backup: Path, folder: Path, now: datetime) -> Path | None:
    """Make the project what it was in the backup; where its present state is kept from now on.

    The present is backed up into `folder` first; if it is too damaged for that, the file itself
    is moved there; None if there is none any more. Raises BackupError, StoreError and OSError,
    with the project as it was.
    """
    from annotator.store import (
        NotAProject,
        Project,
        ProjectAltered,
        ProjectDamaged,
        put_back,
    )
    from annotator.store import backup as copy

    with opened_to_look(backup):
        pass
    if not project.exists():
        copy(backup, project)
        return None
    if project.samefile(backup):
        raise BackupError(f"{backup} is the project itself; name one of its backups")
    try:
        with Project.open(project) as present:
            kept = back_up(present, folder, now)
            assert kept is not None  # nobody can cancel it here
    except (NotAProject, ProjectAltered, ProjectDamaged):
        return _take_its_place(project, backup, folder, now)
    put_back(backup, project)
    return kept


def _take_its_place(project: Path, backup: Path, folder: Path, now: datetime) -> Path:
    """For a project that cannot be opened: the file goes to the backups, a copy takes its name.

    Where these lie on another disk, the file stays beside the project.
    """
    from annotator.store import backup as copy

    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{_stem(project)}-damaged-{now.astimezone(UTC).strftime(_STAMP)}"
    try:
        project.rename(kept)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A copy on the other disk would have to read what may be open here.
        kept = project.with_name(kept.name)
        project.rename(kept)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            project.with_name(project.name + suffix).rename(kept.with_name(kept.name + suffix))
    copy(backup, project)
    return kept


def _same(project: "Project", backup: Path) -> bool:
    from annotator.store import Project, StoreError

    try:
        with Project.open(backup, read_only=True) as then:
            return then.fingerprint() == project.fingerprint()
    except StoreError:  # an older version made it, or it is damaged: a new one is due
        return False


def _name(project: Path, moment: datetime) -> str:
    return f"{_stem(project)}@{moment.strftime(_STAMP)}{project.suffix}"


def _stem(project: Path) -> str:
    """The name of the project, where there is room for a date behind it and what a copy adds."""
    return dated_stem(project.stem)


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
