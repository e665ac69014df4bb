"""The generations that a file holds, which tell its state from older and from diverging ones.

Each connection that writes has a number of its own, and with each commit it stores under that
number the next generation. One state has grown out of another if it contains the newest entry of
that one. This tells a file that SQLite has updated from one that another program has overwritten.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbits
from typing import Final, NamedTuple

from annotator.store.columns import checked_rows
from annotator.store.uri import file_uri

_MAX_WRITERS: Final = 100
"""How many writers a file keeps, those that wrote last: less than a page."""
_SELECT_ALL: Final = "SELECT writer, number, base FROM generation"
_SELECT_NEXT: Final = (
    "SELECT coalesce(max(number), 0), (SELECT number FROM generation WHERE writer = ?) "
    "FROM generation"
)
_UPSERT: Final = (
    "INSERT INTO generation (writer, number, base) VALUES (?, ?, ?) "
    "ON CONFLICT (writer) DO UPDATE SET number = excluded.number, base = excluded.base"
)
_DELETE_OLD: Final = (
    "DELETE FROM generation WHERE writer IN "
    "(SELECT writer FROM generation ORDER BY number DESC LIMIT -1 OFFSET ?)"
)


class Generation(NamedTuple):
    """One commit: its writer, and its number among all commits."""

    writer: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Generations:
    """The last commit of each writer that a state of the project contains.

    `base` is the number of the state that the file itself held, without its log, when the newest of
    them was made: an older file has never belonged to this log.
    """

    last: Mapping[int, int] = field(default_factory=dict)
    base: int = 0
    layout: int = 0
    """Grows with everything else that changes or moves tables, such as VACUUM."""

    @property
    def newest(self) -> Generation:
        if not self.last:
            return Generation()
        writer = max(self.last, key=self.last.__getitem__)
        return Generation(writer, self.last[writer])

    def include(self, commit: Generation) -> bool:
        """Return whether this state contains the commit, and so grew out of the state it left."""
        return commit.number == 0 or self.last.get(commit.writer, 0) >= commit.number


def new_writer() -> int:
    """Return a number that no other writer has."""
    return randbits(62) | 1


def generations_of(connection: sqlite3.Connection) -> Generations:
    """Return what the connection sees now; empty for a file without the table.

    Raises sqlite3.Error and WrongValue.
    """
    try:
        found = connection.execute(_SELECT_ALL)
        rows = checked_rows(found, "generation.writer", "generation.number", "generation.base")
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return Generations()
        raise
    base = max(((number, base) for _, number, base in rows), default=(0, 0))[1]
    (layout,) = connection.execute("PRAGMA schema_version").fetchone()
    return Generations({writer: number for writer, number, _ in rows}, base, layout)


def generations_uncached(connection: sqlite3.Connection) -> Generations:
    """Return the same as `generations_of`, reading nothing from the connection's page cache."""
    connection.execute("PRAGMA shrink_memory")
    return generations_of(connection)


class FileReader:
    """Reads what the file itself holds, whatever its log says.

    It uses SQLite, because opening and closing the file in any other way would release the locks
    that this process holds on it.
    """

    def __init__(self, path: Path) -> None:
        self._uri = file_uri(path, "ro&immutable=1")
        self._connection: sqlite3.Connection | None = None

    def read(self, *, anew: bool = True) -> Generations | None:
        """Return what the file holds; None if it cannot be read.

        Without `anew`, the connection is reused, which is faster but requires that the file has
        kept its length.
        """
        try:
            if self._connection is None or anew:
                self.close()
                self._connection = sqlite3.connect(self._uri, uri=True, isolation_level=None)
            return generations_uncached(self._connection)
        except (sqlite3.Error, TypeError, ValueError):
            self.close()
            return None

    def close(self) -> None:
        """Close the connection. Closing twice is allowed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def generations_in_file(path: Path) -> Generations | None:
    """Return what the file itself holds, whatever its log says; None if it cannot be read."""
    with closing(FileReader(path)) as reader:
        return reader.read()


def next_number(connection: sqlite3.Connection, seen: Generation) -> int | None:
    """Return the number for the next commit; None if this state does not contain `seen`."""
    found = connection.execute(_SELECT_NEXT, (seen.writer,))
    ((newest, number),) = checked_rows(found, "generation.number", "generation.number?")
    return int(newest) + 1 if seen.number == 0 or (number or 0) >= seen.number else None


def note(connection: sqlite3.Connection, commit: Generation, base: int) -> None:
    """Store a commit, inside its transaction."""
    connection.execute(_UPSERT, (*commit, base))


def supersede(connection: sqlite3.Connection, earlier: Generations) -> None:
    """Make this state a later one than `earlier` too, inside a transaction."""
    here = generations_of(connection)
    for writer, number in earlier.last.items():
        if number > here.last.get(writer, 0):
            note(connection, Generation(writer, number), 0)
    number = max(here.newest.number, earlier.newest.number) + 1
    note(connection, Generation(new_writer(), number), 0)
    prune_writers(connection)


def prune_writers(connection: sqlite3.Connection) -> None:
    """Keep only the writers that wrote last."""
    connection.execute(_DELETE_OLD, (_MAX_WRITERS,))
