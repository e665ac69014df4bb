"""Searching for text, labels, flags and notes in all articles, in short steps."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from annotator.core.index_terms import phrase_query
from annotator.core.models import Status
from annotator.core.text_search import FoldedText, TextQuery
from annotator.store.articles import Marker, annotator_key, sanitized
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.errors import WrongValue
from annotator.store.key_scan import KeyScan

_OF_HIT: Final = ("article.pk", "article.title", "article.id", "annotation.status")
_OF_ITEM: Final = ("mention.start?", "mention.end?", "entity.label", "mention.note")


class SearchQuery(NamedTuple):
    """What to search for; all of it has to match.

    What is sought in a text has to begin a word there (`TextQuery.beginnings`).
    Status, labels, flags and notes are those of `annotator`.
    """

    sought: TextQuery
    annotator: str
    label: str | None = None
    status: Status | None = None
    marker: Marker | None = None


class Hit(NamedTuple):
    """One hit: the span `[start, end)` in code points of the article with this key.

    `words` is the text there, between `before` and `after`; for a note, `words` is the note itself,
    and `start` is the start of what the note is on. `label` is that of a mention, "quote" for a
    quote, "" for plain text. `times` is how often the text occurs in the article.
    """

    key: int
    title: str
    status: Status
    start: int
    end: int
    before: str
    words: str
    after: str
    label: str = ""
    times: int = 1


class SearchPage(NamedTuple):
    """Some hits in article order, and the key up to which all was searched: None at the end."""

    hits: list[Hit]
    next: int | None


class _Item(NamedTuple):
    """An item in an article that may match: `[start, end)`, its label, and the text of a note."""

    start: int
    end: int
    label: str
    note: str


class ProjectSearch:
    """A search of all articles, page by page.

    Each page sees the project as it is by then, after the last article of the page before.
    """

    def __init__(self, database: Database, wanted: SearchQuery, after: int = 0) -> None:
        self._database = database
        self._connection = database.connection
        self._wanted = wanted
        sought = wanted.sought
        self._sought = TextQuery(
            sanitized(sought.words), exact=sought.exact, whole=sought.whole, beginnings=True
        )
        self._folded = TextQuery(self._sought.words, beginnings=True)
        self._of_text = phrase_query(self._sought)
        annotator = annotator_key(database, wanted.annotator)
        self._values: dict[str, Any] = {"annotator": annotator, "label": wanted.label}
        self._scan = KeyScan(database, annotator, wanted.status, wanted.marker)
        self._last = after
        self._found = self._hits()

    def page(
        self, limit: int, patience: float, clock: Callable[[], float] = time.monotonic
    ) -> SearchPage:
        """Return the next hits, about `limit`, found within about `patience` seconds.

        The hits of one article are never split, so there may be more than `limit`; there may also
        be none yet. Raises StoreError, and the same page can be asked for again.
        """
        deadline = clock() + patience
        hits: list[Hit] = []
        last = self._last
        try:
            with self._database.reading():
                for last, found in self._found:
                    hits += found
                    if len(hits) >= limit or clock() >= deadline:
                        self._last = last
                        return SearchPage(hits, last)
        except BaseException:
            self._found = self._hits()
            raise
        self._last = last
        return SearchPage(hits, None)

    def _hits(self) -> Iterator[tuple[int, list[Hit]]]:
        """Yield the keys up to which all was searched, with the hits since the key before."""
        wanted = self._wanted
        of_items = wanted.label is not None or wanted.marker is not None
        find = self._annotation_hits if of_items else self._text_hits
        for where in self._scan.ranges(self._last):
            if where.is_indexed and self._of_text and not of_items:
                keys = self._scan.found(where, self._of_text)
            else:
                keys = self._scan.keys(where)
            for key in keys:
                yield key, find(key)
            yield where.last, []

    def _text_hits(self, key: int) -> list[Hit]:
        rows = self._connection.execute(
            "SELECT a.pk, a.title, a.id, coalesce(n.status, 'todo'), t.text FROM article a "
            "JOIN article_text t ON t.article = a.pk "
            "LEFT JOIN annotation n ON n.article = a.pk AND n.annotator = :annotator "
            "WHERE a.pk = :key",
            self._values | {"key": key},
        )
        found = checked_rows(rows, *_OF_HIT, "article_text.text")
        return [hit for row in found for hit in self._in_text(row)]

    def _in_text(self, row: tuple[Any, ...]) -> list[Hit]:
        key, title, id_, status, text = row
        if not self._wanted.sought:
            return [Hit(key, title or id_, status, 0, 0, "", "", text[: 2 * _CONTEXT])]
        folded = FoldedText(text)
        if self._sought.exact and self._folded.first(folded) is None:
            return []  # it begins a word only if accents are letters
        places = self._sought.places(folded)
        if not places:
            return []
        return [_hit((key, title or id_, status), text, *places[0], times=len(places))]

    def _annotation_hits(self, key: int) -> list[Hit]:
        """Return hits for mentions with the label, or for everything with a flag or a note."""
        rows = self._connection.execute(
            "SELECT a.pk, a.title, a.id, n.status, n.pk, n.notes, n.flags FROM article a "
            "JOIN annotation n ON n.article = a.pk AND n.annotator = :annotator WHERE a.pk = :key",
            self._values | {"key": key},
        )
        hits: list[Hit] = []
        for article, title, id_, status, annotation, notes, flags in checked_rows(
            rows, *_OF_HIT, "annotation.pk", "annotation.notes", ""
        ):
            items = self._items(annotation)
            if self._wanted.label is None and _has_marker(self._wanted.marker, notes, flags):
                items.insert(0, _Item(0, 0, "", notes))
            if items:
                hits += self._matching_hits((article, title or id_, status), items)
        return hits

    def _items(self, annotation: int) -> list[_Item]:
        marker, label = self._wanted.marker, self._wanted.label
        of_label = "" if label is None else " AND e.label = :label"
        values = self._values | {"annotation": annotation}
        if marker is None:
            noted = entity = "1"
        else:
            noted, entity = _condition(marker, "m"), _condition(marker, "e")
        queries = [
            'SELECT m.start, m."end", e.label, m.note FROM mention m JOIN entity e '
            "ON e.annotation = m.annotation AND e.id = m.entity "
            f"WHERE m.annotation = :annotation AND {noted}{of_label}"
        ]
        if marker is not None:
            queries.append(
                'SELECT min(m.start), m."end", e.label, e.note FROM entity e LEFT JOIN mention m '
                "ON m.annotation = e.annotation AND m.entity = e.id "
                f"WHERE e.annotation = :annotation AND {entity}{of_label} GROUP BY e.id"
            )
        if marker is not None and label is None:
            queries.append(
                "SELECT min(s.start), s.\"end\", 'quote', q.note FROM quote q JOIN quote_span s "
                "ON s.annotation = q.annotation AND s.quote = q.id AND s.role = 'content' "
                f"WHERE q.annotation = :annotation AND {_condition(marker, 'q')} GROUP BY q.id"
            )
        rows = [
            row
            for query in queries
            for row in checked_rows(self._connection.execute(query, values), *_OF_ITEM)
        ]
        return sorted(_Item(s or 0, e or 0, name, note) for s, e, name, note in rows)

    def _matching_hits(self, article: tuple[int, str, Status], items: list[_Item]) -> list[Hit]:
        found = self._connection.execute(
            "SELECT text FROM article_text WHERE article = ?", (article[0],)
        )
        texts = checked_rows(found, "article_text.text")
        if not texts:
            raise WrongValue(f"the text of article number {article[0]} is missing")
        text = texts[0][0]
        sought, hits = self._wanted.sought, []
        for item in items:
            words = text[item.start : item.end]
            if sought and not (_matches(sought, words) or _matches(sought, item.note)):
                continue
            hit = _hit(article, text, item.start, item.end, label=item.label)
            if self._wanted.marker == "note":
                hit = hit._replace(before="", words=item.note, after="")
            hits.append(hit)
        return hits


_CONTEXT: Final = 90


def _hit(
    article: tuple[int, str, Status], text: str, start: int, end: int, *,
    label: str = "", times: int = 1,
) -> Hit:  # fmt: skip
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    return Hit(*article, start, end, before, text[start:end], after, label, times)


def _matches(sought: TextQuery, words: str) -> bool:
    return bool(words) and sought.first(FoldedText(words)) is not None


def _condition(marker: Marker, table: str) -> str:
    return f"{table}.flags IS NOT NULL" if marker == "flag" else f"{table}.note <> ''"


def _has_marker(marker: Marker | None, notes: str, flags: str | None) -> bool:
    return bool(notes) if marker == "note" else flags is not None
