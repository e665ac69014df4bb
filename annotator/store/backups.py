"""Safe copies of a project while it is open."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from annotator.store.database import connect
from annotator.store.errors import DiskTrouble, ProjectDamaged, ProjectExists, translated


def backup(path_from: Path, path_to: Path) -> None:
    """Copy a project, with everything saved so far, to a new file.

    The copy is verified before it gets its name, so a file at `path_to` is whole. Raises
    StoreError: ProjectExists if something is there already, DiskTrouble if it cannot be written.
    """
    if path_to.exists():
        raise ProjectExists(f"{path_to} exists already; choose another name for the copy")
    partial = path_to.with_name(f".{path_to.name}.{uuid4().hex[:8]}.partial")
    try:
        _copy(path_from, partial)
        _verify(partial)
        partial.replace(path_to)
        _flush_folder(path_to.parent)
    except OSError as error:
        raise DiskTrouble(
            f"{path_to} could not be written: {error.strerror}; choose another folder"
        ) from error
    finally:
        _remove(partial)


def backup_before_migration(path: Path, version: int) -> Path:
    """A copy beside the file, named after its version and the time. Raises StoreError."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{path.stem}.backup-v{version}-{stamp}"
    target, number = path.with_name(f"{name}{path.suffix}"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{name}-{number}{path.suffix}")
    backup(path, target)
    return target


def _copy(path_from: Path, path_to: Path) -> None:
    with (
        closing(connect(path_from, read_only=True)) as source,
        translated(path_to),
        closing(sqlite3.connect(path_to)) as target,
    ):
        source.connection.backup(target)


def _verify(path: Path) -> None:
    with translated(path), closing(connect(path, read_only=True)) as copy:
        (answer,) = copy.connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise ProjectDamaged(f"the copy {path} is damaged ({answer}); run a check on the project")


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(partial: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        partial.with_name(partial.name + suffix).unlink(missing_ok=True)
