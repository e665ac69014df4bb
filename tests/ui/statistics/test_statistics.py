"""The statistics page: painted in proportion, read aloud, as a table and as a file."""

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabWidget, QToolTip

from annotator.services.statistics import Bar, Series
from annotator.ui.statistics.charts import Chart, accessible_text
from annotator.ui.statistics.window import StatisticsWindow
from annotator.ui.theme.theme import DARK, LIGHT, Theme
from tests.ui.driving import Driver, answer_file_dialog, boxes, colors_in, run_main, visible

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said."


def page(driver: Driver, qtbot) -> StatisticsWindow:
    """Open the page and wait for its figures."""
    driver.window.workspace.actions["statistics"].trigger()
    found = next(w for w in QApplication.topLevelWidgets() if isinstance(w, StatisticsWindow))
    qtbot.waitUntil(lambda: bool(found.series))
    driver.settle()
    return found


def chart(found: StatisticsWindow, id_: str) -> Chart:
    return next(c for c in found.findChildren(Chart) if c.series.id == id_)


def annotate(driver: Driver) -> None:
    for words, key in (("Bob Ray", "1"), ("Oslo", "3")):
        driver.select(words)
        driver.key(key)
    driver.select("“We will win,”")
    driver.key("q")
    driver.window.workspace.actions["done_next"].trigger()
    driver.settle()
    for box in boxes():
        box.close()
    for widget in QApplication.topLevelWidgets():
        if visible(widget) and "Before it is done" in widget.windowTitle():
            QTest.keyClick(widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    driver.settle()


def test_the_page_counts_what_was_just_done(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        annotate(driver)
        found = page(driver, qtbot)
        assert "1 annotation done" in found.summary.text()
        assert "2 entities with 2 mentions" in found.summary.text()
        values = {one.id: [b.values for b in one.bars if any(b.values)] for one in found.series}
        assert values["progress"] == [(1, 0, 0, 1)]
        assert values["labels"] == [(1, 1), (1, 1)]
        assert values["types"] == [(1,)]
        assert [sum(v) for v in values["days"]] == [1]

    run_main([str(project_of(NEWS, "Another article."))], script)


def test_charts_say_their_numbers_to_a_screen_reader(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        annotate(driver)
        found = page(driver, qtbot)
        labels = chart(found, "labels")
        assert labels.accessibleName() == "Labels"
        assert (
            labels.accessibleDescription()
            == "PERSON: 1 mention of 1 entity; GPE: 1 mention of 1 entity"
        )
        assert labels.focusPolicy() == Qt.FocusPolicy.StrongFocus

    run_main([str(project_of(NEWS))], script)


def test_the_table_has_the_same_numbers_and_is_saved_as_csv(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    out = tmp_path / "figures.csv"

    def script(driver: Driver) -> None:
        annotate(driver)
        found = page(driver, qtbot)
        found.findChild(QTabWidget).setCurrentIndex(1)
        table = found.table
        rows = [
            [table.index(row, column).data() for column in range(4)]
            for row in range(table.rowCount())
        ]
        assert ["Labels", "GPE", "mentions", "1"] in rows
        button = next(b for b in found.findChildren(QPushButton) if "CSV" in b.text())
        answer_file_dialog(out)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        with out.open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file))[1:] == rows

    run_main([str(project_of(NEWS))], script)


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        found = page(driver, qtbot)
        found.save_to(tmp_path / "nowhere" / "figures.csv")
        (box,) = boxes()
        assert "choose another file" in box.text()
        box.close()

    run_main([str(project_of(NEWS))], script)


def test_one_annotators_figures_are_shown_alone(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def prepare(driver: Driver) -> None:
        annotate(driver)

    def script(driver: Driver) -> None:
        found = page(driver, qtbot)
        assert [found.who.itemText(n) for n in range(found.who.count())] == [
            "Everybody",
            "ada",
            "bob",
        ]
        before = found.series
        found.who.setCurrentIndex(2)
        qtbot.waitUntil(lambda: found.series != before)
        assert [bar.name for bar in found.series[0].bars] == ["bob"]
        assert chart(found, "types").accessibleDescription() == "Nothing yet"

    run_main([str(project)], prepare)
    with closing(sqlite3.connect(project)) as connection:
        connection.execute("INSERT INTO annotator (name) VALUES ('bob')")
        connection.commit()
    run_main([str(project)], script)


def painted(chart: Chart, color: str) -> int:
    """How many pixels of a chart have this colour."""
    return colors_in(chart.grab().toImage())[QColor(color).rgb()]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_are_as_long_as_their_numbers(qapp, theme: Theme) -> None:
    bars = (Bar("long", (30,), "blue"), Bar("short", (10,), "teal"), Bar("none", (0,), "rose"))
    found = Chart(Series("x", "X", "things", "bars", ("things",), bars), theme)
    found.resize(500, found.sizeHint().height())
    long, short = (painted(found, theme.tone(tone).edge) for tone in ("blue", "teal"))
    assert long > 1000
    assert long / short == pytest.approx(3, rel=0.08)
    assert painted(found, theme.tone("rose").edge) == 0


def test_days_stand_in_the_height_of_their_numbers_above_an_axis(qapp) -> None:
    bars = (Bar("2026-11-23", (8,)), Bar("2026-11-24", (0,)), Bar("2026-11-25", (4,)))
    found = Chart(Series("days", "Days", "articles", "days", ("ada",), bars), LIGHT)
    found.resize(400, found.sizeHint().height())
    found.grab()
    image = found.grab().toImage()
    wanted = QColor(LIGHT.speakers[2].edge).rgb()
    columns = [colors_in(image.copy(x, 0, 1, image.height()))[wanted] for x in range(image.width())]
    heights = sorted(set(columns))
    assert heights[0] == 0
    assert max(columns) / min(height for height in heights if height > 1) == pytest.approx(
        2, abs=0.1
    )


def test_the_mouse_reads_the_numbers_of_a_bar(qapp, qtbot) -> None:
    bars = (Bar("direct", (7,)), Bar("indirect", (3,)))
    found = Chart(Series("types", "Types", "quotes", "bars", ("quotes",), bars), LIGHT)
    qtbot.addWidget(found)
    found.resize(400, found.sizeHint().height())
    found.show()
    found.grab()
    at = QPoint(60, 40)
    QApplication.sendEvent(found, QHelpEvent(QEvent.Type.ToolTip, at, found.mapToGlobal(at)))
    assert QToolTip.text() == "indirect: 3"
    QToolTip.hideText()


def test_many_bars_are_read_as_the_twelve_largest() -> None:
    bars = tuple(Bar(f"d{n}", (n,)) for n in range(1, 40))
    words = accessible_text(Series("days", "Days", "articles", "days", ("ada",), bars))
    assert words.count(";") == 11
    assert words.startswith("d39: 39")
