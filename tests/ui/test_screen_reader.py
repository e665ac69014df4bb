"""What a screen reader finds, asked of Qt's accessibility tree as such a reader asks it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)

from tests.ui.driving import Driver, annotated, each_annotated

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said.\n\n" + "More words here. " * 60
ROOMS = {
    QAccessible.Role.Client,
    QAccessible.Role.Splitter,
    QAccessible.Role.Border,
    QAccessible.Role.Pane,
    QAccessible.Role.Dialog,
    QAccessible.Role.LayeredPane,
    QAccessible.Role.Separator,
    QAccessible.Role.PopupMenu,  # its entry in the menu bar names it
    QAccessible.Role.Grouping,
}
"""Roles of what only holds other things: these may do without a name."""
_A_MOMENT_MS = 100


def interfaces(top: QWidget) -> Iterator[QAccessibleInterface]:
    """Everything visible below a widget, in the order of the tree."""
    waiting = [QAccessible.queryAccessibleInterface(top)]
    while waiting:
        found = waiting.pop()
        if found is None or not found.isValid() or found.state().invisible:
            continue
        yield found
        waiting += [found.child(number) for number in reversed(range(found.childCount()))]


def name(found: QAccessibleInterface) -> str:
    return found.text(QAccessible.Text.Name).strip()


def nameless(top: QWidget) -> list[str]:
    """The controls without a name, so that one finds them."""
    return [
        f"{found.role().name} {type(found.object()).__name__} in {_above(found)}"
        for found in interfaces(top)
        if found.role() not in ROOMS and not name(found)
    ]


def _above(found: QAccessibleInterface) -> str:
    thing, names = found.object(), []
    while thing is not None:
        names.append(thing.objectName() or type(thing).__name__)
        thing = thing.parent()
    return " < ".join(names)


def mark_some(driver: Driver) -> None:
    driver.select("Oslo")
    driver.key("3")
    driver.select("Ann Lee", 2)
    driver.key("1")
    driver.select("“We will win,”")
    driver.key("q")
    driver.select("said")
    driver.key("c")
    driver.select("Ann Lee", 2)
    driver.key("s")
    driver.key(Qt.Key.Key_Escape)


def test_no_control_of_the_window_is_without_a_name(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F9)
        assert nameless(driver.window) == []
        mark_some(driver)
        driver.select("Bob Ray")
        assert driver.window.workspace.article.selection_bar.isVisible()
        assert nameless(driver.window) == []
        driver.key(Qt.Key.Key_F7)
        popup = QApplication.activePopupWidget()
        assert nameless(popup) == []
        popup.close()
        driver.control("f")
        assert nameless(driver.window) == []

    annotated(project_of(NEWS, NEWS + "!"), script)


def cut_lines(widget: QWidget) -> list[str]:
    """The lines to type in, those of boxes to choose from too, that are lower than a letter."""
    lines = [line for line in widget.findChildren(QLineEdit) if line.isVisible()]
    cut = []
    for line in lines:
        option = QStyleOptionFrame()
        line.initStyleOption(option)
        part = QStyle.SubElement.SE_LineEditContents
        room = line.style().subElementRect(part, option, line).height()
        if room < line.fontMetrics().height():
            cut.append(f"{line.text()}: {room} of {line.fontMetrics().height()} pixels")
    return cut


DIALOGS = (
    "change_annotator",
    "preferences",
    "find_in_project",
    "note_article",
    "edit_scheme",
    "all_occurrences",
    "replace_labels",
    "statistics",
    "show_comments",
    "palette",
    "join_entity",
)


def test_no_control_of_a_dialog_is_without_a_name_and_no_line_cuts_its_text(
    project_of: Projects,
) -> None:
    found: dict[str, list[str]] = {}

    def look(driver: Driver, id_: str, deadline: QDeadlineTimer) -> None:
        for widget in QApplication.topLevelWidgets():
            if widget is not driver.window and widget.isVisible() and not isinstance(widget, QMenu):
                found.setdefault(id_, []).extend([*nameless(widget), *cut_lines(widget)])
                widget.close()
        if id_ not in found and not deadline.hasExpired():  # a busy machine has not shown it yet
            QTimer.singleShot(_A_MOMENT_MS, lambda: look(driver, id_, deadline))

    def script(driver: Driver) -> None:
        mark_some(driver)
        for id_ in DIALOGS:
            driver.window.activateWindow()
            driver.view.setFocus()
            driver.select("Oslo")
            # A dialog that waits for its answer lets timers go on.
            deadline = QDeadlineTimer(60_000)
            QTimer.singleShot(_A_MOMENT_MS, partial(look, driver, id_, deadline))
            action = driver.window.workspace.actions[id_]
            action.trigger()
            while id_ not in found and not deadline.hasExpired():
                QTest.qWait(5)
            assert id_ in found, ("no dialog came", id_, driver.said(), action.isEnabled())
            QTest.qWait(0)  # what is to be deleted goes with the next event
            left = {type(dialog).__name__ for dialog in driver.window.findChildren(QDialog)}
            assert left <= {"ProjectSearchDialog"}, id_  # it keeps what was searched

    annotated(project_of(NEWS, NEWS + "!"), script)
    assert {id_: faults for id_, faults in found.items() if faults} == {}


def test_no_menu_entry_or_control_of_the_review_is_without_a_name_and_roles_tell_what_can_be_done(
    project_of: Projects,
) -> None:
    def menus(driver: Driver) -> None:
        for action in driver.window.menuBar().actions():
            menu = action.menu()
            menu.popup(driver.window.mapToGlobal(driver.window.rect().center()))
            driver.settle()
            assert nameless(menu) == []
            entries = [found for found in interfaces(menu) if name(found)]
            assert len(entries) >= len([a for a in menu.actions() if not a.isSeparator()])
            menu.close()

    def roles(driver: Driver) -> None:
        mark_some(driver)
        found = {(i.role(), name(i)) for i in interfaces(driver.window)}
        roles = QAccessible.Role
        assert found >= {
            (roles.EditableText, "Article text"),
            (roles.List, "Quotes"),
            (roles.List, "Entities"),
            (roles.Button, "Done, next"),
            (roles.CheckBox, "Show quotes"),
            (roles.ProgressBar, "Articles done"),
            (roles.StaticText, "2"),
        }
        items = [name(i) for i in interfaces(driver.window) if i.role() == roles.ListItem]
        assert any("Ann Lee" in item and "Person" in item for item in items)
        assert any("Quote 1, direct, by Ann Lee" in item for item in items)

    def review(driver: Driver) -> None:
        mark_some(driver)
        driver.window.workspace.actions["review"].trigger()
        driver.settle()
        assert nameless(driver.window) == []

    each_annotated(project_of, NEWS, menus, roles, review)


def description(driver: Driver) -> str:
    driver.settle()
    found = QAccessible.queryAccessibleInterface(driver.view)
    return str(found.text(QAccessible.Text.Description))


def test_the_spans_at_the_caret_are_described_and_follow_keys_and_edits(
    project_of: Projects,
) -> None:
    def innermost_first(driver: Driver) -> None:
        mark_some(driver)
        driver.caret_to(driver.find("Oslo")[0] + 2)
        assert description(driver) == "Country, city: Oslo"
        driver.caret_to(driver.find("will")[0])
        assert description(driver) == "content of quote 1 by Ann Lee"
        driver.caret_to(driver.find("said")[0] + 1)
        assert description(driver) == "cue of quote 1 by Ann Lee"
        driver.caret_to(driver.find("Ann Lee", 2)[0] + 1)
        assert set(description(driver).split("; ")) == {
            "Person: Ann Lee",
            "source of quote 1 by Ann Lee",
        }
        driver.caret_to(driver.find("met")[0] + 1)
        assert description(driver) == ""

    def changed(driver: Driver) -> None:
        driver.caret_to(driver.find("Oslo")[0])
        assert description(driver) == ""
        driver.key("2")
        assert description(driver) == "Organisation: Oslo"
        driver.control("z")
        assert description(driver) == ""
        driver.control("y")
        driver.key(Qt.Key.Key_Left, Qt.Key.Key_Left)
        assert description(driver) == ""
        driver.key(Qt.Key.Key_Right, Qt.Key.Key_Right)
        assert description(driver) == "Organisation: Oslo"
        driver.window.workspace.actions["layer_entities"].trigger()
        assert description(driver) == ""

    def text(driver: Driver) -> None:
        text = QAccessible.queryAccessibleInterface(driver.view).textInterface()
        assert text.text(0, 7) == "Ann Lee"
        driver.select("Oslo")
        start, end = driver.find("Oslo")
        assert text.selectionCount() == 1
        assert text.text(start, end) == "Oslo"
        assert text.cursorPosition() == end

    each_annotated(project_of, NEWS, innermost_first, changed, text)


def test_a_running_screen_reader_hears_the_spans_and_what_the_window_says(
    project_of: Projects,
) -> None:
    """With a reader active, every announcement goes through Qt's bridge without harm."""

    def script(driver: Driver) -> None:
        QAccessible.setActive(True)
        try:
            mark_some(driver)
            driver.caret_to(driver.find("Oslo")[0] + 2)
            assert description(driver) == "Country, city: Oslo"
            driver.key(Qt.Key.Key_Escape, Qt.Key.Key_F2)
            assert driver.said() == "Click the entity to rename."
        finally:
            QAccessible.setActive(False)

    annotated(project_of(NEWS), script)
