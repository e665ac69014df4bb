"""Safe copies of a project while it is open."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from annotator.core.file_names import dated_stem
from annotator.core.message import message
from annotator.store.database import Database, connect, page_size
from annotator.store.errors import (
    ProjectDamaged,
    translated_errors,
)
from annotator.store.generations import generations_of, supersede
from annotator.store.migrations import migrate
from annotator.store.new_file import partial_beside, remove_project_files, taking_name
from annotator.store.schema import LADDER
from annotator.store.schema_check import is_plain_table, quoted_identifier
from annotator.store.uri import file_uri

_PAGES: Final = 512
"""Pages copied between two calls of the step: 8 MB of a project with the current page size."""
_Content: TypeAlias = tuple[list[tuple[Any, ...]], dict[str, int]]
Step: TypeAlias = Callable[[int, int], object]
"""Called with how many pages are copied, and of how many; if it raises, the copy is undone."""


@contextmanager
def new_copy(source: Database, path_to: Path, step: Step | None = None) -> Iterator[Path]:
    """Make a verified copy of the project, with everything saved so far, as `taking_name` does.

    It is read from the connection, so it is the project that was opened, even if its file was
    removed or replaced since. It is opened and compared with the project before the block may add
    to it.
    """
    with taking_name(path_to) as partial:
        _verify(partial, _copy(source, partial, step))
        yield partial


def backup(path_from: Path, path_to: Path, step: Step | None = None) -> None:
    """Make a copy as `new_copy` does, of a project that is not open here."""
    with closing(connect(path_from, read_only=True)) as source, new_copy(source, path_to, step):
        pass


def project_id(path: Path) -> str | None:
    """Return the id that a project keeps wherever it is moved; None if it cannot be read.

    A copy has the same id. Ignores the log, and releases no lock.
    """
    uri = file_uri(path, "ro&immutable=1")
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute("SELECT value FROM project WHERE key = 'id'").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row is not None and isinstance(row[0], str) else None


def restore_backup(copy: Path, path: Path) -> None:
    """Restore the project at `path` from the copy, in one transaction.

    The file stays the same one, so that programs that have it open see the old content return.
    Raises StoreError, with the project as it was.
    """
    with translated_errors(path), closing(connect(path)) as target:
        target.durable()
        with _later_copy(target, copy) as source:
            source.connection.backup(target.connection)


@contextmanager
def _later_copy(target: Database, copy: Path) -> Iterator[Database]:
    """Make a temporary copy of `copy` beside the target, for programs that have the target open.

    It has the page size of the target, because SQLite copies no other into a file that is open
    elsewhere. It is a later state of the project than the present one, so that it is not taken for
    an older file written over it.
    """
    partial = partial_beside(target.path)
    try:
        with translated_errors(copy), closing(connect(copy, read_only=True)) as source:
            source.connection.execute("PRAGMA query_only = OFF")  # it is opened read-only
            size = page_size(target.connection)
            source.connection.execute(f"PRAGMA page_size = {size}")
            source.connection.execute("VACUUM INTO ?", (str(partial),))
        with translated_errors(partial), closing(connect(partial)) as later:
            migrate(later, LADDER)
            present = generations_of(target.connection)
            with later.writing() as connection:
                supersede(connection, present)
            yield later
    finally:
        remove_project_files(partial)


def backup_before_migration(path: Path, version: int) -> Path:
    """Make a copy beside the file, named after its version and the time. Raises StoreError."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{dated_stem(path.stem)}.backup-v{version}-{stamp}"
    target, number = path.with_name(f"{name}{path.suffix}"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{name}-{number}{path.suffix}")
    backup(path, target)
    return target


def _copy(source: Database, path_to: Path, step: Step | None) -> _Content:
    """Copy one state of the project and return what it held."""
    with (
        source.snapshot() as connection,
        translated_errors(path_to),
        closing(sqlite3.connect(path_to)) as target,
    ):
        content = _content(connection)
        if step is None:
            connection.backup(target)
        else:
            report = step
            connection.backup(
                target, pages=_PAGES, progress=lambda _, left, all_: report(all_ - left, all_)
            )
        return content


def _verify(path: Path, content: _Content) -> None:
    with translated_errors(path), closing(connect(path, read_only=True)) as copy:
        (answer,) = copy.connection.execute("PRAGMA integrity_check(1)").fetchone()
        if answer == "ok" and _content(copy.connection) != content:
            answer = "it does not hold what the project holds"
        if answer == "ok" and path.stat().st_size % page_size(copy.connection):
            answer = "its last page is cut off"  # SQLite would read the missing rest as zeros
    if answer != "ok":
        answer = " ".join(answer.split())  # SQLite's answer has several lines
        raise ProjectDamaged(
            message("the copy {1} is damaged ({2}); run a check on the project", path, answer)
        )


def _content(connection: sqlite3.Connection) -> _Content:
    """Return the definitions, and how many rows each table has."""
    schema = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    tables = [name for kind, name, sql in schema if kind == "table" and is_plain_table(sql)]
    counts = {
        # A name from the file is quoted as an SQL identifier.
        name: connection.execute(f"SELECT count(*) FROM {quoted_identifier(name)}").fetchone()[0]
        for name in tables
    }
    return sorted(schema, key=str), counts
