"""Actions by scope: keys of panes can be changed, and what cannot be done says why."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenuBar

from annotator.store import Project
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.key_caps import KeyCaps
from annotator.ui.actions.menu_order import MENU_ORDER
from annotator.ui.actions.menus import fill_menu_bar
from annotator.ui.actions.shortcut_sheet import ShortcutSheet
from tests.ui.actions.test_keys import dialog, save
from tests.ui.actions.test_palette import opened, palette, titles
from tests.ui.driving import Driver, each_annotated, marked, run_main, visible

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."
ROOT = Path(__file__).parents[3]


def change(driver: Driver, id_: str, key: str) -> None:
    """Give an action this key with the dialog, and save."""
    shown = dialog(driver)
    shown.choose(id_)
    shown.field.setFocus()
    driver.key(key)
    assert shown.warning.text() == ""
    save(driver, shown)


def test_a_key_of_a_list_can_be_changed_and_stays_so_after_a_restart(project_of: Projects) -> None:
    project = project_of(NEWS)

    def first(driver: Driver) -> None:
        change(driver, "entities_delete", "z")

    def second(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.control("3")
        assert ("Z", "Delete") in driver.window.workspace.status_bar.shown_hints()
        driver.key(Qt.Key.Key_Delete)
        assert marked(driver.annotation()) == [("Oslo", "GPE")]
        driver.key("z")
        assert marked(driver.annotation()) == []

    run_main([str(project)], first)
    run_main([str(project)], second)


def test_messages_name_an_action_by_its_key_or_by_its_title_without_one(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        workspace = driver.window.workspace
        driver.control("4")
        assert driver.said() == "Start the review first (F6)."
        for key, message in (
            (["F12"], "Start the review first (F12)."),
            ([], "Start the review first (“Review others' annotations”)."),
        ):
            workspace.keymap.use(workspace.keymap.keys() | {"review": key})
            driver.control("4")
            assert driver.said() == message

    run_main([str(project_of(NEWS))], script)


def test_an_empty_article_and_an_empty_list_say_how_to_begin(project_of: Projects) -> None:
    def empty(driver: Driver) -> set[str]:
        labels = driver.window.findChildren(QLabel, "empty")
        return {label.text() for label in labels if label.isVisible()}

    def script(driver: Driver) -> None:
        workspace = driver.window.workspace
        assert empty(driver) >= {
            "Select words and press Q to make a quote.",
            "Select a name and press 1–9 to mark it.",
        }
        workspace.keymap.use(workspace.keymap.keys() | {"quote": ["Z"]})
        assert "Select words and press Z to make a quote." in empty(driver)
        driver.control("l")
        driver.key(*"zebra", Qt.Key.Key_Return)
        assert "No article fits. Press Esc to clear the filter." in empty(driver)
        driver.key(Qt.Key.Key_Escape)

    run_main([str(project_of(NEWS, NEWS + "!"))], script)


DISABLED: dict[str, tuple[Qt.Key | str, str]] = {
    "undo": ("^z", "Nothing to undo."),
    "delete": (Qt.Key.Key_Backspace, "Click a span or choose a list row to delete it."),
    "next_span": ("j", "Nothing is marked yet."),
    "rename_entity": (Qt.Key.Key_F2, "Click the entity to rename."),
    "edit_note": ("n", "Click a span or choose a list row first."),
    "side_by_side": ("", "Start the review first (F6)."),
    "import_report": ("", "Nothing was imported since the window was opened."),
    "accept_suggestion": ("", "Nothing is suggested here."),
}


def test_an_action_is_disabled_with_a_reason_until_it_can_be_done(project_of: Projects) -> None:
    def disabled(driver: Driver) -> None:
        for id_, (key, reason) in DISABLED.items():
            action = driver.window.workspace.actions[id_]
            assert not action.isEnabled(), id_
            assert reason in action.toolTip()
            before = driver.view.caret(), driver.view.selection()
            driver.window.workspace.status_bar.clearMessage()
            if key == "^z":
                driver.control("z")
            elif key:
                driver.key(key)
            else:
                driver.window.workspace.actions.invoke(id_)
            assert driver.said() == reason
            assert (driver.view.caret(), driver.view.selection()) == before, id_
            title = action.text().replace("&", "").rstrip("…")
            shown = opened(driver, title)
            row = titles(shown).index(title)
            assert reason in shown.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
            driver.key(Qt.Key.Key_Escape)
            assert palette() is None, id_

    def enabled(driver: Driver) -> None:
        actions = driver.window.workspace.actions
        ids = ("undo", "redo", "delete", "next_span", "rename_entity", "attributes")

        def enabled() -> set[str]:
            driver.settle()
            return {id_ for id_ in ids if actions[id_].isEnabled()}

        assert enabled() == set()
        driver.select("Oslo")
        driver.key("3")
        assert enabled() == {"undo", "delete", "next_span", "rename_entity", "attributes"}
        driver.key(Qt.Key.Key_Escape)
        assert enabled() == {"undo", "next_span"}
        driver.control("z")
        assert enabled() == {"redo"}
        # A key that is pressed before the actions are brought up to date does its action.
        driver.window.session.redo()
        actions.invoke("undo")
        assert marked(driver.annotation()) == []

    each_annotated(project_of, NEWS, disabled, enabled)


def test_the_keys_of_every_action_are_in_the_sheet_and_its_title_in_its_menu(
    project_of: Projects,
) -> None:
    def sheet(driver: Driver) -> None:
        driver.key("?")
        sheet = next(w for w in driver.window.findChildren(ShortcutSheet) if visible(w))
        shown = {caps.accessibleName() for caps in sheet.findChildren(KeyCaps)}
        words = {label.text() for label in sheet.findChildren(QLabel)}
        for command in driver.window.workspace.actions.commands():
            if command.keys:
                assert command.title.partition(": ")[0] in words
                assert command.keys[0] in shown
        driver.key("?")

    def menus(driver: Driver) -> None:
        by_id = {command.id: command for command in driver.window.workspace.actions.commands()}
        listed: list[str] = []
        for menu, sections in MENU_ORDER.items():
            for id_ in (id_ for section in sections for id_ in section):
                assert by_id[id_].spec.menu is menu, id_
                listed.append(id_)
        assert len(listed) == len(set(listed)) > 100

    asked = set(_ids_in_code())
    assert len(asked) > 20

    def table(driver: Driver) -> None:
        known = set(driver.window.workspace.actions)
        assert asked - known == set()
        used = {c.spec.keys_of for c in driver.window.workspace.actions.commands()} - {""}
        assert used - known == set()

    def conflicts(driver: Driver) -> None:
        shown = dialog(driver)
        shown.choose("entities_merge")
        shown.field.setFocus()
        driver.key("q")  # the key of "Quote" in the window
        assert shown.warning.text() == ""
        shown.choose("entities_label")
        shown.field.setFocus()
        driver.key("q")
        assert shown.warning.text() == "Q belongs to “Merge into”."
        shown.reject()

    each_annotated(project_of, NEWS, sheet, menus, table, conflicts)


def test_an_action_that_is_in_no_order_is_at_the_end_of_its_menu(project_of: Projects) -> None:
    done: list[str] = []

    def script(driver: Driver) -> None:
        registry = driver.window.workspace.actions
        registry.add([Action("greet", "&Greet", lambda: done.append("hello"), Menu.EDIT, ("F12",))])
        bar = QMenuBar()
        menus = fill_menu_bar(bar, registry)
        shown = menus[Menu.EDIT].actions()
        end = max(n for n, action in enumerate(shown) if action.isSeparator())
        ordered = [id_ for section in MENU_ORDER[Menu.EDIT] for id_ in section]
        before = [action.objectName() for action in shown[:end] if not action.isSeparator()]
        assert (before, shown[-1].text()) == (ordered, "&Greet")
        driver.key(Qt.Key.Key_F12)
        assert done == ["hello"]
        assert "Greet" in titles(opened(driver, "greet"))
        driver.key(Qt.Key.Key_Escape)
        with pytest.raises(ValueError, match="two actions are called greet"):
            registry.add([Action("greet", "&Greet", done.clear)])

    run_main([str(project_of(NEWS))], script)


def test_labels_may_be_called_as_the_ids_of_other_actions(project_of: Projects) -> None:
    path = project_of(NEWS)
    with Project.open(path) as project:
        first = project.scheme.labels[0]
        names = ("X", "all-X", "X-", "all-all-X")
        labels = tuple(first._replace(name=name, key="") for name in names)
        project.set_scheme(project.scheme._replace(labels=labels))

    def script(driver: Driver) -> None:
        labels = driver.window.workspace.article.label_actions
        assert list(labels.labels) == list(labels.everywhere) == list(names)
        driver.select("Oslo")
        labels.labels["all-X"].trigger()
        assert marked(driver.annotation()) == [("Oslo", "all-X")]

    run_main([str(path)], script)


def _ids_in_code() -> Iterator[str]:
    """Return what the code of the window asks its registry of actions for."""
    methods = {"key_or_title", "key", "invoke", "set_title"}
    for path in (ROOT / "annotator" / "ui").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if not any(name in source for name in ("registry", "actions[")):
            continue
        for node in ast.walk(ast.parse(source)):
            argument: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value
                registry = isinstance(of, ast.Attribute | ast.Name) and "registry" in ast.dump(of)
                if registry and node.func.attr in methods and node.args:
                    argument = node.args[0]
            elif isinstance(node, ast.Subscript):
                if not isinstance(node.value, ast.Attribute | ast.Name):
                    continue
                name = ast.unparse(node.value)
                if name in ("registry", "self._registry", "actions", "self._actions"):
                    argument = node.slice
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
