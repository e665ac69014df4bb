"""Deleting articles in the window: by keys, taken back by keys, gone for good only when asked."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from annotator.core import edits
from annotator.services.backups import back_up, backup_folder
from annotator.services.trash import restore_articles
from annotator.store import Project
from annotator.ui.backups.dialog import BackupsDialog
from annotator.ui.statistics.window import StatisticsWindow
from tests.ui.driving import Driver, boxes, marked, run_main, stored
from tests.ui.test_articles import THREE, names, on_desk
from tests.ui.trash.deleting import (
    Projects,
    act,
    done,
    in_list,
    left,
    mark,
    notice,
    opened,
    titles,
    trash,
)

KEY = Qt.Key
_LEFT = Qt.MouseButton.LeftButton


def test_del_in_the_list_deletes_and_goes_on_and_undo_brings_everything_back(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        in_list(driver)
        driver.key(KEY.Key_Delete)
        done(qtbot, driver)
        assert on_desk(driver) == "Bears"
        assert len(names(driver)) == 2
        assert "moved to the trash. 1 annotation went along." in notice(driver)
        assert driver.window.workspace.lists.articles.view.hasFocus()
        assert left(project) == ["Bears", "Cats"]
        assert [by for _, by in trash(project)] == ["ada"]
        driver.control("z")
        done(qtbot, driver)
        assert on_desk(driver) == "Apples"
        assert notice(driver) == ""
        assert driver.said().endswith("is back.")
        driver.control("z")
        assert driver.entities() == []
        driver.control("y")

    run_main([str(project)], script)
    assert left(project) == ["Apples", "Bears", "Cats"]
    assert marked(stored(project)) == [("Oslo", "GPE")]


def test_del_in_the_text_still_deletes_what_is_picked(project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.click(driver.find("Oslo")[0] + 1)
        driver.key(KEY.Key_Delete)
        assert driver.entities() == []

    run_main([str(project)], script)
    assert len(left(project)) == 3


def test_the_menu_deletes_the_open_article_and_the_button_takes_it_back(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        driver.window.workspace.actions["next_article"].trigger()
        act(qtbot, driver, "move_to_trash")
        assert (on_desk(driver), left(project)) == ("Cats", ["Apples", "Cats"])
        QTest.mouseClick(driver.window.workspace.trash.undo_toast.undo, _LEFT)
        done(qtbot, driver)
        assert on_desk(driver) == "Bears"

    run_main([str(project)], script)
    assert left(project) == ["Apples", "Bears", "Cats"]


def test_several_chosen_by_keys_go_together_and_come_back_together(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*THREE, "Dogs ran.")

    def script(driver: Driver) -> None:
        in_list(driver)
        driver.key(KEY.Key_Down)
        driver.shift(KEY.Key_Down)
        assert on_desk(driver) == "Apples"
        driver.key(KEY.Key_Delete)
        done(qtbot, driver)
        assert notice(driver) == "2 articles moved to the trash."
        assert on_desk(driver) == "Apples"
        assert driver.window.workspace.lists.articles.view.currentIndex().row() == 1
        assert left(project) == ["Apples", "Dogs"]
        driver.control("z")
        done(qtbot, driver)
        assert driver.said() == "2 articles are back."

    run_main([str(project)], script)
    assert len(left(project)) == 4


def test_a_click_with_ctrl_chooses_several_and_opens_none(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        in_list(driver)
        view = driver.window.workspace.lists.articles.view
        place = view.visualRect(view.model().index(2, 0)).center()
        QTest.mouseClick(view.viewport(), _LEFT, Qt.KeyboardModifier.ControlModifier, place)
        driver.settle()
        assert on_desk(driver) == "Apples"
        driver.key(KEY.Key_Delete)
        done(qtbot, driver)
        assert on_desk(driver) == "Bears"

    run_main([str(project)], script)
    assert left(project) == ["Bears"]


def test_an_article_that_was_only_looked_at_has_no_annotation_to_tell_of(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*THREE)
    with Project.open(project) as before:
        before.add_seconds(1, "ada", 60)

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        assert notice(driver).endswith("moved to the trash.")

    run_main([str(project)], script)


def test_in_a_review_the_next_article_is_reviewed(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.key(KEY.Key_F6)
        act(qtbot, driver, "move_to_trash")
        assert on_desk(driver) == "Bears"
        driver.key(KEY.Key_F6)
        driver.control("z")
        done(qtbot, driver)
        assert boxes() == []

    run_main([str(project)], script)


def test_an_edit_after_a_deletion_is_what_undo_takes_back_then(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        mark(driver, "Bergen", "3")
        assert notice(driver) == ""
        driver.control("z")
        done(qtbot, driver)
        assert driver.entities() == []

    run_main([str(project)], script)
    assert left(project) == ["Bears", "Cats"]


def test_the_edit_menu_says_that_undo_would_bring_the_article_back(
    qtbot, project_of: Projects
) -> None:
    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        (menu,) = (
            action.menu()
            for action in driver.window.menuBar().actions()
            if action.text() == "&Edit"
        )
        assert isinstance(menu, QMenu)
        menu.aboutToShow.emit()
        assert driver.window.workspace.actions["undo"].text() == "&Undo: Move to the trash"

    run_main([str(project_of(*THREE))], script)


def test_the_last_article_leaves_an_empty_desk_and_comes_back_onto_it(
    qtbot, project_of: Projects
) -> None:
    project = project_of(THREE[0])

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        assert driver.window.session.article is None
        assert not driver.window.workspace.actions["move_to_trash"].isEnabled()
        dialog = opened(driver)
        driver.key(KEY.Key_Return)
        done(qtbot, driver)
        assert titles(dialog) == []
        dialog.close()
        assert on_desk(driver) == "Apples"

    run_main([str(project)], script)
    assert left(project) == ["Apples"]


def test_the_context_menu_of_the_list_offers_it(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        in_list(driver)
        view = driver.window.workspace.lists.articles.view
        driver.key(KEY.Key_Down)
        view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())
        driver.settle()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        driver.key("m")
        done(qtbot, driver)
        assert left(project) == ["Apples", "Cats"]

    run_main([str(project)], script)


def test_under_a_filter_the_next_shown_article_follows(qtbot, project_of: Projects) -> None:
    project = project_of("Apples fell.", "Bears fell.", "Cats sat.", "Apples rose.")

    def script(driver: Driver) -> None:
        driver.control("l")
        driver.key(*"apples")
        qtbot.waitUntil(lambda: len(names(driver)) == 2)
        driver.key(KEY.Key_Down)
        for wanted in ("Apples rose.", "Cats sat."):
            driver.window.workspace.lists.articles.view.setFocus()
            act(qtbot, driver, "move_to_trash")
            assert driver.text().strip() == wanted

    run_main([str(project)], script)
    assert left(project) == ["Bears", "Cats"]


def test_the_time_spent_on_a_deleted_article_goes_with_it(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        edit = edits.set_status(driver.annotation(), "doing")
        driver.window.session.perform(lambda _, on: edit)
        act(qtbot, driver, "move_to_trash")
        assert boxes() == []

    run_main([str(project)], script)
    with Project.open(project) as after:
        restore_articles(after, [item.number for item in after.trash()])
        assert after.annotation(1, "ada").head.status == "doing"


def test_backups_and_statistics_tell_of_what_is_in_the_trash(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        with Project.open(project) as other:
            assert back_up(other, backup_folder(project), datetime.now(UTC))
        act(qtbot, driver, "move_to_trash")
        driver.window.workspace.actions["backups"].trigger()
        driver.settle()
        (backups,) = driver.dialogs()
        assert isinstance(backups, BackupsDialog)
        qtbot.waitUntil(lambda: backups.table.rowCount() == 1)
        assert backups.table.index(0, 3).data() == "in the trash"
        backups.close()
        driver.window.workspace.actions["statistics"].trigger()
        found = driver.window.findChild(StatisticsWindow)
        assert isinstance(found, StatisticsWindow)
        qtbot.waitUntil(lambda: found.summary.text().endswith("1 article in the trash"))

    run_main([str(project)], script)
