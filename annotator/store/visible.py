"""Which articles are to be seen: all but those that an import has not finished, see `pending`."""

import sqlite3
from typing import Final

BLOCK: Final = 1 << 24
"""How many keys an import takes for itself: more than any file has articles."""
FIRST_HIDDEN: Final = "first_hidden"
"""The key in the table `project` under which the first key of the block stands."""
_FIRST: Final = (
    "coalesce((SELECT CAST(value AS INTEGER) FROM project "
    f"WHERE key = '{FIRST_HIDDEN}'), {-2 * BLOCK})"
)
_BLOCK: Final = f"BETWEEN {_FIRST} AND {_FIRST} + {BLOCK - 1}"


def shown(key: str) -> str:
    """The condition that an article is to be seen; `key` is the column that holds its key."""
    return f"{key} NOT {_BLOCK}"


OF_HIDDEN: Final = f"SELECT pk FROM annotation WHERE article {_BLOCK}"
"""The keys of the annotations of articles that are not to be seen."""


def any_hidden(connection: sqlite3.Connection) -> bool:
    """Whether there is an import that has not finished. Asked inside a snapshot, it stays so."""
    found = connection.execute("SELECT 1 FROM project WHERE key = ?", (FIRST_HIDDEN,))
    return found.fetchone() is not None
