"""The values that each column may hold, defined once for everything that reads a project.

SQLite stores whatever it is given: text that is not UTF-8, JSON of another shape, numbers beyond
any counter. A file may come from another person, so each row is checked before it is used.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from annotator.core.edit import changes_from_json
from annotator.core.fields import Kind, fields_of
from annotator.core.models import Decision, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.shapes import (
    LONG_TEXT,
    MOST,
    NAME,
    PLACE,
    SPANS,
    TEXT,
    FieldType,
    maybe,
    one_of,
    whole,
)
from annotator.core.strict_json import read_object, read_texts
from annotator.store.errors import WrongValue

_LARGEST_KEY: Final = 2**63 - 1
_MAX_SHOWN: Final = 40

KEY: Final = whole(1, _LARGEST_KEY)
COUNT: Final = whole(0, MOST)
_EDITS: Final = ("done", "undone", "dropped")
_REVIEWS: Final = ("returned", "accepted")


def _json(words: str, read: Callable[[str], object]) -> FieldType:
    """Return the shape of a text that `read` parses without a ValueError."""

    def fits(value: object) -> bool:
        if type(value) is not str:
            return False
        try:
            read(value)
        except ValueError:
            return False
        return True

    return FieldType(words, fits, lambda values: all(map(fits, values)))


def _read_version(text: str) -> object:
    from annotator.core.versions import from_json  # not needed for the first paint

    return from_json(text, None)


def _read_past(text: str) -> object:
    from annotator.core.versions import history_from_json

    return history_from_json(text)


OBJECT: Final = _json("JSON of an object", read_object)
TEXTS: Final = _json("JSON of a list of texts", read_texts)
CHANGES: Final = _json("JSON of changes", changes_from_json)
CONTENT: Final = _json("JSON of an annotation", _read_version)
PAST: Final = _json("JSON of a history", _read_past)
JSON_SHAPES: Final = frozenset(shape.words for shape in (OBJECT, TEXTS, CHANGES, CONTENT, PAST))
BOOLEAN: Final = whole(0, 1)
_STORED: Final[dict[str, FieldType]] = {
    "a list of texts": maybe(TEXTS),
    "an object": OBJECT,
    "true or false": BOOLEAN,
}
"""How values that are neither text nor number are stored; an empty list as NULL."""


def _shapes_of(kind: Kind) -> dict[str, FieldType]:
    """Return the columns of an item with the shapes of its fields; spans have their own table."""
    columns = {}
    for field in fields_of(kind):
        if field.shape is not SPANS:
            stored = _STORED.get(field.shape.words, field.shape)
            columns[field.column] = maybe(stored) if field.shape.optional else stored
    return columns


COLUMNS: Final[Mapping[str, Mapping[str, FieldType]]] = {
    "project": {"key": TEXT, "value": LONG_TEXT},
    "article": {
        "pk": KEY, "id": NAME, "title": TEXT, "language": maybe(TEXT), "source": maybe(TEXT),
        "published": maybe(TEXT), "url": maybe(TEXT), "meta": maybe(OBJECT),
        "extra": maybe(OBJECT), "record_extra": maybe(OBJECT), "text_sha256": TEXT,
        "length": COUNT, "imported_at": TEXT, "sort_title": LONG_TEXT,
    },
    "article_text": {"article": KEY, "text": LONG_TEXT},
    "annotator": {"pk": KEY, "name": NAME},
    "annotation": {
        "pk": KEY, "article": KEY, "annotator": KEY, **_shapes_of(Head), "updated": maybe(TEXT),
        "revision": COUNT,
    },
    "entity": {"annotation": KEY, **_shapes_of(Entity)},
    "mention": {"annotation": KEY, **_shapes_of(Mention)},
    "quote": {"annotation": KEY, **_shapes_of(Quote)},
    "quote_span": {"annotation": KEY, "quote": TEXT, "position": COUNT, **_shapes_of(RoleSpan)},
    "edit": {
        "pk": KEY, "annotation": KEY, "title": TEXT, "changes": CHANGES, "made_at": TEXT,
        "undone_at": maybe(TEXT), "state": one_of(_EDITS),
    },
    "imported": {"annotation": KEY, "digest": TEXT},
    "decision": {"annotation": KEY, **_shapes_of(Decision)},
    "version": {
        "annotation": KEY, "digest": TEXT, "updated": TEXT, "steps": COUNT,
        "content": maybe(CONTENT), "history": maybe(PAST),
    },
    "review": {
        "annotation": KEY, "status": one_of(_REVIEWS), "decided_by": TEXT, "decided_at": TEXT,
    },
    "remark": {
        "id": TEXT, "annotation": KEY, "start": PLACE, "end": PLACE, "text": TEXT,
        "author": TEXT, "made_at": TEXT, "done_at": maybe(TEXT),
    },
    "generation": {"writer": KEY, "number": COUNT, "base": COUNT},
    "assignment": {"article": KEY, "annotator": TEXT},
    "trash": {
        "pk": KEY, "id": TEXT, "title": TEXT, "deleted_at": TEXT, "deleted_by": TEXT,
        "annotations": COUNT, "text_sha256": TEXT, "content_sha256": TEXT, "content": LONG_TEXT,
    },
}  # fmt: skip
"""The shapes by table and column. A test compares them with the schema."""
DERIVED: Final = frozenset({"counter", "article_order", "article_block"})
"""Tables whose whole content follows from the others, so that `check` compares it with them."""

Row = tuple[Any, ...]
_KEYS: Final = ("annotation", "article", "pk", "key", "id", "digest", "quote", "position")
"""The columns that identify a row of a table, as far as they were read."""
_T = TypeVar("_T")


def columns_of(
    table: str, names: Sequence[str], rows: Sequence[Row], read: Collection[str] = ()
) -> list[Row]:
    """Return the columns of a table's rows, each value checked except in the columns of `read`.

    `names` are the names of the columns. Raises WrongValue for the first value that its column may
    not hold.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    shapes = COLUMNS[table]
    for name, column in zip(names, columns, strict=True):
        if name not in read and not shapes[name].hold(column):
            raise _first_fault(table, names, rows, name)
    return columns


def checked_rows(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Return the rows of a query after checking that each column may hold its value.

    Args:
        rows: The rows.
        columns: Each column as "table.column", with "?" appended if the query may find nothing, and
            "" for a column that is not checked, such as a count.

    Raises:
        WrongValue: A column may not hold its value.
    """
    found = [*rows]
    if not found:
        return found
    for place, (column, values) in enumerate(zip(columns, zip(*found, strict=True), strict=True)):
        table, _, name = column.rstrip("?").partition(".")
        if not table:
            continue
        shape = COLUMNS[table][name]
        if not (maybe(shape) if column.endswith("?") else shape).hold(values):
            names = [one.rstrip("?").partition(".")[2] for one in columns]
            raise _first_fault(table, names, found, name, place)
    return found


def read_column(
    table: str, names: Sequence[str], rows: Sequence[Row], name: str,
    read: Callable[[str], _T],
) -> list[_T | None]:  # fmt: skip
    """Return the parsed texts of a column, None where there is none. Raises WrongValue."""
    place = names.index(name)
    column = [row[place] for row in rows]
    try:
        if read is read_texts:  # its values are immutable, so equal ones can be shared
            known: dict[str | None, Any] = {text: read(text) for text in {*column} if text}
            return [known[text] if text is not None else None for text in column]
        return [None if text is None else read(text) for text in column]
    except (ValueError, TypeError, AttributeError, KeyError):
        raise _first_fault(table, names, rows, name) from None


def _first_fault(
    table: str, names: Sequence[str], rows: Sequence[Row], name: str, place: int | None = None
) -> WrongValue:
    """Return the error for the first value of a column that it may not hold."""
    shape, at = COLUMNS[table][name], list(names).index(name) if place is None else place
    row = next((row for row in rows if not shape.holds(row[at])), rows[0])
    keys = ", ".join(
        f"{key} {_shortened(value)}" for key, value in zip(names, row, strict=True) if key in _KEYS
    )
    return WrongValue(
        f"the table {table} ({keys or 'one row'}) holds {describe_value(row[at], name, shape)}"
    )


def describe_value(value: object, name: str, shape: FieldType) -> str:
    """Return, for a message, what a column holds and what it should hold."""
    return f"{_shortened(value)} as {name}, which is not {shape.words}"


def _shortened(value: object) -> str:
    if isinstance(value, (str, bytes)):
        value = value[:_MAX_SHOWN] if len(value) > _MAX_SHOWN else value
    return repr(value)
