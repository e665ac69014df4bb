"""Active seconds: work counts, coffee does not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from annotator.ui.work_timer import WorkTimer
from tests.examples import examples
from tests.ui.driving import Driver, run_main, stored


class Clock:
    """A clock that goes on only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@settings(deadline=None, database=None, derandomize=True, max_examples=examples(20))
@given(st.lists(st.floats(0, 300), max_size=20))
def test_pauses_of_a_minute_count_and_longer_ones_do_not(pauses: list[float]) -> None:
    clock = Clock()
    watch = WorkTimer(60.0, clock)
    watch.touch()
    kept = []
    for pause in pauses:
        before = clock.now
        clock.now += pause
        watch.touch()
        kept.append(clock.now - before if clock.now - before <= 60 else 0.0)
    assert watch.take() == int(sum(kept))


def test_nothing_counts_before_the_first_touch_or_after_the_last() -> None:
    clock = Clock()
    watch = WorkTimer(60.0, clock)
    clock.now += 30
    watch.touch()
    clock.now += 5
    watch.touch()
    clock.now += 30
    assert (watch.take(), watch.take()) == (5, 0)


def test_takes_add_up_to_the_time_worked_whenever_they_come() -> None:
    clock = Clock()
    watch = WorkTimer(60.0, clock)
    taken = 0
    for _ in range(40):
        watch.touch()
        clock.now += 0.7
        taken += watch.take()
    watch.touch()
    assert taken + watch.take() == 28


def test_a_clock_that_jumps_back_takes_no_time_away() -> None:
    clock = Clock()
    watch = WorkTimer(60.0, clock)
    watch.touch()
    clock.now -= 500
    watch.touch()
    clock.now += 9
    watch.touch()
    assert watch.take() == 9


def test_the_project_gets_the_time_at_the_keys_without_the_break(
    project_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, clock = project_of("Ann Lee met Bob Ray. " * 900), Clock()

    def script(driver: Driver) -> None:
        monkeypatch.setattr(driver.window.session._stopwatch, "_clock", clock)
        driver.key(Qt.Key.Key_Right)
        clock.now += 20
        driver.key(Qt.Key.Key_Right)
        clock.now += 600  # lunch
        driver.key(Qt.Key.Key_Right)
        clock.now += 25
        driver.click(3)
        clock.now += 10
        driver.view.verticalScrollBar().setValue(30)
        clock.now += 5  # and then the window is closed

    run_main([str(project)], script)
    assert stored(project).head.seconds == 60


def test_time_goes_to_the_article_that_was_open(
    project_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, clock = project_of("Ann Lee met Bob Ray.", "Another article of today."), Clock()

    def script(driver: Driver) -> None:
        monkeypatch.setattr(driver.window.session._stopwatch, "_clock", clock)
        driver.key(Qt.Key.Key_Right)
        clock.now += 40
        driver.control(Qt.Key.Key_PageDown)
        clock.now += 30
        driver.key(Qt.Key.Key_Right)
        clock.now += 3000  # the weekend
        driver.window.workspace.lists.side.quotes.setFocus()

    run_main([str(project)], script)
    assert [stored(project, number).head.seconds for number in (0, 1)] == [40, 30]
