"""The guidelines beside the text: at the section for what is at hand, and nothing fetched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QTextCursor
from PySide6.QtWidgets import QMessageBox

from annotator.store import Project
from annotator.ui.scheme_editor.guidelines_panel import GuidelinesPanel
from tests.ui.driving import Driver, boxes, run_main

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said."
SECTIONS = ("Person", "Country, city", "Quotes", "Direct")


@pytest.fixture
def project(project_of: Projects) -> Path:
    """A project whose guidelines are long enough to scroll."""
    path = project_of(NEWS)
    words = "Some words of advice that fill a line or two. " * 12
    text = "# Advice\n\n" + "\n\n".join(f"## {name}\n\n{words}\n\n{words}" for name in SECTIONS)
    with Project.open(path) as project:
        project.set_scheme(project.scheme._replace(guidelines=text))
    return path


def panel(driver: Driver) -> GuidelinesPanel:
    found = driver.window.findChild(GuidelinesPanel)
    assert found is not None
    return found


def top_heading(driver: Driver) -> str:
    """The heading nearest to the top of what is visible."""
    page = panel(driver).page
    cursor = page.cursorForPosition(page.viewport().rect().topLeft())
    cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
    for _ in range(3):
        if cursor.blockFormat().headingLevel():
            return cursor.block().text()
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
    return ""


def test_f1_opens_and_closes_the_panel(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F1)
        action = driver.window.workspace.actions["guidelines"]
        assert (panel(driver).isVisible(), action.isChecked()) == (True, True)
        assert top_heading(driver) == "Advice"
        driver.key(Qt.Key.Key_F1)
        assert (panel(driver).isVisible(), action.isChecked()) == (False, False)

    run_main([str(project)], script)


def test_the_panel_is_there_again_at_the_next_start_unless_it_was_closed(project: Path) -> None:
    seen: list[bool] = []

    def look(driver: Driver) -> None:
        driver.window.build_workspace()
        driver.settle()
        panels = driver.window.findChildren(GuidelinesPanel)
        seen.append(any(found.isVisible() for found in panels))

    def look_and_switch(driver: Driver) -> None:
        look(driver)
        driver.key(Qt.Key.Key_F1)

    for script in (look_and_switch, look_and_switch, look):
        run_main([str(project)], script)
    assert seen == [False, True, False]


def test_marking_and_picking_scroll_to_the_section_of_the_label(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F1)
        driver.select("Oslo")
        driver.key("3")
        assert top_heading(driver) == "Country, city"
        driver.select("Bob Ray")
        driver.key("1")
        assert top_heading(driver) == "Person"
        driver.click(driver.find("Oslo")[0])
        assert top_heading(driver) == "Country, city"

    run_main([str(project)], script)


def test_a_picked_quote_shows_the_section_of_its_type(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F1)
        driver.select("“We will win,”")
        driver.key("q")
        assert top_heading(driver) == "Direct"

    run_main([str(project)], script)


def test_a_panel_opened_later_is_at_the_section_of_what_is_picked(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.key(Qt.Key.Key_F1)
        assert top_heading(driver) == "Country, city"

    run_main([str(project)], script)


def test_a_label_may_name_its_section(project: Path) -> None:
    with Project.open(project) as opened:
        scheme = opened.scheme
        labels = tuple(
            label._replace(section="Quotes") if label.name == "GPE" else label
            for label in scheme.labels
        )
        opened.set_scheme(scheme._replace(labels=labels))

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F1)
        driver.select("Oslo")
        driver.key("3")
        assert top_heading(driver) == "Quotes"

    run_main([str(project)], script)


def test_a_scheme_without_guidelines_says_where_to_write_them(project: Path) -> None:
    with Project.open(project) as opened:
        opened.set_scheme(opened.scheme._replace(guidelines=""))

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F1)
        assert "Edit → Scheme" in panel(driver).page.toPlainText()

    run_main([str(project)], script)


def test_links_are_opened_only_when_asked_and_pictures_never_fetched(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(project) as opened:
        text = (
            "# A\n\n[more](https://example.org/x) ![](https://example.org/spy.png) [b](#b)\n\n# B"
        )
        opened.set_scheme(opened.scheme._replace(guidelines=text))
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F1)
        page = panel(driver).page
        picture = page.loadResource(2, QUrl("https://example.org/spy.png"))
        # Without any, Qt would read a picture that lies on the disk by itself.
        assert isinstance(picture, QImage)
        assert picture.size().toTuple() == (1, 1)
        page.anchorClicked.emit(QUrl("file:///etc/passwd"))
        assert boxes() == []
        page.anchorClicked.emit(QUrl("https://example.org/x"))
        (box,) = boxes()
        assert "https://example.org/x" in box.text()
        box.button(QMessageBox.StandardButton.Cancel).click()
        driver.settle()
        assert asked == []
        page.anchorClicked.emit(QUrl("https://example.org/x"))
        boxes()[0].button(QMessageBox.StandardButton.Open).click()
        driver.settle()
        assert asked == ["https://example.org/x"]

    run_main([str(project)], script)
