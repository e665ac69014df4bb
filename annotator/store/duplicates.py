"""Finding duplicates by the hash of the text, and near-duplicates by the full-text index."""

import json
import sqlite3
from collections import Counter
from typing import Final, NamedTuple

from annotator.core.similarity import ALIKE, FEWEST_WORDS, resemblance, runs, words_of
from annotator.store.article_index import find_anchored
from annotator.store.item_rows import from_json

_MAX_HITS: Final = 50
_MAX_COMPARED: Final = 5
NEAR_DUPLICATE: Final = "near_duplicate_of"
"""The key in an article's `meta` that holds the id of an older near-duplicate."""


class NearDuplicate(NamedTuple):
    """An article, an older near-duplicate of it, and how much of their wording they share (0–1)."""

    article: str
    of: str
    share: float


def same_text(connection: sqlite3.Connection, digest: str) -> str | None:
    """Return the id of the article whose text has this hash."""
    row = connection.execute("SELECT id FROM article WHERE text_sha256 = ?", (digest,)).fetchone()
    return None if row is None else str(row[0])


def near_duplicate(connection: sqlite3.Connection, key: int) -> NearDuplicate | None:
    """Return the older near-duplicate of an article, or None.

    Call it after many insertions rather than between them: a search makes the full-text index write
    what it has collected.
    """
    article, text = _article(connection, key)
    words = words_of(text)
    if len(words) < FEWEST_WORDS:
        return None
    own_runs, best = runs(words), (0.0, "")
    for other in _candidates(connection, key, text):
        id_, other_text = _article(connection, other)
        best = max(best, (resemblance(own_runs, runs(words_of(other_text))), id_))
    share, of = best
    if share < ALIKE:
        return None
    return NearDuplicate(article, of, share)


def _candidates(connection: sqlite3.Connection, key: int, text: str) -> list[int]:
    """Return the older articles that share most of the anchors.

    A near-duplicate shares more than one of the eight, except for one in thirty close to the limit.
    """
    hits = Counter(find_anchored(connection, text, key, _MAX_HITS))
    likely = [other for other, count in hits.most_common(_MAX_COMPARED) if count > 1]
    return likely or [other for other, _count in hits.most_common(1)]


def _article(connection: sqlite3.Connection, key: int) -> tuple[str, str]:
    query = "SELECT id, text FROM article JOIN article_text ON article = pk WHERE pk = ?"
    id_, text = connection.execute(query, (key,)).fetchone()
    return str(id_), str(text)


def flag_near_duplicate(connection: sqlite3.Connection, key: int, other: str) -> None:
    """Store the id of the older near-duplicate in the article's `meta`."""
    row = connection.execute("SELECT meta FROM article WHERE pk = ?", (key,)).fetchone()
    meta = from_json("article", "meta", row[0]) or {}
    meta[NEAR_DUPLICATE] = other
    connection.execute(
        "UPDATE article SET meta = ? WHERE pk = ?", (json.dumps(meta, ensure_ascii=False), key)
    )
