"""Changing the scheme of a project together with the annotations that use it."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Final, Literal, NamedTuple

from annotator.core.edit_rules import exempt
from annotator.core.edits import apply_scheme_renames
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.history import record_edit
from annotator.store.item_rows import read_named

Step = Callable[[int, int], None]
"""Called with how many annotations are done and how many there are; may raise to undo it all."""


class SchemeUsage(NamedTuple):
    """How often one annotator's annotation of an article uses a label or a quote type.

    `items` counts entities or quotes, `spans` their mentions or, again, the quotes.
    """

    kind: Literal["label", "type"]
    name: str
    article: str
    title: str
    annotator: str
    items: int
    spans: int


_USES: Final = """
    SELECT 'label', e.label, a.id, a.title, r.name, count(DISTINCT e.id), count(m.id)
    FROM entity e
    LEFT JOIN mention m ON m.annotation = e.annotation AND m.entity = e.id
    JOIN annotation n ON n.pk = e.annotation
    JOIN article a ON a.pk = n.article
    JOIN annotator r ON r.pk = n.annotator
    WHERE e.label IN (SELECT value FROM json_each(:labels))
    GROUP BY e.label, n.pk
    UNION ALL
    SELECT 'type', q.type, a.id, a.title, r.name, count(*), count(*)
    FROM quote q
    JOIN annotation n ON n.pk = q.annotation
    JOIN article a ON a.pk = n.article
    JOIN annotator r ON r.pk = n.annotator
    WHERE q.type IN (SELECT value FROM json_each(:types))
    GROUP BY q.type, n.pk
    ORDER BY 1, 2, 6 DESC, 3, 5
"""
_AFFECTED: Final = """
    SELECT annotation FROM entity WHERE label IN (SELECT value FROM json_each(:labels))
    UNION
    SELECT annotation FROM quote WHERE type IN (SELECT value FROM json_each(:types))
"""


def uses(database: Database, labels: Collection[str], types: Collection[str]) -> list[SchemeUsage]:
    values = {"labels": json.dumps(list(labels)), "types": json.dumps(list(types))}
    rows = database.connection.execute(_USES, values)
    columns = ("", "entity.label", "article.id", "article.title", "annotator.name", "", "")
    return [SchemeUsage(*row) for row in checked_rows(rows, *columns)]


def change_scheme(
    database: Database,
    scheme: str,
    labels: Mapping[str, str],
    types: Mapping[str, str],
    step: Step,
) -> int:
    labels, types = _without_unchanged(labels), _without_unchanged(types)
    values = {"labels": json.dumps(list(labels)), "types": json.dumps(list(types))}
    with database.writing() as connection:
        affected = [key for (key,) in connection.execute(_AFFECTED, values)]
        for number, key in enumerate(affected):
            step(number, len(affected))
            annotation = read_named(connection, key, values["labels"], values["types"])
            edit = apply_scheme_renames(annotation, labels, types)
            record_edit(connection, key, exempt(edit))
        connection.execute("UPDATE project SET value = ? WHERE key = 'scheme'", (scheme,))
    return len(affected)


def _without_unchanged(names: Mapping[str, str]) -> Mapping[str, str]:
    return {old: new for old, new in names.items() if old != new}
