"""Backups of a project while it is open: manual and automatic ones, and going back to one.

What a backup is made of, and how backups share it, is in `backup_store`.
"""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from annotator import __version__
from annotator.core.errors import AnnotatorError
from annotator.core.file_names import BACKUP_SUFFIX, dated_stem
from annotator.core.message import Message, message
from annotator.files import read_text, remove_temporary
from annotator.services.backup_errors import (
    BackupDamaged,
    BackupError,
    BackupNewer,
    TooLittleSpace,
)
from annotator.services.backup_manifest import (
    Manifest,
    Reason,
    read_manifest,
    write_manifest,
)
from annotator.services.backup_store import BackupStore, StoredFile, require_space
from annotator.services.example import data_folder
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

__all__ = ["BackupDamaged", "BackupError", "BackupNewer", "TooLittleSpace"]

_STAMP: Final = "%Y-%m-%d-%H%M%SZ"
_ORIGIN: Final = "project.json"
_EVERY: Final = timedelta(hours=1)
_HOURLY: Final = timedelta(days=1)
_DAILY: Final = timedelta(days=30)
_MAX_SHARE: Final = 2
"""How many times the size of the project all its backups together may have."""
_MIN_BYTES: Final = 32 << 20
"""What they may have in any case."""
_IRREVERSIBLE: Final[frozenset[Reason]] = frozenset({"restore", "delete", "merge"})
_WAIT_S: Final = 60.0
"""Seconds to wait for another program that makes or reads a backup."""


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
        suffixes = (project.suffix, BACKUP_SUFFIX)
        same_name = stem in (project.stem, _stem(project)) and path.suffix in suffixes
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
        with _locked(folder, check):
            store = BackupStore(folder)
            store.remove_stale()
            path = _free_name(project.path, folder, now)
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
    _note_origin(project.path, folder)
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


def _free_name(project: Path, folder: Path, now: datetime) -> Path:
    """Return the path for a backup that is made now: no other one has its second."""
    moment = now.astimezone(UTC)
    taken = {backup.made for backup in list_backups(project, folder)}
    while moment.replace(microsecond=0) in taken or (folder / _name(project, moment)).exists():
        moment += timedelta(seconds=1)
    return folder / _name(project, moment)


@contextmanager
def _locked(folder: Path, check: Callable[[], object] | None = None) -> Iterator[None]:
    """Let nobody else change or read the backups in this folder during the block."""
    from annotator.store.folder_lock import exclusive_lock

    with exclusive_lock(folder, _WAIT_S, check):
        yield


def remove_superfluous(
    project: Path, folder: Path, now: datetime, *, cancelled: Cancelled = never_cancelled
) -> None:
    """Delete the backups that are not kept any more, by age and by size, and what only they need.

    All backups together may take twice the size of the project, and 32 MB in any case. The oldest
    go first; never the newest, nor the newest of those that were made before going back to a
    backup, before deleting for good and before merging. Raises AnnotatorError and OSError.
    """
    check = cancellation_check(cancelled)
    with _locked(folder, check):
        store = BackupStore(folder)
        for backup in expired_backups(list_backups(project, folder), now):
            remove_temporary(backup.path)
        try:
            manifests = _manifests(folder)
        except BackupNewer:  # what it needs is not known
            return
        for path in _too_much(store, manifests):
            remove_temporary(path)
            del manifests[path]
        store.collect(manifests.values(), check)
        if store.total() > _most(manifests):
            store.collect(manifests.values(), check, most=0)


def _manifests(folder: Path) -> dict[Path, Manifest]:
    """Return the backups in the folder that share chunks, of any project, the oldest first.

    Those that cannot be read are left out. Raises BackupNewer.
    """
    found = {}
    for path in folder.glob(f"*{BACKUP_SUFFIX}"):
        with suppress(BackupDamaged):
            found[path] = read_manifest(path)
    return dict(sorted(found.items(), key=lambda item: item[0].stem.rpartition("@")[2]))


def _most(manifests: dict[Path, Manifest]) -> int:
    sizes = [manifest.size for manifest in manifests.values()]
    return max(_MAX_SHARE * sizes[-1] if sizes else 0, _MIN_BYTES)


def _too_much(store: BackupStore, manifests: dict[Path, Manifest]) -> list[Path]:
    """Return the backups that have to go for the size of all."""
    last = {manifest.reason: path for path, manifest in manifests.items()}
    kept = {path for reason, path in last.items() if reason in _IRREVERSIBLE}
    kept |= set(list(manifests)[-1:])
    order = [(path, one) for path, one in manifests.items() if path not in kept]
    more = sum(store.sizes(manifests).values()) - _most(manifests)
    going = []
    freed = store.freed(order, [manifests[path] for path in kept]) if more > 0 else []
    for (path, _manifest), size in zip(order, freed, strict=False):
        if more <= 0:
            break
        going.append(path)
        more -= size
    return going


def _convert(project: Path, folder: Path, whole: Backup, cancelled: Cancelled) -> None:
    """Make a whole copy one of the backups that share what they have in common, with its date.

    A copy that cannot be opened or read is left as it is, and so is one that is open as a project,
    or that there is no room to convert.
    """
    check = cancellation_check(cancelled)
    with _locked(folder, check), suppress(TooLittleSpace, BackupDamaged, OSError):
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
        path = folder / _name(project, whole.made)
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
            with shared_lock(backup.parent, _WAIT_S, check):
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

    with shared_lock(folder, _WAIT_S, cancellation_check(cancelled)):
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


def _state(backup: Backup) -> str | None:
    """Return the state of the project that the backup holds; None if that is not known."""
    if backup.is_whole:
        return None
    try:
        return read_manifest(backup.path).state
    except BackupError:  # a new one is due
        return None


def _name(project: Path, moment: datetime) -> str:
    return f"{_stem(project)}@{moment.strftime(_STAMP)}{BACKUP_SUFFIX}"


def _stem(project: Path) -> str:
    """Return the name of the project, short enough for a date and the suffix of a copy."""
    return dated_stem(project.stem)


def _parse_stamp(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
