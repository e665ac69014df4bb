"""Creating and opening project files, and checking what a file is before anything uses it."""

import os
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from annotator.core.file_names import BACKUP_SUFFIX
from annotator.core.message import message
from annotator.core.scheme import Scheme, SchemeError, scheme_from_json
from annotator.files import FileIsOpen, open_to_read
from annotator.store.columns import checked_rows
from annotator.store.database import BUSY_TIMEOUT_MS, Database, connect, is_writable
from annotator.store.errors import (
    DiskError,
    NewerProject,
    NotAProject,
    ProjectDamaged,
    ProjectMissing,
    ProjectReadOnly,
    StoreError,
    translated_errors,
)
from annotator.store.file_guard import log_matches, retire_log
from annotator.store.migrations import applied_steps, migrate, version_of
from annotator.store.new_file import remove_project_files, taking_name
from annotator.store.schema import APPLICATION_ID, LADDER, Migration
from annotator.store.schema_check import check_schema

_MAGIC: Final = b"SQLite format 3\0"
_HEADER_SIZE: Final = 100
_SOME: Final = 10


def create_database(path: Path, scheme: str) -> Database:
    """Create a project with this scheme (as JSON). Raises StoreError, and then leaves no file."""
    with taking_name(path) as partial:
        _fill(partial, scheme)
    try:
        database = connect(path)
        with _closed_on_failure(database):
            database.durable()
            database.watch()
    except BaseException:
        remove_project_files(path)
        raise
    return database


def _fill(partial: Path, scheme: str) -> None:
    partial.touch(exist_ok=False)
    with closing(connect(partial)) as database:
        database.durable()
        migrate(database, LADDER)
        with database.writing(counting=False) as connection:
            connection.execute("INSERT INTO project VALUES ('scheme', ?)", (scheme,))


def open_database(
    path: Path,
    *,
    read_only: bool = False,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    ladder: Sequence[Migration] = LADDER,
) -> Database:
    """Open a project and upgrade it, after making a backup if a step is pending.

    Raises the StoreError that says what is wrong with the file, which is then unchanged.
    """
    _check_is_file(path)
    try:
        _check_is_sqlite(path)
        _check_not_truncated(path)
    except FileIsOpen as error:  # then it was checked when it was opened
        if not error.again:
            raise NotAProject(
                message(
                    "{1} is open already under another name, or belongs to a project that is; "
                    "choose the project file itself",
                    path,
                )
            ) from error
    if not read_only:
        _check_writable(path)
    retired_log = _set_foreign_log_aside(path)
    database = connect(path, read_only=read_only, busy_timeout_ms=busy_timeout_ms)
    database.retired_log = retired_log
    with _closed_on_failure(database):
        with database.reading():
            version = known_version(database.connection, path, ladder)
        if not read_only:
            database.durable()
        is_old = version < len(ladder)
        if is_old:
            _upgrade(database, version, ladder)
        if not read_only:
            database.watch()
            _discard_dead_imports(database)
            if is_old:
                _fill_small_gap(database)
    return database


def _set_foreign_log_aside(path: Path) -> Path | None:
    """Rename a log of another state of the project, which would mix with this one.

    Returns its new path, or None.
    """
    log = Path(f"{path}-wal")
    if not log.exists() or not log.stat().st_size or log_matches(path):
        return None
    try:
        return retire_log(path)
    except OSError as error:
        raise ProjectDamaged(
            message(
                "the log {1} belongs to another state of {2} and cannot be put aside: {3}; "
                "copy the project alone into a folder of your own",
                log,
                path,
                str(error.strerror),
            )
        ) from error


def _checkpoint(database: Database) -> None:
    """Copy the log into the file, or an older copy of the file would not be recognized."""
    with translated_errors(database.path):
        database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _discard_dead_imports(database: Database) -> None:
    """Delete what dead imports have left; anything that cannot be deleted now stays hidden."""
    from annotator.store.pending import discard_dead_imports

    with suppress(StoreError), database.reading():
        discard_dead_imports(database)


def _fill_small_gap(database: Database) -> None:
    """Index what an upgrade has left to be indexed, for about a second; the rest comes later."""
    from annotator.store.article_index import fill_gap

    left = iter(range(_SOME))
    with suppress(StoreError):
        fill_gap(database, lambda: next(left, None) is not None)


@contextmanager
def _closed_on_failure(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def _upgrade(database: Database, version: int, ladder: Sequence[Migration]) -> None:
    if database.read_only:
        raise ProjectReadOnly(
            message(
                "{1} was made by an older version of Annotator; open it once for writing to "
                "bring it up to date",
                database.path,
            )
        )
    from annotator.store.backups import backup_before_migration

    backup_before_migration(database.path, version)
    migrate(database, ladder)
    _checkpoint(database)


def _check_is_file(path: Path) -> None:
    if not path.exists():
        raise ProjectMissing(
            message("{1} does not exist; check the name, or make a new project", path)
        )
    if path.is_dir():
        raise NotAProject(message("{1} is a folder; choose the project file inside it", path))


def _check_is_sqlite(path: Path) -> None:
    try:
        with open_to_read(path) as file:
            magic = file.read(len(_MAGIC))
    except FileIsOpen:
        raise
    except OSError as error:
        raise DiskError(
            message(
                "{1} cannot be read: {2}; check that you may read it", path, str(error.strerror)
            )
        ) from error
    if magic != _MAGIC and path.suffix == BACKUP_SUFFIX:
        raise NotAProject(
            message(
                "{1} is a backup and no project; open the project, and go back to it there, or "
                "save it as a project",
                path,
            ).with_hint("; see: annotator revert --help")
        )
    if magic != _MAGIC:
        raise NotAProject(
            message(
                "{1} is not an Annotator project; choose a project file, or import this file "
                "into one",
                path,
            )
        )


def _check_not_truncated(path: Path) -> None:
    """Raise ProjectDamaged if the file is shorter than its header states.

    While another program has the file open, or a write-ahead log that is not empty is beside it,
    the header may be out of date.
    """
    log = Path(f"{path}-wal")
    if Path(f"{path}-shm").exists() or (log.exists() and log.stat().st_size):
        return
    with open_to_read(path) as file:
        header = file.read(_HEADER_SIZE)
        size = os.fstat(file.fileno()).st_size
    if size < _HEADER_SIZE or size < _stated_size(header):
        raise ProjectDamaged(
            message(
                "{1} is cut off: it has lost its end, perhaps in a copy that was "
                "interrupted; copy it again or go back to a backup copy",
                path,
            )
        )


def _stated_size(header: bytes) -> int:
    """Return the size in bytes that the header of an SQLite file states, 0 if it states none."""
    (page_size,) = struct.unpack_from(">H", header, 16)
    changes, pages = struct.unpack_from(">II", header, 24)
    (valid_for,) = struct.unpack_from(">I", header, 92)
    return pages * (65536 if page_size == 1 else page_size) if changes == valid_for else 0


def _check_writable(path: Path) -> None:
    what = path if not is_writable(path) else path.absolute().parent
    if not is_writable(what):
        kind = message("file") if what == path else message("folder")
        raise ProjectReadOnly(
            message(
                "{1} cannot be edited because the {2} {3} is read-only; copy the project "
                "into a folder of your own, or open it for reading only",
                path,
                kind,
                what,
            )
        )


def known_version(connection: sqlite3.Connection, path: Path, ladder: Sequence[Migration]) -> int:
    """Return how many steps were applied to the file. Raises StoreError if it is not a project."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise NotAProject(
            message(
                "{1} is an SQLite database but not an Annotator project; choose a project file",
                path,
            )
        )
    version, applied = version_of(connection), applied_steps(connection)
    if version > len(ladder) or applied - {step.name for step in ladder}:
        raise NewerProject(
            message(
                "{1} was made by a newer version of Annotator; update the program to open it", path
            )
        )
    check_schema(connection, path, ladder, applied | {step.name for step in ladder[:version]})
    return version


def read_scheme(database: Database) -> Scheme:
    """Return the scheme of the project. Raises ProjectDamaged."""
    with database.reading():
        rows = database.connection.execute("SELECT value FROM project WHERE key = 'scheme'")
        found = checked_rows(rows, "project.value")
    if not found:
        raise ProjectDamaged(
            message("{1} has lost its scheme; go back to a backup copy of it", database.path)
        )
    try:
        return scheme_from_json(found[0][0])
    except (SchemeError, RecursionError) as error:
        raise ProjectDamaged(
            message(
                "{1} has a damaged scheme ({2}); go back to a backup of it",
                database.path,
                str(error)[:200],
            )
        ) from error
