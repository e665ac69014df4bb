"""Filtering the list of articles by words, status, flags and notes, in short steps."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from annotator.core.index_terms import filter_query, title_query
from annotator.core.models import Status
from annotator.core.text_search import FoldedText, WordFilter
from annotator.store.articles import Marker, annotator_key, sanitized
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.key_scan import KeyRange, KeyScan

_OF_TITLES: Final = ("article.title", "article.source", "article.id", "")
_OF_TEXT: Final = (*_OF_TITLES[:3], "article_text.text")


class ArticleFilter(NamedTuple):
    """Which articles to list; all of it has to fit.

    Status, flags and notes (None: any) are those of `annotator`. The words (`WordFilter`) are
    those of the text, or the title, source or id contains what was typed.
    """

    annotator: str
    text: str = ""
    status: Status | None = None
    marker: Marker | None = None


class KeyPage(NamedTuple):
    """Some keys in ascending order, and whether they are the last."""

    keys: list[int]
    is_last: bool


class FilteredKeys:
    """The keys of the articles that fit a filter, page by page; what was found is not kept.

    Each page sees the project as it is by then, after the last key of the page before.
    """

    def __init__(self, database: Database, wanted: ArticleFilter) -> None:
        self._database = database
        self._connection = database.connection
        self._words = WordFilter(sanitized(wanted.text))
        self._of_text = filter_query(self._words)
        self._of_titles = title_query(self._words)
        annotator = annotator_key(database, wanted.annotator)
        self._scan = KeyScan(database, annotator, wanted.status, wanted.marker)
        self._last = 0
        self._found = self._fitting()

    def page(
        self, limit: int | None, patience: float, clock: Callable[[], float] = time.monotonic
    ) -> KeyPage:
        """Return the next keys, at most `limit`, found within about `patience` seconds.

        There may be none yet. Raises StoreError, and the same page can be asked for again.
        """
        deadline = clock() + patience
        keys: list[int] = []
        try:
            with self._database.reading():
                for found in self._found:
                    if found is not None:
                        keys.append(found)
                        if limit is not None and len(keys) >= limit:
                            break
                    elif clock() >= deadline:
                        break
                else:
                    return KeyPage(keys, is_last=True)
        except BaseException:
            self._found = self._fitting()
            raise
        self._last = keys[-1] if keys else self._last
        return KeyPage(keys, is_last=False)

    def _fitting(self) -> Iterator[int | None]:
        """Yield the keys after the last one; None each time that some work was done."""
        for where in self._scan.ranges(self._last):
            if not self._words.pieces:
                yield from self._scan.keys(where)
            elif where.is_indexed:
                yield from self._indexed(where)
            else:
                yield from self._reading(self._scan.keys(where))
            yield None

    def _indexed(self, where: KeyRange) -> Iterator[int | None]:
        by_text = self._scan.found(where, self._of_text)
        by_title = self._scan.found(where, self._of_titles, titles=True)
        sure = {
            *(by_text if self._of_text.is_exact else ()),
            *(by_title if self._of_titles.is_exact else ()),
        }
        yield None
        for key in sorted({*by_text, *by_title}):
            if key in sure:
                yield key
            else:
                yield from self._reading([key], with_text=not self._of_text.is_exact)

    def _reading(self, keys: Iterable[int], *, with_text: bool = True) -> Iterator[int | None]:
        """Yield those of the keys whose articles fit, as read, and None after each."""
        of_row, text = (_OF_TEXT, "t.text") if with_text else (_OF_TITLES, "''")
        join = " JOIN article_text t ON t.article = a.pk" if with_text else ""
        query = f"SELECT a.title, a.source, a.id, {text} FROM article a{join} WHERE a.pk = ?"
        for key in keys:
            rows = checked_rows(self._connection.execute(query, (key,)), *of_row)
            if any(self._fits(*row) for row in rows):
                yield key
            yield None

    def _fits(self, title: str, source: str | None, id_: str, text: str) -> bool:
        titles = (title, source, id_)
        return any(map(self._words.fits_title, titles)) or self._words.fits_text(FoldedText(text))


def filtered_keys(database: Database, wanted: ArticleFilter) -> list[int]:
    """Return the keys of all articles that fit, however long it takes."""
    with database.reading():
        found = FilteredKeys(database, wanted)
    return found.page(None, float("inf")).keys
