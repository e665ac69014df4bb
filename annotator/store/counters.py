"""Counters of what each annotator has, kept by triggers in the transaction of each write.

The table `counter` has a number by annotator, kind and name; annotator 0 stands for the project.
What belongs to an import that is not finished is counted apart as `hidden`, see `store.pending`.

| kind | name | number |
|---|---|---|
| begun | a status | annotations with a revision |
| opened | a status | annotations without one |
| seconds | | the sum of the time spent |
| time | seconds | done annotations on which this time was spent |
| done | a UTC time | done annotations last changed in the quarter of an hour that begins then |
| rejected | | rejected suggestions |
| accepted, changed | what suggested them | mentions and quotes, see `core.provenance` |
| entity, mention | a label | entities; their mentions |
| quote, span | a type; a role | quotes; spans of quotes |
| trash | | articles in the trash |

The triggers are temporary, made by each connection that writes (`Database.set_counting`): they cost
nothing when a file is opened, and a bulk write that counts its rows at once leaves them out.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

_FIRST_HIDDEN: Final = "(SELECT CAST(value AS INTEGER) FROM project WHERE key = 'first_hidden')"
_LONGEST: Final = 1 << 40
"""The most seconds of an annotation that count; nothing that a file may hold adds up too far."""


def is_hidden(article: str) -> str:
    """Return the expression, 0 or 1, of whether the article with this key is hidden."""
    return f"coalesce({article} - {_FIRST_HIDDEN} BETWEEN 0 AND 16777215, 0)"


def temporary_trigger(name: str, event: str, body: str) -> str:
    """Return the statement that makes a trigger for the connection alone, if it has none yet."""
    return f"CREATE TEMP TRIGGER IF NOT EXISTS {name} {event} BEGIN {body} END"


def _counts_of_annotation(row: str, sign: str = "", source: str = "") -> str:
    """Return the query for the counts of a row of the table `annotation` itself.

    `row` is NEW, OLD, or the name that `source`, a FROM clause, gives to the row.
    """
    moment = f"CAST(strftime('%s', {row}.updated) AS INTEGER)"
    rejected = f"{row}.extra, '$.rejected_suggestions'"
    rows = (
        (f"iif({row}.revision > 0, 'begun', 'opened')", f"{row}.status", "1", "TRUE"),
        ("'seconds'", "''", f"min({row}.seconds, {_LONGEST})", f"{row}.seconds <> 0"),
        ("'time'", f"{row}.seconds", "1", f"{row}.status = 'done' AND {row}.seconds > 0"),
        # Every time zone of today begins its days with a quarter of an hour.
        (
            "'done'",
            f"{moment} - ({moment} % 900 + 900) % 900",
            "1",
            f"{row}.status = 'done' AND {row}.updated GLOB '[0-9][0-9][0-9][0-9]-*' "
            f"AND {moment} IS NOT NULL",
        ),
        (
            "'rejected'",
            "''",
            f"json_array_length({rejected})",
            f"{row}.extra GLOB '*\"rejected_suggestions\"*' AND json_valid({row}.extra) "
            f"AND json_type({rejected}) = 'array' AND json_array_length({rejected}) > 0",
        ),
    )
    return " UNION ALL ".join(
        f"SELECT {row}.annotator, {kind}, {name}, {is_hidden(f'{row}.article')}, "
        f"{sign}({number}) {source} WHERE {where}"
        for kind, name, number, where in rows
    )


_SUGGESTED: Final = (
    "iif(json_extract(i.extra, '$.suggestion.changed_by') IS NULL, 'accepted', 'changed')",
    "CAST(json_extract(i.extra, '$.suggestion.by') AS TEXT)",
    "",
    "i.extra GLOB '*\"suggestion\"*' AND json_valid(i.extra) "
    "AND json_extract(i.extra, '$.suggestion.by') IS NOT NULL",
)
_LABELLED: Final = "JOIN entity e ON e.annotation = i.annotation AND e.id = i.entity"
_ITEMS: Final = {
    "entity": (("'entity'", "i.label", "", ""),),
    "mention": (("'mention'", "e.label", _LABELLED, ""), _SUGGESTED),
    "quote": (("'quote'", "i.type", "", ""), _SUGGESTED),
    "quote_span": (("'span'", "i.role", "", ""),),
}
"""What is counted of each table of items `i`: kind, name, a join and a condition."""
_CHANGING: Final = {
    "entity": ("annotation", "id", "label"),
    "mention": ("annotation", "entity", "extra"),
    "quote": ("annotation", "type", "extra"),
    "quote_span": ("annotation", "role"),
}
"""The columns on which these counts depend."""


def _counts_of_items(annotations: str, sign: str = "") -> str:
    """Return the query for the counts of all items of annotations, summed up.

    `annotations` is a table or subquery with the columns pk, annotator and article.
    """
    return " UNION ALL ".join(
        f"SELECT n.annotator, {kind}, {name}, {is_hidden('n.article')}, {sign}count(*) "
        f"FROM {annotations} n JOIN {table} i ON i.annotation = n.pk {join} "
        f"WHERE {condition or 'TRUE'} GROUP BY 1, 2, 3, 4"
        for table, counts in _ITEMS.items()
        for kind, name, join, condition in counts
    )


def _add(query: str) -> str:
    return (
        f"INSERT INTO counter (annotator, kind, name, hidden, number) {query} "
        "ON CONFLICT DO UPDATE SET number = number + excluded.number;"
    )


def _counts_of_item(table: str, row: str, sign: str) -> str:
    """Return the statements that count a row of a table of items, if its annotation is there.

    It is not while an annotation is being deleted, of which everything was subtracted at once.
    """
    statements = []
    for kind, name, join, condition in _ITEMS[table]:
        more = f"AND {condition}" if condition else ""
        query = (
            f"SELECT n.annotator, {kind}, {name}, {is_hidden('n.article')}, {sign}1 "
            f"FROM annotation n {join} WHERE n.pk = i.annotation {more}"
        )
        statements.append(_add(query.replace("i.", f"{row}.")))
    return " ".join(statements)


def _mentions_of_entity(row: str, sign: str) -> str:
    """Return the statement that counts the mentions of an entity under its label.

    Within one edit an entity may come after its mentions, or go before them.
    """
    return _add(
        f"SELECT n.annotator, 'mention', {row}.label, {is_hidden('n.article')}, {sign}count(*) "
        f"FROM annotation n JOIN mention m ON m.annotation = n.pk AND m.entity = {row}.id "
        f"WHERE n.pk = {row}.annotation GROUP BY n.pk"
    )


def _differs(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


def _item_triggers(table: str) -> Iterator[str]:
    add, remove = _counts_of_item(table, "NEW", ""), _counts_of_item(table, "OLD", "-")
    if table == "entity":
        add += _mentions_of_entity("NEW", "")
        remove += _mentions_of_entity("OLD", "-")
    columns = _CHANGING[table]
    yield temporary_trigger(f"count_{table}_insert", f"AFTER INSERT ON main.{table}", add)
    yield temporary_trigger(f"count_{table}_delete", f"AFTER DELETE ON main.{table}", remove)
    yield temporary_trigger(
        f"count_{table}_update",
        f"AFTER UPDATE OF {', '.join(columns)} ON main.{table} WHEN {_differs(columns)}",
        f"{remove} {add}",
    )


def _annotation_triggers() -> Iterator[str]:
    add, remove = _add(_counts_of_annotation("NEW")), _add(_counts_of_annotation("OLD", "-"))
    columns = ("annotator", "article", "status", "seconds", "extra")
    yield temporary_trigger("count_annotation_insert", "AFTER INSERT ON main.annotation", add)
    yield temporary_trigger(
        "count_annotation_update",
        f"AFTER UPDATE OF {', '.join(columns)}, revision, updated ON main.annotation "
        f"WHEN {_differs(columns)} OR (OLD.revision > 0) <> (NEW.revision > 0) "
        "OR (NEW.status = 'done' AND OLD.updated IS NOT NEW.updated)",
        f"{remove} {add}",
    )
    this = "(SELECT OLD.pk AS pk, OLD.annotator AS annotator, OLD.article AS article)"
    # Before its items go with it, which then belong to no annotation any more.
    yield temporary_trigger(
        "count_annotation_delete",
        "BEFORE DELETE ON main.annotation",
        f"{remove} {_add(_counts_of_items(this, '-'))}",
    )


COUNTING_TRIGGERS: Final = (
    *(trigger for table in _ITEMS for trigger in _item_triggers(table)),
    *_annotation_triggers(),
    temporary_trigger(
        "count_nothing_left",
        "AFTER UPDATE ON main.counter WHEN NEW.number = 0",
        "DELETE FROM counter WHERE annotator = NEW.annotator AND kind = NEW.kind "
        "AND name = NEW.name AND hidden = NEW.hidden;",
    ),
    temporary_trigger(
        "count_trash_insert", "AFTER INSERT ON main.trash", _add("VALUES (0, 'trash', '', 0, 1)")
    ),
    temporary_trigger(
        "count_trash_delete", "AFTER DELETE ON main.trash", _add("VALUES (0, 'trash', '', 0, -1)")
    ),
)

_BETWEEN: Final = "(SELECT * FROM annotation WHERE pk BETWEEN :first AND :last)"
_COUNT_BETWEEN: Final = _add(
    f"{_counts_of_annotation('n', source=f'FROM {_BETWEEN} n')} "
    f"UNION ALL {_counts_of_items(_BETWEEN)}"
)
_PLAIN: Final = (
    "SELECT annotator, kind, CAST(name AS TEXT), hidden, sum(number) FROM ("
    "SELECT 0 AS annotator, 'trash' AS kind, '' AS name, 0 AS hidden, count(*) AS number "
    f"FROM trash UNION ALL {_counts_of_annotation('n', source='FROM annotation n')} "
    f"UNION ALL {_counts_of_items('annotation')}"
    ") GROUP BY 1, 2, 3, 4 HAVING sum(number) <> 0"
)
_KEPT: Final = "SELECT annotator, kind, name, hidden, number FROM counter"


def count_annotations(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Count the new annotations with keys from `first` to `last`, and all in them, at once.

    Inside the transaction that has written them without the triggers.
    """
    connection.execute(_COUNT_BETWEEN, {"first": first, "last": last})


def reveal_counters(connection: sqlite3.Connection) -> None:
    """Count what was hidden with the rest, inside the transaction that ends an import."""
    connection.execute(
        _add("SELECT annotator, kind, name, 0, number FROM counter WHERE hidden = 1")
    )
    connection.execute("DELETE FROM counter WHERE hidden = 1")


def rebuild_counters(connection: sqlite3.Connection) -> None:
    """Count everything anew, inside a transaction."""
    connection.execute("DELETE FROM counter")
    connection.execute(f"INSERT INTO counter (annotator, kind, name, hidden, number) {_PLAIN}")


def counters_fit(connection: sqlite3.Connection) -> bool:
    """Return whether the counters are what counting everything anew finds. Reads everything."""
    (differs,) = connection.execute(
        f"SELECT EXISTS (SELECT * FROM (SELECT * FROM ({_PLAIN}) EXCEPT {_KEPT})) "
        f"OR EXISTS (SELECT * FROM ({_KEPT} EXCEPT SELECT * FROM ({_PLAIN})))"
    ).fetchone()
    return not differs
