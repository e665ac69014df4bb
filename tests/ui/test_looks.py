"""Light and dark, sizes and zoom, and what a screen reader finds."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from annotator.cli import main
from annotator.ui.settings import Settings, settings_path
from annotator.ui.theme.theme import DARK, LIGHT, Theme
from tests.examples import examples
from tests.ui.driving import Driver, annotated, each_annotated, run_main

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said.\n\n" + "More words here. " * 60


def corner(widget: QWidget) -> str:
    """The colour of a widget near its right lower corner, away from words and frames."""
    image = widget.grab().toImage()
    return image.pixelColor(image.width() - 3, image.height() - 4).name()


def left_edge(widget: QWidget) -> str:
    """The colour of a widget just within its frame at the left, before anything in it."""
    image = widget.grab().toImage()
    return image.pixelColor(4, image.height() // 2).name()


def assert_looks(driver: Driver, theme: Theme) -> None:
    workspace = driver.window.workspace
    driver.select("Oslo")  # or the bar is not laid out
    driver.settle()
    assert corner(driver.view.viewport()) == theme.page
    assert corner(driver.window.header) == theme.panel
    assert corner(workspace.lists.side) == theme.panel
    assert corner(workspace.status_bar) == theme.panel
    assert left_edge(workspace.article.selection_bar) == theme.card


def test_switching_the_look_repaints_page_lists_header_and_bars(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        actions = driver.window.workspace.actions
        for id_, theme in (("dark_theme", DARK), ("light_theme", LIGHT), ("dark_theme", DARK)):
            actions[id_].trigger()
            driver.settle()
            assert_looks(driver, theme)
        driver.select("Oslo")
        driver.key("3")
        assert driver.painted("Oslo", DARK.tones["green"].fill)

    annotated(project_of(NEWS), script)
    assert Settings(settings_path()).theme_name == "dark"


def test_a_chosen_look_is_there_after_a_restart_and_the_system_can_be_followed_again(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)
    run_main([str(project)], lambda d: d.window.workspace.actions["dark_theme"].trigger())

    def script(driver: Driver) -> None:
        assert_looks(driver, DARK)
        driver.window.workspace.actions["follow_system"].trigger()
        driver.settle()
        assert_looks(driver, LIGHT)

    run_main([str(project)], script)


def test_zoom_keys_change_the_size_of_the_text_and_are_remembered(project_of: Projects) -> None:
    project, sizes = project_of(NEWS), []

    def script(driver: Driver) -> None:
        driver.control("=", "=", "-", "=")
        sizes.append(driver.view.reading.size)

    def later(driver: Driver) -> None:
        sizes.append(driver.view.reading.size)
        driver.control("0")
        sizes.append(driver.view.reading.size)

    run_main([str(project)], script)
    run_main([str(project)], later)
    assert sizes == [19, 19, 17]


def test_zooming_keeps_the_line_one_reads_at_the_top(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        bar = driver.view.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        driver.settle()
        before = driver.view.scene().lines
        first = next(line.start for line in before if line.top >= 0)
        driver.control("=", "=")
        after = next(line for line in driver.view.scene().lines if line.end > first)
        assert -driver.view.line_height() <= after.top <= 2 * driver.view.line_height()

    annotated(project_of("\n\n".join(f"Paragraph {n}. " + NEWS for n in range(30))), script)


@pytest.mark.parametrize("width", [560, 800, 1500])
def test_the_text_stays_inside_the_page_at_any_width(project_of: Projects, width: int) -> None:
    def script(driver: Driver) -> None:
        driver.window.resize(width, 700)
        driver.settle()
        assert driver.window.width() == width
        page = driver.view.viewport().width()
        assert driver.view.horizontalScrollBar().maximum() == 0
        for line in driver.view.scene().lines:
            box = line.line.naturalTextRect()
            assert line.left + box.right() <= page

    run_main([str(project_of(NEWS))], script)


@pytest.mark.parametrize(("look", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_screenshot_command_draws_the_asked_size_in_both_looks(
    seed: Path, tmp_path: Path, look: str, theme: Theme
) -> None:
    out = tmp_path / "picture.png"
    dark = ["--dark"] if look == "dark" else []
    assert main(["screenshot", str(seed), str(out), "--size", "1100x700", *dark]) == 0
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1100, 700)
    colors = {image.pixelColor(x, 350).name() for x in range(image.width())}
    assert theme.page in colors


@pytest.mark.examples
@pytest.mark.parametrize("scale", ["1.25", "2"][: examples(1)])
def test_the_window_is_drawn_at_other_scale_factors(seed: Path, tmp_path: Path, scale: str) -> None:
    out = tmp_path / "picture.png"
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "annotator", "screenshot", str(seed), str(out)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert QImage(str(out)).pixelColor(10, 10).isValid()


def test_the_caret_is_painted(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.window.activateWindow()
        driver.view.setFocus()
        driver.caret_to(driver.find("Bob")[0])
        box = driver.view.cursorRect()

        def ink() -> bool:
            image = driver.picture()
            middle = box.center()
            return any(
                image.pixelColor(x, middle.y()) == QColor(LIGHT.text)
                for x in range(box.left() - 1, box.left() + 3)
            )

        qtbot.waitUntil(ink)

    run_main([str(project_of("Ann  Bob met"))], script)


def name_of(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    parts = (widget.accessibleName(), text, widget.objectName().startswith("qt_"))
    return next((str(part) for part in parts if part), "")


def test_the_keyboard_reaches_text_lists_and_back_and_all_of_it_has_a_name(
    project_of: Projects,
) -> None:
    def reached(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.select("“We will win,”")
        driver.key("q")
        side = driver.window.workspace.lists.side
        for key, widget in (("2", side.quotes), ("3", side.entities), ("1", driver.view)):
            driver.control(key)
            assert QApplication.focusWidget() is widget

    def named(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F9)
        nameless = [
            widget
            for widget in driver.window.findChildren(QWidget)
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and widget.isVisible()
            and widget.focusProxy() is None
            and not name_of(widget)
        ]
        assert [(type(w).__name__, w.objectName()) for w in nameless] == []

    each_annotated(project_of, NEWS, reached, named)


def test_the_status_bar_says_when_the_work_was_saved(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        def words() -> str:
            labels = driver.window.workspace.status_bar.findChildren(QLabel)
            return next(lb.text() for lb in labels if lb.accessibleDescription() == "Last save")

        assert words() == "●  All changes saved"
        driver.select("Oslo")
        driver.key("3")
        kind, time = words().rsplit(" ", 1)
        assert kind == "●  Saved"
        assert [len(part) for part in time.split(":")] == [2, 2, 2]

    annotated(project_of(NEWS), script)
