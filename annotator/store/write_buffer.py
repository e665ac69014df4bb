"""A buffer of new articles, which are written to the project many at a time."""

from collections.abc import Callable
from typing import Final, NamedTuple

from annotator.core.index_terms import IndexEntry
from annotator.store.article_index import add_to_index
from annotator.store.articles import last_key
from annotator.store.columns import Row
from annotator.store.counters import count_annotations
from annotator.store.database import Database
from annotator.store.item_rows import HEAD_COLUMNS, HEAD_NAMES, insert_batched, insert_rows
from annotator.store.positions import place_articles, split_blocks
from annotator.store.prepared import PreparedAnnotation
from annotator.store.title_order import sort_titles

_INTO_ANNOTATION: Final = (
    f"INSERT INTO annotation (pk, article, annotator, {HEAD_COLUMNS}, updated, revision) VALUES"
)
_ANNOTATION: Final = f"(?, ?, ?, {'?, ' * len(HEAD_NAMES)}?, 1)"
INSERT_ANNOTATION: Final = f"{_INTO_ANNOTATION} {_ANNOTATION}"
_INTO_ARTICLE: Final = (
    "INSERT INTO article (pk, id, title, language, source, published, url, meta, extra, "
    "record_extra, text_sha256, length, imported_at, sort_title) VALUES"
)
_ARTICLE: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_TEXT: Final = "INSERT INTO article_text (article, text) VALUES (?, ?)"
_INSERT_DIGEST: Final = "INSERT OR IGNORE INTO imported VALUES (?, ?)"
_MOST: Final = 160
_MOST_CHARACTERS: Final = 500_000
"""What is written in some hundredths of a second, while others wait."""
_BYTES_FOR_A_CHARACTER: Final = 8
"""In the text, the word index and the log."""


class BufferedArticle(NamedTuple):
    """A buffered article: its position in the buffer, and the hash of its text."""

    place: int
    digest: str


class WriteBuffer:
    """Rows of articles that the project does not have yet, and of annotations of them.

    They get their keys when they are written, in a transaction, where no one else can use them.
    """

    def __init__(self) -> None:
        self._clear()

    @property
    def is_full(self) -> bool:
        """Whether it is time to write the buffered rows."""
        return len(self._articles) >= _MOST or self._characters >= _MOST_CHARACTERS

    @property
    def size(self) -> int:
        """About how many bytes it takes to write the buffered rows."""
        return self._characters * _BYTES_FOR_A_CHARACTER

    def __len__(self) -> int:
        return len(self._articles)

    def article(self, id_: str) -> BufferedArticle | None:
        """Return the buffered article with this id, or None."""
        return self._ids.get(id_)

    def same_text(self, digest: str) -> str | None:
        """Return the id of a buffered article whose text has this hash."""
        return self._ids_by_digest.get(digest)

    def add(self, row: Row, text: str, entry: IndexEntry, *, bare: bool) -> int:
        """Buffer an article and return its position. The row is that of the table without key."""
        place = len(self._articles)
        self._articles.append(row)
        self._texts.append(text)
        self._entries.append(entry)
        self._characters += len(text)
        self._ids[row[0]] = BufferedArticle(place, row[-3])
        self._ids_by_digest.setdefault(row[-3], row[0])
        if bare:
            self._bare.append(place)
        return place

    def has_annotation(self, place: int, annotator: str) -> bool:
        """Return whether this annotator's annotation of the article in the position is buffered."""
        return (place, annotator) in self._pairs

    def add_annotation(self, place: int, made: PreparedAnnotation) -> None:
        """Buffer an annotation of the article in that position."""
        self._pairs.add((place, made.annotator))
        self._heads.append((place, made.annotator, made.head_row))
        self._annotation_digests.append(made.digest)
        for table, rows in made.rows.items():
            self._items.setdefault(table, []).append(rows)

    def write(self, database: Database, annotator_key: Callable[[str], int]) -> list[int]:
        """Write the buffered rows; return the keys of the articles without annotation.

        Only inside a transaction. Many are written faster without the triggers that count, see
        `Database.set_counting`; then they are counted here.
        """
        first = last_key(database.connection) + 1
        return self.write_from(first, database, annotator_key)

    def write_from(
        self, first: int, database: Database, annotator_key: Callable[[str], int]
    ) -> list[int]:
        """Write as `write` does, starting with this key for the articles."""
        connection = database.connection
        (last,) = connection.execute("SELECT coalesce(max(pk), 0) FROM annotation").fetchone()
        keys = range(int(last) + 1, int(last) + 1 + len(self._heads))
        titles = sort_titles((row[1], row[0]) for row in self._articles)
        articles = [
            (first + place, *row, title)
            for place, (row, title) in enumerate(zip(self._articles, titles, strict=True))
        ]
        texts = [(first + place, text) for place, text in enumerate(self._texts)]
        heads = [
            (key, first + place, annotator_key(name), *head)
            for key, (place, name, head) in zip(keys, self._heads, strict=True)
        ]
        insert_batched(connection, _INTO_ARTICLE, _ARTICLE, articles)
        connection.executemany(_INSERT_TEXT, texts)
        add_to_index(connection, enumerate(self._entries, start=first))
        insert_batched(connection, _INTO_ANNOTATION, _ANNOTATION, heads)
        insert_rows(
            connection,
            {
                table: [
                    (key, *row[1:]) for key, rows in zip(keys, groups, strict=True) for row in rows
                ]
                for table, groups in self._items.items()
            },
        )
        connection.executemany(_INSERT_DIGEST, zip(keys, self._annotation_digests, strict=True))
        if database.counting:
            split_blocks(connection)
        else:
            count_annotations(connection, keys.start, keys.stop - 1)
            place_articles(connection, first, first + len(articles) - 1)
        bare = [first + place for place in self._bare]
        self._clear()
        return bare

    def _clear(self) -> None:
        self._articles: list[Row] = []
        self._texts: list[str] = []
        self._entries: list[IndexEntry] = []
        self._bare: list[int] = []
        self._heads: list[tuple[int, str, Row]] = []
        self._annotation_digests: list[str] = []
        self._items: dict[str, list[list[Row]]] = {}
        self._characters = 0
        self._ids: dict[str, BufferedArticle] = {}
        self._ids_by_digest: dict[str, str] = {}
        self._pairs: set[tuple[int, str]] = set()
