"""Migrations of a project file to the current version.

sqlite_utils is loaded only when a step is pending.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from annotator.store.database import Database
from annotator.store.schema import APPLICATION_ID, Migration
from annotator.store.schema_check import MIGRATION_COLUMNS, MIGRATIONS, has_plain_table

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtilsDatabase

_MIGRATION_SET: Final = "annotator"


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many steps of the ladder were applied to the file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def applied_steps(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the steps applied to the file; this program may not know some."""
    if not has_plain_table(connection, MIGRATIONS, MIGRATION_COLUMNS):
        return set()
    rows = connection.execute(
        f"SELECT name FROM {MIGRATIONS} WHERE migration_set = ?", (_MIGRATION_SET,)
    )
    return {name for (name,) in rows}


def migrate(database: Database, ladder: Sequence[Migration]) -> None:
    """Apply all pending steps in one transaction, and store the new version in the file.

    Raises StoreError, with the file as it was.
    """
    with _without_pandas():
        from sqlite_utils import Database as SqliteUtilsDatabase
        from sqlite_utils.migrations import Migrations

    migrations = Migrations(_MIGRATION_SET)
    for step in ladder:
        migrations(name=step.name)(_runner(step))
    with database.writing(counting=False) as connection:
        migrations.apply(
            SqliteUtilsDatabase(connection, recursive_triggers=False, execute_plugins=False)
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(ladder)}")


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Import nothing of pandas in the block, unless it is there already.

    sqlite_utils imports it where it is installed, half a second for a type that no step uses.
    """
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # as documented for import
    try:
        yield
    finally:
        del sys.modules["pandas"]


def _runner(step: Migration) -> "Callable[[SqliteUtilsDatabase], None]":
    def run(db: "SqliteUtilsDatabase") -> None:
        for statement in step.statements:
            db.conn.execute(statement)
        if step.convert is not None:
            step.convert(db.conn)

    return run
