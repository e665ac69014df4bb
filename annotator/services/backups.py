"""Backups of a project while it is open: manual and automatic ones, and going back to one.

What a backup is made of, and how backups share it, is in `backup_store`.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from annotator import __version__
from annotator.core.errors import AnnotatorError
from annotator.core.file_names import BACKUP_SUFFIX
from annotator.core.message import Message, message
from annotator.services.backup_errors import (
    BackupDamaged,
    BackupError,
    BackupNewer,
    TooLittleSpace,
)
from annotator.services.backup_folders import (
    LOCK_WAIT_S,
    STAMP,
    Backup,
    backup_folder,
    backup_name,
    find_backup,
    free_name,
    list_backups,
    locked,
    note_origin,
    short_stem,
)
from annotator.services.backup_manifest import (
    Manifest,
    Reason,
    read_manifest,
    write_manifest,
)
from annotator.services.backup_retention import expired_backups, remove_superfluous
from annotator.services.backup_store import BackupStore, StoredFile, require_space
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    cancellation_check,
    ignore_progress,
    never_cancelled,
)
from annotator.services.read_only import open_read_only

if TYPE_CHECKING:
    from annotator.store import AnnotationDigest, Project

__all__ = [  # what belongs together for those who use backups
    "Backup",
    "BackupDamaged",
    "BackupError",
    "BackupNewer",
    "TooLittleSpace",
    "backup_folder",
    "expired_backups",
    "find_backup",
    "list_backups",
    "remove_superfluous",
]

_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What is known of a backup without reading it."""

    added: int
    """How many bytes it adds to the backups before it."""
    manifest: Manifest | None = None
    """What it holds; None for a whole copy and for one that cannot be used."""
    problem: Message | None = None
    """Why it cannot be used."""


@dataclass(frozen=True, slots=True)
class BackupSizes:
    """All backups of a project, the newest first, and how many bytes they take together."""

    facts: dict[Path, BackupFacts]
    total: int


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
        out = (out or path.parent) / f"{short_stem(path)}-{stamp}{path.suffix}"
    project.backup(out)
    return out


def back_up_if_due(
    project: "Project",
    folder: Path,
    now: datetime,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Path | None:
    """Make a backup if the last one is an hour old and something has changed since.

    It is also due if the clock was set back. Superfluous backups are deleted afterwards. If none is
    due, one whole copy of an earlier version of the program is made a backup that shares with the
    others what it has in common with them. Returns None if none was due, or the job was cancelled.
    Raises AnnotatorError and OSError.
    """
    known = list_backups(project.path, folder)
    is_recent = bool(known) and timedelta() <= now - known[0].made < _EVERY
    if is_recent or (known and _state(known[0]) == project.state()):
        whole = [backup for backup in known if backup.is_whole]
        if whole:
            with suppress(JobCancelled):
                _convert(project.path, folder, whole[-1], cancelled)
        return None
    made = back_up(project, folder, now, reason="hourly", progress=progress, cancelled=cancelled)
    if made is not None:
        with suppress(JobCancelled):  # what is left over goes next time
            remove_superfluous(project.path, folder, now, cancelled=cancelled)
    return made


def back_up(
    project: "Project",
    folder: Path,
    now: datetime,
    *,
    reason: Reason = "asked",
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Path | None:
    """Make a backup now, verified before it gets its name; return None if cancelled.

    Raises AnnotatorError, of which TooLittleSpace says that nothing was tried, and OSError.
    """
    from annotator.store.backups import CopyInterrupted
    from annotator.store.new_file import partial_beside, remove_project_files

    folder.mkdir(parents=True, exist_ok=True)
    check = cancellation_check(cancelled)
    try:
        with locked(folder, check):
            store = BackupStore(folder)
            store.remove_stale()
            path = free_name(project.path, folder, now)
            copy = partial_beside(path)

            def step(done: int, total: int) -> None:
                check()
                progress(done, total, path.name)

            try:
                require_space(folder, project.size())
                summary = project.copy_to(
                    copy, lambda done, total: step(done, 2 * total), cancelled
                )
                stored = store.add(copy, lambda done, total: step(total + done, 2 * total))
                write_manifest(path, _manifest(stored, reason, summary._asdict()))
            finally:
                remove_project_files(copy)
    except (JobCancelled, CopyInterrupted):
        return None
    note_origin(project.path, folder)
    return path


def _manifest(stored: StoredFile, reason: Reason, summary: dict[str, int | str]) -> Manifest:
    return Manifest.model_validate(
        {
            "program": __version__,
            "reason": reason,
            "size": stored.size,
            "sha256": stored.sha256,
            "lists": stored.lists,
            **summary,
        }
    )


def _convert(project: Path, folder: Path, whole: Backup, cancelled: Cancelled) -> None:
    """Make a whole copy one of the backups that share what they have in common, with its date.

    A copy that cannot be opened or read is left as it is, and so is one that is open as a project,
    or that there is no room to convert.
    """
    check = cancellation_check(cancelled)
    with locked(folder, check), suppress(TooLittleSpace, BackupDamaged, OSError):
        try:
            with open_read_only(whole.path) as copy:
                articles, trash = copy.progress("").total, len(copy.trash())
                works = copy.annotation_digests().values()
        except AnnotatorError:
            return
        require_space(folder, whole.path.stat().st_size)
        store = BackupStore(folder)
        stored = store.add(whole.path, lambda _done, _total: check())
        summary: dict[str, int | str] = {
            "state": "",
            "articles": articles,
            "mentions": sum(work.mentions for work in works),
            "quotes": sum(work.quotes for work in works),
            "trash": trash,
        }
        path = folder / backup_name(project, whole.made)
        write_manifest(path, _manifest(stored, "converted", summary))
        whole.path.unlink()


@contextmanager
def backup_file(backup: Path, *, cancelled: Cancelled = never_cancelled) -> Iterator[Path]:
    """Provide the project file of a backup: rebuilt and verified, or the whole copy itself.

    What is rebuilt is a passing file, which is removed after the block. Raises BackupError,
    StoreError and OSError.
    """
    if backup.suffix != BACKUP_SUFFIX:
        yield backup
        return
    from annotator.store.folder_lock import shared_lock
    from annotator.store.new_file import partial_beside, remove_project_files

    check = cancellation_check(cancelled)
    with TemporaryDirectory() as elsewhere:
        is_ours = os.access(backup.parent, os.W_OK)
        file = partial_beside((backup.parent if is_ours else Path(elsewhere)) / backup.name)
        try:
            with shared_lock(backup.parent, LOCK_WAIT_S, check):
                _rebuild(backup, file, check)
            yield file
        finally:
            remove_project_files(file)


def _rebuild(backup: Path, file: Path, check: Callable[[], object]) -> None:
    manifest = read_manifest(backup)
    try:
        BackupStore(backup.parent).rebuild(manifest, file, lambda _done, _total: check())
    except BackupDamaged as error:
        raise BackupDamaged(
            message("{1} cannot be used: {2}; use another backup", backup.name, error.message)
        ) from error


def backup_sizes(
    project: Path, folder: Path, *, cancelled: Cancelled = never_cancelled
) -> BackupSizes:
    """Return what is known of each backup of the project without reading it, and of all.

    Raises JobCancelled while another program is waited for, StoreError and OSError.
    """
    from annotator.store.folder_lock import shared_lock

    with shared_lock(folder, LOCK_WAIT_S, cancellation_check(cancelled)):
        store = BackupStore(folder)
        manifests: dict[Path, Manifest] = {}
        facts: dict[Path, BackupFacts] = {}
        backups = list_backups(project, folder)
        for backup in reversed(backups):
            if backup.is_whole:
                facts[backup.path] = BackupFacts(_file_size(backup.path))
                continue
            try:
                manifest = read_manifest(backup.path)
            except BackupError as error:
                facts[backup.path] = BackupFacts(_file_size(backup.path), None, error.message)
            else:
                manifests[backup.path] = manifest
        for path, added in store.sizes(manifests).items():
            manifest, problem = manifests[path], None
            if store.is_missing_parts(manifest):
                problem = message("parts of {1} are missing; use another backup", path.name)
            facts[path] = BackupFacts(added, manifest, problem)
        total = store.total() + sum(_file_size(backup.path) for backup in backups)
    return BackupSizes({backup.path: facts[backup.path] for backup in backups}, total)


def save_backup_as(backup: Path, out: Path, *, cancelled: Cancelled = never_cancelled) -> Path:
    """Make a new project file of the backup, verified. Raises AnnotatorError and OSError."""
    from annotator.store import backup as copy

    with backup_file(backup, cancelled=cancelled) as file:
        copy(file, out)
    return out


def _file_size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def contents(
    project: "Project", backup: Path, *, cancelled: Cancelled = never_cancelled
) -> BackupComparison:
    """Open the backup and compare it with the current project.

    Raises BackupError, StoreError and OSError.
    """
    now = project.annotation_digests()
    with backup_file(backup, cancelled=cancelled) as file, open_read_only(file) as then:
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


def restore_backup(
    project: Path,
    backup: Path,
    folder: Path,
    now: datetime,
    *,
    cancelled: Cancelled = never_cancelled,
) -> Path | None:
    """Restore the project from the backup, and return where its present state is kept.

    The present state is backed up into `folder` first; if the project is too damaged for that,
    the file itself is moved there. Returns None if the project file no longer exists.

    Raises:
        JobCancelled: It was cancelled before anything was changed.
        BackupError, StoreError, OSError: The project is unchanged then.
    """
    with backup_file(backup, cancelled=cancelled) as file:
        return _restore(project, backup, file, folder, now)


def _restore(project: Path, backup: Path, file: Path, folder: Path, now: datetime) -> Path | None:
    from annotator.store import (
        NotAProject,
        Project,
        ProjectAltered,
        ProjectDamaged,
        restore_backup,
    )
    from annotator.store import backup as copy

    with open_read_only(file):
        pass
    if not project.exists():
        copy(file, project)
        return None
    if project.samefile(backup):
        raise BackupError(message("{1} is the project itself; name one of its backups", backup))
    try:
        with Project.open(project) as present:
            kept = back_up(present, folder, now, reason="restore")
            assert kept is not None  # it cannot be cancelled here
    except (NotAProject, ProjectAltered, ProjectDamaged):
        return _replace_damaged(project, file, folder, now)
    restore_backup(file, project)
    return kept


def _replace_damaged(project: Path, backup: Path, folder: Path, now: datetime) -> Path:
    """Move a project that cannot be opened to the backups, and put a copy of the backup there.

    If the backups are on another disk, the file is kept beside the project. Returns its path.
    """
    from annotator.store import backup as copy

    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{short_stem(project)}-damaged-{now.astimezone(UTC).strftime(STAMP)}"
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


def _state(backup: Backup) -> str | None:
    """Return the state of the project that the backup holds; None if that is not known."""
    if backup.is_whole:
        return None
    try:
        return read_manifest(backup.path).state
    except BackupError:  # a new one is due
        return None
