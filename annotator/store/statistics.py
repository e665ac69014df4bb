"""Counts of what a project holds, and of the progress of the work on it."""

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
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
        numbers = _read_numbers(connection)
        all_statuses = _statuses(names, numbers["begun"])
        suggesters: dict[int, str] = {}
        if annotator is None:
            suggesters = {key: name for key, name in names.items() if is_suggester(name)}
        counted = {
            key: name
            for key, name in names.items()
            if key not in suggesters and annotator in (None, name)
        }
        counts = _Counts(counted, numbers)
        labels = counts.by_name("entity")
        return Statistics(
            articles=connection.execute(ARTICLE_TOTAL).fetchone()[0],
            statuses={name: all_statuses[name] for name in counted.values()},
            entities=sum(labels.values()),
            labels=labels,
            mentions=counts.by_name("mention"),
            quotes=counts.by_name("quote"),
            spans=counts.by_name("span"),
            seconds=counts.by_annotator("seconds"),
            days=_days(connection, counted),
            durations=counts.durations(),
            median_seconds=counts.medians(),
            suggesters={name: all_statuses[name] for name in suggesters.values()},
            origins=counts.origins(),
            made_by=counts.made_by(),
            trash=sum(number for _, _, number in numbers["trash"]),
        )


def statuses(database: Database) -> dict[str, dict[Status, int]]:
    """Return `Statistics.statuses` and `Statistics.suggesters` together."""
    with database.snapshot() as connection:
        return _statuses(_annotator_names(connection), _read_numbers(connection, "begun")["begun"])


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


_Numbers = Mapping[str, Sequence[tuple[int, str, int]]]
"""By kind, annotator, name and number of each counter; see `store.counters`."""
_KINDS: Final = (
    "begun", "seconds", "time", "rejected", "accepted", "changed", "entity", "mention", "quote",
    "span", "trash",
)  # fmt: skip
_ANNOTATORS: Final = "annotator IN (SELECT 0 UNION ALL SELECT pk FROM annotator)"


def _read_numbers(connection: sqlite3.Connection, *kinds: str) -> _Numbers:
    """Return the counters of these kinds, or of all except those of days."""
    kinds = kinds or _KINDS
    found: dict[str, list[tuple[int, str, int]]] = {kind: [] for kind in kinds}
    for kind, *row in connection.execute(
        f"SELECT kind, annotator, name, number FROM counter WHERE {_ANNOTATORS} "
        f"AND kind IN ({', '.join('?' * len(kinds))}) AND hidden = 0 AND number > 0",
        kinds,
    ):
        found[kind].append((row[0], row[1], row[2]))
    return found


def _annotator_names(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the names of all annotators by key, in alphabetical order."""
    found = connection.execute("SELECT pk, name FROM annotator ORDER BY name")
    return dict(checked_rows(found, "annotator.pk", "annotator.name"))


def _statuses(
    names: dict[int, str], begun: Sequence[tuple[int, str, int]]
) -> dict[str, dict[Status, int]]:
    found: dict[int, dict[Any, int]] = {key: dict.fromkeys(STATUSES, 0) for key in names}
    for key, status, number in begun:
        if key in found and status in found[key]:
            found[key][status] = number
    return {names[key]: counts for key, counts in found.items()}


def _days(connection: sqlite3.Connection, names: dict[int, str]) -> dict[str, dict[str, int]]:
    found: dict[int, dict[str, int]] = {key: {} for key in names}
    for key, day, number in connection.execute(
        "SELECT annotator, date(CAST(name AS INTEGER), 'unixepoch', 'localtime') AS day, "
        f"sum(number) FROM counter WHERE {_ANNOTATORS} AND kind = 'done' AND hidden = 0 "
        "AND number > 0 GROUP BY annotator, day ORDER BY annotator, day"
    ):
        if key in found and day is not None:
            found[key][day] = number
    return {names[key]: days for key, days in found.items() if days}


class _Counts:
    """Counts of some annotators, whose names are given by key in alphabetical order."""

    def __init__(self, names: dict[int, str], numbers: _Numbers) -> None:
        self._names = names
        self._numbers = numbers

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
        return (row for kind in kinds for row in self._numbers[kind] if row[0] in self._names)


def _median(numbers: list[tuple[int, int]]) -> int:
    """Return the lower median of values that are there so many times each."""
    numbers.sort()
    counts = [*accumulate(number for _, number in numbers)]
    return numbers[bisect_left(counts, (counts[-1] + 1) // 2)][0]
