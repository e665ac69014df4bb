"""The entities of an annotator that have a label, over the whole project."""

from typing import NamedTuple

from annotator.store.articles import annotator_key
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.visible import visible_condition


class LabelledEntity(NamedTuple):
    """One entity: the key and title of its article, its id there, and its number of mentions."""

    article: int
    title: str
    id: str
    name: str
    mentions: int


def labelled_entities(database: Database, annotator: str, label: str) -> list[LabelledEntity]:
    rows = database.connection.execute(
        "SELECT n.article, coalesce(nullif(a.title, ''), a.id), e.id, e.name, "
        "(SELECT count(*) FROM mention m WHERE m.annotation = n.pk AND m.entity = e.id) "
        "FROM entity e JOIN annotation n ON n.pk = e.annotation "
        "JOIN article a ON a.pk = n.article "
        f"WHERE e.label = ? AND n.annotator = ? AND {visible_condition('a.pk')} "
        "ORDER BY n.article, e.ordinal",
        (label, annotator_key(database, annotator)),
    )
    columns = ("annotation.article", "article.title", "entity.id", "entity.name", "")
    return [LabelledEntity(*row) for row in checked_rows(rows, *columns)]


def labels_in_use(database: Database, annotator: str) -> dict[str, int]:
    rows = database.connection.execute(
        "SELECT name, number FROM counter WHERE annotator = ? AND kind = 'entity' "
        "AND hidden = 0 AND number > 0 ORDER BY number DESC, name",
        (annotator_key(database, annotator),),
    )
    return dict(checked_rows(rows, "entity.label", ""))
