"""Checks that a project file holds only the tables, views and triggers of the migration steps.

A file from another person is data. Nothing in it that SQLite would run or read through is used
before it was compared, word for word, with what this program creates itself.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from annotator.core.message import Message, message
from annotator.store.errors import ProjectAltered
from annotator.store.schema import Migration

MIGRATIONS: Final = "_sqlite_migrations"
MIGRATION_COLUMNS: Final = frozenset({"migration_set", "name"})
"""The columns in use. Which others the table has depends on the version of sqlite-utils."""
_NAME_LENGTH: Final = 60


class _Part(NamedTuple):
    kind: str
    name: str
    table: str
    sql: str


def check_schema(
    connection: sqlite3.Connection,
    path: Path,
    ladder: Sequence[Migration],
    applied: Collection[str],
) -> None:
    """Raise ProjectAltered unless the schema is what the steps in `applied` make.

    Additional tables, which no part of the program reads, are allowed.
    """
    steps = (step for step in ladder if step.name in applied)
    statements = tuple(statement for step in steps for statement in step.statements)
    for fault in _faults(_parts_made_by(statements), _parts(connection)):
        raise ProjectAltered(
            message(
                "{1} is not as Annotator makes it: {2}; go back to a backup copy, or ask its "
                "sender for an export as native JSONL",
                path,
                fault,
            )
        )


@cache  # at most one for each released version, and making it takes most of the time of opening
def _parts_made_by(statements: tuple[str, ...]) -> Mapping[str, _Part]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        for statement in statements:
            model.execute(statement)
        return MappingProxyType(_parts(model))


def _parts(connection: sqlite3.Connection) -> dict[str, _Part]:
    """Return everything that was declared, by name, without SQLite's own tables and indexes."""
    rows = connection.execute(
        "SELECT type, name, tbl_name, CAST(sql AS TEXT) FROM sqlite_schema "
        "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
    )
    parts = (_Part(kind, name, table, " ".join(sql.split())) for kind, name, table, sql in rows)
    return {part.name: part for part in parts}


def has_plain_table(connection: sqlite3.Connection, name: str, columns: Collection[str]) -> bool:
    """Return whether a table of this name, not a view or virtual table, has these columns."""
    part = _parts(connection).get(name)
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
    return part is not None and _is_plain_table(part) and {*columns} <= {one for (one,) in rows}


def _faults(wanted: Mapping[str, _Part], found: dict[str, _Part]) -> Iterator[Message]:
    for part in found.values():
        if part.name not in wanted:
            if not _is_harmless(part, wanted):
                yield message("the {1} in it is of unknown origin", _described(part))
        elif part != wanted[part.name]:
            yield message("its {1} is another one", _described(wanted[part.name]))
    for name, part in wanted.items():
        if name not in found:
            yield message("it lacks its {1}", _described(part))


def _is_harmless(part: _Part, wanted: Mapping[str, _Part]) -> bool:
    if part.kind == "index":
        return part.table not in wanted
    return _is_plain_table(part)


def _is_plain_table(part: _Part) -> bool:
    return part.kind == "table" and is_plain_table(part.sql)


def is_plain_table(definition: str) -> bool:
    """Return whether a definition creates a table stored by SQLite itself, not a virtual one."""
    return definition.upper().startswith("CREATE TABLE")


def quoted_identifier(name: str) -> str:
    """Return the name of a table or column as an SQL identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _described(part: _Part) -> str:
    return f"{part.kind} {' '.join(part.name.split())[:_NAME_LENGTH]}"
