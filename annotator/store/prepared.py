"""Records as the rows that an import writes: checked, hashed, and without a project.

To prepare a record takes as long as to write it, and needs no connection, so another process can
do it: what it returns holds only what can be sent cheaply.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from annotator.core.annotation import Annotation
from annotator.core.fields import later_fields
from annotator.core.index_terms import IndexEntry, entry_of
from annotator.core.message import message
from annotator.core.models import Article, Head
from annotator.core.text import text_hash
from annotator.store.columns import Row
from annotator.store.errors import StoreError
from annotator.store.integrity_check import span_faults
from annotator.store.item_rows import (
    all_rows,
    annotation_of_rows,
    head_row,
    lasting_values,
    to_json,
)

if TYPE_CHECKING:
    from annotator.core.record import Record

_ID, _TITLE, _SOURCE = 0, 1, 3
"""The places of these in the row of an article."""
_DIGEST: Final = -2
"""The place of the hash of the text in the row of an article."""


class PreparedAnnotation(NamedTuple):
    """An annotation as rows with 0 in place of its key, by table; `digest` is that of its content.

    `head_row` is its row in the table of annotations, without keys and revision.
    """

    annotator: str
    head: Head
    updated: str | None
    head_row: Row
    rows: dict[str, list[Row]]
    digest: str

    def annotation(self) -> Annotation:
        """Return the annotation itself."""
        return annotation_of_rows(self.head, self.rows, self.updated)

    def rows_of(self, key: int) -> dict[str, list[Row]]:
        """Return the rows for the annotation with this key."""
        return {table: [(key, *row[1:]) for row in rows] for table, rows in self.rows.items()}


class PreparedRecord(NamedTuple):
    """An article as its text and its row, without key and time of the import.

    `entry` is what the index gets of it.
    """

    text: str
    row: Row
    annotation: PreparedAnnotation | None
    entry: IndexEntry

    @property
    def article_id(self) -> str:
        return str(self.row[0])

    @property
    def digest(self) -> str:
        """The hash of the text."""
        return str(self.row[_DIGEST])

    def with_id(self, article_id: str) -> "PreparedRecord":
        """Return the same record of an article with another id."""
        row = (article_id, *self.row[1:])
        return self._replace(row=row, entry=_index_entry(self.text, row))


def prepare(record: "Record") -> PreparedRecord:
    """Return what an import writes of a record.

    Raises StoreError if a span does not hold the text that it states, or a value cannot be stored.
    """
    article = record.article
    try:
        row = _article_row(record, text_hash(article.text))
        annotation = None
        if record.annotator is not None and record.annotation is not None:
            _check_spans(article, record.annotation)
            annotation = _prepared(record.annotator, record.annotation)
    except UnicodeEncodeError as error:
        raise StoreError(
            message(
                "article {1} holds half a surrogate pair; decode it again from the original file",
                repr(article.id),
            )
        ) from error
    except ValueError as error:  # from JSON that no reader would accept
        raise StoreError(
            message(
                "article {1} holds something that cannot be kept: {2}", repr(article.id), str(error)
            )
        ) from error
    return PreparedRecord(article.text, row, annotation, _index_entry(article.text, row))


def _index_entry(text: str, row: Row) -> IndexEntry:
    titles = (row[_TITLE], row[_SOURCE], row[_ID])
    return entry_of(text, [str(title) for title in titles if title])


def _article_row(record: "Record", digest: str) -> Row:
    """Return the row. Raises UnicodeEncodeError where SQLite would."""
    article = record.article
    bare_extra = None if record.annotation is not None else record.extra
    row = (
        article.id, article.title, article.language, article.source, article.published,
        article.url, to_json(article.meta), to_json(article.extra), to_json(bare_extra),
        digest, len(article.text),
    )  # fmt: skip
    "".join(map(str, row)).encode()
    return row


def _prepared(annotator: str, incoming: Annotation) -> PreparedAnnotation:
    annotator.encode()  # raises where SQLite would, while the record is still known
    head, rows = incoming.head, all_rows(0, incoming)
    own_row = (*head_row(head), incoming.updated)
    digest = _digest(head, rows)
    return PreparedAnnotation(annotator, head, incoming.updated, own_row, rows, digest)


def _digest(head: Head, rows: dict[str, list[Row]]) -> str:
    """Return a digest of the content, regardless of who made it, when, and in how much time.

    Raises UnicodeEncodeError where SQLite would.
    """
    content: list[Any] = [head.status, head.notes, head.flags, to_json(head.extra)]
    content += [[f.name, head[f.place]] for f in later_fields(Head) if head[f.place] != f.default]
    content += lasting_values(rows)
    try:
        encoded = orjson.dumps(content)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits
        encoded = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(encoded).hexdigest()


def _check_spans(article: Article, incoming: Annotation) -> None:
    for fault in span_faults(article.text, incoming):
        raise StoreError(
            message(
                "article {1}: {2}; count the offsets in code points and import again",
                repr(article.id),
                fault,
            )
        )
