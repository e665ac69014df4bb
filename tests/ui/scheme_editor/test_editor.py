"""The scheme editor by real keys and clicks: what it changes, warns of, and asks before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QPushButton,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from annotator.core.scheme import TONES, Conventions, Scheme
from annotator.services.presets import find_scheme, preset_names
from annotator.store import Project
from annotator.ui.scheme_editor.editor import SchemeEditor
from annotator.ui.scheme_editor.migration_preview_dialog import MigrationPreviewDialog
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, annotated, each_annotated, marked, run_main, stored, visible

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said, “by far.” ACME agreed."
_LEFT = Qt.MouseButton.LeftButton


def scheme_of(path: Path) -> Scheme:
    with Project.open(path) as project:
        return project.scheme


def edit(driver: Driver) -> SchemeEditor:
    """Open the editor from the menu's action."""
    driver.window.workspace.actions["edit_scheme"].trigger()
    driver.settle()
    return shown(SchemeEditor)


def shown(kind: type) -> QWidget:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and visible(w))


def type_into(field: QWidget, words: str) -> None:
    """Replace what the field holds by typing."""
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, words)
    QApplication.processEvents()


def press(dialog: QWidget, words: str) -> None:
    """Click the button that says this."""
    for button in dialog.findChildren(QPushButton):
        if button.text().replace("&", "") == words and button.isVisible():
            QTest.mouseClick(button, _LEFT)
            QApplication.processEvents()
            return
    raise AssertionError(words)


def confirm(qtbot, editor: SchemeEditor) -> None:
    """Press OK and wait until the scheme is there."""
    press(editor, "OK")
    qtbot.waitUntil(lambda: not visible(editor))
    QApplication.processEvents()


def back_to(driver: Driver) -> None:
    """Go on in the window, which no desktop activates here."""
    driver.window.activateWindow()
    driver.view.setFocus()
    driver.settle()


def test_a_renamed_label_is_renamed_in_annotations_after_a_look_at_what_happens(
    qtbot, project_of: Projects
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.select("Bob Ray")
        driver.key("1")
        editor = edit(driver)
        type_into(editor.labels.name, "HUMAN")
        press(editor, "OK")
        follow = shown(MigrationPreviewDialog)
        table = follow.table
        cells = [table.index(0, column).data() for column in range(table.columnCount())]
        assert cells[1:] == ["ada", "PERSON", "1 entity, 1 mention", "HUMAN"]
        assert table.rowCount() == 1
        assert marked(stored(project)) == [("Bob Ray", "PERSON"), ("Oslo", "GPE")]
        press(follow, "Change the scheme")
        qtbot.waitUntil(lambda: not visible(editor))
        back_to(driver)
        assert "1 annotation follows" in driver.said()
        assert marked(driver.annotation()) == [("Bob Ray", "HUMAN"), ("Oslo", "GPE")]
        assert any("Person" in row for row in driver.entities())
        driver.select("Ann Lee")
        driver.key("1")

    after = annotated(project, script)
    assert ("Ann Lee", "HUMAN") in marked(after)
    assert scheme_of(project).label("HUMAN").title == "Person"


def test_the_change_is_one_step_that_ctrl_z_takes_back(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        editor = edit(driver)
        editor.labels.list.go_to(2)
        type_into(editor.labels.name, "STATE")
        press(editor, "OK")
        press(shown(MigrationPreviewDialog), "Change the scheme")
        qtbot.waitUntil(lambda: not visible(editor))
        back_to(driver)
        assert str(driver.window.session.next_titles()[0]) == "Change GPE to STATE"
        driver.control("z")
        assert marked(driver.annotation()) == [("Oslo", "GPE")]
        driver.control("y")

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "STATE")]


@pytest.mark.parametrize(("choice", "label"), [("Keep as it is", "GPE"), ("Move to LOC", "LOC")])
def test_a_removed_label_that_is_in_use_is_kept_or_moved(
    qtbot, project_of: Projects, choice: str, label: str
) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        editor = edit(driver)
        editor.labels.list.go_to(2)
        QTest.keyClick(editor.labels.list.view, Qt.Key.Key_Delete)
        press(editor, "OK")
        follow = shown(MigrationPreviewDialog)
        (box,) = follow.boxes.values()
        number = next(n for n in range(box.count()) if box.itemText(n).startswith(choice))
        box.setCurrentIndex(number)
        assert follow.table.index(0, 4).data() == label
        press(follow, "Change the scheme")
        qtbot.waitUntil(lambda: not visible(editor))

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", label)]


def test_back_leaves_the_editor_open_and_cancel_leaves_everything_as_it_was(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)
    before = scheme_of(project)

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        editor = edit(driver)
        editor.labels.list.go_to(2)
        type_into(editor.labels.name, "STATE")
        press(editor, "OK")
        press(shown(MigrationPreviewDialog), "Back")
        assert visible(editor)
        assert editor.scheme().labels[2].name == "STATE"
        press(editor, "Cancel")
        assert not visible(editor)

    assert marked(annotated(project, script)) == [("Oslo", "GPE")]
    assert scheme_of(project) == before


def test_a_new_label_marks_with_its_key_at_once_in_its_colour(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        editor = edit(driver)
        press_tool(editor.labels.list, "add")
        type_into(editor.labels.title, "Firm & co")
        QTest.keyClick(editor.labels.key, Qt.Key.Key_B)
        QTest.keyClick(editor.labels.palette_, Qt.Key.Key_Left)
        tone = editor.labels.palette_.tone
        assert editor.labels.name.text() == "FIRM_CO"
        confirm(qtbot, editor)
        back_to(driver)
        workspace = driver.window.workspace
        assert "FIRM_CO" in workspace.article.labels
        driver.select("ACME")
        buttons = workspace.article.selection_bar.findChildren(QToolButton)
        assert "B FIRM" in [button.text() for button in buttons if button.isVisible()]
        driver.key("b")
        assert driver.painted("ACME", LIGHT.tones[tone].fill)

    assert marked(annotated(project, script)) == [("ACME", "FIRM_CO")]
    label = scheme_of(project).label("FIRM_CO")
    assert (label.title, label.short, label.key) == ("Firm & co", "FIRM", "B")
    assert label.tone in TONES


def press_tool(rows: QWidget, name: str) -> None:
    QTest.mouseClick(rows.buttons[name], _LEFT)  # type: ignore[attr-defined]
    QApplication.processEvents()


def test_labels_follow_everywhere_without_a_restart(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        editor = edit(driver)
        editor.labels.list.go_to(2)
        type_into(editor.labels.title, "Realm")
        type_into(editor.labels.short, "RLM")
        QTest.keyClick(editor.labels.key, Qt.Key.Key_Y)
        confirm(qtbot, editor)
        back_to(driver)
        workspace = driver.window.workspace
        action = workspace.article.labels["GPE"]
        assert (action.text(), action.shortcut().toString()) == ("Realm (RLM)", "Y")
        assert workspace.article.label_actions.everywhere["GPE"].shortcut().toString() == "Alt+Y"
        menu = next(a.menu() for a in driver.window.menuBar().actions() if a.text() == "&Annotate")
        assert [a.text() for a in menu.actions() if a.text().startswith("Realm")] == ["Realm (RLM)"]
        workspace.status_bar.clearMessage()
        hints = dict(workspace.status_bar.shown_hints())
        assert hints["Y"] == "Realm"
        assert "Country" not in hints.values()
        assert any("Realm" in row for row in driver.entities())
        driver.select("Bob Ray")
        driver.key("3")
        assert driver.window.session.annotation.mentions_at(*driver.find("Bob Ray")) == []
        driver.key("y")

    assert marked(annotated(project_of(NEWS), script)) == [("Bob Ray", "GPE"), ("Oslo", "GPE")]


def test_place_selection_and_pick_stay_where_they_are(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        bar, selected = driver.view.verticalScrollBar(), driver.window.session.selected_item
        bar.setValue(bar.maximum() // 2)
        place = bar.value()
        editor = edit(driver)
        editor.labels.list.go_to(2)
        QTest.keyClick(editor.labels.palette_, Qt.Key.Key_Right)
        tone = editor.labels.palette_.tone
        confirm(qtbot, editor)
        back_to(driver)
        assert (bar.value(), driver.window.session.selected_item) == (place, selected)
        assert driver.painted("Oslo", LIGHT.tones[tone].fill)

    text = NEWS + "\n\n" + "\n\n".join(f"Paragraph {n}. " + "words " * 60 for n in range(30))
    annotated(project_of(text), script)


def test_labels_are_reordered_by_alt_and_arrows(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        editor = edit(driver)
        view = editor.labels.list.view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert editor.labels.title.text() == "Person"
        confirm(qtbot, editor)
        back_to(driver)
        assert list(driver.window.workspace.article.labels)[:2] == ["ORG", "PERSON"]

    run_main([str(project)], script)
    assert [label.name for label in scheme_of(project).labels[:2]] == ["ORG", "PERSON"]


TAKEN = {
    Qt.Key.Key_2: "The key 2 marks Person and Organisation",
    Qt.Key.Key_Q: "The key Q of Person is taken: Q is “Quote”",
    Qt.Key.Key_V: "The key V of Person is taken: Alt+V is “the menu View”",
}


def test_what_makes_no_scheme_is_not_accepted_in_the_editor_whose_fields_all_have_names(
    project_of: Projects,
) -> None:
    def taken_key(driver: Driver) -> None:
        editor = edit(driver)
        ok = editor.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
        assert editor.fault.text() == ""
        for key, words in TAKEN.items():
            QTest.keyClick(editor.labels.key, key)
            driver.settle()
            assert editor.fault.text().startswith(words), key
            assert not ok.isEnabled(), key
            QTest.keyClick(editor.labels.key, Qt.Key.Key_Backspace)
            driver.settle()
            assert (editor.fault.text(), ok.isEnabled()) == ("", True), key
        editor.reject()

    def one_name_twice(driver: Driver) -> None:
        editor = edit(driver)
        type_into(editor.labels.name, "ORG")
        assert editor.fault.text() == "The scheme uses the label ORG twice."
        type_into(editor.labels.name, " ")
        assert "label that is not a text" in editor.fault.text()
        QTest.keyClick(editor.labels.name, Qt.Key.Key_Return)
        driver.settle()
        assert visible(editor)
        editor.reject()

    def names(driver: Driver) -> None:
        editor = edit(driver)
        tabs = editor.findChild(QTabWidget)
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            driver.settle()
            nameless = [
                type(widget).__name__
                for widget in editor.findChildren(QWidget)
                if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
                and widget.isVisible()
                and not isinstance(widget, QTabBar | QTabWidget)
                and not widget.accessibleName()
                and not getattr(widget, "text", str)()
                and not widget.objectName().startswith("qt_")
            ]
            assert nameless == []
        editor.reject()

    def no_title(driver: Driver) -> None:
        editor = edit(driver)
        press_tool(editor.labels.list, "add")
        QTest.keyClick(editor.labels.palette_, Qt.Key.Key_Left)
        QApplication.processEvents()
        assert editor.fault.text() == "Give “New label” a title, or take it out."
        assert not editor._ok.isEnabled()
        type_into(editor.labels.title, "Firm")
        assert editor._ok.isEnabled()
        editor.reject()

    each_annotated(project_of, NEWS, taken_key, one_name_twice, names, no_title)


def test_conventions_chosen_in_the_editor_cut_the_next_quote(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        editor = edit(driver)
        editor.findChild(QTabWidget).setCurrentIndex(1)
        driver.settle()
        for group, number in (("marks", 1), ("split", 1)):
            button = editor.quotes._groups[group].buttons.button(number)
            QTest.mouseClick(button, _LEFT, pos=QPoint(8, button.height() // 2))
        confirm(qtbot, editor)
        back_to(driver)
        driver.drag(driver.find("“We")[0], driver.find("far.”")[1])
        driver.key("q")

    quotes = annotated(project, script).ordered_quotes()
    assert scheme_of(project).conventions == Conventions("out", "several")
    assert [[s.text for s in q.spans if s.role == "content"] for q in quotes] == [
        ["We will win,"],
        ["by far."],
    ]


def test_a_renamed_quote_type_is_renamed_in_quotes(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q")
        editor = edit(driver)
        editor.findChild(QTabWidget).setCurrentIndex(1)
        driver.settle()
        type_into(editor.quotes.name, "spoken")
        press(editor, "OK")
        press(shown(MigrationPreviewDialog), "Change the scheme")
        qtbot.waitUntil(lambda: not visible(editor))
        assert "spoken" in driver.quotes()[0]

    assert annotated(project, script).quotes["q1"].type == "spoken"
    assert scheme_of(project).quote_types[0] == "spoken"


def test_each_preset_can_be_started_from_and_its_keys_are_free(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        for name in reversed(preset_names()):  # the project has the first one already
            editor = edit(driver)
            menu = editor.findChildren(QPushButton)[0].menu() or next(
                b.menu() for b in editor.findChildren(QPushButton) if b.menu()
            )
            title = find_scheme(name).title
            next(a for a in menu.actions() if a.text().replace("&&", "&") == title).trigger()
            driver.settle()
            assert editor.fault.text() == "", name
            assert editor.scheme() == find_scheme(name), name
            confirm(qtbot, editor)
            back_to(driver)
            assert scheme_of(project) == find_scheme(name), name

    run_main([str(project)], script)


def test_guidelines_are_shown_as_they_are_typed(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        editor = edit(driver)
        editor.findChild(QTabWidget).setCurrentIndex(3)
        driver.settle()
        page = editor.guidelines
        QTest.keyClick(page.editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(page.editor, "# All names\r\rMark *each* one.")
        driver.settle()
        assert page.preview.headings() == ["All names"]
        assert "Mark each one." in page.preview.toPlainText()
        confirm(qtbot, editor)
        back_to(driver)

    run_main([str(project)], script)
    assert scheme_of(project).guidelines == "# All names\n\nMark *each* one."


def test_an_attribute_made_in_the_editor_can_be_said_of_an_entity(
    qtbot, project_of: Projects
) -> None:
    from annotator.ui.scheme_editor.attributes_dialog import AttributesDialog

    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        driver.select("Bob Ray")
        driver.key("1")
        editor = edit(driver)
        editor.findChild(QTabWidget).setCurrentIndex(2)
        driver.settle()
        page = editor.attributes
        press_tool(page.list, "add")
        type_into(page.title, "In office")
        assert page.name.text() == "in_office"
        confirm(qtbot, editor)
        back_to(driver)
        driver.click(driver.find("Bob")[0])
        driver.shift("a")
        dialog = shown(AttributesDialog)
        QTest.keyClick(dialog.fields["in_office"], Qt.Key.Key_Space)
        press(dialog, "OK")

    (entity,) = annotated(project, script).entities.values()
    assert entity.extra == {"attributes": {"in_office": True}}


@pytest.mark.parametrize("way", ["button", "key"])
def test_what_is_typed_after_adding_is_the_name_of_the_new_one(
    qtbot, project_of: Projects, way: str
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        editor = edit(driver)
        for page in ("labels", "quotes", "attributes"):
            editor.findChildren(QTabWidget)[0].setCurrentWidget(getattr(editor, page))
            rows = getattr(editor, page).list
            if way == "button":
                press_tool(rows, "add")
            else:
                rows.view.setFocus()
                QTest.keyClick(rows.view, Qt.Key.Key_Insert)
            QTest.keyClicks(QApplication.focusWidget(), f"New {page}")
        confirm(qtbot, editor)

    run_main([str(project)], script)
    scheme = scheme_of(project)
    assert "New labels" in [label.title for label in scheme.labels]
    assert "New quotes" in scheme.quote_types
    assert "New attributes" in [attribute.title for attribute in scheme.attributes]


def test_what_was_added_and_left_as_it_came_is_not_kept(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)
    before = scheme_of(project)

    def script(driver: Driver) -> None:
        editor = edit(driver)
        for page in (editor.labels, editor.quotes, editor.attributes):
            editor.findChildren(QTabWidget)[0].setCurrentWidget(page)
            press_tool(page.list, "add")
            press_tool(page.list, "add")
        confirm(qtbot, editor)

    run_main([str(project)], script)
    assert scheme_of(project) == before
