"""Schemes of one label and of hundreds: the bar stays small, menus fit, and typing finds each."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from annotator.core.scheme import TONES, Label
from annotator.store import Project
from annotator.ui.article.label_actions import MOST_IN_MENU
from annotator.ui.lists.label_picker import LabelPicker
from tests.ui.driving import Driver, marked, run_main, stored, visible

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo. " * 12
SCREEN = (1280, 720)
ROLES = {"Q Quote", "C Cue", "S Speaker"}


def with_labels(project: Path, number: int) -> Path:
    with Project.open(project) as opened:
        labels = tuple(
            Label(
                f"LABEL_{n}", f"Label number {n}", f"LAB{n}", TONES[n % len(TONES)],
                str(n) if n < 10 else "", f"description {n}",
            )
            for n in range(1, number + 1)
        )  # fmt: skip
        opened.set_scheme(opened.scheme._replace(labels=labels))
    return project


def chips(driver: Driver) -> list[QToolButton]:
    bar = driver.window.workspace.article.selection_bar
    assert bar.isVisible()
    shown = [b for b in bar.findChildren(QToolButton) if b.isVisible()]
    return sorted(shown, key=lambda button: (button.y(), button.x()))


@pytest.mark.parametrize("number", [1, 9, 40, 200, 500])
def test_the_bar_has_two_rows_at_most_and_always_quote_cue_and_speaker(
    project_of: Projects, number: int
) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo", 9)
        shown = chips(driver)
        bar = driver.window.workspace.article.selection_bar
        assert len({chip.y() for chip in shown}) <= 2
        assert bar.height() < 80
        words = [chip.text() for chip in shown]
        assert {*words} >= ROLES
        assert bar.rect().adjusted(0, 0, 1, 1).contains(bar.childrenRect())
        assert driver.view.viewport().rect().contains(bar.geometry())
        rects = [chip.geometry() for chip in shown]
        assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
        assert ("More…" in words) == (number > len(words) - len(ROLES))
        assert words[0] == "1 LAB1"
        driver.key("1")

    assert marked(annotated_at(with_labels(project_of(NEWS), number), script))[0][1] == "LABEL_1"


@pytest.mark.parametrize("number", [1, 9, 40, 200, 500])
def test_the_menu_fits_on_a_small_screen_with_all_its_commands(
    project_of: Projects, number: int
) -> None:
    def script(driver: Driver) -> None:
        menu = next(a.menu() for a in driver.window.menuBar().actions() if a.text() == "&Annotate")
        assert isinstance(menu, QMenu)
        assert menu.sizeHint().height() <= SCREEN[1] - 40
        ids = {action.objectName() for action in menu.actions()}
        assert {"quote", "cue", "source", "done_next", "mark_as"} <= ids
        labels = [action for action in menu.actions() if action.objectName()[:6] == "label-"]
        assert len(labels) == min(number, MOST_IN_MENU)
        for action in menu.actions():
            below = action.menu()
            if isinstance(below, QMenu):
                assert below.sizeHint().height() <= SCREEN[1] - 40
                assert action.isVisible() == (number > MOST_IN_MENU or "where" in action.text())

    run_main([str(with_labels(project_of(NEWS), number))], script, size=SCREEN)


@pytest.mark.parametrize(
    ("typed", "label"),
    [("number 147", "LABEL_147"), ("lab200", "LABEL_200"), ("LABEL_33", "LABEL_33"),
     ("description 61", "LABEL_61")],
)  # fmt: skip
def test_a_label_is_found_by_typing_and_marks_the_selection(
    project_of: Projects, typed: str, label: str
) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        next(chip for chip in chips(driver) if chip.text() == "More…").click()
        driver.settle()
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, LabelPicker)
        driver.key(*typed)
        assert popup.view.currentIndex().row() == 0
        driver.key(Qt.Key.Key_Return)
        assert driver.view.hasFocus()

    after = annotated_at(with_labels(project_of(NEWS), 200), script)
    assert marked(after) == [("Oslo", label)]


def test_what_was_used_last_is_first_in_the_bar(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        driver.key("l", modifiers=both)
        driver.key(*"number 147", Qt.Key.Key_Return)
        driver.select("Bob Ray")
        first, *_ = chips(driver)
        assert first.text() == "LAB147"
        first.click()

    after = annotated_at(with_labels(project_of(NEWS), 200), script)
    assert marked(after) == [("Bob Ray", "LABEL_147"), ("Oslo", "LABEL_147")]


def test_in_the_list_a_label_of_many_is_found_by_typing_too(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("1")
        driver.control("3")
        driver.key("l")
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, LabelPicker)
        assert visible(popup)
        driver.key(*"number 99", Qt.Key.Key_Return)

    after = annotated_at(with_labels(project_of(NEWS), 200), script)
    assert marked(after) == [("Oslo", "LABEL_99")]


def annotated_at(project: Path, script: Callable[[Driver], object]):
    """As `annotated`, in a window of a small screen."""
    assert run_main([str(project)], script, size=SCREEN) == 0
    return stored(project)
