"""The positions of articles in each order, so that a list reads only the rows in sight.

The table `article_order` has an entry for each article and ordering, sorted by value and tie.
`article_block` says how many entries there are in each stretch of an ordering, so that neither the
position of an article nor the article at a position takes counting all before it. Entries of an
import that is not finished are counted as `hidden` besides, see `store.pending`.

Triggers keep both tables, see `store.counters`.
"""

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from annotator.store.counters import is_hidden, temporary_trigger
from annotator.store.title_order import sort_titles
from annotator.store.visible import has_hidden, visible_condition

if TYPE_CHECKING:
    from annotator.store.database import Database

ArticleOrder = Literal["imported", "title", "newest", "oldest", "shortest"]
ARTICLE_ORDERS: Final[tuple[ArticleOrder, ...]] = get_args(ArticleOrder)
_ORDERINGS: Final[dict[ArticleOrder, int]] = {
    "imported": 0,
    "title": 1,
    "oldest": 2,
    "newest": 3,
    "shortest": 4,
}
_BACKWARDS: Final = frozenset({"newest"})
"""Orders that read their ordering backwards."""
_ENTRIES: Final = (
    ("0", "{row}.pk"),
    ("{row}.sort_title", "{row}.pk"),
    ("ifnull({row}.published, x'')", "{row}.pk"),
    ("ifnull({row}.published, 0)", "-{row}.pk"),
    ("{row}.length", "{row}.pk"),
)
"""Value and tie of an article's entry in each ordering.

No date comes after all texts, or before them all where that is read backwards: SQLite sorts a blob
after any text, and a number before.
"""
_LOWEST: Final = -(2**63)
"""The value and tie of the first block of each ordering, which no entry is below."""
_MOST_ENTRIES: Final = 512
"""A block with more is split; an index of the schema has those with more."""
_FILLED: Final = 384
"""The entries of a block when all are made anew, so that few of the next articles split one."""
_TITLES_AT_ONCE: Final = 1000
_FEW: Final = 8
"""So many entries of one block are counted to one by one, in less time than reading the block."""


def _entry(ordering: int, row: str) -> str:
    value, tie = _ENTRIES[ordering]
    return f"{ordering}, {value}, {tie}".replace("{row}", row)


def _all_entries(row: str) -> str:
    return ", ".join(f"({_entry(ordering, row)})" for ordering in range(len(_ENTRIES)))


def _block_of(entry: str) -> str:
    """Return the query for the key of the block that an entry belongs to."""
    # SQLite uses an index for both columns only if what they are compared with has no type.
    return (
        f"SELECT b.pk FROM article_block b WHERE b.ordering = {entry}.ordering "
        f"AND (b.value, b.tie) <= (+{entry}.value, +{entry}.tie) "
        "ORDER BY b.value DESC, b.tie DESC LIMIT 1"
    )


def _block_trigger(event: str, row: str, sign: str) -> str:
    return temporary_trigger(
        f"block_entry_{event}",
        f"AFTER {event} ON main.article_order",
        f"UPDATE article_block SET entries = entries {sign} 1, "
        f"hidden = hidden {sign} {is_hidden(f'abs({row}.tie)')} WHERE pk = ({_block_of(row)});",
    )


_ADD: Final = f"INSERT INTO article_order (ordering, value, tie) VALUES {_all_entries('NEW')};"
# With a type, what a column without one is compared with could not be looked up in an index.
_REMOVE: Final = " ".join(
    f"DELETE FROM article_order WHERE ordering = {ordering} "
    f"AND value = +{value} AND tie = +({tie});".replace("{row}", "OLD")
    for ordering, (value, tie) in enumerate(_ENTRIES)
)
_CHANGING: Final = ("pk", "sort_title", "published", "length")
POSITION_TRIGGERS: Final = (
    temporary_trigger("order_article_insert", "AFTER INSERT ON main.article", _ADD),
    temporary_trigger("order_article_delete", "AFTER DELETE ON main.article", _REMOVE),
    temporary_trigger(
        "order_article_update",
        f"AFTER UPDATE OF {', '.join(_CHANGING)} ON main.article WHEN "
        + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _CHANGING),
        f"{_REMOVE} {_ADD}",
    ),
    _block_trigger("insert", "NEW", "+"),
    _block_trigger("delete", "OLD", "-"),
)

_BETWEEN: Final = " UNION ALL ".join(
    f"SELECT {_entry(ordering, 'a')} FROM article a WHERE a.pk BETWEEN :first AND :last"
    for ordering in range(len(_ENTRIES))
)
_COUNT_BETWEEN: Final = (
    "UPDATE article_block SET entries = entries + found.number, "
    "hidden = hidden + found.hidden_number FROM ("
    f"SELECT ({_block_of('e')}) AS block, count(*) AS number, "
    f"sum({is_hidden('abs(e.tie)')}) AS hidden_number "
    f"FROM (SELECT 0 AS ordering, 0 AS value, 0 AS tie WHERE FALSE UNION ALL {_BETWEEN}) e "
    "GROUP BY block) found WHERE pk = found.block RETURNING pk, entries"
)
_ENTRIES_OF_BLOCK: Final = (
    f"SELECT e.value, e.tie, {is_hidden('abs(e.tie)')} FROM article_block b "
    "JOIN article_order e ON e.ordering = b.ordering AND (e.value, e.tie) >= (+b.value, +b.tie) "
    "WHERE b.pk = :block ORDER BY e.value, e.tie LIMIT :entries"
)


def place_articles(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Give the new articles with keys from `first` to `last` their positions, all at once.

    Inside the transaction that has written them without the triggers.
    """
    between = {"first": first, "last": last}
    connection.execute(f"INSERT INTO article_order (ordering, value, tie) {_BETWEEN}", between)
    changed = connection.execute(_COUNT_BETWEEN, between).fetchall()
    _split(connection, changed)


def split_blocks(connection: sqlite3.Connection) -> None:
    """Split the blocks that have become too large since, inside a transaction."""
    large = f"SELECT pk, entries FROM article_block WHERE entries > {_MOST_ENTRIES}"
    _split(connection, connection.execute(large).fetchall())


def _split(connection: sqlite3.Connection, blocks: Collection[tuple[int, int]]) -> None:
    for block, count in blocks:
        if count <= _MOST_ENTRIES:
            continue
        values = {"block": block, "entries": count}
        entries = connection.execute(_ENTRIES_OF_BLOCK, values).fetchall()
        size = -(-count // -(-count // _MOST_ENTRIES))
        parts = [entries[at : at + size] for at in range(0, count, size)]
        connection.execute(
            "UPDATE article_block SET entries = ?, hidden = ? WHERE pk = ?",
            (*_counted(parts[0]), block),
        )
        connection.executemany(
            "INSERT INTO article_block (ordering, value, tie, entries, hidden) "
            "SELECT ordering, ?, ?, ?, ? FROM article_block WHERE pk = ?",
            [(*part[0][:2], *_counted(part), block) for part in parts[1:]],
        )


def _counted(entries: Sequence[tuple[object, int, int]]) -> tuple[int, int]:
    return len(entries), sum(hidden for _, _, hidden in entries)


def reveal_positions(connection: sqlite3.Connection) -> None:
    """Show what was hidden, inside the transaction that ends an import."""
    connection.execute("UPDATE article_block SET hidden = 0 WHERE hidden <> 0")


def rebuild_positions(connection: sqlite3.Connection) -> None:
    """Sort all articles anew in each order, inside a transaction without the triggers."""
    _sort_by_title(connection)
    connection.execute("DELETE FROM article_order")
    for ordering in range(len(_ENTRIES)):
        connection.execute(
            "INSERT INTO article_order (ordering, value, tie) "
            f"SELECT {_entry(ordering, 'a')} FROM article a ORDER BY 2, 3"
        )
    connection.execute("DELETE FROM article_block")
    connection.execute(
        "INSERT INTO article_block (ordering, value, tie, entries, hidden) "
        "SELECT ordering, iif(first, :lowest, value), iif(first, :lowest, tie), entries, hidden "
        "FROM (SELECT ordering, value, tie, min(place) = 0 AS first, count(*) AS entries, "
        f"sum({is_hidden('abs(tie)')}) AS hidden FROM ("
        "SELECT ordering, value, tie, row_number() OVER "
        "(PARTITION BY ordering ORDER BY value, tie) - 1 AS place FROM article_order) "
        f"GROUP BY ordering, place / {_FILLED})",
        {"lowest": _LOWEST},
    )
    connection.executemany(
        "INSERT OR IGNORE INTO article_block (ordering, value, tie, entries, hidden) "
        "VALUES (?, ?, ?, 0, 0)",
        [(ordering, _LOWEST, _LOWEST) for ordering in range(len(_ENTRIES))],
    )


def _sort_by_title(connection: sqlite3.Connection) -> None:
    last = _LOWEST
    while rows := connection.execute(
        "SELECT pk, title, id, sort_title FROM article WHERE pk > ? ORDER BY pk LIMIT ?",
        (last, _TITLES_AT_ONCE),
    ).fetchall():
        last = rows[-1][0]
        connection.executemany(
            "UPDATE article SET sort_title = ? WHERE pk = ?",
            [
                (title, key)
                for title, (key, *_, before) in zip(_sort_titles(rows), rows, strict=True)
                if title != before
            ],
        )


def _sort_titles(rows: Sequence[tuple[int, str, str, str]]) -> list[str]:
    return sort_titles((str(title), str(id_)) for _, title, id_, _ in rows)


def positions_fit(connection: sqlite3.Connection) -> bool:
    """Return whether every article has its place in every order. Reads everything."""
    entries = " UNION ALL ".join(
        f"SELECT {_entry(ordering, 'a')} FROM article a" for ordering in range(len(_ENTRIES))
    )
    kept = "SELECT ordering, value, tie FROM article_order"
    (differs,) = connection.execute(
        f"SELECT EXISTS (SELECT * FROM (SELECT * FROM ({entries}) EXCEPT {kept})) "
        f"OR EXISTS (SELECT * FROM ({kept} EXCEPT SELECT * FROM ({entries}))) "
        "OR (SELECT count(DISTINCT ordering) FROM article_block WHERE value = :lowest "
        "AND tie = :lowest) <> :orderings OR EXISTS ("
        "SELECT 1 FROM article_block b LEFT JOIN ("
        f"SELECT ({_block_of('e')}) AS block, count(*) AS entries, "
        f"sum({is_hidden('abs(e.tie)')}) AS hidden FROM article_order e GROUP BY block"
        ") found ON found.block = b.pk WHERE b.entries <> coalesce(found.entries, 0) "
        "OR b.hidden <> coalesce(found.hidden, 0))",
        {"lowest": _LOWEST, "orderings": len(_ENTRIES)},
    ).fetchone()
    return not differs and _titles_fit(connection)


def _titles_fit(connection: sqlite3.Connection) -> bool:
    rows = connection.execute("SELECT pk, title, id, sort_title FROM article")
    while some := rows.fetchmany(_TITLES_AT_ONCE):
        if _sort_titles(some) != [row[3] for row in some]:
            return False
    return True


ARTICLE_TOTAL: Final = (
    "SELECT coalesce(sum(entries - hidden), 0) FROM article_block WHERE ordering = 0"
)
"""The query for the number of articles."""


class _Entry(NamedTuple):
    """An article's entry in an ordering."""

    key: int
    value: object
    tie: int


class ArticlePositions:
    """All articles in one order, as they were at some moment, read piece by piece.

    A position is the number of articles before one. What is imported or deleted after that moment
    moves articles by as many positions until a new object is made. Methods raise StoreError.
    """

    def __init__(self, database: "Database", order: ArticleOrder) -> None:
        """Use `Project.article_positions`."""
        self._database = database
        self._ordering = _ORDERINGS[order]
        self._backwards = order in _BACKWARDS
        with database.reading():
            blocks = database.connection.execute(
                "SELECT pk, value, tie, entries - hidden FROM article_block WHERE ordering = ? "
                "ORDER BY value, tie",
                (self._ordering,),
            ).fetchall()
        self._starts = [(value, tie) for _, value, tie, _ in blocks]
        self._before = [0, *accumulate(max(0, entries) for *_, entries in blocks)]
        self._total = int(self._before[-1])
        self._places = {pk: place for place, (pk, *_) in enumerate(blocks)}

    def __len__(self) -> int:
        return self._total

    def keys(self, first: int, limit: int) -> list[int]:
        """Return the keys of at most `limit` articles from the position `first` on.

        Costs the same at any position.
        """
        last = min(first + limit, len(self))
        if first >= last:
            return []
        start = len(self) - last if self._backwards else first
        place = bisect_right(self._before, start, hi=len(self._before) - 1) - 1
        with self._database.snapshot() as connection:
            keys = self._entries(connection, place, start - self._before[place], last - first)
        return keys[::-1] if self._backwards else keys

    def positions(self, keys: Collection[int]) -> dict[int, int]:
        """Return the positions of the articles with these keys, as far as there are any.

        Costs the same for an article anywhere, and hardly more for others near it.
        """
        value, tie = (one.replace("{row}", "a") for one in _ENTRIES[self._ordering])
        found: dict[int, int] = {}
        with self._database.snapshot() as connection:
            by_block: dict[int, list[_Entry]] = {}
            for block, *entry in connection.execute(
                f"SELECT ({_block_of('e')}), e.key, e.value, e.tie FROM (SELECT a.pk AS key, "
                f"? AS ordering, {value} AS value, {tie} AS tie FROM article a "
                "WHERE a.pk IN (SELECT value FROM json_each(?)) "
                f"AND {visible_condition('a.pk')}) e",
                (self._ordering, json.dumps([*keys])),
            ):
                by_block.setdefault(block, []).append(_Entry(*entry))
            for block, entries in by_block.items():
                if block in self._places:  # else it was split off since
                    found.update(self._rows_of(connection, self._places[block], entries))
        if self._backwards:
            return {key: len(self) - 1 - row for key, row in found.items()}
        return found

    def _rows_of(
        self, connection: sqlite3.Connection, place: int, entries: Sequence["_Entry"]
    ) -> Iterator[tuple[int, int]]:
        """Yield the keys of entries of one block, and their positions in the ordering."""
        before = int(self._before[place])
        if len(entries) > _FEW:
            there = self._entries(connection, place, 0, _MOST_ENTRIES)
            inside = {key: row for row, key in enumerate(there)}
            yield from ((one.key, before + inside[one.key]) for one in entries if one.key in inside)
            return
        query = (
            "SELECT count(*) FROM article_order WHERE ordering = ? AND (value, tie) >= (?, ?) "
            f"AND (value, tie) < (?, ?) AND {self._shown(connection)}"
        )
        for one in entries:
            ((count,),) = connection.execute(
                query, (self._ordering, *self._starts[place], one.value, one.tie)
            )
            yield one.key, before + count

    def count_before(self, key: int) -> int | None:
        """Return how many articles have a lower key; None unless that is this order."""
        if self._ordering != _ORDERINGS["imported"]:
            return None
        place = bisect_right(self._starts, (0, key), lo=1) - 1
        with self._database.snapshot() as connection:
            there = self._entries(connection, place, 0, _MOST_ENTRIES)
        return int(self._before[place] + bisect_left(there, key))

    def _entries(
        self, connection: sqlite3.Connection, place: int, first: int, limit: int
    ) -> list[int]:
        """Return keys of articles, in the order of the entries, from a place in a block on."""
        rows = connection.execute(
            "SELECT abs(tie) FROM article_order WHERE ordering = ? AND (value, tie) >= (?, ?) "
            f"AND {self._shown(connection)} ORDER BY value, tie LIMIT ? OFFSET ?",
            (self._ordering, *self._starts[place], limit, first),
        )
        return [key for (key,) in rows]

    @staticmethod
    def _shown(connection: sqlite3.Connection) -> str:
        """Return the condition that an entry is visible: it is not free, and seldom needed."""
        return visible_condition("abs(tie)") if has_hidden(connection) else "TRUE"
