"""Articles with the same text, or nearly: by the text's hash, and by the full-text index."""

import json
import sqlite3
from collections import Counter
from typing import Final, NamedTuple

from annotator.core.resemblance import ALIKE, probes, resemblance, words_of

_HITS: Final = 50
_COMPARED: Final = 5
NEAR_DUPLICATE: Final = "near_duplicate_of"
"""The key in an article's `meta` that holds the id of an older article much like it."""


class Twin(NamedTuple):
    """An article, an older one much like it, and how much of their wording they share (0–1)."""

    article: str
    of: str
    share: float


def same_text(connection: sqlite3.Connection, digest: str) -> str | None:
    """The id of the article whose text has this hash."""
    row = connection.execute("SELECT id FROM article WHERE text_sha256 = ?", (digest,)).fetchone()
    return None if row is None else str(row[0])


def flag_near_twins(connection: sqlite3.Connection, keys: list[int]) -> list[Twin]:
    """Find the older near duplicate of each of these articles and note it in its `meta`.

    To be called once after many insertions: a search makes the index write what it has gathered.
    """
    found = []
    for key in keys:
        twin = _near_twin(connection, key)
        if twin is not None:
            _flag(connection, key, twin.of)
            found.append(twin)
    return found


def _near_twin(connection: sqlite3.Connection, key: int) -> Twin | None:
    words = words_of(_text(connection, key))
    hits: Counter[int] = Counter()
    for probe in probes(words):
        rows = connection.execute(
            "SELECT rowid FROM article_fts WHERE article_fts MATCH ? AND rowid < ? LIMIT ?",
            (f'"{probe}"', key, _HITS),
        )
        hits.update(row[0] for row in rows)
    compared = [
        (resemblance(words, words_of(_text(connection, other))), other)
        for other, _count in hits.most_common(_COMPARED)
    ]
    share, other = max(compared, default=(0.0, 0))
    if share < ALIKE:
        return None
    return Twin(_id(connection, key), _id(connection, other), share)


def _text(connection: sqlite3.Connection, key: int) -> str:
    query = "SELECT text FROM article_text WHERE article = ?"
    return str(connection.execute(query, (key,)).fetchone()[0])


def _id(connection: sqlite3.Connection, key: int) -> str:
    query = "SELECT id FROM article WHERE pk = ?"
    return str(connection.execute(query, (key,)).fetchone()[0])


def _flag(connection: sqlite3.Connection, key: int, other: str) -> None:
    row = connection.execute("SELECT meta FROM article WHERE pk = ?", (key,)).fetchone()
    meta = json.loads(row[0]) if row[0] else {}
    meta[NEAR_DUPLICATE] = other
    connection.execute(
        "UPDATE article SET meta = ? WHERE pk = ?", (json.dumps(meta, ensure_ascii=False), key)
    )
