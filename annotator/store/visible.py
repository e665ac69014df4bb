"""Which articles are visible: all except those of an unfinished import, see `pending`."""

import sqlite3
from typing import Final

IMPORT_BLOCK_SIZE: Final = 1 << 24
"""How many keys an import reserves: more than any file has articles."""
FIRST_HIDDEN: Final = "first_hidden"
"""The key in the table `project` that stores the first key of the block."""
_FIRST: Final = (
    "coalesce((SELECT CAST(value AS INTEGER) FROM project "
    f"WHERE key = '{FIRST_HIDDEN}'), {-2 * IMPORT_BLOCK_SIZE})"
)
_BLOCK: Final = f"BETWEEN {_FIRST} AND {_FIRST} + {IMPORT_BLOCK_SIZE - 1}"


def visible_condition(key: str) -> str:
    """Return the condition that an article is visible; `key` is the column that holds its key."""
    return f"{key} NOT {_BLOCK}"


HIDDEN_ANNOTATIONS: Final = f"SELECT pk FROM annotation WHERE article {_BLOCK}"
"""The keys of the annotations of articles that are not visible."""


def hidden_keys(connection: sqlite3.Connection) -> range:
    """Return the keys of the articles that are not visible, some of which may not exist."""
    (first,) = connection.execute(f"SELECT {_FIRST}").fetchone()
    return range(first, first + IMPORT_BLOCK_SIZE)


def has_hidden(connection: sqlite3.Connection) -> bool:
    """Return whether there is an unfinished import. Inside a snapshot, the answer stays valid."""
    found = connection.execute("SELECT 1 FROM project WHERE key = ?", (FIRST_HIDDEN,))
    return found.fetchone() is not None
