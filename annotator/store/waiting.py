"""New articles on their way into the project, written many at a time."""

import sqlite3
from typing import Final

from annotator.store.articles import last_key
from annotator.store.columns import Row
from annotator.store.items import insert_rows, insert_together

_INTO_ANNOTATION: Final = (
    "INSERT INTO annotation (pk, article, annotator, status, notes, flags, seconds, extra, "
    "updated, revision) VALUES"
)
_ANNOTATION: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
INSERT_ANNOTATION: Final = f"{_INTO_ANNOTATION} {_ANNOTATION}"
_INTO_ARTICLE: Final = (
    "INSERT INTO article (pk, id, title, language, source, published, url, meta, extra, "
    "record_extra, text_sha256, length, imported_at) VALUES"
)
_ARTICLE: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_TEXT: Final = "INSERT INTO article_text (article, text) VALUES (?, ?)"
_INSERT_WORDS: Final = "INSERT INTO article_fts (rowid, text) VALUES (?, ?)"
_REMEMBER: Final = "INSERT OR IGNORE INTO imported VALUES (?, ?)"
_MOST: Final = 128
_MOST_CHARACTERS: Final = 4_000_000


class Waiting:
    """Rows of articles that the project does not have yet, and of the first annotation of each.

    Only inside a transaction, in which nobody else can take the keys that are given out here.
    `ids` and `digests` are those of the articles that wait.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        (last,) = connection.execute("SELECT coalesce(max(pk), 0) FROM annotation").fetchone()
        self._next = {"article": last_key(connection) + 1, "annotation": int(last) + 1}
        self._clear()

    def next_annotation(self) -> int:
        """A key that no annotation has or will get."""
        key = self._next["annotation"]
        self._next["annotation"] += 1
        return key

    def add(self, row: Row, text: str) -> int:
        """Let an article wait; its key. The row is that of the table but for the key."""
        if len(self._articles) >= _MOST or self._characters >= _MOST_CHARACTERS:
            self.flush()
        key = self._next["article"]
        self._next["article"] += 1
        self._articles.append((key, *row))
        self._texts.append((key, text))
        self._characters += len(text)
        self.ids.add(row[0])
        self.digests.add(row[-3])
        return key

    def add_annotation(self, head: Row, items: dict[str, list[Row]], digest: str) -> None:
        """Let an annotation of the article added last wait; `items` have its key."""
        key = self._next["annotation"] - 1
        self._heads.append((key, self._articles[-1][0], *head))
        self._digests.append((key, digest))
        for table, rows in items.items():
            self._items.setdefault(table, []).extend(rows)

    def flush(self) -> None:
        """Write what waits."""
        if not self._articles:
            return
        insert_together(self._connection, _INTO_ARTICLE, _ARTICLE, self._articles)
        self._connection.executemany(_INSERT_TEXT, self._texts)
        self._connection.executemany(_INSERT_WORDS, self._texts)
        insert_together(self._connection, _INTO_ANNOTATION, _ANNOTATION, self._heads)
        insert_rows(self._connection, self._items)
        self._connection.executemany(_REMEMBER, self._digests)
        self._clear()

    def _clear(self) -> None:
        self._articles: list[Row] = []
        self._texts: list[Row] = []
        self._heads: list[Row] = []
        self._digests: list[Row] = []
        self._items: dict[str, list[Row]] = {}
        self._characters = 0
        self.ids: set[str] = set()
        self.digests: set[str] = set()
