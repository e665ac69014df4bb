"""Figures for people: series with names, every day in them, and a table for spreadsheets."""

import csv
from pathlib import Path

import pytest

from annotator.core.scheme import Label, Scheme
from annotator.services.statistics import format_duration, statistics_series, write_csv
from annotator.store.statistics import Statistics

SCHEME = Scheme(
    "s", "S", (Label("PERSON", "Person", "PER", "blue"), Label("ORG", "O", "O", "teal"))
)


def stats(**more: object) -> Statistics:
    values: dict[str, object] = {
        "articles": 4,
        "statuses": {"ada": {"todo": 0, "doing": 1, "done": 2, "skipped": 0}},
        "entities": 3,
        "labels": {"PERSON": 2, "substance": 1},
        "mentions": {"PERSON": 5},
        "quotes": {"free_indirect": 1},
        "spans": {},
        "seconds": {"ada": 700},
        "days": {"ada": {"2026-02-27": 1, "2026-03-01": 1}},
        "durations": (1, 0, 0, 1, 0, 0, 0),
        "median_seconds": {"ada": 40},
        "trash": 0,
        "origins": {"ada": {"own": 3, "accepted": 2, "changed": 1, "rejected": 4}},
    }
    return Statistics(**{**values, **more})  # type: ignore[arg-type]


def bars(id_: str, found: Statistics) -> list[tuple[str, tuple[int, ...]]]:
    (one,) = (series for series in statistics_series(found, SCHEME) if series.id == id_)
    return [(bar.name, bar.values) for bar in one.bars]


def test_progress_is_done_skipped_doing_and_to_do() -> None:
    assert bars("progress", stats()) == [("ada", (2, 0, 1, 1))]


def test_days_on_which_nobody_worked_are_there_with_nothing() -> None:
    days = [("2026-02-27", (1,)), ("2026-02-28", (0,)), ("2026-03-01", (1,))]
    assert bars("days", stats()) == days


def test_a_day_of_a_clock_that_was_wrong_makes_no_chart_of_centuries() -> None:
    found = stats(days={"ada": {"1970-01-01": 1, "2026-03-01": 1}})
    assert [name for name, _ in bars("days", found)] == ["1970-01-01", "2026-03-01"]


def test_labels_come_in_the_order_of_the_scheme_and_unknown_ones_after_them() -> None:
    labels = [("PERSON", (5, 2)), ("ORG", (0, 0)), ("substance", (0, 1))]
    assert bars("labels", stats()) == labels


def test_every_series_has_one_number_for_each_of_its_parts() -> None:
    for one in statistics_series(stats(), SCHEME):
        assert all(len(bar.values) == len(one.parts) for bar in one.bars)


def test_the_table_has_a_line_for_each_number(tmp_path: Path) -> None:
    path, series = tmp_path / "figures.csv", statistics_series(stats(), SCHEME)
    write_csv(series, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["figure", "name", "part", "number"]
    assert ["Labels", "PERSON", "mentions", "5"] in lines
    assert ["Progress by annotator", "ada", "to do", "1"] in lines
    assert len(lines) == 1 + sum(len(bar.values) for one in series for bar in one.bars)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3540, "59 min"),
        (3599, "1 h 0 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: int, words: str) -> None:
    assert str(format_duration(seconds)) == words


def test_what_was_only_accepted_is_told_apart_from_what_was_marked() -> None:
    assert bars("origins", stats()) == [("ada", (3, 2, 1))]


def test_what_was_accepted_is_told_by_what_had_suggested_it() -> None:
    found = stats(
        made_by={"memory": {"accepted": 4, "changed": 1}, "else": {"accepted": 0, "changed": 2}}
    )
    assert bars("made_by", found) == [("the project’s memory", (4, 1)), ("else", (0, 2))]
