"""Ctrl+K: every action is found by words of its title and done with Return."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.ui.keyboard.fuzzy import fit
from annotator.ui.keyboard.palette import Palette
from tests.ui.driving import Driver, annotated, marked, run_main, visible

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."


def palette() -> Palette | None:
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, Palette) and visible(w)]
    return shown[0] if shown else None


def opened(driver: Driver, words: str = "") -> Palette:
    driver.control("k")
    shown = palette()
    assert shown is not None
    driver.key(*words)
    return shown


def titles(shown: Palette) -> list[str]:
    return [str(shown.model.index(row).data()) for row in range(shown.model.rowCount())]


def test_return_does_the_action_to_the_selection(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        opened(driver, "country")
        driver.key(Qt.Key.Key_Return)
        assert palette() is None
        assert driver.view.hasFocus()

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "GPE")]


def test_every_action_of_the_menus_and_every_label_is_there(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        menus = [action.menu() for action in driver.window.menuBar().actions()]
        known = {a.objectName() for menu in menus for a in menu.actions() if not a.isSeparator()}
        known = {name for name in known if name}
        shown = opened(driver)
        there = {command.id for command in shown._commands}
        assert known - {"palette"} <= there
        assert len(titles(shown)) == len(there)

    run_main([str(project_of(NEWS))], script)


def test_letters_left_out_and_initials_are_enough(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        for typed, title in (("skp next", "Skip and next"), ("dan", "Done and next"),
                             ("xqz", None), ("dark", "Dark"), ("zoom ot", "Zoom out")):  # fmt: skip
            shown = opened(driver, typed)
            assert titles(shown)[:1] == ([title] if title else []), typed
            driver.key(Qt.Key.Key_Escape)

    run_main([str(project_of(NEWS))], script)


def test_what_was_called_last_comes_first(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        for words in ("zoom in", "article list"):
            opened(driver, words)
            driver.key(Qt.Key.Key_Return)

    def look(driver: Driver) -> None:
        assert titles(opened(driver))[:2] == ["Article list", "Zoom in"]

    run_main([str(project)], script)
    run_main([str(project)], look)


def test_an_action_that_is_not_available_is_shown_and_not_done(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = opened(driver, "find next")
        index = shown.model.index(0)
        assert index.data() == "Find next"
        assert "not available now" in index.data(Qt.ItemDataRole.AccessibleTextRole)
        assert not shown.model.flags(index) & Qt.ItemFlag.ItemIsEnabled
        driver.key(Qt.Key.Key_Return)
        assert palette() is not None
        assert not driver.window.furniture.find_bar.isVisible()
        driver.key(Qt.Key.Key_Escape)

    run_main([str(project_of())], script)


def test_keys_are_read_out_with_the_title(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = opened(driver, "done and next")
        spoken = shown.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "Done and next, Annotate, Ctrl+Return"

    run_main([str(project_of(NEWS))], script)


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [("find", "Find next", "Refinder"), ("note", "Note", "Notes of somebody"),
     ("next", "Next article", "Necessary extra text")],
)  # fmt: skip
def test_a_beginning_is_worth_more_than_scattered_letters(typed, better, worse) -> None:
    first, second = fit(typed, better), fit(typed, worse)
    assert first is not None
    assert second is None or first > second


def test_nothing_fits_what_is_in_no_title() -> None:
    assert fit("xyz", "Next article") is None
    assert fit("", "Next article") == 0
