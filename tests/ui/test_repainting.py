"""What the screen shows is what painting everything anew would show: nothing stale is left.

Looked at are the pixels of the screen itself, since `grab` paints anew.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.ui.widgets.line_edit import LineEdit
from tests.bench.samples import project_with
from tests.examples import examples
from tests.robot.project import crowded
from tests.ui.driving import Driver, project_at, run_main
from tests.ui.suggestions.waiting import offered


def on_screen(driver: Driver) -> QImage:
    """The pixels of the window that the screen has."""
    driver.window.workspace.article.minimap.finish()  # it would do so a moment later
    driver.settle()
    return _pixels(driver.window)


def nothing_is_stale(driver: Driver) -> bool:
    """Whether painting everything anew changes no pixel."""
    before = on_screen(driver)
    for widget in QApplication.allWidgets():
        if widget.isVisible():
            widget.update()
    return on_screen(driver) == before


def in_a_crowded_article(
    folder: Path, qapp: object, script: Callable[[Driver], object], seed: int
) -> None:
    project = project_with(project_at(folder), [crowded(seed)])
    assert run_main([str(project)], script, size=(1000, 640)) == 0


@pytest.mark.examples
@pytest.mark.parametrize("seed", [1, 2][: examples(1)])
def test_scrolling_past_quotes_that_overlap_leaves_nothing_stale(
    tmp_path: Path, qapp: object, seed: int
) -> None:
    def script(driver: Driver) -> None:
        bar = driver.view.verticalScrollBar()
        for by in (7, 20, 33, -13, 90, 600, -550, 1500, -900, 11, 80, 700, -1200, 15, 400):
            bar.setValue(bar.value() + by)
            assert nothing_is_stale(driver), f"scrolled by {by} to {bar.value()}"

    in_a_crowded_article(tmp_path, qapp, script, seed)


@pytest.mark.examples
@pytest.mark.parametrize("seed", [5, 2][: examples(1)])
def test_marking_and_deleting_among_spans_that_overlap_leaves_nothing_stale(
    tmp_path: Path, qapp: object, seed: int
) -> None:
    chance = random.Random(seed)

    def script(driver: Driver) -> None:
        assert nothing_is_stale(driver)
        for _ in range(10):
            start = chance.randrange(1000)
            driver.view.select(start, start + chance.choice((6, 30, 120)))
            driver.key(chance.choice("123"))
            assert nothing_is_stale(driver), f"marked from {start}"
            driver.control(Qt.Key.Key_Z)
            assert nothing_is_stale(driver), f"undone from {start}"

    in_a_crowded_article(tmp_path, qapp, script, seed)


def test_going_through_suggestions_and_deciding_leaves_nothing_stale(
    tmp_path: Path, qapp: object
) -> None:
    def script(driver: Driver) -> None:
        driver.key("g")
        offered(driver)
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backspace, Qt.Key.Key_Return) * 4:
            driver.key(key)
            assert nothing_is_stale(driver), key

    in_a_crowded_article(tmp_path, qapp, script, 2)


def test_letters_that_reach_into_the_line_above_are_whole_when_the_selection_changes(
    project_of: Callable[..., Path],
) -> None:
    tall = "a" + "\N{COMBINING ACUTE ACCENT}" * 4
    words = " ".join(["plain", tall, "words", tall, "stand", "here"] * 30)

    def script(driver: Driver) -> None:
        for offset in (150, 210, 330):
            driver.view.select(offset, offset)
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up):
                driver.shift(key)
                assert nothing_is_stale(driver), (offset, key)

    assert run_main([str(project_of(words))], script, size=(1100, 600)) == 0


def test_the_lines_beside_unfolded_mentions_stay_in_their_rows(
    tmp_path: Path, qapp: object
) -> None:
    def script(driver: Driver) -> None:
        entities = driver.window.workspace.lists.side.entities
        driver.control("3")
        driver.key(Qt.Key.Key_Right)
        assert nothing_is_stale(driver)
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
            driver.key(key)
            assert nothing_is_stale(driver), entities.currentIndex().row()

    in_a_crowded_article(tmp_path, qapp, script, 2)


@pytest.mark.parametrize("size", [(1300, 800), (760, 900)])
def test_painting_any_part_of_the_page_anew_changes_nothing(
    seed: Path, size: tuple[int, int]
) -> None:
    chance = random.Random(1)

    def script(driver: Driver) -> None:
        driver.key("g")
        offered(driver)
        driver.key(Qt.Key.Key_Tab)
        page = driver.view.viewport()
        for top in range(0, page.height(), 15):
            before = on_screen(driver)
            page.update(0, top, page.width(), chance.randint(1, 30))
            assert on_screen(driver) == before, top
        for _ in range(25):
            before = on_screen(driver)
            part = [chance.randrange(500), chance.randrange(700), *chance.choices(range(90), k=2)]
            page.update(*part)
            assert on_screen(driver) == before, part

    assert run_main([str(seed)], script, size=size) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_line_to_type_in_is_painted_after_whatever_is_typed_and_undone(
    seed: int, qtbot: QtBot
) -> None:
    line = LineEdit()
    qtbot.addWidget(line)
    line.resize(300, 30)
    line.show()
    qtbot.waitUntil(line.isVisible)
    line.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    operations: dict[str, Callable[[], object]] = {
        "type": lambda: QTest.keyClicks(line, "a"),
        "all": lambda: QTest.keyClick(line, Qt.Key.Key_A, control),
        "back": lambda: QTest.keyClick(line, Qt.Key.Key_Left, shift),
        "word": lambda: QTest.keyClick(line, Qt.Key.Key_Right, control | shift),
        "delete": lambda: QTest.keyClick(line, Qt.Key.Key_Delete),
        "undo": lambda: QTest.keyClick(line, Qt.Key.Key_Z, control),
        "redo": lambda: QTest.keyClick(line, Qt.Key.Key_Z, control | shift),
    }
    chance, done = random.Random(seed), list[str]()
    again = ["type", "all", "type", "undo"]
    for operation in [*again, *chance.choices([*operations], k=60), "all", "delete", *again]:
        done.append(operation)
        operations[done[-1]]()
        QApplication.processEvents()
        before = _pixels(line)
        line.update()
        QApplication.processEvents()
        assert _pixels(line) == before, done[-10:]


def _pixels(widget: QWidget) -> QImage:
    return widget.screen().grabWindow(widget.winId()).toImage()
