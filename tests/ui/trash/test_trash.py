"""Deleting articles in the window: by keys, taken back by keys, gone for good only when asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from annotator.cli import main
from annotator.core import edits
from annotator.store import Project
from annotator.ui.backups.dialog import BackupsDialog
from annotator.ui.statistics.window import StatisticsWindow
from annotator.ui.trash.dialog import TrashDialog
from annotator.work.backing_up import back_up, backup_folder, backups_of
from annotator.work.trashing import delete_articles, restore_articles
from tests.ui.driving import Driver, boxes, marked, run_main, stored, visible
from tests.ui.test_articles import THREE, names, on_desk, show_list

Projects = Callable[..., Path]
KEY = Qt.Key
_LEFT = Qt.MouseButton.LeftButton


def left(path: Path) -> list[str]:
    """The first words of the articles that are in the project."""
    with Project.open(path) as project:
        return [one.article.text.split()[0] for one in project.records(bare=True)]


def trash(path: Path) -> list[tuple[str, str]]:
    with Project.open(path) as project:
        return [(item.title or item.id, item.deleted_by) for item in project.trash()]


def mark(driver: Driver, words: str, key: str) -> None:
    driver.select(words)
    driver.key(key, KEY.Key_Escape)


def in_list(driver: Driver) -> None:
    show_list(driver)
    driver.window.furniture.articles.view.setFocus()
    driver.settle()


def done(qtbot, driver: Driver) -> None:
    qtbot.waitUntil(lambda: not driver.window.furniture.worker.busy)
    driver.settle()


def notice(driver: Driver) -> str:
    found = driver.window.furniture.notice
    return found.words() if found.isVisible() else ""


def act(qtbot, driver: Driver, id_: str) -> None:
    driver.window.furniture.actions[id_].trigger()
    done(qtbot, driver)


def opened(driver: Driver) -> TrashDialog:
    driver.window.furniture.actions["show_trash"].trigger()
    driver.settle()
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, TrashDialog)
    return dialog


def back_to(dialog: TrashDialog) -> None:
    """As any desktop does when a box over the dialog has gone."""
    dialog.activateWindow()
    QApplication.processEvents()


def press(box: QMessageBox, words: str) -> None:
    (button,) = (b for b in box.buttons() if words in b.text().replace("&", ""))
    button.click()
    QApplication.processEvents()


def titles(dialog: TrashDialog) -> list[str]:
    return [dialog.table.index(row, 0).data() for row in range(dialog.table.rowCount())]


def look(driver: Driver) -> None:
    """As when the window gets the keyboard."""
    QApplication.sendEvent(driver.window, QEvent(QEvent.Type.WindowActivate))
    driver.settle()


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
        assert driver.window.furniture.articles.view.hasFocus()
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
        driver.window.furniture.actions["next_article"].trigger()
        act(qtbot, driver, "move_to_trash")
        assert (on_desk(driver), left(project)) == ("Cats", ["Apples", "Cats"])
        QTest.mouseClick(driver.window.furniture.notice.undo, _LEFT)
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
        driver.key(KEY.Key_Backspace)
        done(qtbot, driver)
        assert notice(driver) == "2 articles moved to the trash."
        assert on_desk(driver) == "Apples"
        assert driver.window.furniture.articles.view.currentIndex().row() == 1
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
        view = driver.window.furniture.articles.view
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
        assert driver.window.furniture.actions["undo"].text() == "&Undo: Move to the trash"

    run_main([str(project_of(*THREE))], script)


def test_the_last_article_leaves_an_empty_desk_and_comes_back_onto_it(
    qtbot, project_of: Projects
) -> None:
    project = project_of(THREE[0])

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        assert driver.window.session.article is None
        assert not driver.window.furniture.actions["move_to_trash"].isEnabled()
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
        view = driver.window.furniture.articles.view
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
            driver.window.furniture.articles.view.setFocus()
            act(qtbot, driver, "move_to_trash")
            assert driver.text().strip() == wanted

    run_main([str(project)], script)
    assert left(project) == ["Bears", "Cats"]


def test_the_dialog_restores_and_deletes_for_good_by_keys(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE, "Dogs ran.")

    def script(driver: Driver) -> None:
        for _ in range(3):
            act(qtbot, driver, "move_to_trash")
        dialog = opened(driver)
        assert dialog.heading.text() == "3 articles are in the trash."
        driver.key(KEY.Key_Down)
        driver.key(KEY.Key_Return)
        done(qtbot, driver)
        assert len(titles(dialog)) == 2
        assert left(project) == ["Bears", "Dogs"]
        driver.key(KEY.Key_Delete)
        (box,) = boxes()
        assert "A backup is made first." in box.informativeText()
        driver.key(KEY.Key_Return)  # what is offered first is to leave things as they are
        assert (boxes(), len(trash(project))) == ([], 2)
        back_to(dialog)
        driver.key(KEY.Key_Delete)
        (box,) = boxes()
        driver.key("d", modifiers=Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: len(titles(dialog)) == 1)
        assert "is deleted for good. The backup news@" in driver.said()
        back_to(dialog)
        driver.key("e", modifiers=Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: bool(boxes()))  # by its letter, a button is pressed slowly
        (box,) = boxes()
        box.activateWindow()
        driver.settle()
        driver.key("d", modifiers=Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: titles(dialog) == [])
        assert dialog.heading.text() == "The trash is empty."
        assert not any(b.isEnabled() for b in (dialog.back, dialog.gone, dialog.empty))
        back_to(dialog)
        driver.key(KEY.Key_Escape)
        assert not visible(dialog)

    run_main([str(project)], script)
    assert (left(project), trash(project)) == (["Bears", "Dogs"], [])
    newest, oldest = backups_of(project, backup_folder(project))
    assert (len(trash(newest.path)), len(trash(oldest.path))) == (1, 2)


def test_a_backup_that_fails_deletes_nothing(qtbot, project_of: Projects, tmp_path: Path) -> None:
    project = project_of(*THREE)
    (tmp_path / "file").write_text("no folder")

    def script(driver: Driver) -> None:
        driver.window.settings.backup_folder = tmp_path / "file"
        act(qtbot, driver, "move_to_trash")
        dialog = opened(driver)
        dialog.empty.click()
        press(boxes()[0], "Delete for good")
        driver.settle()
        done(qtbot, driver)
        (box,) = boxes()
        assert str(tmp_path) in box.text()
        box.close()
        assert len(titles(dialog)) == 1

    run_main([str(project)], script)
    assert len(trash(project)) == 1


def test_an_article_whose_id_is_in_use_again_says_so_and_stays_in_the_trash(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        assert main(["import", str(project), str(tmp_path / "text1.txt")]) == 0
        dialog = opened(driver)
        driver.key(KEY.Key_Return)
        done(qtbot, driver)
        (box,) = boxes()
        assert "the one in the trash cannot come back" in box.text()
        box.close()
        assert len(titles(dialog)) == 1

    run_main([str(project)], script)
    assert len(left(project)) == 3


def test_what_has_left_the_trash_elsewhere_is_told(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        with Project.open(project) as other:
            (item,) = other.trash()
            restore_articles(other, [item.number])
            delete_articles(other, [1], "ben")
            (again,) = other.trash()
            restore_articles(other, [again.number])
        driver.control("z")
        done(qtbot, driver)
        (box,) = boxes()
        assert "look into it again" in box.text()
        box.close()

    run_main([str(project)], script)
    assert len(left(project)) == 3


@pytest.mark.parametrize("annotated", [True, False])
def test_what_another_window_deletes_is_told_and_the_next_article_opens(
    qtbot, project_of: Projects, annotated: bool
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        if annotated:
            mark(driver, "Oslo", "3")
        with Project.open(project) as other:
            delete_articles(other, [1, 2], "ben")
        look(driver)
        assert on_desk(driver) == "Cats"
        assert len(names(driver)) == 1
        assert "another window or program has deleted it" in driver.said()
        assert boxes() == []

    run_main([str(project)], script)
    assert left(project) == ["Cats"]


def test_an_edit_to_an_article_that_has_gone_is_told_and_not_made(project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        with Project.open(project) as other:
            delete_articles(other, [1], "ben")
        driver.select("Oslo")
        driver.key("3")
        assert "another window or program has deleted it" in driver.said()
        assert on_desk(driver) == "Bears"
        assert driver.entities() == []
        assert boxes() == []

    run_main([str(project)], script)
    assert marked(stored(project)) == []


def test_a_row_of_the_list_that_is_no_longer_there_is_told(project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        with Project.open(project) as other:
            delete_articles(other, [2], "ben")
        driver.window.furniture.actions["next_article"].trigger()
        assert "somebody has deleted it" in driver.said()
        assert on_desk(driver) == "Apples"
        assert boxes() == []

    run_main([str(project)], script)


def test_what_waits_for_the_disk_is_not_lost_with_an_article_deleted_elsewhere(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        aside = project.with_name("aside")
        project.rename(aside)
        driver.select("Oslo")
        driver.key("3")
        try:
            press(boxes()[0], "Go on working")
            act(qtbot, driver, "move_to_trash")
            assert driver.said() == "Save what waits first: it would be lost."
            aside.rename(project)
            with Project.open(project) as other:
                delete_articles(other, [1], "ben")
            driver.window.session.unsaved.try_again()
            press(boxes()[0], "Go on working")
            look(driver)
            assert on_desk(driver) == "Apples"
            assert len(driver.entities()) == 1
            assert driver.window.session.unsaved.stale
        finally:
            driver.window.session.unsaved.give_up()
        look(driver)

    run_main([str(project)], script)


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
        driver.window.furniture.actions["backups"].trigger()
        driver.settle()
        (backups,) = driver.dialogs()
        assert isinstance(backups, BackupsDialog)
        qtbot.waitUntil(lambda: backups.table.rowCount() == 1)
        assert backups.table.index(0, 3).data() == "in the trash"
        backups.close()
        driver.window.furniture.actions["statistics"].trigger()
        found = driver.window.findChild(StatisticsWindow)
        assert isinstance(found, StatisticsWindow)
        qtbot.waitUntil(lambda: found.summary.text().endswith("1 article in the trash"))

    run_main([str(project)], script)


def test_a_merge_says_what_lies_in_the_trash_here(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(*THREE)
    theirs = tmp_path / "ben.annotator"
    with Project.open(project) as before:
        before.backup(theirs)

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        driver.window.furniture.review_deeds.merge_paths([theirs])
        done(qtbot, driver)
        (box,) = boxes()
        assert "still in the trash here: " in box.detailedText()
        box.close()

    run_main([str(project)], script)
    assert left(project) == ["Bears", "Cats"]


def test_every_control_has_a_name(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        dialog = opened(driver)
        assert dialog.view.accessibleName() == "Trash"
        seen = []
        for _ in range(5):
            focus = QApplication.focusWidget()
            assert focus is not None
            seen.append(focus.accessibleName() or getattr(focus, "text", str)())
            driver.key(KEY.Key_Tab)
        assert all(seen)
        assert "&Restore" in seen

    run_main([str(project_of(*THREE))], script)
