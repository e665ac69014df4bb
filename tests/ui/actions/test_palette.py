"""Ctrl+K: every action is found by words of its title and done with Return."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.ui.actions.fuzzy_match import match_score
from annotator.ui.actions.palette import Palette
from tests.ui.driving import Driver, annotated, each_annotated, marked, run_main, visible

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


def test_every_action_is_found_by_some_letters_its_title_other_words_and_read_with_its_keys(
    project_of: Projects,
) -> None:
    def all_there(driver: Driver) -> None:
        menus = [action.menu() for action in driver.window.menuBar().actions()]
        known = {a.objectName() for menu in menus for a in menu.actions() if not a.isSeparator()}
        known = {name for name in known if name}
        shown = opened(driver)
        there = {command.id for command in shown._commands}
        assert known - {"palette"} <= there
        assert len(titles(shown)) == len(there)

    def letters(driver: Driver) -> None:
        for typed, title in (("skp next", "Skip and next"), ("dan", "Done and next"),
                             ("xqz", None), ("dark", "Dark"), ("zoom ot", "Zoom out")):  # fmt: skip
            shown = opened(driver, typed)
            assert titles(shown)[:1] == ([title] if title else []), typed
            driver.key(Qt.Key.Key_Escape)

    def title(driver: Driver) -> None:
        for typed, title in AS_WRITTEN.items():
            driver.control("k")
            shown = palette()
            assert shown is not None
            shown.line.setText(typed)
            assert titles(shown)[0] == title, typed
            driver.key(Qt.Key.Key_Escape)

    def other_words(driver: Driver) -> None:
        for typed, title in OTHER_WORDS.items():
            found = titles(opened(driver, typed))
            assert title in found[:2], (typed, found)
            assert typed != "train" or "Review others' annotations" not in found
            driver.key(Qt.Key.Key_Escape)

    def keys(driver: Driver) -> None:
        shown = opened(driver, "done and next")
        spoken = shown.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "Done and next, Annotate, Ctrl+Return"

    def height(driver: Driver) -> None:
        shown = opened(driver)
        full = shown.height()
        driver.key(*"export as pdf")
        row = shown.view.sizeHintForRow(0)
        assert len(titles(shown)) == 1
        assert shown.height() < full - 9 * row
        assert shown.view.height() <= row + 2
        driver.key(*"xqz")
        assert titles(shown) == []
        assert shown.height() < full - 8 * row
        for _ in "export as pdfxqz":
            driver.key(Qt.Key.Key_Backspace)
        assert shown.height() == full
        driver.key(Qt.Key.Key_Escape)

    each_annotated(project_of, NEWS, all_there, letters, title, other_words, keys, height)


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
        assert "Open an article first." in index.data(Qt.ItemDataRole.AccessibleTextRole)
        assert not shown.model.flags(index) & Qt.ItemFlag.ItemIsEnabled
        driver.key(Qt.Key.Key_Return)
        assert palette() is not None
        assert not driver.window.workspace.search.bar.isVisible()
        driver.key(Qt.Key.Key_Escape)

    run_main([str(project_of())], script)


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [("find", "Find next", "Refinder"), ("note", "Note", "Notes of somebody"),
     ("next", "Next article", "Necessary extra text")],
)  # fmt: skip
def test_a_beginning_is_worth_more_than_scattered_letters(typed, better, worse) -> None:
    first, second = match_score(typed, better), match_score(typed, worse)
    assert first is not None
    assert second is None or first > second


def test_nothing_fits_what_is_in_no_title() -> None:
    assert match_score("xyz", "Next article") is None
    assert match_score("", "Next article") == 0


def test_a_title_as_it_is_typed_comes_before_what_was_called_last(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        opened(driver, "high contrast, light")
        driver.key(Qt.Key.Key_Return)
        for typed in ("light", "Light", "LIGHT "):
            assert titles(opened(driver, typed))[0] == "Light"
            driver.key(Qt.Key.Key_Escape)
        assert titles(opened(driver, "suggest"))[0] == "Suggest"
        driver.key(Qt.Key.Key_Escape)

    run_main([str(project)], script)


AS_WRITTEN = {
    "export…": "Export",
    "trash...": "Trash",
    "Find in the article…": "Find in the article",
    "&Quit": "Quit",
}


OTHER_WORDS = {
    "train": "Learn from the articles done",
    "learn": "Learn from the articles done",
    "model": "Learn from the articles done",
    "suggest for all": "Suggest when an article opens",
    "adjudicate": "Review others' annotations",
    "settings": "Preferences",
    "shortcuts": "Keys",
    "kappa": "Agreement",
}


@given(st.text("abcdefg ", max_size=12), st.text("abcdefg ", min_size=1, max_size=30))
def test_scattered_letters_fit_only_a_word_that_they_mostly_are(typed: str, title: str) -> None:
    words = title.split()
    initials = "".join(word[0] for word in words)
    for piece in typed.split():
        if match_score(piece, title) is not None:
            assert initials.startswith(piece) or any(
                piece in word or (word[0] == piece[0] and 2 * len(piece) > len(word))
                for word in words
            )
    assert match_score(title, title) is not None
