"""The triggers of a connection that keep the counters and positions of a project."""

import sqlite3
from typing import Final

from annotator.store.counters import COUNTING_TRIGGERS
from annotator.store.positions import POSITION_TRIGGERS

_TRIGGERS: Final = (*COUNTING_TRIGGERS, *POSITION_TRIGGERS)


def make_triggers(connection: sqlite3.Connection) -> None:
    """Have this connection count what it writes; nothing is done to the file.

    A file of an older version, which has no counters, is left without triggers.
    """
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'counter'")
    if found.fetchone() is not None:
        for statement in _TRIGGERS:
            connection.execute(statement)


def drop_triggers(connection: sqlite3.Connection) -> None:
    """Have this connection count nothing any more."""
    names = connection.execute(
        "SELECT name FROM sqlite_temp_schema WHERE type = 'trigger'"
    ).fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER temp.{name}")
