"""Safe copies of a project while it is open."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from annotator.core.file_names import dated_stem
from annotator.store.database import Database, connect, page_bytes
from annotator.store.errors import (
    ProjectDamaged,
    translated,
)
from annotator.store.generations import generations_of, grow_out_of
from annotator.store.migrations import migrate
from annotator.store.new_file import partial_beside, remove_files_of, taking_name
from annotator.store.schema import LADDER
from annotator.store.schema_check import is_plain, quoted
from annotator.store.uri import file_uri

_PAGES: Final = 512
"""As many are copied between two steps: 8 MB of a project as it is made today."""
_Content: TypeAlias = tuple[list[tuple[Any, ...]], dict[str, int]]
Step: TypeAlias = Callable[[int, int], object]
"""Is told how many pages are copied, and of how many; by raising it takes everything back."""


@contextmanager
def new_copy(source: Database, path_to: Path, step: Step | None = None) -> Iterator[Path]:
    """As `taking_name`, of a copy of the project, with everything saved so far.

    It is read from the connection, so it is the project that was opened even if its file was
    removed or replaced since. It was opened and compared with the project before the block gets
    it to add to.
    """
    with taking_name(path_to) as partial:
        _verify(partial, _copy(source, partial, step))
        yield partial


def backup(path_from: Path, path_to: Path, step: Step | None = None) -> None:
    """As `new_copy`, of a project that is not open here."""
    with closing(connect(path_from, read_only=True)) as source, new_copy(source, path_to, step):
        pass


def project_id(path: Path) -> str | None:
    """The name that a project keeps wherever it is moved; None where there is none to be read.

    A copy has the same one. Reads past the log, and lets go of no lock.
    """
    uri = file_uri(path, "ro&immutable=1")
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute("SELECT value FROM project WHERE key = 'id'").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row is not None and isinstance(row[0], str) else None


def put_back(copy: Path, path: Path) -> None:
    """Make the project at `path` what it is in the copy, in one transaction.

    The file stays the same one, so that programs that have it open see the old content coming
    back. Raises StoreError, with the project as it was.
    """
    with translated(path), closing(connect(path)) as target:
        target.durable()
        with _grown_out_of(target, copy) as source:
            source.connection.backup(target.connection)


@contextmanager
def _grown_out_of(target: Database, copy: Path) -> Iterator[Database]:
    """A copy of the copy beside the target, for programs that have the target open.

    Its pages are as long, as SQLite copies no others into a file that is open elsewhere; and it
    is a later state of the project than the present one, not an older file written over it.
    """
    partial = partial_beside(target.path)
    try:
        with translated(copy), closing(connect(copy, read_only=True)) as source:
            source.connection.execute("PRAGMA query_only = OFF")  # it is opened for reading alone
            size = page_bytes(target.connection)
            source.connection.execute(f"PRAGMA page_size = {size}")
            source.connection.execute("VACUUM INTO ?", (str(partial),))
        with translated(partial), closing(connect(partial)) as later:
            migrate(later, LADDER)
            present = generations_of(target.connection)
            with later.writing() as connection:
                grow_out_of(connection, present)
            yield later
    finally:
        remove_files_of(partial)


def backup_before_migration(path: Path, version: int) -> Path:
    """A copy beside the file, named after its version and the time. Raises StoreError."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{dated_stem(path.stem)}.backup-v{version}-{stamp}"
    target, number = path.with_name(f"{name}{path.suffix}"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{name}-{number}{path.suffix}")
    backup(path, target)
    return target


def _copy(source: Database, path_to: Path, step: Step | None) -> _Content:
    """Copy one moment of the project; what it held then."""
    with (
        source.snapshot() as connection,
        translated(path_to),
        closing(sqlite3.connect(path_to)) as target,
    ):
        content = _content(connection)
        if step is None:
            connection.backup(target)
        else:
            told = step
            connection.backup(
                target, pages=_PAGES, progress=lambda _, left, all_: told(all_ - left, all_)
            )
        return content


def _verify(path: Path, content: _Content) -> None:
    with translated(path), closing(connect(path, read_only=True)) as copy:
        (answer,) = copy.connection.execute("PRAGMA integrity_check(1)").fetchone()
        if answer == "ok" and _content(copy.connection) != content:
            answer = "it does not hold what the project holds"
        if answer == "ok" and path.stat().st_size % page_bytes(copy.connection):
            answer = "its last page is cut off"  # the rest of which would be taken for zeros
    if answer != "ok":
        answer = " ".join(answer.split())  # SQLite's has lines
        raise ProjectDamaged(f"the copy {path} is damaged ({answer}); run a check on the project")


def _content(connection: sqlite3.Connection) -> _Content:
    """The definitions, and how many rows each table has."""
    schema = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    tables = [name for kind, name, sql in schema if kind == "table" and is_plain(sql)]
    counts = {
        # A name out of the file is quoted as SQL has it.
        name: connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
        for name in tables
    }
    return sorted(schema, key=str), counts
