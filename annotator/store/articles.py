"""Finding and reading articles."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

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


def remove_from_index(connection: sqlite3.Connection, keys: Iterable[int]) -> None:
    """Remove these articles from the full-text index; call it before they are deleted."""
    connection.executemany(
        "INSERT INTO article_fts (article_fts, rowid, text) "
        "SELECT 'delete', article, text FROM article_text WHERE article = ?",
        ((key,) for key in keys),
    )


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


def article_keys(
    database: Database,
    annotator: str,
    text: str,
    status: Status | None,
    marker: Marker | None = None,
) -> list[int]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if status is not None:
        conditions.append(status_condition(status))
        values["status"] = status
    if marker is not None:
        conditions.append(_marker_condition(marker))
    words = sanitized(text).strip()
    if not conditions:
        return _with_words(database, words) if words else _keys(database, _ARTICLES, _SHOWN, values)
    values["annotator"] = annotator_key(database, annotator)
    keys = _keys(database, _ARTICLES, " AND ".join([*conditions, _SHOWN]), values)
    return sorted({*keys}.intersection(_with_words(database, words))) if words else keys


def _with_words(database: Database, words: str) -> list[int]:
    """Return the keys of the articles with these words in their text, title, source or id.

    Single letters are searched for in title, source and id only. The index and the titles are
    queried one after the other: in one statement, SQLite would look up each article in the result
    of the index.
    """
    found: list[int] = []
    if query := _prefix_query(words):
        query_values = {"query": query}
        condition = f"a.article_fts MATCH :query AND {visible_condition('a.rowid')}"
        found = _keys(database, "article_fts a", condition, query_values, key="rowid")
    (total,) = database.connection.execute(_TOTAL).fetchone()
    if len(found) == total:
        return found
    values = {f"form{n}": f"%{_like_escaped(form)}%" for n, form in enumerate(_case_forms(words))}
    columns = ("title", "source", "id")
    tests = [rf"a.{column} LIKE :{form} ESCAPE '\'" for form in values for column in columns]
    condition = f"({' OR '.join(tests)}) AND {_SHOWN}"
    return sorted({*found, *_keys(database, _ARTICLES, condition, values)})


def _keys(
    database: Database, table: str, where: str, values: dict[str, Any], *, key: str = "pk"
) -> list[int]:
    """Return the matching keys, in ascending order.

    They come in one JSON array, because a row for each of 100,000 would take twice as long.
    """
    import orjson  # not needed for the first paint of the window

    (found,) = database.connection.execute(
        f"SELECT json_group_array(a.{key}) FROM {table} WHERE {where}", values
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


def status_condition(status: Status) -> str:
    of_annotator = "(SELECT article FROM annotation WHERE annotator = :annotator AND status"
    if status == "todo":
        return f"a.pk NOT IN {of_annotator} <> :status)"
    return f"a.pk IN {of_annotator} = :status)"


def _marker_condition(marker: Marker) -> str:
    """Return the condition that an article, or an item in it, has the annotator's flag or note."""
    whole, item = ("n.flags IS NOT NULL", "flags IS NOT NULL")
    if marker == "note":
        whole, item = ("n.notes <> ''", "note <> ''")
    items = " UNION ALL ".join(
        f"SELECT annotation FROM {table} WHERE {item}" for table in ("entity", "mention", "quote")
    )
    return (
        "a.pk IN (SELECT n.article FROM annotation n WHERE n.annotator = :annotator "
        f"AND ({whole} OR n.pk IN ({items})))"
    )


def _prefix_query(words: str) -> str:
    """Return the query for the index; "" if the index is not to be used."""
    # Nearly every text has a word that begins with any given letter, and the index would have
    # to merge all of these words.
    indexed_words = [word for word in words.split() if len(word) > 1 or not word.isascii()]
    # In double quotes, nothing that the user types is FTS5 syntax.
    return " ".join('"' + word.replace('"', '""') + '"*' for word in indexed_words)


def _case_forms(words: str) -> list[str]:
    # LIKE ignores case in ASCII only.
    if words.isascii():
        return [words]
    return list(dict.fromkeys((words, words.lower(), words.upper(), words.title())))


def _like_escaped(words: str) -> str:
    for char in "\\%_":
        words = words.replace(char, "\\" + char)
    return words


def sanitized(text: str) -> str:
    # SQLite accepts neither surrogates nor NUL; no stored text has them.
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
