"""Finding and reading articles."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from annotator.core.message import message
from annotator.core.models import STATUSES, Article, Status, make_item
from annotator.store.columns import Row, checked_rows
from annotator.store.database import Database
from annotator.store.errors import NoSuchArticle
from annotator.store.item_rows import from_json
from annotator.store.positions import ARTICLE_TOTAL
from annotator.store.visible import visible_condition

ARTICLE_COLUMNS: Final = (
    "a.id, t.text, a.title, a.language, a.source, a.published, a.url, a.meta, a.extra"
)
_OF_ARTICLE: Final = (
    "article.id", "article_text.text", "article.title", "article.language", "article.source",
    "article.published", "article.url",
)  # fmt: skip
_OF_ROW: Final = (
    "article.pk", "article.id", "article.title", "article.source", "article.published",
    "annotation.status", "article.length", "", "",
)  # fmt: skip
_PAGE: Final = 500
_LAST_KEY: Final = "last_article"
INDEX_GAP: Final = "index_gap"
"""The key in the table `project` that holds which articles are not indexed: "before last"."""
_SHOWN: Final = visible_condition("a.pk")
_TOTAL: Final = f"SELECT count(*) FROM article WHERE {visible_condition('pk')}"
_ARTICLES: Final = "article a NOT INDEXED"
"""An index would return the keys in its own order, and sorting them takes longer than it saves."""

Marker = Literal["flag", "note"]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What a list shows of an article.

    `length` is in code points; `key` is the article's key in this project. `flagged` and `noted`
    refer to the annotation as a whole.
    """

    key: int
    id: str
    title: str
    source: str | None
    published: str | None
    status: Status
    length: int
    flagged: bool = False
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one annotator. `counts` has all four statuses and adds up to `total`."""

    total: int
    counts: dict[Status, int]


def articles_of(rows: Sequence[Row]) -> list[Article]:
    """Return the Articles of rows of `ARTICLE_COLUMNS`. Raises WrongValue."""
    checked_rows((row[:-2] for row in rows), *_OF_ARTICLE)
    return [
        make_item(
            Article,
            (
                *values,
                from_json("article", "meta", meta) if meta is not None else None,
                from_json("article", "extra", extra) if extra is not None else None,
            ),
        )
        for *values, meta, extra in rows
    ]


def annotator_key(database: Database, name: str) -> int | None:
    row = database.connection.execute(
        "SELECT pk FROM annotator WHERE name = ?", (sanitized(name),)
    ).fetchone()
    return None if row is None else int(row[0])


def key_of(database: Database, article_id: str) -> int | None:
    row = database.connection.execute(
        "SELECT pk FROM article WHERE id = ?", (sanitized(article_id),)
    ).fetchone()
    return None if row is None else int(row[0])


def last_key(connection: sqlite3.Connection) -> int:
    """Return the highest key that an article has, or had before it was deleted.

    The key of a deleted article, which another window may still show, is never used again.
    """
    (last,) = connection.execute(
        "SELECT max(coalesce((SELECT max(pk) FROM article), 0), "
        "coalesce((SELECT CAST(value AS INTEGER) FROM project WHERE key = ?), 0))",
        (_LAST_KEY,),
    ).fetchone()
    return int(last)


def stored_last_key(connection: sqlite3.Connection) -> int | None:
    """Return the highest article key that the project has stored, or None."""
    row = connection.execute("SELECT value FROM project WHERE key = ?", (_LAST_KEY,)).fetchone()
    return int(row[0]) if row is not None and str(row[0]).isdecimal() else None


def set_last_key(connection: sqlite3.Connection, key: int | None) -> None:
    """Store this key as the highest article key, or remove the stored one."""
    if key is None:
        connection.execute("DELETE FROM project WHERE key = ?", (_LAST_KEY,))
        return
    connection.execute(
        "INSERT INTO project (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_LAST_KEY, str(key)),
    )


def store_last_key(connection: sqlite3.Connection) -> None:
    """Store the highest key so far, because its article is about to be deleted."""
    set_last_key(connection, last_key(connection))


def article(database: Database, key: int) -> Article:
    row = database.connection.execute(
        f"SELECT {ARTICLE_COLUMNS} FROM article a JOIN article_text t ON t.article = a.pk "
        "WHERE a.pk = ?",
        (key,),
    ).fetchone()
    if row is None:
        raise NoSuchArticle(
            message("{1} has no article with the key {2}; reload the list", database.path, str(key))
        )
    return articles_of([row])[0]


def all_keys(database: Database) -> list[int]:
    """Return the keys of all articles, in ascending order.

    They come in one JSON array, because a row for each of 100,000 would take twice as long.
    """
    import orjson  # not needed for the first paint of the window

    (found,) = database.connection.execute(
        f"SELECT json_group_array(a.pk) FROM {_ARTICLES} WHERE {_SHOWN}"
    ).fetchone()
    keys: list[int] = orjson.loads(found)
    keys.sort()  # they already are, but SQLite does not guarantee it
    return keys


def article_rows(database: Database, keys: Collection[int], annotator: str) -> list[ArticleRow]:
    found: dict[int, ArticleRow] = {}
    annotator_pk = annotator_key(database, annotator)
    wanted = list(keys)
    for first in range(0, len(wanted), _PAGE):
        page = wanted[first : first + _PAGE]
        rows = database.connection.execute(
            "SELECT a.pk, a.id, a.title, a.source, a.published, coalesce(n.status, 'todo'), "
            "a.length, n.flags IS NOT NULL, coalesce(n.notes, '') <> '' FROM article a "
            "LEFT JOIN annotation n ON n.article = a.pk AND n.annotator = ? "
            f"WHERE a.pk IN ({', '.join('?' * len(page))})",
            (annotator_pk, *page),
        )
        for *values, flagged, noted in checked_rows(rows, *_OF_ROW):
            found[values[0]] = ArticleRow(*(*values, bool(flagged), bool(noted)))
    return [found[key] for key in wanted if key in found]


def progress(database: Database, annotator: str) -> Progress:
    rows = database.connection.execute(
        f"SELECT '', ({ARTICLE_TOTAL}) UNION ALL SELECT name, sum(number) FROM counter "
        "WHERE annotator = ? AND kind IN ('begun', 'opened') AND hidden = 0 GROUP BY name",
        (annotator_key(database, annotator),),
    )
    counts = dict(rows.fetchall())
    total, found = counts.pop(""), {status: counts.get(status, 0) for status in STATUSES}
    found["todo"] = total - sum(found[status] for status in STATUSES if status != "todo")
    return Progress(total, found)


def first_keys(database: Database, limit: int) -> list[int]:
    rows = database.connection.execute(
        f"SELECT pk FROM article WHERE {visible_condition('pk')} ORDER BY pk LIMIT ?", (limit,)
    )
    return [key for (key,) in rows]


def has_unindexed(database: Database) -> bool:
    found = database.connection.execute("SELECT 1 FROM project WHERE key = ?", (INDEX_GAP,))
    return found.fetchone() is not None


def has_several(database: Database) -> bool:
    return len(first_keys(database, 2)) > 1


def nearest(database: Database, key: int) -> int | None:
    for side, order in ((">=", ""), ("<", "DESC")):
        found = database.connection.execute(
            f"SELECT pk FROM article WHERE pk {side} ? AND {visible_condition('pk')} "
            f"ORDER BY pk {order} LIMIT 1",
            (key,),
        ).fetchone()
        if found is not None:
            return int(found[0])
    return None


_IS_OPEN: Final = (
    "NOT EXISTS (SELECT 1 FROM annotation n WHERE n.article = a.pk "
    "AND n.annotator = :annotator AND n.status IN ('done', 'skipped'))"
)
"""The condition that the annotator has neither done nor skipped the article a."""


def open_among(database: Database, keys: Collection[int], annotator: str) -> set[int]:
    listed = ", ".join(map(str, keys))
    rows = database.connection.execute(
        f"SELECT a.pk FROM article a WHERE a.pk IN ({listed}) "
        f"AND {visible_condition('a.pk')} AND {_IS_OPEN}",
        {"annotator": annotator_key(database, annotator)},
    )
    return {key for (key,) in rows}


def next_open(database: Database, annotator: str, key: int | None, step: int) -> int | None:
    way, order, around = (">", "", "<") if step > 0 else ("<", "DESC", ">")
    values = {"here": key, "annotator": annotator_key(database, annotator)}
    beyond = [f"a.pk {way} :here", f"a.pk {around} :here"] if key is not None else ["TRUE"]
    for side in beyond:
        # Key by key: nearly always the next one is open; one that is done costs a look-up.
        found = database.connection.execute(
            f"SELECT a.pk FROM article a WHERE {side} AND {visible_condition('a.pk')} "
            f"AND {_IS_OPEN} ORDER BY a.pk {order} LIMIT 1",
            values,
        ).fetchone()
        if found is not None:
            return int(found[0])
    return None


def sanitized(text: str) -> str:
    # SQLite accepts neither surrogates nor NUL; no stored text has them.
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
