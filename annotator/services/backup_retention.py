"""Which backups of a project stay: by age, and by the size of all of them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from annotator.core.file_names import BACKUP_SUFFIX
from annotator.files import remove_temporary
from annotator.services.backup_errors import BackupDamaged, BackupNewer
from annotator.services.backup_folders import Backup, list_backups, locked
from annotator.services.backup_manifest import Manifest, Reason, read_manifest
from annotator.services.backup_store import BackupStore
from annotator.services.job import Cancelled, cancellation_check, never_cancelled

_HOURLY: Final = timedelta(days=1)
_DAILY: Final = timedelta(days=30)
_MAX_SHARE: Final = 2
"""How many times the size of the project all its backups together may have."""
_MIN_BYTES: Final = 32 << 20
"""What they may have in any case."""
_IRREVERSIBLE: Final[frozenset[Reason]] = frozenset({"restore", "delete", "merge"})


def remove_superfluous(
    project: Path, folder: Path, now: datetime, *, cancelled: Cancelled = never_cancelled
) -> None:
    """Delete the backups that are not kept any more, by age and by size, and what only they need.

    All backups together may take twice the size of the project, and 32 MB in any case. The oldest
    go first; never the newest, nor the newest of those that were made before going back to a
    backup, before deleting for good and before merging. Raises AnnotatorError and OSError.
    """
    check = cancellation_check(cancelled)
    with locked(folder, check):
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
