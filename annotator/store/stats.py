"""Counting what a project holds."""

from dataclasses import dataclass
from typing import Any

from annotator.core.models import STATUSES, Status
from annotator.store.database import Database


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over all annotators, but for `statuses` and `seconds`, which are by annotator.

    `statuses` has all four statuses of each annotator and counts begun annotations only;
    `mentions` is by label, `quotes` by type, `spans` (of quotes) by role.
    """

    articles: int
    statuses: dict[str, dict[Status, int]]
    entities: int
    mentions: dict[str, int]
    quotes: dict[str, int]
    spans: dict[str, int]
    seconds: dict[str, int]


def stats(database: Database) -> Stats:
    with database.snapshot():
        return Stats(
            articles=_rows(database, "SELECT count(*) FROM article")[0][0],
            statuses=_statuses(database),
            entities=_rows(database, "SELECT count(*) FROM entity")[0][0],
            mentions=_counts(
                database,
                "SELECT e.label, count(*) FROM mention m JOIN entity e "
                "ON e.annotation = m.annotation AND e.id = m.entity GROUP BY e.label",
            ),
            quotes=_counts(database, "SELECT type, count(*) FROM quote GROUP BY type"),
            spans=_counts(database, "SELECT role, count(*) FROM quote_span GROUP BY role"),
            seconds=_counts(
                database,
                "SELECT r.name, coalesce(sum(n.seconds), 0) FROM annotator r "
                "LEFT JOIN annotation n ON n.annotator = r.pk GROUP BY r.name",
            ),
        )


def _statuses(database: Database) -> dict[str, dict[Status, int]]:
    found: dict[str, dict[Status, int]] = {}
    for name, status, count in _rows(
        database,
        "SELECT r.name, n.status, count(n.pk) FROM annotator r "
        "LEFT JOIN annotation n ON n.annotator = r.pk GROUP BY r.name, n.status ORDER BY r.name",
    ):
        counts = found.setdefault(name, dict.fromkeys(STATUSES, 0))
        if status is not None:
            counts[status] = count
    return found


def _counts(database: Database, query: str) -> dict[str, int]:
    return dict(_rows(database, f"{query} ORDER BY 1"))


def _rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    return database.connection.execute(query).fetchall()
