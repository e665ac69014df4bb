"""Going through the articles in the order of their keys, a range of keys at a time.

No statement stays open in between, so that others can write and the log can be copied meanwhile.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from annotator.core.index_terms import IndexQuery
from annotator.core.models import STATUSES, Status
from annotator.store.article_index import find_indexed, gap_of, last_of_shard, match_in_shard
from annotator.store.articles import Marker
from annotator.store.database import Database
from annotator.store.visible import hidden_keys

_UNINDEXED: Final = 50
"""So many articles are gone through at a time where the index does not have them."""


class KeyRange(NamedTuple):
    """The articles with keys from `first` to `last`; the index has all of them, or none."""

    first: int
    last: int
    is_indexed: bool


class KeyScan:
    """The articles that an annotator has given some status, or flags or notes (None: any)."""

    def __init__(
        self,
        database: Database,
        annotator: int | None,
        status: Status | None = None,
        marker: Marker | None = None,
    ) -> None:
        self._connection = database.connection
        self._annotator = annotator
        self._status: Status | None = status
        self._marked = None if marker is None else _marked(self._connection, annotator, marker)
        self._marked_set = frozenset(self._marked or ())

    def ranges(self, after: int) -> Iterator[KeyRange]:
        """Yield ranges with all articles whose keys come after this one, as far as there are."""
        while True:
            row = self._connection.execute(
                "SELECT pk FROM article WHERE pk > ? ORDER BY pk LIMIT 1", (after,)
            ).fetchone()
            if row is None:
                return
            first, gap = row[0], gap_of(self._connection)
            if gap.has(first):
                after = min(first + _UNINDEXED - 1, gap.last)
                yield KeyRange(first, after, is_indexed=False)
            else:
                after = last_of_shard(first)
                if first <= gap.before < gap.last:
                    after = min(after, gap.before)
                yield KeyRange(first, after, is_indexed=True)

    def keys(self, where: KeyRange) -> list[int]:
        """Return the keys of the articles in a range, in ascending order."""
        if self._marked is not None:
            first = bisect_left(self._marked, where.first)
            return self.among(where, self._marked[first : bisect_right(self._marked, where.last)])
        if self._status not in (None, "todo"):
            return self.among(where, sorted(self._with_statuses(where, [self._status])))
        rows = self._connection.execute(
            "SELECT pk FROM article WHERE pk BETWEEN ? AND ? ORDER BY pk", where[:2]
        )
        return self.among(where, [key for (key,) in rows])

    def found(self, where: KeyRange, query: IndexQuery, *, titles: bool = False) -> list[int]:
        """Return the keys of what the index finds in a range, in ascending order."""
        match = match_in_shard(query, where.first, titles=titles)
        keys = find_indexed(self._connection, match, where.first - 1, where.last)
        return self.among(where, keys)

    def among(self, where: KeyRange, keys: list[int]) -> list[int]:
        """Return those of the keys of a range that belong to this scan, in their order."""
        if not keys:
            return keys
        hidden = hidden_keys(self._connection)
        if hidden.start <= where.last and where.first < hidden.stop:
            keys = [key for key in keys if key not in hidden]
        if self._marked is not None:
            keys = [key for key in keys if key in self._marked_set]
        if self._status == "todo":
            begun = self._with_statuses(where, [one for one in STATUSES if one != "todo"])
            keys = [key for key in keys if key not in begun]
        elif self._status is not None:
            such = self._with_statuses(where, [self._status])
            keys = [key for key in keys if key in such]
        return keys

    def _with_statuses(self, where: KeyRange, statuses: Iterable[Status | None]) -> set[int]:
        """Return the articles of a range in which the annotator has one of these statuses."""
        rows = (
            row
            for status in statuses
            for row in self._connection.execute(
                "SELECT article FROM annotation "
                "WHERE annotator = ? AND status = ? AND article BETWEEN ? AND ?",
                (self._annotator, status, *where[:2]),
            )
        )
        return {key for (key,) in rows}


def _marked(connection: sqlite3.Connection, annotator: int | None, marker: Marker) -> list[int]:
    """Return the articles with the annotator's flag or note on them or on anything in them."""
    # The first condition is that of the indexes, which hold only what has a flag or a note.
    whole = f"(flags IS NOT NULL OR notes <> '') AND {marker_condition(marker, 'notes')}"
    item = f"(flags IS NOT NULL OR note <> '') AND {marker_condition(marker, 'note')}"
    items = " UNION ".join(
        f"SELECT annotation FROM {table} WHERE {item}" for table in ("entity", "mention", "quote")
    )
    values: dict[str, Any] = {"annotator": annotator}
    rows = connection.execute(
        f"SELECT article FROM annotation WHERE annotator = :annotator AND {whole} UNION "
        f"SELECT article FROM ({items}) CROSS JOIN annotation n ON n.pk = annotation "
        "WHERE n.annotator = :annotator ORDER BY article",
        values,
    )
    return [key for (key,) in rows]


def marker_condition(marker: Marker, note: str) -> str:
    """Return the condition that there is a flag, or that the column `note` is not empty."""
    return "flags IS NOT NULL" if marker == "flag" else f"{note} <> ''"
