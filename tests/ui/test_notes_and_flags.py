"""Flags and notes: on items and on the article, and lists narrowed down to what has them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QToolButton,
)

from annotator.store import Project
from tests.ui.driving import Driver, each_annotated, run_main, stored, visible

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo. “Yes,” said Ann. “No,” said Bob."
THREE = (NEWS, "Cats sat.", "Dogs ran.")


def choose(driver: Driver, button: str, words: str) -> None:
    """Choose an entry of the menu of a button, by their names."""
    tool = next(b for b in driver.window.findChildren(QToolButton) if b.accessibleName() == button)
    entries: list[QAction] = tool.menu().actions()
    next(entry for entry in entries if entry.text().replace("&", "") == words).trigger()
    driver.settle()


def write_note(driver: Driver, words: str, act: Callable[[], object]) -> None:
    """Do what opens the dialog of a note, and write into it."""

    def answer() -> None:
        dialog = next(w for w in QApplication.topLevelWidgets()
                      if isinstance(w, QDialog) and visible(w))  # fmt: skip
        editor, box = dialog.findChild(QPlainTextEdit), dialog.findChild(QDialogButtonBox)
        assert editor is not None
        assert box is not None
        editor.setPlainText(words)
        box.button(box.StandardButton.Save).click()

    QTimer.singleShot(0, answer)
    act()
    driver.window.activateWindow()
    driver.settle()


def shown(driver: Driver, name: str) -> list[str]:
    """The rows of a list that are not hidden."""
    side = driver.window.workspace.lists.side
    view = side.quotes if name == "quotes" else side.entities
    model, spoken = view.model(), Qt.ItemDataRole.AccessibleTextRole
    rows = [row for row in range(model.rowCount()) if not view.isRowHidden(row)]
    return [str(model.index(row, 0).data(spoken)).split(",")[0] for row in rows]


def mark_some(driver: Driver) -> None:
    for words in ("Ann Lee", "Bob Ray", "Oslo"):
        driver.select(words)
        driver.key("1")
    for words in ("“Yes,”", "“No,”"):
        driver.select(words)
        driver.key("q")


def test_the_article_itself_takes_a_note_and_a_flag_and_lists_are_narrowed_to_the_flagged(
    project_of: Projects,
) -> None:
    def article(driver: Driver) -> None:
        write_note(driver, "odd layout", lambda: driver.shift("n"))
        driver.shift("f")
        assert (
            "flagged, with a note" in driver.rows(driver.window.workspace.lists.articles.model)[0]
        )
        driver.shift("f")
        driver.control("z")

    def narrowed(driver: Driver) -> None:
        mark_some(driver)
        driver.key("f")  # the second quote is picked
        driver.click(driver.find("Bob Ray")[0])
        driver.key("f")
        choose(driver, "Sort entities", "Only flagged")
        choose(driver, "Sort quotes", "Only flagged")
        assert shown(driver, "entities") == ["Bob Ray"]
        assert shown(driver, "quotes") == ["Quote 2"]
        driver.click(driver.find("Oslo")[0])
        driver.key("f")
        assert shown(driver, "entities") == ["Bob Ray", "Oslo"]
        driver.control("z")
        assert shown(driver, "entities") == ["Bob Ray"]
        choose(driver, "Sort entities", "by name")
        assert shown(driver, "entities") == ["Bob Ray"]
        choose(driver, "Sort entities", "Only with a note")
        assert shown(driver, "entities") == []
        choose(driver, "Sort entities", "Show all")
        assert len(shown(driver, "entities")) == 3

    kept = each_annotated(project_of, NEWS, article, narrowed)
    head = kept[0].head
    assert (head.notes, head.flags) == ("odd layout", ("discuss",))


@pytest.mark.parametrize(("words", "expected"), [("Flagged", [0, 2]), ("With a note", [1])])
def test_articles_can_be_narrowed_down_to_those_with_flags_or_notes(
    project_of: Projects, words: str, expected: list[int]
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        panel = driver.window.workspace.lists.articles
        driver.select("Oslo")
        driver.key("3", "f")
        driver.control(Qt.Key.Key_PageDown)
        driver.select("Cats")
        driver.key("1")
        write_note(driver, "which?", lambda: driver.key("n"))
        driver.control(Qt.Key.Key_PageDown)
        driver.shift("f")
        keys = [panel.model.key_at(row) for row in range(3)]
        choose(driver, "Show by status", words)
        found = [panel.model.key_at(row) for row in range(panel.model.rowCount())]
        assert found == [keys[number] for number in expected]
        choose(driver, "Show by status", "All")
        assert panel.model.rowCount() == 3

    run_main([str(project)], script)
    assert stored(project, 2).head.flags == ("discuss",)


def test_a_message_that_is_there_when_the_window_opens_has_the_status_bar_to_itself(
    project_of: Projects,
) -> None:
    path = project_of(NEWS)
    with Project.open(path) as project:
        (key,) = project.article_keys(annotator="ada")
        project.add_comment(key, "ada", (0, 7), "Who?", "lead")

    def script(driver: Driver) -> None:
        assert "Shift+F6" in driver.said()
        footer = driver.window.workspace.status_bar
        assert not footer.shown_hints(), "words over words"
        footer.clearMessage()
        assert footer.shown_hints()

    assert run_main([str(path)], script) == 0
