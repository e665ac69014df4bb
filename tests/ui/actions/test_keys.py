"""The keys: the sheet that shows them, the dialog that changes them, the page that lists them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QScrollArea

from annotator.core.scheme import Scheme
from annotator.services.presets import find_scheme
from annotator.ui.actions.action import Scope
from annotator.ui.actions.fixed_shortcuts import FIXED
from annotator.ui.actions.key_caps import KeyCaps, cap_texts
from annotator.ui.actions.key_labels import key_name
from annotator.ui.actions.shortcut_dialog import ShortcutDialog
from annotator.ui.actions.shortcut_sheet import ShortcutSheet
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, annotated, each_annotated, marked, run_main, visible

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."
KEYS_PAGE = Path(__file__).parents[3] / "docs" / "keys.md"


def dialog(driver: Driver) -> ShortcutDialog:
    driver.window.workspace.actions["change_keys"].trigger()
    driver.settle()
    return next(w for w in driver.window.findChildren(ShortcutDialog) if visible(w))


def give(driver: Driver, shown: ShortcutDialog, title: str, key: str, **modifiers: object) -> None:
    """Filter for the action by typing, go to the field with the keyboard, press the key."""
    shown.filter.setFocus()
    shown.filter.clear()
    driver.key(*title)
    shown.field.setFocus()
    driver.key(key, **modifiers)


def save(driver: Driver, shown: ShortcutDialog) -> None:
    box = shown.findChild(QDialogButtonBox)
    assert box is not None
    box.button(QDialogButtonBox.StandardButton.Save).click()
    driver.window.activateWindow()  # what a desktop does by itself
    driver.settle()


def test_a_label_gets_another_key_that_stays_after_a_restart(project_of: Projects) -> None:
    project = project_of(NEWS)

    def change(driver: Driver) -> None:
        shown = dialog(driver)
        give(driver, shown, "person", "y")
        save(driver, shown)
        driver.select("Ann Lee")
        driver.key("1")
        driver.key("y")

    def use(driver: Driver) -> None:
        driver.select("Bob Ray")
        driver.key("y")
        driver.window.workspace.status_bar.clearMessage()
        driver.settle()
        hints = dict(driver.window.workspace.status_bar.shown_hints())
        assert hints["Y"] == "Person"
        assert "1" not in hints

    assert marked(annotated(project, change)) == [("Ann Lee", "PERSON")]
    assert marked(annotated(project, use)) == [("Ann Lee", "PERSON"), ("Bob Ray", "PERSON")]


def test_a_key_that_is_in_use_is_warned_of_and_can_be_taken_over(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = dialog(driver)
        give(driver, shown, "person", "q")
        assert shown.warning.text() == "Q belongs to “Quote”."
        assert driver.window.workspace.keymap.keys()["quote"] == ["Q"]
        shown.take.click()
        save(driver, shown)
        driver.select("Oslo")
        driver.key("q")
        assert marked(driver.annotation()) == [("Oslo", "PERSON")]
        assert driver.window.workspace.keymap.keys()["quote"] == []

    run_main([str(project_of(NEWS))], script)


RESERVED = {
    "Left moves the caret in the text": (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier),
    "Esc lets go of what is selected": (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    "Alt+F opens the menu File": (Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier),
}


def test_a_key_is_refused_or_warned_of_and_cancel_changes_nothing(project_of: Projects) -> None:
    def refused(driver: Driver) -> None:
        before = driver.window.workspace.keymap.keys()
        for words, (key, modifiers) in RESERVED.items():
            shown = dialog(driver)
            give(driver, shown, "person", key, modifiers=modifiers)
            assert shown.warning.text() == f"{words} and cannot be used."
            assert not shown.take.isVisible(), words
            save(driver, shown)
            assert driver.window.workspace.keymap.keys() == before, words

    def cancelled(driver: Driver) -> None:
        shown = dialog(driver)
        give(driver, shown, "flag", "z")
        shown.reject()
        assert driver.window.workspace.keymap.keys()["toggle_flag"] == ["F"]

    each_annotated(project_of, NEWS, refused, cancelled)


def test_reset_brings_the_usual_keys_back_and_forgets_the_others(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        keymap = driver.window.workspace.keymap
        shown = dialog(driver)
        give(driver, shown, "flag", "z")
        give(driver, shown, "person", "y")
        save(driver, shown)
        assert keymap.keys()["toggle_flag"] == ["Z"]
        shown = dialog(driver)
        shown.choose("toggle_flag")
        shown.reset.click()
        save(driver, shown)
        assert keymap.keys()["toggle_flag"] == ["F"]
        assert keymap.keys()["label-PERSON"] == ["Y"]
        shown = dialog(driver)
        shown.reset_all.click()
        save(driver, shown)
        assert keymap.keys() == keymap.defaults
        assert Settings(settings_path()).keys("label-PERSON") is None

    run_main([str(project_of(NEWS))], script)


def test_all_keys_are_listed_and_none_is_of_two_actions(project_of: Projects) -> None:
    def question_mark(driver: Driver) -> None:
        keymap = driver.window.workspace.keymap
        keymap.use(keymap.keys() | {"toggle_flag": ["Ctrl+Shift+X"]})
        driver.key("?")
        sheet = next(w for w in driver.window.findChildren(ShortcutSheet) if visible(w))
        shown = {caps.accessibleName() for caps in sheet.findChildren(KeyCaps)}
        assert "Ctrl+Shift+X" in shown
        assert {"Q", "1", "9", "Ctrl+Return", "Alt+C"} <= shown
        words = {label.text() for label in sheet.findChildren(QLabel)}
        assert {"Labels", "Annotate", "In the list of quotes", "Add to content"} <= words
        area = sheet.findChild(QScrollArea)
        assert area.widget().minimumSizeHint().width() <= area.viewport().width(), "cut off"
        driver.key(Qt.Key.Key_PageDown)
        assert area.verticalScrollBar().value() > 0
        driver.key("?")
        assert not visible(sheet)

    def typed(driver: Driver) -> None:
        driver.control("f")
        driver.key("?")
        assert driver.type_line().text() == "?"
        assert not driver.window.findChildren(ShortcutSheet)

    def shared(driver: Driver) -> None:
        by_key: dict[tuple[Scope, str], list[str]] = {}
        for command in driver.window.workspace.keymap.commands:
            for sequence in command.action.shortcuts():
                by_key.setdefault((command.scope, sequence.toString()), []).append(command.id)
        assert [ids for ids in by_key.values() if len(ids) > 1] == []
        assert {scope for scope, _ in by_key} == set(Scope)

    written = _written(KEYS_PAGE.read_text(encoding="utf-8"))

    def page(driver: Driver) -> None:
        for id_, keys in driver.window.workspace.keymap.defaults.items():
            assert not keys or keys[0] in written, f"docs/keys.md does not say {keys[0]} ({id_})"

    each_annotated(project_of, NEWS, question_mark, typed, shared, page)
    assert _label_keys(find_scheme("news")) <= written
    for scope, fixed in FIXED.items():
        keys = {QKeySequence(key).toString() for row in fixed for key in row.keys}
        assert keys <= written, f"docs/keys.md leaves keys out: {scope}"


def _written(page: str) -> set[str]:
    """The keys in the first cells of the page's tables, in portable writing."""
    found: set[str] = set()
    for cell in re.findall(r"^\| (.+?) \|", page, re.MULTILINE):
        for piece in re.split(r",\s+", cell.replace("`", "")):
            if " … " in piece:
                first, last = piece.split(" … ")
                stem, low = first[:-1], int(first[-1])
                found |= {f"{stem}{digit}" for digit in range(low, int(last[-1]) + 1)}
            else:
                found.add(QKeySequence(piece).toString() or piece)
    return found


def _label_keys(scheme: Scheme) -> set[str]:
    return {label.key for label in scheme.labels if label.key}


@pytest.mark.parametrize(
    ("combination", "name"),
    [
        (Qt.Key.Key_Shift, ""),
        (Qt.Key.Key_A | Qt.KeyboardModifier.ShiftModifier, "Shift+A"),
        (Qt.Key.Key_Question | Qt.KeyboardModifier.ShiftModifier, "?"),
        (Qt.Key.Key_5 | Qt.KeyboardModifier.KeypadModifier, "5"),
        (Qt.Key.Key_F4 | Qt.KeyboardModifier.ControlModifier, "Ctrl+F4"),
    ],
)
def test_a_pressed_key_has_a_name(combination, name: str) -> None:
    value = combination.value if isinstance(combination, Qt.Key) else combination.toCombined()
    assert key_name(value) == name


def test_a_plus_has_a_cap_of_its_own() -> None:
    assert cap_texts("Ctrl++") == ["Ctrl", "+"]
    assert cap_texts("+") == ["+"]
    assert cap_texts("Ctrl+Shift+F") == ["Ctrl", "Shift", "F"]
