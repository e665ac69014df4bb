"""Conversion between rows and the entities, mentions, quotes and decisions that they hold."""

import json
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby, repeat
from operator import attrgetter, itemgetter
from typing import Any, Final, TypeVar

from annotator.core.annotation import Annotation
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
from annotator.core.strict_json import read_object, read_texts
from annotator.store.columns import Row, columns_of, read_column

# json.dumps with options would build an encoder for each of a million values.
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_MAX_DEPTH: Final = 200
"""How deep lists and objects may be nested so that SQLite and Python can read them again."""
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')

_COLUMNS: Final = {
    "entity": ("id", "label", "name", "ordinal", "link", "note", "flags", "extra"),
    "mention": (
        "id", "entity", "start", '"end"', "text", "ordinal", "kind", "note", "flags", "extra",
    ),
    "quote": (
        "id", "ordinal", "type", "type_set", "speakers", "speaker_status", "addressees", "parent",
        "note", "flags", "attributes", "extra",
    ),
    "decision": (
        "id", "ordinal", "kind", "outcome", "start", '"end"', "members", "sources", "item",
        "decided_by", "decided_at", "rule", "reason", "note", "flags", "extra",
    ),
    "quote_span": ("quote", "position", "role", "start", '"end"', "text", "extra"),
}  # fmt: skip


_ROWS_PER_INSERT: Final = 64
_DEFAULTS: Final[dict[str, Row]] = {
    "entity": (None, "", None, None),
    "mention": ("", None, None),
    "quote": (None, None, "", None, None, None),
    "decision": (None, None),
    "quote_span": (None,),
}
"""What the last columns usually hold: the default values of the table."""


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


_WITH_IDS: Final = ("entity", "mention", "quote", "decision")
_INSERTS: Final = {table: _insert(table) for table in _COLUMNS}
_UPSERTS: Final = {table: _upsert(table) for table in _WITH_IDS}
_TABLES: Final[dict[type[Item], str]] = {
    Entity: "entity",
    Mention: "mention",
    Quote: "quote",
    Decision: "decision",
}
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
_HEAD_NAMES: Final = ("status", "notes", "flags", "seconds", "extra")
HEAD_COLUMNS: Final = ", ".join(_HEAD_NAMES)
_NAMES: Final = {
    table: ("annotation", *(column.strip('"') for column in columns))
    for table, columns in _COLUMNS.items()
}
_READ: Final[dict[str, Callable[[str], Any]]] = {
    "flags": read_texts,
    "speakers": read_texts,
    "addressees": read_texts,
    "members": read_texts,
    "sources": read_texts,
    "attributes": read_object,
    "extra": read_object,
}
"""How JSON columns are read. An empty list is NULL in the file."""
_UNCHECKED: Final = {"annotation", *_READ}
"""The key that was asked for, and the columns that are checked when they are parsed."""
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


def _with_finite_numbers(value: Any) -> Any:
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
    return _build_items(Head, _read_columns("annotation", _HEAD_NAMES, rows))


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
    if not of_quotes:
        return []
    ids, ordinals, types, types_set, *others = _item_columns("quote", of_quotes)
    parts = [tuple(spans.get(row[:2], ())) for row in of_quotes]
    return _build_items(Quote, [ids, ordinals, parts, types, map(bool, types_set), *others])


def decisions_of(rows: Iterable[Row]) -> list[Decision]:
    return _build_items(Decision, _item_columns("decision", [*rows]))


def _build_items(kind: type[_T], columns: Sequence[Iterable[Any]]) -> list[_T]:
    """Return an item for each row of the columns, which are in the order of its fields.

    The user waits while 10,000 are made, so nothing is called for each of them.
    """
    rows: Iterable[Row] = zip(*columns)  # noqa: B905  # some are infinite
    made: Iterable[_T] = map(make_item, repeat(kind), rows)  # type: ignore[arg-type]  # any tuple
    return [*made]


def _item_columns(table: str, rows: Sequence[Row]) -> list[Iterable[Any]]:
    """Return the columns of items as values of their fields, without the annotation's key."""
    return _read_columns(table, _NAMES[table], rows)[1:]


def _read_columns(table: str, names: Sequence[str], rows: Sequence[Row]) -> list[Iterable[Any]]:
    columns: list[Iterable[Any]] = [*columns_of(table, names, rows, _UNCHECKED)]
    for place, name in enumerate(names):
        if name in _READ:
            columns[place] = _read_values(table, names, rows, columns[place], name)
    return columns


def _read_values(
    table: str, names: Sequence[str], rows: Sequence[Row], column: Iterable[Any], name: str
) -> Iterable[Any]:
    """Return the values of a JSON column, which is usually empty."""
    read = _READ[name]
    default: Any = () if read is read_texts else None
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
    """Return the rows of each table for `items`."""
    rows: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
    for item in items:
        if isinstance(item, Mention):
            rows["mention"].append(_mention_row(annotation, item))
        elif isinstance(item, Entity):
            rows["entity"].append(_entity_row(annotation, item))
        elif isinstance(item, Quote):
            rows["quote"].append(_quote_row(annotation, item))
            rows["quote_span"] += _span_rows(annotation, item)
        elif isinstance(item, Decision):
            rows["decision"].append(_decision_row(annotation, item))
    return rows


def all_rows(annotation: int, incoming: Annotation) -> dict[str, list[Row]]:
    """Return the rows of each table for a whole annotation.

    Like `rows_of`, but without a call for each of a million empty columns.
    """
    quotes = incoming.quotes.values()
    return {
        # The columns of these two have the names and the order of the fields of the items.
        "entity": [
            (
                annotation, *e[:-2],
                to_json(e.flags) if e.flags else None, to_json(e.extra) if e.extra else None,
            )
            for e in incoming.entities.values()
        ],
        "mention": [
            (
                annotation, *m[:-2],
                to_json(m.flags) if m.flags else None, to_json(m.extra) if m.extra else None,
            )
            for m in incoming.mentions.values()
        ],
        "quote": [_quote_row(annotation, quote) for quote in quotes],
        "quote_span": [row for quote in quotes for row in _span_rows(annotation, quote)],
        "decision": [_decision_row(annotation, one) for one in incoming.decisions.values()],
    }  # fmt: skip


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


def _entity_row(annotation: int, item: Entity) -> Row:
    return (
        annotation, item.id, item.label, item.name, item.ordinal, item.link, item.note,
        to_json(item.flags), to_json(item.extra),
    )  # fmt: skip


def _mention_row(annotation: int, item: Mention) -> Row:
    return (
        annotation, item.id, item.entity_id, item.start, item.end, item.text, item.ordinal,
        item.kind, item.note, to_json(item.flags), to_json(item.extra),
    )  # fmt: skip


def _quote_row(annotation: int, item: Quote) -> Row:
    return (
        annotation, item.id, item.ordinal, item.type, int(item.type_set),
        to_json(item.speakers) if item.speakers else None, item.speaker_status,
        to_json(item.addressees) if item.addressees else None, item.parent, item.note,
        to_json(item.flags) if item.flags else None,
        to_json(item.attributes) if item.attributes else None,
        to_json(item.extra) if item.extra else None,
    )  # fmt: skip


def _decision_row(annotation: int, item: Decision) -> Row:
    return (
        annotation, item.id, item.ordinal, item.kind, item.outcome, item.start, item.end,
        to_json(item.members), to_json(item.sources), item.item, item.by, item.made_at, item.rule,
        item.reason, item.note, to_json(item.flags), to_json(item.extra),
    )  # fmt: skip


def _span_rows(annotation: int, item: Quote) -> list[Row]:
    return [
        (
            annotation, item.id, n, span.role, span.start, span.end, span.text,
            to_json(span.extra) if span.extra else None,
        )
        for n, span in enumerate(item.spans)
    ]  # fmt: skip
