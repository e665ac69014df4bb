"""Conversion between rows and the entities, mentions, quotes and decisions that they hold."""

import json
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, groupby, repeat
from operator import attrgetter, itemgetter
from typing import Any, Final, TypeVar

from annotator.core.annotation import Annotation
from annotator.core.field_code import function, unpacked
from annotator.core.fields import Field, Kind, fields_of, later_fields
from annotator.core.models import (
    Decision,
    Entity,
    Head,
    Item,
    Mention,
    Quote,
    RoleSpan,
    make_item,
)
from annotator.core.shapes import SPANS, TRUTH
from annotator.core.strict_json import read_object, read_texts
from annotator.store.columns import Row, columns_of, read_column

# json.dumps with options would build an encoder for each of a million values.
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_MAX_DEPTH: Final = 200
"""How deep lists and objects may be nested so that SQLite and Python can read them again."""
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')

_KINDS: Final[dict[str, Kind]] = {
    "entity": Entity,
    "mention": Mention,
    "quote": Quote,
    "quote_span": RoleSpan,
    "decision": Decision,
}
"""What each table of items holds, in the order in which they are written."""
_PLACE_OF_SPAN: Final = ("quote", "position")
"""The columns before those of a span's own fields."""


def _stored(kind: Kind) -> tuple[Field, ...]:
    """Return the fields of a kind that have a column of its table."""
    return tuple(field for field in fields_of(kind) if field.shape is not SPANS)


def _quoted(column: str) -> str:
    return '"end"' if column == "end" else column  # the only one that is a word of SQL


def _columns(table: str) -> tuple[str, ...]:
    own = (_quoted(field.column) for field in _stored(_KINDS[table]))
    return (*(_PLACE_OF_SPAN if table == "quote_span" else ()), *own)


def _defaults(table: str) -> Row:
    """Return what the last columns hold if nothing was said: the defaults of the table."""
    empty: list[str | None] = []
    for field in reversed(_stored(_KINDS[table])):
        if field.default not in (None, (), ""):
            break
        empty.insert(0, "" if field.default == "" else None)
    return tuple(empty)


_COLUMNS: Final = {table: _columns(table) for table in _KINDS}
_DEFAULTS: Final[dict[str, Row]] = {table: _defaults(table) for table in _KINDS}
_ROWS_PER_INSERT: Final = 64


def _insert_prefix(table: str, left_out: int = 0) -> str:
    columns = _COLUMNS[table][: len(_COLUMNS[table]) - left_out]
    return f"INSERT INTO {table} (annotation, {', '.join(columns)}) VALUES"


def _placeholders(table: str, left_out: int = 0) -> str:
    return f"(?{', ?' * (len(_COLUMNS[table]) - left_out)})"


def _insert(table: str) -> str:
    return f"{_insert_prefix(table)} {_placeholders(table)}"


def _upsert(table: str) -> str:
    changes = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[table][1:])
    return f"{_insert(table)} ON CONFLICT (annotation, id) DO UPDATE SET {changes}"


def _select(table: str, where: str) -> str:
    return f"SELECT annotation, {', '.join(_COLUMNS[table])} FROM {table} WHERE {where}"


_TABLES: Final[dict[Kind, str]] = {
    kind: table for table, kind in _KINDS.items() if kind is not RoleSpan
}
_WITH_IDS: Final = tuple(_TABLES.values())
_INSERTS: Final = {table: _insert(table) for table in _COLUMNS}
_UPSERTS: Final = {table: _upsert(table) for table in _WITH_IDS}
_SELECT_ONE: Final = {table: _select(table, "annotation = ? AND id = ?") for table in _WITH_IDS}
_SELECT_ALL: Final = {
    table: _select(table, "annotation = ? ORDER BY ordinal") for table in _WITH_IDS
}
_SELECT_ONE_SPANS: Final = _select("quote_span", "annotation = ? AND quote = ? ORDER BY position")
_SELECT_ALL_SPANS: Final = _select("quote_span", "annotation = ? ORDER BY quote, position")
_LABELLED: Final = _select(
    "entity", "annotation = ? AND label IN (SELECT value FROM json_each(?)) ORDER BY ordinal"
)
_TYPED: Final = _select(
    "quote", "annotation = ? AND type IN (SELECT value FROM json_each(?)) ORDER BY ordinal"
)
HEAD_NAMES: Final = tuple(field.column for field in fields_of(Head))
HEAD_COLUMNS: Final = ", ".join(map(_quoted, HEAD_NAMES))
_WRITTEN_HEAD: Final = ", ".join(f"{_quoted(n)} = ?" for n in HEAD_NAMES if n != "seconds")
_NAMES: Final = {
    table: ("annotation", *(column.strip('"') for column in columns))
    for table, columns in _COLUMNS.items()
}
_JSON: Final = {
    kind: [
        (number - len(_stored(kind)), field.column, read_texts if field.is_list else read_object)
        for number, field in enumerate(_stored(kind))
        if field.is_list or field.is_object
    ]
    for kind in (*_KINDS.values(), Head)
}
"""By kind, the JSON columns, counted from the last one, and how they are read."""
_TRUTHS: Final = {
    kind: [
        number - len(_stored(kind))
        for number, field in enumerate(_stored(kind))
        if field.shape is TRUTH
    ]
    for kind in (*_KINDS.values(), Head)
}
_UNCHECKED: Final = {
    kind: {"annotation", *(name for _, name, _ in columns)} for kind, columns in _JSON.items()
}
"""The key that was asked for, and the columns that are checked when they are parsed."""
_SPANS_PLACE: Final = Quote._fields.index("spans")
_ORDINAL: Final = attrgetter("ordinal")
_T = TypeVar("_T")


def to_json(value: object) -> str | None:
    """Return JSON for a column; None (NULL) for None and an empty tuple.

    Numbers that JSON does not have, which SQLite's functions could not read, become null. Raises
    ValueError for a value that is nested too deeply to be read again everywhere.
    """
    if value is None or value == ():
        return None
    try:
        try:
            made = _encode(value)
        except ValueError:
            made = _encode(_with_finite_numbers(value))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if made.count("[") + made.count("{") > _MAX_DEPTH and _depth(made) > _MAX_DEPTH:
        raise ValueError("it is nested too deeply")
    return made


def _with_finite_numbers(value: object) -> object:
    if isinstance(value, dict):
        return {key: _with_finite_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_finite_numbers(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        bracket = match[0]
        depth += (bracket in "[{") - (bracket in "]}")
        deepest = max(deepest, depth)
    return deepest


def from_json(table: str, name: str, text: str | None) -> dict[str, Any] | None:
    """Return the object in a JSON column of a table, None for NULL. Raises WrongValue."""
    (found,) = read_column(table, (name,), [(text,)], name, read_object)
    return found or None


def head_of(row: Row) -> Head:
    """Return the Head of a row of `HEAD_COLUMNS`. Raises WrongValue."""
    (head,) = heads_of([row])
    return head


def heads_of(rows: Sequence[Row]) -> list[Head]:
    """Return the Heads of rows of `HEAD_COLUMNS`. Raises WrongValue."""
    return _build_items(Head, _read_columns("annotation", Head, HEAD_NAMES, rows))


def head_row(head: Head) -> Row:
    """Return the values of `HEAD_COLUMNS` for a head."""
    return _head_row_maker()(0, [head])[0]


def entities_of(rows: Iterable[Row]) -> list[Entity]:
    return _build_items(Entity, _item_columns("entity", [*rows]))


def mentions_of(rows: Iterable[Row]) -> list[Mention]:
    return _build_items(Mention, _item_columns("mention", [*rows]))


def quotes_of(rows: Iterable[Row], span_rows: Iterable[Row]) -> list[Quote]:
    """Return the quotes of `rows`, with their spans from `span_rows` in order of position."""
    spans: defaultdict[tuple[int, str], list[RoleSpan]] = defaultdict(list)
    of_spans = [*span_rows]
    made = _build_items(RoleSpan, _item_columns("quote_span", of_spans)[2:])
    for (annotation, quote, *_), span in zip(of_spans, made, strict=True):
        spans[annotation, quote].append(span)
    of_quotes = [*rows]
    columns = _item_columns("quote", of_quotes)
    columns.insert(_SPANS_PLACE, [tuple(spans.get(row[:2], ())) for row in of_quotes])
    return _build_items(Quote, columns)


def decisions_of(rows: Iterable[Row]) -> list[Decision]:
    return _build_items(Decision, _item_columns("decision", [*rows]))


def _build_items(kind: type[_T], columns: Sequence[Iterable[object]]) -> list[_T]:
    """Return an item for each row of the columns, which are in the order of its fields.

    The user waits while 10,000 are made, so nothing is called for each of them.
    """
    rows: Iterable[Row] = zip(*columns)  # noqa: B905  # some are infinite
    made: Iterable[_T] = map(make_item, repeat(kind), rows)  # type: ignore[arg-type]  # any tuple
    return [*made]


def _item_columns(table: str, rows: Sequence[Row]) -> list[Iterable[object]]:
    """Return the columns of items as values of their fields, without the annotation's key."""
    return _read_columns(table, _KINDS[table], _NAMES[table], rows)[1:]


def _read_columns(
    table: str, kind: Kind, names: Sequence[str], rows: Sequence[Row]
) -> list[Iterable[object]]:
    columns: list[Iterable[object]] = [*columns_of(table, names, rows, _UNCHECKED[kind])]
    for place, name, read in _JSON[kind]:
        columns[place] = _read_values(table, names, rows, columns[place], name, read)
    for place in _TRUTHS[kind]:
        columns[place] = map(bool, columns[place])
    return columns


def _read_values(
    table: str, names: Sequence[str], rows: Sequence[Row], column: Iterable[object], name: str,
    read: Callable[[str], object],
) -> Iterable[object]:  # fmt: skip
    """Return the values of a JSON column, which is usually empty. An empty list is NULL."""
    default: object = () if read is read_texts else None
    if [*column].count(None) == len(rows):
        return repeat(default) if rows else ()
    found = read_column(table, names, rows, name, read)
    return [value or default for value in found]


def read_annotation(
    connection: sqlite3.Connection, annotation: int, head: Head, updated: str | None
) -> Annotation:
    """Return the annotation with this key, with a head that was read before."""
    key = (annotation,)
    return Annotation(
        head=head,
        entities=entities_of(connection.execute(_SELECT_ALL["entity"], key)),
        mentions=mentions_of(connection.execute(_SELECT_ALL["mention"], key)),
        quotes=quotes_of(
            connection.execute(_SELECT_ALL["quote"], key),
            connection.execute(_SELECT_ALL_SPANS, key),
        ),
        decisions=decisions_of(connection.execute(_SELECT_ALL["decision"], key)),
        updated=updated,
    )


def read_named(
    connection: sqlite3.Connection, annotation: int, labels: str, types: str
) -> Annotation:
    """Return only the entities with these labels and the quotes of these types.

    `labels` and `types` are JSON lists of names.
    """
    quotes = connection.execute(_TYPED, (annotation, types)).fetchall()
    spans = connection.execute(_SELECT_ALL_SPANS, (annotation,)) if quotes else ()
    return Annotation(
        entities=entities_of(connection.execute(_LABELLED, (annotation, labels))),
        quotes=quotes_of(quotes, spans),
    )


def read_annotations(
    connection: sqlite3.Connection, heads: Sequence[tuple[int, Head, str | None]]
) -> list[Annotation]:
    """Return many annotations (key, head, updated) with as many statements as for one."""
    key_condition = _key_condition([key for key, _, _ in heads])
    found = {table: _rows_of(connection, table, key_condition) for table in _COLUMNS}
    entities = _by_annotation(found["entity"], entities_of(found["entity"]))
    mentions = _by_annotation(found["mention"], mentions_of(found["mention"]))
    quotes = _by_annotation(found["quote"], quotes_of(found["quote"], found["quote_span"]))
    decisions = _by_annotation(found["decision"], decisions_of(found["decision"]))
    return [
        Annotation(
            head=head,
            entities=entities.get(key, ()),
            mentions=mentions.get(key, ()),
            quotes=quotes.get(key, ()),
            decisions=decisions.get(key, ()),
            updated=updated,
        )
        for key, head, updated in heads
    ]


def _rows_of(
    connection: sqlite3.Connection, table: str, key_condition: tuple[str, Row]
) -> list[Row]:
    """Return the rows of some annotations, one after the other; spans by quote and position.

    `key_condition` is the result of `_key_condition` for these annotations.
    """
    condition, values = key_condition
    more = ", quote, position" if table == "quote_span" else ""
    return connection.execute(
        f"SELECT annotation, {', '.join(_COLUMNS[table])} FROM {table} "
        f"WHERE annotation {condition} ORDER BY annotation{more}",
        values,
    ).fetchall()


def _by_annotation(rows: list[Row], items: list[_T]) -> dict[int, list[_T]]:
    """Return the items made from the rows, by annotation, in the order of their ordinals."""
    found: dict[int, list[_T]] = {}
    made = iter(items)
    # Rows come in key order; sorting each small group is faster than SQLite's sorting.
    for key, group in groupby(rows, itemgetter(0)):
        found[key] = sorted((item for _, item in zip(group, made, strict=False)), key=_ORDINAL)
    return found


def _key_condition(keys: list[int]) -> tuple[str, Row]:
    """Return an SQL condition for these distinct keys, and its values."""
    if keys and max(keys) - min(keys) + 1 == len(keys):
        return "BETWEEN ? AND ?", (min(keys), max(keys))  # saves a search for each of them
    return "IN (SELECT value FROM json_each(?))", (json.dumps(keys),)


def read_item(connection: sqlite3.Connection, annotation: int, like: Item) -> Item | None:
    """Return the stored item with the kind and id of `like` (which is not a Head), or None."""
    key = (annotation, like.id)  # type: ignore[union-attr]
    rows = connection.execute(_SELECT_ONE[_TABLES[type(like)]], key)
    found: Sequence[Item]
    if isinstance(like, Entity):
        found = entities_of(rows)
    elif isinstance(like, Mention):
        found = mentions_of(rows)
    elif isinstance(like, Decision):
        found = decisions_of(rows)
    else:
        found = quotes_of(rows, connection.execute(_SELECT_ONE_SPANS, key))
    return found[0] if found else None


def write_head(connection: sqlite3.Connection, annotation: int, head: Head) -> None:
    """Write all of the head except its seconds, which are only ever added to."""
    values = dict(zip(HEAD_NAMES, head_row(head), strict=True))
    del values["seconds"]
    connection.execute(
        f"UPDATE annotation SET {_WRITTEN_HEAD} WHERE pk = ?", (*values.values(), annotation)
    )


def write_item(connection: sqlite3.Connection, annotation: int, item: Item) -> None:
    """Insert the item, or update the stored one of its kind and id. Not for heads."""
    table = _TABLES[type(item)]
    rows = rows_of(annotation, (item,))
    connection.execute(_UPSERTS[table], rows[table][0])
    if table == "quote":
        _delete_spans(connection, annotation, item)
        connection.executemany(_INSERTS["quote_span"], rows["quote_span"])


def delete_item(connection: sqlite3.Connection, annotation: int, item: Item) -> None:
    connection.execute(
        f"DELETE FROM {_TABLES[type(item)]} WHERE annotation = ? AND id = ?",
        (annotation, item.id),  # type: ignore[union-attr]
    )


def _delete_spans(connection: sqlite3.Connection, annotation: int, item: Item) -> None:
    connection.execute(
        "DELETE FROM quote_span WHERE annotation = ? AND quote = ?",
        (annotation, item.id),  # type: ignore[union-attr]
    )


def rows_of(annotation: int, items: Iterable[Item]) -> dict[str, list[Row]]:
    """Return the rows of each table for `items`, which are not heads."""
    found: dict[str, list[Item]] = {table: [] for table in _WITH_IDS}
    for item in items:
        found[_TABLES[type(item)]].append(item)
    return _all_rows(annotation, found)


def all_rows(annotation: int, incoming: Annotation) -> dict[str, list[Row]]:
    """Return the rows of each table for a whole annotation."""
    return _all_rows(
        annotation,
        {
            "entity": incoming.entities.values(),
            "mention": incoming.mentions.values(),
            "quote": incoming.quotes.values(),
            "decision": incoming.decisions.values(),
        },
    )


def _all_rows(annotation: int, items: Mapping[str, Iterable[object]]) -> dict[str, list[Row]]:
    makers = _row_makers()
    return {
        "entity": makers["entity"](annotation, items["entity"]),
        "mention": makers["mention"](annotation, items["mention"]),
        "quote": makers["quote"](annotation, items["quote"]),
        "quote_span": makers["quote_span"](annotation, items["quote"]),
        "decision": makers["decision"](annotation, items["decision"]),
    }


@cache
def _row_makers() -> dict[str, Callable[[int, Iterable[object]], list[Row]]]:
    """Return functions of an annotation's key and items to their rows, by table.

    That of the spans takes the quotes that they are in.
    """
    makers = {
        table: _row_maker(f"_annotation, {_stored_values(kind)}", f"{unpacked(kind)} in _items")
        for table, kind in _KINDS.items()
    }
    makers["quote_span"] = _row_maker(
        f"_annotation, _quote.id, _position, {_stored_values(RoleSpan)}",
        f"_quote in _items for _position, {unpacked(RoleSpan)} in enumerate(_quote.spans)",
    )
    return makers


@cache
def _head_row_maker() -> Callable[[int, Iterable[Head]], list[Row]]:
    return _row_maker(_stored_values(Head), f"{unpacked(Head)} in _items")


def _row_maker(values: str, each: str) -> Callable[[int, Iterable[object]], list[Row]]:
    return function("_annotation, _items", [f"return [({values}) for {each}]"], _to_json=to_json)


def _stored_values(kind: Kind) -> str:
    """Return the source of the values of an item's columns."""
    return "".join(f"{_stored_value(field)}, " for field in _stored(kind))


def _stored_value(field: Field) -> str:
    if field.is_list or field.is_object:
        return f"_to_json({field.name}) if {field.name} else None"
    return f"1 if {field.name} else 0" if field.shape is TRUTH else field.name


def annotation_of_rows(
    head: Head, rows: Mapping[str, Sequence[Row]], updated: str | None
) -> Annotation:
    """Return the annotation of which `all_rows` made these rows, as it is read from a project."""
    return Annotation(
        head=head,
        entities=entities_of(rows["entity"]),
        mentions=mentions_of(rows["mention"]),
        quotes=quotes_of(rows["quote"], rows["quote_span"]),
        decisions=decisions_of(rows["decision"]),
        updated=updated,
    )


def lasting_values(rows: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Yield the values of rows of each table, without the annotation, for a digest of the content.

    Those of later fields count only if they differ from the default, so that the digest of what
    was imported before a field was added stays the same.
    """
    for table, some in rows.items():
        later = len(later_fields(_KINDS[table]))
        default = _DEFAULTS[table]
        for row in some:
            if later and row[-later:] == default[-later:]:
                yield row[1:-later]
            else:
                yield row[1:]


def insert_rows(connection: sqlite3.Connection, rows: dict[str, list[Row]]) -> None:
    """Insert the result of `rows_of`, for annotations that have none of these items yet."""
    for table, values in rows.items():
        default = _DEFAULTS[table]
        number = len(default)
        # Each named column takes as long as several columns left out.
        short = [row[:-number] for row in values if row[-number:] == default]
        full = [row for row in values if row[-number:] != default]
        insert_batched(
            connection, _insert_prefix(table, number), _placeholders(table, number), short
        )
        insert_batched(connection, _insert_prefix(table), _placeholders(table), full)


def insert_batched(
    connection: sqlite3.Connection, into: str, marks: str, rows: Sequence[Row]
) -> None:
    """Insert the rows, many with each statement, which takes a third less time than one by one.

    `into` is the statement up to VALUES, `marks` the parameters of one row, in parentheses.
    """
    whole = len(rows) - len(rows) % _ROWS_PER_INSERT
    if whole:
        groups = (
            rows[first : first + _ROWS_PER_INSERT] for first in range(0, whole, _ROWS_PER_INSERT)
        )
        statement = f"{into} {', '.join([marks] * _ROWS_PER_INSERT)}"
        connection.executemany(statement, (tuple(chain.from_iterable(group)) for group in groups))
    if whole < len(rows):
        connection.executemany(f"{into} {marks}", rows[whole:])
