"""Brings a file up to date. sqlite_utils is loaded only when a step is pending."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from annotator.store.database import Database
from annotator.store.schema import APPLICATION_ID, Step

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtilsDatabase

_SET: Final = "annotator"


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps of the ladder the file has taken."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def unknown_steps(connection: sqlite3.Connection, ladder: Sequence[Step]) -> list[str]:
    """Steps the file has taken that this version of the program has never heard of."""
    known = {step.name for step in ladder}
    found = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'"
    ).fetchone()
    if found is None:
        return []
    rows = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (_SET,)
    )
    return [name for (name,) in rows if name not in known]


def migrate(database: Database, ladder: Sequence[Step]) -> None:
    """Take all pending steps in one transaction, and stamp the file with its version.

    Raises StoreError, with the file as it was.
    """
    from sqlite_utils import Database as SqliteUtilsDatabase
    from sqlite_utils.migrations import Migrations

    migrations = Migrations(_SET)
    for step in ladder:
        migrations(name=step.name)(_runner(step))
    with database.writing() as connection:
        migrations.apply(
            SqliteUtilsDatabase(connection, recursive_triggers=False, execute_plugins=False)
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(ladder)}")


def _runner(step: Step) -> "Callable[[SqliteUtilsDatabase], None]":
    def run(db: "SqliteUtilsDatabase") -> None:
        for statement in step.statements:
            db.conn.execute(statement)

    return run
