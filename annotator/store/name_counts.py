"""The names that people have marked, counted over the whole project."""

from typing import NamedTuple

from annotator.core.suggestion import SUGGESTER
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.visible import visible_condition


class NameInUse(NamedTuple):
    """A text that people marked as a name: the label and name of the entity, and how often."""

    words: str
    label: str
    name: str
    times: int


def names_in_use(database: Database) -> list[NameInUse]:
    rows = database.connection.execute(
        "SELECT m.text, e.label, e.name, count(*) FROM mention m "
        "JOIN entity e ON e.annotation = m.annotation AND e.id = m.entity "
        "JOIN annotation n ON n.pk = m.annotation JOIN annotator r ON r.pk = n.annotator "
        f"WHERE m.kind = 'name' AND substr(r.name, 1, ?) <> ? AND {visible_condition('n.article')} "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        (len(SUGGESTER), SUGGESTER),
    )
    return [
        NameInUse(*row)
        for row in checked_rows(rows, "mention.text", "entity.label", "entity.name", "")
    ]
