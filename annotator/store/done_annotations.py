"""The done annotations of a project, without their texts and items."""

from typing import Final, NamedTuple

from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.visible import visible_condition

_QUERY: Final = f"""
    SELECT a.pk, r.name, n.updated, a.text_sha256, a.length
    FROM annotator r
    CROSS JOIN annotation n ON n.annotator = r.pk AND n.status = 'done'
    CROSS JOIN article a ON a.pk = n.article
    WHERE n.revision > 0 AND {visible_condition("a.pk")}
    ORDER BY a.pk, r.name
"""


class DoneAnnotation(NamedTuple):
    """An annotation that is done.

    Attributes:
        key: The key of the article.
        annotator: Whose annotation it is, perhaps a suggester's.
        updated: When it was last changed; None if that is not known.
        text_hash: The SHA-256 of the text, in hexadecimal.
        length: The length of the text in code points.
    """

    key: int
    annotator: str
    updated: str | None
    text_hash: str
    length: int


def done_annotations(database: Database) -> list[DoneAnnotation]:
    rows = checked_rows(
        database.connection.execute(_QUERY), "article.pk", "annotator.name", "annotation.updated",
        "article.text_sha256", "article.length",
    )  # fmt: skip
    return [DoneAnnotation(*row) for row in rows]
