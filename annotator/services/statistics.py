"""The statistics of a project as series of named numbers, for charts and CSV."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from annotator.core.message import Message, message, tr_later
from annotator.core.models import STATUSES, Status
from annotator.core.scheme import Scheme
from annotator.core.suggestion import ORIGINS
from annotator.services.atomic_output import atomic_file

if TYPE_CHECKING:
    from annotator.services.blind_test import Anchoring
    from annotator.store import Statistics

_CLASSES: Final = ("< 1", "1–2", "2–5", "5–10", "10–20", "20–40", "≥ 40")
_STATUS_NAMES: Final[dict[Status, str]] = {
    "done": tr_later("done"),
    "skipped": tr_later("skipped"),
    "doing": tr_later("doing"),
    "todo": tr_later("to do"),
}
assert set(_STATUS_NAMES) == set(STATUSES)
_ORIGIN_NAMES: Final[dict[str, str]] = {
    "rule": tr_later("a rule"),
    "memory": tr_later("the project’s memory"),
    "model": tr_later("the trained model"),
    "spacy": tr_later("a spaCy pipeline"),
    "endpoint": tr_later("a language model"),
}
assert set(_ORIGIN_NAMES) == set(ORIGINS)
_MOST_DAYS: Final = 3660
"""A date that is far off, from a wrong clock, must not make a chart that spans centuries."""

Kind = Literal["days", "bars", "shares", "classes"]


class Bar(NamedTuple):
    """One row of a series: one value for each of the series' `parts`; `tone` names a colour."""

    name: str
    values: tuple[int, ...]
    tone: str = ""


class Series(NamedTuple):
    """Numbers that belong together; `parts` names the numbers of each bar."""

    id: str
    title: str
    unit: str
    kind: Kind
    parts: tuple[str, ...]
    bars: tuple[Bar, ...]


def statistics_series(stats: "Statistics", scheme: Scheme) -> tuple[Series, ...]:
    """Return everything that the statistics window shows, in its order."""
    return (
        _progress(stats),
        _days(stats),
        _labels(stats, scheme),
        _types(stats),
        _durations(stats),
        _times(stats),
        _origins(stats),
        _made_by(stats),
    )


def anchoring_series(found: "Anchoring") -> Series:
    """Return how far people agree with the suggestions, with them held back and shown."""
    rows = (
        (tr_later("Quotes, held back"), found.held_back.quotes),
        (tr_later("Quotes, shown"), found.shown.quotes),
        (tr_later("Names, held back"), found.held_back.mentions),
        (tr_later("Names, shown"), found.shown.mentions),
    )
    bars = tuple(
        Bar(name, (round(score.f * 100), score.gold, score.suggested)) for name, score in rows
    )
    title = tr_later("Agreement with suggestions, held back and shown")
    return Series(
        "anchoring",
        title,
        tr_later("F in %"),
        "bars",
        ("F in %", tr_later("marked"), tr_later("suggested")),
        bars,
    )


def write_csv(series: Sequence[Series], path: Path) -> None:
    """Write one line for each number: figure, name, part, number.

    The encoding is UTF-8 with a byte order mark, which spreadsheets recognise. Raises OSError.
    """
    with (
        atomic_file(path) as new,
        new.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(("figure", "name", "part", "number"))
        for one in series:
            for bar in one.bars:
                for part, value in zip(one.parts, bar.values, strict=True):
                    writer.writerow((one.title, bar.name, part, value))


def format_duration(seconds: int) -> Message:
    """Return a duration in seconds as a message: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 60:
        return message("{1} s", str(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return message("{1} min", str(minutes))
    return message("{1} h {2} min", str(minutes // 60), str(minutes % 60))


def _progress(stats: "Statistics") -> Series:
    bars = tuple(
        Bar(name, tuple(stats.progress(name)[status] for status in _STATUS_NAMES))
        for name in stats.statuses
    )
    parts = tuple(_STATUS_NAMES.values())
    return Series(
        "progress", tr_later("Progress by annotator"), tr_later("articles"), "shares", parts, bars
    )


def _days(stats: "Statistics") -> Series:
    names = tuple(stats.days)
    found = sorted({day for days in stats.days.values() for day in days})
    bars = tuple(
        Bar(day, tuple(stats.days[name].get(day, 0) for name in names)) for day in _all_days(found)
    )
    return Series("days", tr_later("Articles done per day"), "articles", "days", names, bars)


def _all_days(found: Sequence[str]) -> list[str]:
    """Return every day from the first to the last, including those without work."""
    if not found:
        return []
    first, last = date.fromisoformat(found[0]), date.fromisoformat(found[-1])
    if (last - first).days > _MOST_DAYS:
        return list(found)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _labels(stats: "Statistics", scheme: Scheme) -> Series:
    known = [label.name for label in scheme.labels]
    others = [name for name in stats.labels if name not in known]
    bars = tuple(
        Bar(
            name or tr_later("(none)"),
            (stats.mentions.get(name, 0), stats.labels.get(name, 0)),
            scheme.label(name).tone,
        )
        for name in (*known, *others)
    )
    return Series(
        "labels",
        tr_later("Labels"),
        tr_later("mentions"),
        "bars",
        ("mentions", tr_later("entities")),
        bars,
    )


def _types(stats: "Statistics") -> Series:
    bars = tuple(Bar(name.replace("_", " "), (count,)) for name, count in stats.quotes.items())
    return Series("types", tr_later("Quote types"), tr_later("quotes"), "bars", ("quotes",), bars)


def _durations(stats: "Statistics") -> Series:
    bars = tuple(Bar(name, (count,)) for name, count in zip(_CLASSES, stats.durations, strict=True))
    title = tr_later("Active minutes per article done")
    return Series("durations", title, "articles", "classes", ("articles",), bars)


def _times(stats: "Statistics") -> Series:
    bars = tuple(
        Bar(name, (seconds, stats.median_seconds.get(name, 0)))
        for name, seconds in stats.seconds.items()
    )
    parts = (tr_later("seconds in all"), tr_later("median seconds per article done"))
    return Series(
        "times", tr_later("Active time by annotator"), tr_later("seconds"), "bars", parts, bars
    )


def _origins(stats: "Statistics") -> Series:
    """Return how much each annotator marked themselves, and how much they accepted."""
    bars = tuple(
        Bar(name, (counts["own"], counts["accepted"], counts["changed"]))
        for name, counts in stats.origins.items()
    )
    parts = ("marked", tr_later("accepted as suggested"), tr_later("accepted and changed"))
    return Series(
        "origins", tr_later("Suggestions by annotator"), tr_later("spans"), "shares", parts, bars
    )


def _made_by(stats: "Statistics") -> Series:
    """Return how much of each kind of suggester's output was accepted, as it was and changed."""
    bars = tuple(
        Bar(_ORIGIN_NAMES.get(name, name), (counts["accepted"], counts["changed"]))
        for name, counts in stats.made_by.items()
    )
    parts = ("accepted as suggested", "accepted and changed")
    return Series("made_by", tr_later("Accepted by origin"), "spans", "shares", parts, bars)
