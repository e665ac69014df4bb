"""Counts of what a project holds, and of the progress of the work on it."""

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final, NamedTuple

from annotator.core.models import STATUSES, Status
from annotator.core.suggestion import is_suggester
from annotator.store.annotations import HAS_CONTENT, HAS_REVISIONS, IS_EMPTY
from annotator.store.columns import checked_rows
from annotator.store.database import Database
from annotator.store.positions import ARTICLE_TOTAL

DURATIONS: Final = (60, 120, 300, 600, 1200, 2400)
"""Seconds that separate the classes of `Statistics.durations`: under 1 minute, 1 to 2 … 40 and
more.
"""

ORIGINS: Final = ("own", "accepted", "changed", "rejected")
_ACCEPTED: Final = ("accepted", "changed")


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
    """Return the statistics, at a cost that does not depend on how much was annotated."""
    with database.snapshot() as connection:
        names = _annotator_names(connection)
        everybody = _statuses(connection, names)
        if annotator is not None:
            names = {key: name for key, name in names.items() if name == annotator}
            suggesters = {}
        else:
            suggesters = {key: name for key, name in names.items() if is_suggester(name)}
            names = {key: name for key, name in names.items() if key not in suggesters}
        counts = _Counters(connection, names)
        labels = counts.by_name("entity")
        return Statistics(
            articles=connection.execute(ARTICLE_TOTAL).fetchone()[0],
            statuses={name: everybody[name] for name in names.values()},
            entities=sum(labels.values()),
            labels=labels,
            mentions=counts.by_name("mention"),
            quotes=counts.by_name("quote"),
            spans=counts.by_name("span"),
            seconds=counts.by_annotator("seconds"),
            days=counts.days(),
            durations=counts.durations(),
            median_seconds=counts.medians(),
            suggesters={name: everybody[name] for name in suggesters.values()},
            origins=counts.origins(),
            made_by=counts.made_by(),
            trash=_trashed(connection),
        )


def statuses(database: Database) -> dict[str, dict[Status, int]]:
    """Return `Statistics.statuses` and `Statistics.suggesters` together."""
    with database.snapshot() as connection:
        return _statuses(connection, _annotator_names(connection))


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


def _annotator_names(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the names of all annotators by key, in alphabetical order."""
    found = connection.execute("SELECT pk, name FROM annotator ORDER BY name")
    return dict(checked_rows(found, "annotator.pk", "annotator.name"))


def _statuses(
    connection: sqlite3.Connection, names: dict[int, str]
) -> dict[str, dict[Status, int]]:
    found = {key: dict.fromkeys(STATUSES, 0) for key in names}
    for key, status, number in _numbers(connection, "begun"):
        if key in found and status in found[key]:
            found[key][status] = number
    return {names[key]: counts for key, counts in found.items()}


def _trashed(connection: sqlite3.Connection) -> int:
    return sum(number for _, _, number in _numbers(connection, "trash"))


def _numbers(connection: sqlite3.Connection, *kinds: str) -> list[tuple[int, Any, int]]:
    """Return annotator, name and number of each counter of these kinds; see `store.counters`."""
    return connection.execute(
        "SELECT annotator, name, number FROM counter "
        f"WHERE kind IN ({', '.join('?' * len(kinds))}) AND hidden = 0 AND number > 0",
        kinds,
    ).fetchall()


class _Counters:
    """The counters of some annotators, whose names are given by key in alphabetical order."""

    def __init__(self, connection: sqlite3.Connection, names: dict[int, str]) -> None:
        self._connection = connection
        self._names = names

    def by_name(self, kind: str) -> dict[str, int]:
        """Return the sums over the annotators."""
        found: Counter[str] = Counter()
        for _, name, number in self._of(kind):
            found[name] += number
        return dict(sorted(found.items()))

    def by_annotator(self, *kinds: str) -> dict[str, int]:
        """Return the sums over the names, 0 for an annotator who has none."""
        found = dict.fromkeys(self._names, 0)
        for key, _, number in self._of(*kinds):
            found[key] += number
        return {self._names[key]: number for key, number in found.items()}

    def days(self) -> dict[str, dict[str, int]]:
        found: dict[int, Counter[str]] = {key: Counter() for key in self._names}
        for key, day, number in self._connection.execute(
            "SELECT annotator, date(CAST(name AS INTEGER), 'unixepoch', 'localtime'), sum(number) "
            "FROM counter WHERE kind = 'done' AND hidden = 0 AND number > 0 GROUP BY 1, 2"
        ):
            if key in found and day is not None:
                found[key][day] += number
        return {self._names[key]: dict(sorted(days.items())) for key, days in found.items() if days}

    def origins(self) -> dict[str, dict[str, int]]:
        marked = self.by_annotator("mention", "quote")
        accepted, changed = self.by_annotator("accepted"), self.by_annotator("changed")
        rejected = self.by_annotator("rejected")
        found: dict[str, dict[str, int]] = {}
        for name in self._names.values():
            own = max(0, marked[name] - accepted[name] - changed[name])
            counts = (own, accepted[name], changed[name], rejected[name])
            if any(counts) and not is_suggester(name):
                found[name] = dict(zip(ORIGINS, counts, strict=True))
        return found

    def made_by(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for kind in _ACCEPTED:
            for key, name, number in self._of(kind):
                if not is_suggester(self._names[key]):
                    found.setdefault(name, dict.fromkeys(_ACCEPTED, 0))[kind] += number
        return dict(sorted(found.items()))

    def durations(self) -> tuple[int, ...]:
        counts = [0] * (len(DURATIONS) + 1)
        for _, seconds, number in self._of("time"):
            counts[bisect_right(DURATIONS, int(seconds))] += number
        return tuple(counts)

    def medians(self) -> dict[str, int]:
        """Return the medians; of two in the middle, the lower one."""
        times: dict[int, list[tuple[int, int]]] = {key: [] for key in self._names}
        for key, seconds, number in self._of("time"):
            times[key].append((int(seconds), number))
        return {self._names[key]: _median(some) for key, some in times.items() if some}

    def _of(self, *kinds: str) -> Iterator[tuple[int, str, int]]:
        return (row for row in _numbers(self._connection, *kinds) if row[0] in self._names)


def _median(numbers: list[tuple[int, int]]) -> int:
    """Return the lower median of values that are there so many times each."""
    numbers.sort()
    counts = [*accumulate(number for _, number in numbers)]
    return numbers[bisect_left(counts, (counts[-1] + 1) // 2)][0]
