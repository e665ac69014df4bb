"""Counts of what a project holds, and of the progress of the work on it."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.core.models import STATUSES, Status
from annotator.core.provenance import CHANGED_BY, KEY
from annotator.core.rejection import REJECTED
from annotator.core.suggestion import is_suggester
from annotator.store.annotations import HAS_CONTENT, HAS_REVISIONS, IS_EMPTY
from annotator.store.columns import Row, checked_rows
from annotator.store.database import Database
from annotator.store.visible import HIDDEN_ANNOTATIONS, has_hidden, visible_condition

DURATIONS: Final = (60, 120, 300, 600, 1200, 2400)
"""Seconds that separate the classes of `Statistics.durations`: under 1 minute, 1 to 2 … 40 and
more.
"""

_OF_ANNOTATOR: Final = (
    "IN (SELECT n.pk FROM annotation n JOIN annotator r ON r.pk = n.annotator "
    "WHERE r.name = :annotator)"
)
_NAMES_APART: Final = "SELECT value FROM json_each(:apart)"
_APART: Final = (
    "SELECT n.pk FROM annotation n JOIN annotator r ON r.pk = n.annotator "
    f"WHERE r.name IN ({_NAMES_APART})"
)
ORIGINS: Final = ("own", "accepted", "changed", "rejected")
_ACCEPTED: Final = ("accepted", "changed")
_ORIGINS: Final = f"""
    SELECT r.name, i.origin, i.made_by, sum(i.number) FROM (
        SELECT annotation, CASE
            WHEN json_extract(extra, '$.{KEY}.by') IS NULL THEN 'own'
            WHEN json_extract(extra, '$.{KEY}.{CHANGED_BY}') IS NULL THEN 'accepted'
            ELSE 'changed' END AS origin,
            json_extract(extra, '$.{KEY}.by') AS made_by, 1 AS number
        FROM (SELECT annotation, extra FROM mention UNION ALL SELECT annotation, extra FROM quote)
        UNION ALL
        SELECT pk, 'rejected', NULL, json_array_length(extra, '$.{REJECTED}') FROM annotation
        WHERE extra IS NOT NULL AND json_type(extra, '$.{REJECTED}') = 'array'
    ) i JOIN annotation n ON n.pk = i.annotation JOIN annotator r ON r.pk = n.annotator
    WHERE {{me}} GROUP BY r.name, i.origin, i.made_by ORDER BY r.name
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over all annotators except suggesters, or over one annotator, who may be a suggester.

    `articles`: the articles of the project.
    `statuses`: annotations in which something was done, by annotator and status, with all four
    statuses.
    `entities`: all entities.
    `labels`: entities by label.
    `mentions`: spans by label.
    `quotes`: quotes by type.
    `spans`: spans of quotes by role.
    `seconds`: the active work by annotator.
    `days`: how many of the annotations that are done now were last changed on each day (local time,
    "2026-11-23"), by annotator.
    `durations`: done annotations by the active time spent on them, in the classes of `DURATIONS`;
    those without any time are left out.
    `median_seconds`: the median of the done annotations on which time was spent, by annotator.
    `trash`: the number of articles in the trash, which nothing else counts.
    `suggesters`: like `statuses`, for the suggesters that are not counted.
    `origins`: mentions and quotes by annotator, without suggesters: "own" ones, those "accepted" as
    they were suggested, accepted and "changed" since, and suggestions "rejected".
    `made_by`: how many of all of them were "accepted" and "changed", by what had suggested them,
    see `core.suggestion.Origin`; another program may have written other values.
    """

    articles: int
    statuses: dict[str, dict[Status, int]]
    entities: int
    labels: dict[str, int]
    mentions: dict[str, int]
    quotes: dict[str, int]
    spans: dict[str, int]
    seconds: dict[str, int]
    days: dict[str, dict[str, int]]
    durations: tuple[int, ...]
    median_seconds: dict[str, int]
    trash: int
    suggesters: dict[str, dict[Status, int]] = field(default_factory=dict)
    origins: dict[str, dict[str, int]] = field(default_factory=dict)
    made_by: dict[str, dict[str, int]] = field(default_factory=dict)

    def progress(self, annotator: str) -> dict[Status, int]:
        """Return how many articles are in each status for the annotator; adds up to `articles`."""
        counts = dict(self.statuses.get(annotator, dict.fromkeys(STATUSES, 0)))
        begun = sum(count for status, count in counts.items() if status != "todo")
        return {**counts, "todo": self.articles - begun}


def stats(database: Database, annotator: str | None = None) -> Statistics:
    with database.snapshot():
        count = _Counter(database, annotator)
        statuses = count.statuses()
        excluded = {name for name in statuses if annotator is None and is_suggester(name)}
        origins, made_by = count.origins()
        labels = count.by(
            f"SELECT label, count(*) FROM entity WHERE {count.mine()} GROUP BY label",
            "entity.label",
        )
        return Statistics(
            articles=count.rows(f"SELECT count(*) FROM article WHERE {visible_condition('pk')}")[0][
                0
            ],
            statuses={name: found for name, found in statuses.items() if name not in excluded},
            entities=sum(labels.values()),
            labels=labels,
            mentions=count.by(
                "SELECT e.label, count(*) FROM mention m JOIN entity e "
                "ON e.annotation = m.annotation AND e.id = m.entity "
                f"WHERE {count.mine('e.')} GROUP BY e.label",
                "entity.label",
            ),
            quotes=count.by(
                f"SELECT type, count(*) FROM quote WHERE {count.mine()} GROUP BY type",
                "quote.type",
            ),
            spans=count.by(
                f"SELECT role, count(*) FROM quote_span WHERE {count.mine()} GROUP BY role",
                "quote_span.role",
            ),
            seconds=count.by(
                "SELECT r.name, coalesce(sum(n.seconds), 0) FROM annotator r "
                f"LEFT JOIN annotation n ON n.annotator = r.pk AND {count.seen} "
                f"WHERE {count.me} GROUP BY r.name",
                "annotator.name",
                "annotation.seconds",
            ),
            days=count.days(),
            durations=count.durations(),
            median_seconds=count.medians(),
            suggesters={name: statuses[name] for name in sorted(excluded)},
            origins=origins,
            made_by=made_by,
            trash=count.rows("SELECT count(*) FROM trash")[0][0],
        )


def statuses(database: Database) -> dict[str, dict[Status, int]]:
    """Return `Statistics.statuses` and `Statistics.suggesters` together, in a tenth of the time."""
    with database.reading():
        return _Counter(database, None).statuses()


class ExcludedCounts(NamedTuple):
    """Rows that do not count as annotations, or that are empty.

    `opened`: articles that were opened and in which nothing was done.
    `empty`: annotations that are not finished and hold nothing.
    `skipped`: skipped annotations with nothing in them.
    """

    opened: int = 0
    empty: int = 0
    skipped: int = 0


def set_aside(
    database: Database, annotators: Collection[str] | None, statuses: Collection[Status] | None
) -> ExcludedCounts:
    kind = (
        f"CASE WHEN NOT {HAS_REVISIONS} THEN 'opened' WHEN NOT {HAS_CONTENT} THEN 'empty' "
        f"WHEN n.status = 'skipped' AND {IS_EMPTY} THEN 'skipped' END"
    )
    with database.reading():
        found = database.connection.execute(
            f"SELECT r.name, {kind} AS kind, count(*) FROM annotation n "
            "JOIN annotator r ON r.pk = n.annotator WHERE kind IS NOT NULL AND "
            "(:statuses IS NULL OR n.status IN (SELECT value FROM json_each(:statuses))) "
            "GROUP BY 1, 2",
            {"statuses": None if statuses is None else json.dumps(list(statuses))},
        ).fetchall()
    counts: Counter[str] = Counter()
    for name, kind, count in found:
        if name in annotators if annotators is not None else not is_suggester(name):
            counts[kind] += count
    return ExcludedCounts(**counts)


class _Counter:
    """Runs the counts for one annotator, or for all except suggesters."""

    def __init__(self, database: Database, annotator: str | None) -> None:
        self._connection = database.connection
        found = self._connection.execute("SELECT name FROM annotator")
        names = [name for (name,) in checked_rows(found, "annotator.name")]
        excluded = [name for name in names if is_suggester(name)]
        self._values = {"annotator": annotator, "apart": json.dumps(excluded)}
        self._mine, self.me = list[str](), "1"
        if annotator is not None:
            self._mine, self.me = [_OF_ANNOTATOR], "r.name = :annotator"
        elif excluded:
            self._mine, self.me = [f"NOT IN ({_APART})"], f"r.name NOT IN ({_NAMES_APART})"
        self.all = "1" if annotator is None else self.me
        self.seen = "1"
        if has_hidden(self._connection):
            self.seen = f"n.pk NOT IN ({HIDDEN_ANNOTATIONS})"
            self._mine.append(f"NOT IN ({HIDDEN_ANNOTATIONS})")

    def mine(self, table: str = "") -> str:
        """Return the condition that an item is counted.

        `table` is the table prefix of the column, with a full stop.
        """
        return " AND ".join(f"{table}annotation {one}" for one in self._mine) or "1"

    def rows(self, query: str, *columns: str) -> list[Row]:
        """Return the result of the query.

        `columns` are the columns it returns, see `columns.checked_rows`.
        """
        found = self._connection.execute(query, self._values)
        return checked_rows(found, *columns) if columns else found.fetchall()

    def by(self, query: str, column: str, counted: str = "") -> dict[str, int]:
        return dict(self.rows(f"{query} ORDER BY 1", column, counted))

    def statuses(self) -> dict[str, dict[Status, int]]:
        found: dict[str, dict[Status, int]] = {}
        for name, status, count in self.rows(
            "SELECT r.name, n.status, count(n.pk) FROM annotator r "
            f"LEFT JOIN annotation n ON n.annotator = r.pk AND {self.seen} AND {HAS_REVISIONS} "
            f"WHERE {self.all} GROUP BY r.name, n.status ORDER BY r.name",
            "annotator.name",
            "annotation.status?",
            "",
        ):
            counts = found.setdefault(name, dict.fromkeys(STATUSES, 0))
            if status is not None:
                counts[status] = count
        return found

    def days(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for name, day, count in self.rows(
            "SELECT r.name, date(n.updated, 'localtime') day, count(*) FROM annotation n "
            "JOIN annotator r ON r.pk = n.annotator "
            f"WHERE n.status = 'done' AND {self.me} AND {self.seen} "
            "AND day IS NOT NULL GROUP BY r.name, day ORDER BY r.name, day"
        ):
            found.setdefault(name, {})[day] = count
        return found

    def origins(self) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
        """Return `Statistics.origins` and `Statistics.made_by`."""
        origins: dict[str, dict[str, int]] = {}
        made_by: dict[str, dict[str, int]] = {}
        for name, origin, by, count in self.rows(_ORIGINS.format(me=f"{self.me} AND {self.seen}")):
            if is_suggester(name):
                continue
            origins.setdefault(name, dict.fromkeys(ORIGINS, 0))[origin] += count
            if by is not None:
                made_by.setdefault(str(by), dict.fromkeys(_ACCEPTED, 0))[origin] += count
        return origins, dict(sorted(made_by.items()))

    def durations(self) -> tuple[int, ...]:
        steps = " ".join(f"WHEN n.seconds < {edge} THEN {i}" for i, edge in enumerate(DURATIONS))
        found = self.rows(
            f"SELECT CASE {steps} ELSE {len(DURATIONS)} END, count(*) FROM annotation n "
            f"JOIN annotator r ON r.pk = n.annotator WHERE {self.me} AND {self.seen} "
            "AND n.status = 'done' AND n.seconds > 0 GROUP BY 1"
        )
        counts: dict[int, int] = dict(found)
        return tuple(counts.get(i, 0) for i in range(len(DURATIONS) + 1))

    def medians(self) -> dict[str, int]:
        """Return the medians; of two in the middle, the lower one."""
        return self.by(
            "SELECT name, seconds FROM (SELECT r.name, n.seconds, "
            "row_number() OVER (PARTITION BY r.pk ORDER BY n.seconds) place, "
            "count(*) OVER (PARTITION BY r.pk) many FROM annotation n "
            f"JOIN annotator r ON r.pk = n.annotator WHERE {self.me} AND {self.seen} "
            "AND n.status = 'done' AND n.seconds > 0) WHERE place = (many + 1) / 2",
            "annotator.name",
            "annotation.seconds",
        )
