"""The articles that are assigned to each annotator."""

from collections.abc import Iterable

from annotator.store.columns import checked_rows
from annotator.store.database import Database


def assign(database: Database, annotator: str, articles: Iterable[int]) -> None:
    with database.writing() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO assignment (article, annotator) VALUES (?, ?)",
            [(article, annotator) for article in articles],
        )


def assignments(database: Database) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = database.connection.execute(
        "SELECT article, annotator FROM assignment ORDER BY article, annotator"
    )
    for article, annotator in checked_rows(rows, "assignment.article", "assignment.annotator"):
        found[article] = (*found.get(article, ()), annotator)
    return found
