"""Where the keyboard is: a click goes on in the text, and no key destroys what nothing names."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from annotator.cli import main
from annotator.store import Project
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import NEWS, offered, suggesting

Projects = Callable[..., Path]
KEY = Qt.Key
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ERASING = {KEY.Key_Delete: "⌦", KEY.Key_Backspace: "⌫"}
TEXT = 'Ann Lee was in Oslo. "We won," Ann Lee said. Bob Ray left Rome.'


@pytest.fixture
def with_suggestions(_no_suggestions: None) -> None:
    settings = Settings(settings_path())
    settings.set_choice("no_suggestions", on=False)
    settings.save()


def test_a_click_on_an_article_gives_the_text_the_keyboard(project_of: Projects) -> None:
    project = project_of(TEXT, NEWS)

    def script(driver: Driver) -> None:
        show_articles(driver)
        click_row(driver, driver.window.workspace.lists.articles.view, 1)
        assert focus() is driver.view
        driver.key(KEY.Key_Backspace, KEY.Key_Delete)
        driver.settle()
        driver.control("l")
        driver.key(KEY.Key_Down, KEY.Key_Return)
        assert focus() is driver.view

    run_main([str(project)], script)
    assert len(articles(project)) == 2


def test_a_click_in_a_list_gives_the_text_the_keyboard_and_one_with_ctrl_the_list(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        mark_all(driver)
        side = driver.window.workspace.lists.side
        for view in (side.quotes, side.entities):
            click_row(driver, view, 0)
            assert focus() is driver.view, view.accessibleName()
        click_row(driver, side.entities, 0, Qt.KeyboardModifier.ControlModifier)
        assert focus() is side.entities

    run_main([str(project_of(TEXT))], script)


def test_only_del_deletes_in_a_list(qtbot, project_of: Projects) -> None:
    project = project_of(TEXT, NEWS)

    def script(driver: Driver) -> None:
        show_articles(driver)
        mark_all(driver)
        side, listed = (
            driver.window.workspace.lists.side,
            driver.window.workspace.lists.articles.view,
        )
        for view in (side.quotes, side.entities, listed):
            view.setFocus()
            view.setCurrentIndex(view.model().index(0, 0))
            before = state(driver)
            driver.key(KEY.Key_Backspace)
            settle_job(qtbot, driver)
            assert state(driver) == before
            driver.key(KEY.Key_Delete)
            settle_job(qtbot, driver)
            assert state(driver) != before

    run_main([str(project)], script)


def test_no_key_destroys_what_the_hints_of_the_part_with_the_focus_do_not_name(
    qtbot, project_of: Projects, with_suggestions: None
) -> None:
    """Over every part of the window that takes the focus, with a name picked in the text, and
    suggestions offered, at hand and not."""
    project = project_of(TEXT, NEWS)
    assert main(["import", str(project), str(other_work(project)), "--format", "native"]) == 0

    def script(driver: Driver) -> None:
        show_articles(driver)
        offered(driver)
        mark_all(driver)
        tried = 0
        for review in (False, True):
            if review:
                driver.key(KEY.Key_F6)
                driver.settle()
            for part in focusable(driver):
                for key, cap in ERASING.items():
                    for at_hand in (False, True):
                        part.setFocus()
                        driver.settle()
                        if focus() is not part:
                            continue
                        prepare(driver, at_hand=at_hand)
                        named = cap in hints(driver)
                        before = state(driver)
                        driver.key(key)
                        settle_job(qtbot, driver)
                        tried += 1
                        if state(driver) != before:
                            words = f"{part.objectName()} {part.accessibleName()} {cap}"
                            assert named, words
                            driver.window.workspace.actions["undo"].trigger()
                            settle_job(qtbot, driver)
        assert tried > 40

    run_main([str(project)], script)


def test_where_the_last_row_of_a_list_is_deleted_the_text_has_the_keyboard(
    qtbot, project_of: Projects
) -> None:
    def script(driver: Driver) -> None:
        show_articles(driver)
        driver.select("Oslo")
        driver.key("3")
        driver.select('"We won,"')
        driver.key("q")
        for _ in range(2):
            workspace = driver.window.workspace
            for view in (
                workspace.lists.side.quotes,
                workspace.lists.side.entities,
                workspace.lists.articles.view,
            ):
                if view.isVisible():
                    view.setFocus()
                    view.setCurrentIndex(view.model().index(0, 0))
                    driver.key(KEY.Key_Delete)
                    settle_job(qtbot, driver)
                    assert view.isVisible() or focus() is driver.view

    run_main([str(project_of('Ann was in Oslo, she said. "We won," Bob said.'))], script)


def test_tab_never_leaves_the_text_where_it_is_for_suggestions(
    project_of: Projects, with_suggestions: None
) -> None:
    project = project_of(NEWS, "nothing to see here.")

    def script(driver: Driver) -> None:
        driver.key(KEY.Key_Tab)  # before they have arrived
        assert focus() is driver.view
        offered(driver)
        driver.key(KEY.Key_Backtab)
        while suggesting(driver).current is not None:
            driver.key(KEY.Key_Backspace)
        driver.key(KEY.Key_Tab)  # all are decided
        assert (focus(), driver.said()) == (driver.view, "Nothing is suggested here.")
        driver.key(KEY.Key_Backspace)
        driver.window.workspace.actions["next_article"].trigger()
        driver.key(KEY.Key_Tab, KEY.Key_Backtab, KEY.Key_Backspace)
        assert focus() is driver.view

    run_main([str(project)], script)
    assert len(articles(project)) == 2


def test_the_status_bar_names_the_keys_of_the_list_with_the_focus_and_then_those_of_the_text(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        show_articles(driver)
        mark_all(driver)
        footer, workspace = driver.window.workspace.status_bar, driver.window.workspace
        footer.clearMessage()
        in_text = footer.shown_hints()
        assert ("⌦", "Delete") in in_text
        workspace.lists.articles.view.setFocus()
        driver.settle()
        assert footer.shown_hints()[:2] == [("⌦", "Move to the trash"), ("⏎", "Open")]
        driver.control("2")
        assert ("T", "Type") in footer.shown_hints()
        driver.control("3")
        assert ("M", "Merge") in footer.shown_hints()
        assert ("^1", "To the text") in footer.shown_hints()
        driver.control("1")
        assert footer.shown_hints() == in_text

    run_main([str(project_of(TEXT, NEWS))], script)


def test_after_the_palette_a_dialog_and_an_undo_the_text_has_the_keyboard(
    qtbot, project_of: Projects
) -> None:
    project = project_of(TEXT, NEWS)

    def script(driver: Driver) -> None:
        driver.view.setFocus()
        driver.control("k")
        driver.key(KEY.Key_Escape)
        assert focus() is driver.view
        driver.control("k")
        driver.key(*"about", KEY.Key_Return)
        driver.settle()
        for dialog in driver.dialogs():
            dialog.close()
        driver.settle()
        assert focus() is driver.view
        driver.window.workspace.actions["move_to_trash"].trigger()
        settle_job(qtbot, driver)
        QTest.mouseClick(driver.window.workspace.trash.undo_toast.undo, _LEFT)
        settle_job(qtbot, driver)
        assert focus() is driver.view

    run_main([str(project)], script)
    assert len(articles(project)) == 2


# What the tests share


def focus() -> QWidget | None:
    return QApplication.focusWidget()


def show_articles(driver: Driver) -> None:
    driver.window.workspace.lists.articles.setVisible(True)
    driver.settle()


def click_row(
    driver: Driver,
    view: QAbstractItemView,
    row: int,
    modifiers: Qt.KeyboardModifier = _NONE,
) -> None:
    rect = view.visualRect(view.model().index(row, 0))
    place = QPoint(rect.center().x(), rect.bottom() - 4)
    QTest.mouseClick(view.viewport(), _LEFT, modifiers, place)
    driver.settle()
    popup = QApplication.activePopupWidget()
    if isinstance(popup, QMenu):
        popup.close()
        driver.settle()


def mark_all(driver: Driver) -> None:
    """Two names and a quote."""
    for words, key in (("Oslo", "3"), ("Rome", "3")):
        driver.select(words)
        driver.key(key)
    driver.select('"We won,"')
    driver.key("q")


def prepare(driver: Driver, *, at_hand: bool) -> None:
    """Pick a name in the text, or a suggestion, and leave the focus where it is."""
    mention = next(iter(driver.annotation().mentions), None)
    found = suggesting(driver)
    if at_hand and found.offer is not None:
        found.go(1)
    elif mention is not None:
        from annotator.ui.session import SelectedItem

        driver.window.session.select(SelectedItem("mention", mention))
    driver.settle()


def hints(driver: Driver) -> list[str]:
    """The caps that the status bar shows, of the strip too."""
    workspace = driver.window.workspace
    workspace.status_bar.clearMessage()
    driver.settle()
    caps = [cap for cap, _ in workspace.status_bar.shown_hints()]
    strip = workspace.suggestions.strip
    if strip.isVisible():
        shown = (*strip.findChildren(QWidget, "key"),)
        caps += [str(key.property("text")) for key in shown if key.isVisible()]
    both = {*ERASING.values()}
    if focus() is driver.view and both & {*caps}:
        caps += both  # in the text both do the same
    return caps


def focusable(driver: Driver) -> list[QWidget]:
    return [
        widget
        for widget in driver.window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and widget.isEnabled()
    ]


def articles(project: Path) -> list[int]:
    with Project.open(project, read_only=True) as opened:
        return opened.article_keys(annotator="ada")


def state(driver: Driver) -> object:
    """How much there is: articles, and what is marked in the one on the desk."""
    annotation = driver.window.session.annotation
    count = len(driver.window.project.article_keys(annotator="ada"))
    if annotation is None:
        return count
    left = frozenset(annotation.mentions), frozenset(annotation.quotes)
    return count, left, annotation.head.extra is None


def settle_job(qtbot, driver: Driver) -> None:
    driver.settle()
    qtbot.waitUntil(lambda: not driver.window.session.jobs.running())
    driver.settle()


def other_work(project: Path) -> Path:
    """A file with somebody else's work on the first article, for a review."""
    from annotator.core import edits
    from annotator.core.record import Record
    from annotator.formats import find_format

    out = project.with_name("bob.jsonl")
    with Project.open(project) as opened:
        key = opened.article_keys(annotator="bob")[0]
        article, annotation = opened.article(key), opened.annotation(key, "bob")
        annotation.apply(edits.mark(article, annotation, 0, 7, "PERSON", "Person"))
        with out.open("wb") as file:
            find_format("native").write([Record(article, "bob", annotation)], file)
    return out
