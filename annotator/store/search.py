"""Searching for text, labels, flags and notes in all articles, in short steps."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Final, NamedTuple

from annotator.core.models import Status
from annotator.core.text_search import FoldedText, TextQuery
from annotator.store.articles import Marker, annotator_key, sanitized, status_condition
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.errors import WrongValue
from annotator.store.visible import visible_condition

_BLOCK: Final = 100
"""How many articles are searched between two checks of the clock."""
_ALEFS: Final = "اأإآ"
_VARIANTS: Final = 64
_SHORT: Final = 2
"""The index would have to collect all words that begin with so few letters."""
_NO_SPACES: Final = (
    ("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u2e80", "\u31ff"),
    ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"),
)  # fmt: skip
"""Scripts without spaces between words, so that the index has no words of theirs."""


_OF_HIT: Final = ("article.pk", "article.title", "article.id", "annotation.status")
_OF_ITEM: Final = ("mention.start?", "mention.end?", "entity.label", "mention.note")


class SearchQuery(NamedTuple):
    """What to search for; all of it has to match.

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
    """Some hits in article order, and the key to pass as `after` next: None at the end."""

    hits: list[Hit]
    next: int | None


class _Item(NamedTuple):
    """An item in an article that may match: `[start, end)`, its label, and the text of a note."""

    start: int
    end: int
    label: str
    note: str


def search(
    database: Database, wanted: SearchQuery, after: int, limit: int, patience: float,
    clock: Callable[[], float] = time.monotonic,
) -> SearchPage:  # fmt: skip
    """Search the articles after the key `after` until `limit` hits or `patience` seconds.

    The hits of one article are never split, so there may be more than `limit`.
    """
    deadline = clock() + patience
    hits: list[Hit] = []
    scan = _Scan(database, wanted)
    for key, found in scan.articles(after):
        hits += found
        after = key
        if len(hits) >= limit or clock() >= deadline:
            return SearchPage(hits, after if after < scan.last else None)
    return SearchPage(hits, None)


class _Scan:
    """One pass through the articles: by the index of words, or block by block."""

    def __init__(self, database: Database, wanted: SearchQuery) -> None:
        self._connection = database.connection
        self._wanted = wanted
        self._values: dict[str, Any] = {
            "annotator": annotator_key(database, wanted.annotator),
            "status": wanted.status,
            "label": wanted.label,
        }
        status = status_condition(wanted.status) if wanted.status is not None else "1"
        self._status = f"{status} AND {visible_condition('a.pk')}"
        self.last: int = self._connection.execute(
            f"SELECT coalesce(max(pk), 0) FROM article WHERE {visible_condition('pk')}"
        ).fetchone()[0]

    def articles(self, after: int) -> Iterator[tuple[int, list[Hit]]]:
        """Yield keys of articles in order, with the hits found there. Not every key is yielded."""
        wanted = self._wanted
        if wanted.label is not None or wanted.marker is not None:
            yield from self._blocks(after, self._annotation_hits)
        elif query := fts_query(wanted.sought):
            yield from self._index_hits(query, after)
        else:
            yield from self._blocks(after, self._text_hits)

    def _index_hits(self, query: str, after: int) -> Iterator[tuple[int, list[Hit]]]:
        rows = self._connection.execute(
            "SELECT a.pk, a.title, a.id, coalesce(n.status, 'todo'), t.text FROM article_fts f "
            "CROSS JOIN article a ON a.pk = f.rowid JOIN article_text t ON t.article = a.pk "
            "LEFT JOIN annotation n ON n.article = a.pk AND n.annotator = :annotator "
            f"WHERE f.article_fts MATCH :query AND f.rowid > :after AND {self._status} "
            "ORDER BY f.rowid",
            self._values | {"query": query, "after": after},
        )
        for row in rows:
            yield row[0], self._in_text(*checked_rows([row], *_OF_HIT, "article_text.text"))

    def _blocks(
        self, after: int, find: Callable[[int, int], list[Hit]]
    ) -> Iterator[tuple[int, list[Hit]]]:
        while after < self.last:
            end = min(after + _BLOCK, self.last)
            yield end, find(after, end)
            after = end

    def _text_hits(self, after: int, end: int) -> list[Hit]:
        """Return hits for text that is not in the index: symbols, emoji, scripts without spaces."""
        pieces = [] if self._wanted.sought.exact else _plain_pieces(self._wanted.sought.words)
        conditions = "".join(f" AND instr(t.text, :piece{n})" for n in range(len(pieces)))
        rows = self._connection.execute(
            "SELECT a.pk, a.title, a.id, coalesce(n.status, 'todo'), t.text FROM article a "
            "JOIN article_text t ON t.article = a.pk "
            "LEFT JOIN annotation n ON n.article = a.pk AND n.annotator = :annotator "
            f"WHERE a.pk > :after AND a.pk <= :end AND {self._status}{conditions} ORDER BY a.pk",
            self._values | {"after": after, "end": end}
            | {f"piece{n}": piece for n, piece in enumerate(pieces)},
        )  # fmt: skip
        found = checked_rows(rows, *_OF_HIT, "article_text.text")
        return [hit for row in found for hit in self._in_text(row)]

    def _in_text(self, row: tuple[Any, ...]) -> list[Hit]:
        key, title, id_, status, text = row
        if not self._wanted.sought:
            return [Hit(key, title or id_, status, 0, 0, "", "", text[: 2 * _CONTEXT])]
        places = self._wanted.sought.places(FoldedText(text))
        if not places:
            return []
        return [_hit((key, title or id_, status), text, *places[0], times=len(places))]

    def _annotation_hits(self, after: int, end: int) -> list[Hit]:
        """Return hits for mentions with the label, or for everything with a flag or a note."""
        rows = self._connection.execute(
            "SELECT a.pk, a.title, a.id, n.status, n.pk, n.notes, n.flags FROM article a "
            "JOIN annotation n ON n.article = a.pk AND n.annotator = :annotator "
            f"WHERE a.pk > :after AND a.pk <= :end AND {self._status} ORDER BY a.pk",
            self._values | {"after": after, "end": end},
        )
        hits: list[Hit] = []
        for key, title, id_, status, annotation, notes, flags in checked_rows(
            rows, *_OF_HIT, "annotation.pk", "annotation.notes", ""
        ):
            items = self._items(annotation)
            if self._wanted.label is None and _has_marker(self._wanted.marker, notes, flags):
                items.insert(0, _Item(0, 0, "", notes))
            if items:
                hits += self._matching_hits((key, title or id_, status), items)
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


def fts_query(sought: TextQuery) -> str:
    """Return the words as an FTS5 query that misses no article; "" if the index cannot help.

    Nothing that the user types is syntax in it. The last word may be the beginning of a longer one,
    unless whole words are sought.
    """
    typed = sanitized(sought.words).replace('"', " ").split()
    pieces = [piece for piece in typed if not any(map(_without_spaces, piece))]
    phrases = [" ".join(pieces)] if len(pieces) == len(typed) else pieces
    tests = [test for phrase in phrases if (test := _phrase_query(phrase, sought.whole))]
    return " AND ".join(f"({test})" for test in tests)


def _phrase_query(words: str, whole: bool) -> str:
    """Return the query for consecutive words as the index has them: runs of letters and digits."""
    star = "" if whole or not words[-1:].isalnum() else "*"
    last = re.match(r"[^\W_]*", words[: -_SHORT - 2 : -1])
    if star and last is not None and 0 < last.end() <= _SHORT:
        words, star = words[: -last.end()], ""
    if not any(map(str.isalnum, words)):
        return ""
    return " OR ".join(f'"{form}"{star}' for form in _alef_forms(words))


def _alef_forms(words: str) -> list[str]:
    """Return the words with every form of the letter alef, which the index keeps apart."""
    count = sum(char in _ALEFS for char in words)
    if not count or len(_ALEFS) ** count > _VARIANTS:
        return [words]
    choices = [_ALEFS if char in _ALEFS else char for char in words]
    return ["".join(form) for form in product(*choices)]


def _plain_pieces(words: str) -> list[str]:
    """Return the pieces with only one form in a text: without case, accents or quote marks."""
    return [
        piece
        for piece in sanitized(words).split()
        if all(_without_spaces(char) or ord(char) > 0x2100 for char in piece)
        and "\ufe0f" not in piece
        and piece.casefold() == piece
    ]


def _without_spaces(char: str) -> bool:
    return any(first <= char <= last for first, last in _NO_SPACES)


def _matches(sought: TextQuery, words: str) -> bool:
    return bool(words) and sought.first(FoldedText(words)) is not None


def _condition(marker: Marker, table: str) -> str:
    return f"{table}.flags IS NOT NULL" if marker == "flag" else f"{table}.note <> ''"


def _has_marker(marker: Marker | None, notes: str, flags: str | None) -> bool:
    return bool(notes) if marker == "note" else flags is not None
