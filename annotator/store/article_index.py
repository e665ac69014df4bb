"""The index of the words of all articles: an FTS5 table whose terms are made by `core.index_terms`.

Each term begins with the number of its shard, a range of keys, and a query asks for one shard
after the other. FTS5 merges all words with some beginning, and goes through all articles with some
words, before it returns the first one: in one shard that takes a few milliseconds, in a project of
any size.

The table has no content of its own, and SQLite runs no triggers with FTS5 while trusted_schema is
off: whoever inserts or deletes an article calls the functions of this module. An old project is
indexed little by little; the articles that are not indexed yet are a range of keys, the gap.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from annotator.core.index_terms import (
    LETTER,
    TITLE,
    TITLE_SIGN,
    IndexEntry,
    IndexQuery,
    Phrase,
    anchor_term,
    anchors,
    entry_of,
    sign_term,
    terms_of,
)
from annotator.store.articles import INDEX_GAP
from annotator.store.database import Database

SHARD_SIZE: Final = 4096
"""Keys in a shard. Smaller ones make rare words slower, larger ones the steps longer."""
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_INSERT: Final = "INSERT INTO article_index (rowid, terms) VALUES (?, ?)"
_DELETE: Final = "INSERT INTO article_index (article_index, rowid, terms) VALUES ('delete', ?, ?)"
_CONTENT: Final = (
    "SELECT CAST(t.text AS BLOB), CAST(a.title AS BLOB), CAST(a.source AS BLOB), "
    "CAST(a.id AS BLOB) FROM article a JOIN article_text t ON t.article = a.pk WHERE a.pk = ?"
)
"""As bytes, because an article with text that is not UTF-8 must be removable, too."""
_AT_ONCE: Final = 100
_MOST_CHARACTERS: Final = 400_000
"""What is indexed in about a tenth of a second, while others wait."""


class Gap(NamedTuple):
    """The articles with keys after `before`, up to `last`, are not in the index."""

    before: int
    last: int

    def has(self, key: int) -> bool:
        """Return whether the article with this key is not in the index."""
        return self.before < key <= self.last


_NO_GAP: Final = Gap(0, 0)
_MOST_DIGITS: Final = 18
_EVERYTHING: Final = Gap(0, 10**_MOST_DIGITS - 1)


def gap_of(connection: sqlite3.Connection) -> Gap:
    """Return which articles are not in the index."""
    row = connection.execute("SELECT value FROM project WHERE key = ?", (INDEX_GAP,)).fetchone()
    if row is None:
        return _NO_GAP
    before, _, last = str(row[0]).partition(" ")
    if all(key.isdecimal() and len(key) <= _MOST_DIGITS for key in (before, last)):
        return Gap(int(before), int(last))
    return _EVERYTHING


def add_to_index(connection: sqlite3.Connection, entries: Iterable[tuple[int, IndexEntry]]) -> None:
    """Add new articles, by their keys. Only inside the transaction that inserts them."""
    connection.executemany(_INSERT, ((key, _document(key, entry)) for key, entry in entries))


def add_stored(connection: sqlite3.Connection, key: int) -> None:
    """Add the article with this key, which was inserted in this transaction."""
    if not gap_of(connection).has(key):
        add_to_index(connection, _entries(connection, [key]))


def remove_from_index(connection: sqlite3.Connection, keys: Iterable[int]) -> None:
    """Remove these articles; call it before they are deleted, in the same transaction."""
    gap = gap_of(connection)
    entries = _entries(connection, (key for key in keys if not gap.has(key)))
    connection.executemany(_DELETE, ((key, _document(key, entry)) for key, entry in entries))


def fill_gap(database: Database, go_on: Callable[[], bool]) -> bool:
    """Index the articles that are not indexed yet, in short transactions; return whether all are.

    Continues as long as `go_on` returns True, and at any later time where it stopped or was killed.
    Raises StoreError.
    """
    with _lasting_once_all_is_done(database.connection):
        while gap_of(database.connection) != _NO_GAP:
            if not go_on():
                return False
            with database.writing() as connection:
                _fill_some(connection)
    return True


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the whole index anew. Only inside a transaction."""
    connection.execute("INSERT INTO article_index (article_index) VALUES ('delete-all')")
    connection.execute("DELETE FROM project WHERE key = ?", (INDEX_GAP,))
    keys = connection.execute("SELECT pk FROM article ORDER BY pk").fetchall()
    add_to_index(connection, _entries(connection, (key for (key,) in keys)))


def is_sound(connection: sqlite3.Connection) -> bool:
    """Return whether the index has just the terms of the articles. Only inside a transaction."""
    try:
        connection.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")
    except sqlite3.DatabaseError:
        return False
    connection.execute(
        "CREATE VIRTUAL TABLE temp.indexed_terms USING fts5vocab (main, article_index, row)"
    )
    try:
        return all(
            found == wanted for found, wanted in _terms_by_shard(connection, gap_of(connection))
        )
    finally:
        connection.execute("DROP TABLE temp.indexed_terms")


def find_indexed(connection: sqlite3.Connection, match: str, after: int, last: int) -> list[int]:
    """Return the keys after `after`, up to `last`, of the articles that fit, in ascending order."""
    rows = connection.execute(
        "SELECT rowid FROM article_index WHERE article_index MATCH ? AND rowid > ? AND rowid <= ? "
        "ORDER BY rowid",
        (match, after, last),
    )
    return [key for (key,) in rows]


def find_anchored(
    connection: sqlite3.Connection, text: str, before: int, limit: int
) -> Iterator[int]:
    """Yield the articles with keys before this one that share an anchor of the text, once for each.

    `limit` is how many for each anchor.
    """
    for anchor in anchors(terms_of(text).words):
        yield from (
            key
            for (key,) in connection.execute(
                "SELECT rowid FROM article_index WHERE article_index MATCH ? AND rowid < ? LIMIT ?",
                (_quoted([anchor_term(anchor)]), before, limit),
            )
        )


def last_of_shard(key: int) -> int:
    """Return the last key of the shard to which a key belongs."""
    return key | (SHARD_SIZE - 1)


def match_in_shard(query: IndexQuery, key: int, *, titles: bool = False) -> str:
    """Return the FTS5 query for the articles of the shard of this key, by their texts or titles."""
    shard = _shard_prefix(key)
    kind = shard + TITLE if titles else shard
    sign_kind = shard + TITLE_SIGN if titles else shard
    tests = [_phrase(phrase, kind) for phrase in query.phrases]
    tests += [_quoted([shard + LETTER + letter.encode()]) for letter in sorted(query.letters)]
    tests += [_quoted([sign_kind + sign_term(sign)]) for sign in sorted(query.signs)]
    return " AND ".join(tests)


def _phrase(phrase: Phrase, prefix: bytes) -> str:
    words = _quoted([prefix + word for word in phrase.words])
    return f"{words} *" if phrase.prefix else words


def _quoted(words: list[bytes]) -> str:
    # In double quotes, which are part of no term, nothing is FTS5 syntax.
    return f'"{b" ".join(words).decode()}"'


def _document(key: int, entry: IndexEntry) -> str:
    shard = _shard_prefix(key)
    own = shard + entry.terms.replace(b" ", b" " + shard) if entry.terms else b""
    return (own + b" " + entry.anchors).decode()


def _shard_prefix(key: int) -> bytes:
    """Return what each term of the shard begins with, and no term of another one."""
    number, digits = key // SHARD_SIZE, ""
    while number or not digits:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"{_DIGITS[len(digits)]}{digits}".encode()


def _entries(
    connection: sqlite3.Connection, keys: Iterable[int]
) -> Iterator[tuple[int, IndexEntry]]:
    for key in keys:
        for row in connection.execute(_CONTENT, (key,)):
            text, *titles = (str(value or b"", "utf-8", "replace") for value in row)
            yield key, entry_of(text, [title for title in titles if title])


def _fill_some(connection: sqlite3.Connection) -> None:
    gap = gap_of(connection)
    found = connection.execute(
        "SELECT pk, length FROM article WHERE pk > ? AND pk <= ? ORDER BY pk LIMIT ?",
        (*gap, _AT_ONCE),
    ).fetchall()
    keys: list[int] = []
    left = _MOST_CHARACTERS
    for key, length in found:
        keys.append(key)
        left -= length
        if left <= 0:
            break
    add_to_index(connection, _entries(connection, keys))
    if keys and keys[-1] < gap.last:
        connection.execute(
            "INSERT INTO project (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (INDEX_GAP, f"{keys[-1]} {gap.last}"),
        )
    else:
        connection.execute("DELETE FROM project WHERE key = ?", (INDEX_GAP,))


@contextmanager
def _lasting_once_all_is_done(connection: sqlite3.Connection) -> Iterator[None]:
    """Do not wait for the disk in the block: what a power cut takes away is made again."""
    (before,) = connection.execute("PRAGMA synchronous").fetchone()
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA synchronous = {before}")


_Terms = dict[str, tuple[int, int]]


def _terms_by_shard(connection: sqlite3.Connection, gap: Gap) -> Iterator[tuple[_Terms, _Terms]]:
    """Yield for each shard the terms that the index has, and those of its articles.

    Each comes with the number of articles that have it, and how often they do.
    """
    left = connection.execute("SELECT count(*) FROM temp.indexed_terms").fetchone()[0]
    anchored: Counter[str] = Counter()
    after = 0
    while row := connection.execute(
        "SELECT pk FROM article WHERE pk > ? ORDER BY pk LIMIT 1", (after,)
    ).fetchone():
        first, after = row[0], last_of_shard(row[0])
        keys = connection.execute("SELECT pk FROM article WHERE pk BETWEEN ? AND ?", (first, after))
        articles: Counter[str] = Counter()
        times: Counter[str] = Counter()
        for _, entry in _entries(connection, [key for (key,) in keys if not gap.has(key)]):
            terms = entry.terms.decode().split(" ") if entry.terms else []
            times.update(terms)
            articles.update(set(terms))
            anchored.update(entry.anchors.decode().split())
        shard = _shard_prefix(first).decode()
        wanted = {shard + term: (articles[term], count) for term, count in times.items()}
        found = _indexed_terms(connection, shard)
        left -= len(found)
        yield found, wanted
    found = _indexed_terms(connection, anchor_term(0).decode()[0])
    yield found, {term: (count, count) for term, count in anchored.items()}
    if left != len(found):
        yield {"": (0, left)}, {}  # terms of articles that are not there


def _indexed_terms(connection: sqlite3.Connection, beginning: str) -> _Terms:
    rows = connection.execute(
        "SELECT term, doc, cnt FROM temp.indexed_terms WHERE term >= ? AND term < ?",
        (beginning, beginning + "\U0010ffff"),
    )
    return {term: (articles, times) for term, articles, times in rows}
