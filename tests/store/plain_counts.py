"""The statistics counted plainly, by reading everything: what the counters have to agree with."""

import json
from typing import Any, Final

from annotator.core.models import STATUSES, Status
from annotator.core.provenance import CHANGED_BY, KEY
from annotator.core.rejection import REJECTED
from annotator.core.suggestion import is_suggester
from annotator.store import Project, Statistics
from annotator.store.annotations import HAS_REVISIONS
from annotator.store.database import Database
from annotator.store.statistics import DURATIONS, ORIGINS
from annotator.store.visible import HIDDEN_ANNOTATIONS, has_hidden, visible_condition

_OF_ANNOTATOR: Final = (
    "IN (SELECT n.pk FROM annotation n JOIN annotator r ON r.pk = n.annotator "
    "WHERE r.name = :annotator)"
)
_NAMES_APART: Final = "SELECT value FROM json_each(:apart)"
_APART: Final = (
    "SELECT n.pk FROM annotation n JOIN annotator r ON r.pk = n.annotator "
    f"WHERE r.name IN ({_NAMES_APART})"
)
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


def counted_plainly(project: Project, annotator: str | None = None) -> Statistics:
    """`Project.stats`, without the counters."""
    database = project._database
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


class _Counter:
    """Runs the counts for one annotator, or for all except suggesters."""

    def __init__(self, database: Database, annotator: str | None) -> None:
        self._connection = database.connection
        found = self._connection.execute("SELECT name FROM annotator")
        names = [name for (name,) in found]
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

    def rows(self, query: str, *columns: str) -> list[Any]:
        """Return the result of the query.

        `columns` are the columns it returns, see `columns.checked_rows`.
        """
        found = self._connection.execute(query, self._values)
        return found.fetchall()

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
            "AND n.updated LIKE '____-%' AND day IS NOT NULL "
            "GROUP BY r.name, day ORDER BY r.name, day"
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
        some = {name: counts for name, counts in origins.items() if any(counts.values())}
        return some, dict(sorted(made_by.items()))

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
