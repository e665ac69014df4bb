"""Replacing a label in the whole project through the window, with ticks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.ui.article.relabel_dialog import RelabelDialog
from tests.ui.driving import Driver, marked, run_main, stored

Projects = Callable[..., Path]
TWO = ("Ann met Bob in Oslo.", "Ann left Oslo for Rome.")


def dialog(driver: Driver) -> RelabelDialog:
    driver.window.workspace.actions["replace_labels"].trigger()
    driver.settle()
    return next(w for w in driver.window.findChildren(RelabelDialog) if w.isVisible())


def mark_all(driver: Driver) -> None:
    """Ann, Bob, Oslo, Rome, all as persons."""
    for words in (("Ann", "Bob", "Oslo"), ("Ann", "Oslo", "Rome")):
        for word in words:
            driver.select(word)
            driver.key("1")
        driver.control(Qt.Key.Key_PageDown)


def rows(shown: RelabelDialog) -> list[str]:
    tree = shown.tree
    items = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    return [f"{item.text(0)} {item.text(1)} {item.text(2)}" for item in items]


def test_only_what_is_listed_and_ticked_changes_and_undo_works_in_each_article(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*TWO)

    def script(driver: Driver) -> None:
        mark_all(driver)
        shown = dialog(driver)
        assert rows(shown) == ["Ann 2 2", "Oslo 2 2", "Bob 1 1", "Rome 1 1"]
        assert not shown.go.isEnabled()
        shown.new.choose_value("GPE")
        assert shown.state.text() == "6 entities in 2 articles will change."
        shown.filter.setFocus()
        driver.key(*"o")
        assert rows(shown) == ["Oslo 2 2", "Bob 1 1", "Rome 1 1"]
        shown.tree.setCurrentItem(shown.tree.topLevelItem(1))
        QTest.keyClick(shown.tree, Qt.Key.Key_Space)
        assert shown.state.text() == "3 entities in 2 articles will change."
        shown.go.click()
        qtbot.waitUntil(lambda: "relabelled" in driver.said())
        assert "3 entities in 2 articles relabelled as Country, city" in driver.said()
        assert marked(driver.annotation()) == [("Ann", "PERSON"), ("Oslo", "GPE"), ("Rome", "GPE")]
        driver.window.activateWindow()  # what a desktop does by itself
        driver.settle()
        driver.control("z")
        assert driver.said().startswith("Undone: Relabel 2 entities")
        assert {label for _, label in marked(driver.annotation())} == {"PERSON"}

    run_main([str(project)], script)
    assert marked(stored(project, 0)) == [("Ann", "PERSON"), ("Bob", "PERSON"), ("Oslo", "GPE")]
    assert marked(stored(project, 1)) == [("Ann", "PERSON"), ("Oslo", "PERSON"), ("Rome", "PERSON")]


def test_one_article_of_a_name_can_be_left_out(qtbot, project_of: Projects) -> None:
    project = project_of(*TWO)

    def script(driver: Driver) -> None:
        mark_all(driver)
        shown = dialog(driver)
        shown.new.choose_value("ORG")
        shown.none.click()
        assert not shown.go.isEnabled()
        ann = shown.tree.topLevelItem(0)
        ann.setExpanded(True)
        assert ann.childCount() == 2
        ann.child(1).setCheckState(0, Qt.CheckState.Checked)
        assert ann.checkState(0) == Qt.CheckState.PartiallyChecked
        assert shown.state.text() == "1 entity in 1 article will change."
        shown.go.click()
        qtbot.waitUntil(lambda: "relabelled" in driver.said())

    run_main([str(project)], script)
    assert ("Ann", "PERSON") in marked(stored(project, 0))
    assert ("Ann", "ORG") in marked(stored(project, 1))


def test_cancel_changes_nothing(project_of: Projects) -> None:
    project = project_of(*TWO)

    def script(driver: Driver) -> None:
        mark_all(driver)
        shown = dialog(driver)
        shown.new.choose_value("ORG")
        QTest.keyClick(shown, Qt.Key.Key_Escape)

    run_main([str(project)], script)
    assert {label for _, label in marked(stored(project))} == {"PERSON"}


def test_a_project_without_entities_has_nothing_to_replace(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = dialog(driver)
        assert not shown.go.isEnabled()
        assert shown.state.text() == "0 entities in 0 articles will change."

    run_main([str(project_of(*TWO))], script)


def test_it_begins_with_the_label_at_hand_and_changes_nothing_unchosen(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        for word, key in (("Ann", "1"), ("Bob", "1"), ("Oslo", "6")):
            driver.select(word)
            driver.key(key)
        driver.click(driver.find("Oslo")[0] + 1)
        shown = dialog(driver)
        assert (shown.old.currentData(), shown.new.currentData()) == ("NORP", None)
        assert not shown.go.isEnabled()
        shown.new.choose_value("GPE")
        assert shown.go.isEnabled()
        shown.close()
        driver.key(Qt.Key.Key_Escape)
        driver.window.session.select(None)
        shown = dialog(driver)
        assert (shown.old.currentData(), shown.go.isEnabled()) == ("PERSON", False)
        shown.close()

    run_main([str(project_of(*TWO))], script)
