"""Safe copies of a project while it is open."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, NamedTuple, TypeAlias

from annotator.core.file_names import dated_stem
from annotator.core.message import message
from annotator.store.annotation_digests import fingerprint
from annotator.store.annotations import HAS_REVISIONS
from annotator.store.database import Database, connect, page_size
from annotator.store.errors import (
    ProjectDamaged,
    StoreError,
    translated_errors,
)
from annotator.store.generations import generations_of, supersede
from annotator.store.migrations import migrate
from annotator.store.new_file import partial_beside, remove_project_files, taking_name
from annotator.store.schema import LADDER
from annotator.store.schema_check import is_plain_table, quoted_identifier
from annotator.store.uri import file_uri
from annotator.store.visible import visible_condition

_PAGES: Final = 512
"""Pages copied between two calls of the step: 8 MB of a project with the current page size."""
_POLL_S: Final = 0.05
"""Seconds between two looks whether a copy was cancelled."""
_SUMMARY: Final = (
    f"SELECT (SELECT count(*) FROM article WHERE {visible_condition('pk')}), "
    "coalesce(sum((SELECT count(*) FROM mention WHERE annotation = n.pk)), 0), "
    "coalesce(sum((SELECT count(*) FROM quote WHERE annotation = n.pk)), 0), "
    "(SELECT count(*) FROM trash) FROM annotation n "
    f"WHERE {HAS_REVISIONS} AND {visible_condition('n.article')}"
)
"""How many articles, mentions, quotes and deleted articles there are."""
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


class CopyInterrupted(StoreError):
    """A copy that was cancelled while SQLite worked at it."""


class ProjectSummary(NamedTuple):
    """What a copy of a project holds."""

    state: str
    """Is the same in two copies if nothing was saved between them."""
    articles: int
    mentions: int
    quotes: int
    trash: int


def copy_to(
    source: Database, path_to: Path, step: Step, cancelled: Callable[[], bool]
) -> ProjectSummary:
    """Make a verified copy as `new_copy` does, in a passing file that need not survive a power cut.

    The caller removes the file, also if this raises. `step` may raise when it is called;
    `cancelled` is asked while SQLite works for long, which then raises CopyInterrupted.
    """
    with interrupted_if(source.connection, cancelled):
        content = _copy(source, path_to, step, durable=False)
    with translated_errors(path_to), closing(connect(path_to, read_only=True)) as copy:
        with interrupted_if(copy.connection, cancelled):
            _verify_open(copy, content)
            summary = copy.connection.execute(_SUMMARY).fetchone()
        return ProjectSummary(state_of(copy, source.identity is not None), *summary)


def state_of(database: Database, is_guarded: bool) -> str:
    """Return a text that is the same at two times if nothing was saved between them.

    Args:
        database: The project, or a copy of it.
        is_guarded: Whether all who write into the project number their commits. Otherwise all
            annotations are gone through.
    """
    newest = generations_of(database.connection).newest
    if is_guarded and newest.number:
        return f"{newest.writer}:{newest.number}"
    return fingerprint(database)


@contextmanager
def interrupted_if(connection: sqlite3.Connection, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Interrupt what the connection does in the block once `cancelled` returns true.

    Raises CopyInterrupted then.
    """
    done = Event()

    def watch() -> None:
        while not done.wait(_POLL_S):
            if cancelled():
                connection.interrupt()

    watcher = Thread(target=watch, name="cancelling a copy", daemon=True)
    watcher.start()
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise CopyInterrupted(message("the copy was cancelled")) from error
    finally:
        done.set()
        watcher.join()


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


def _copy(source: Database, path_to: Path, step: Step | None, *, durable: bool = True) -> _Content:
    """Copy one state of the project and return what it held."""
    with (
        source.snapshot() as connection,
        translated_errors(path_to),
        closing(sqlite3.connect(path_to)) as target,
    ):
        if not durable:
            target.execute("PRAGMA synchronous = OFF")
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
        _verify_open(copy, content)


def _verify_open(copy: Database, content: _Content) -> None:
    (answer,) = copy.connection.execute("PRAGMA integrity_check(1)").fetchone()
    if answer == "ok" and _content(copy.connection) != content:
        answer = "it does not hold what the project holds"
    if answer == "ok" and copy.path.stat().st_size % page_size(copy.connection):
        answer = "its last page is cut off"  # SQLite would read the missing rest as zeros
    if answer != "ok":
        answer = " ".join(answer.split())  # SQLite's answer has several lines
        raise ProjectDamaged(
            message("the copy {1} is damaged ({2}); run a check on the project", copy.path, answer)
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
