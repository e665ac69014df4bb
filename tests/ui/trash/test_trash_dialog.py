"""The dialog of the trash: restoring, deleting for good, and what it tells."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.services.backups import backup_file, backup_folder, list_backups
from annotator.services.trash import delete_articles, restore_articles
from annotator.store import Project
from tests.ui.driving import Driver, boxes, run_main, visible
from tests.ui.test_articles import THREE
from tests.ui.trash.deleting import Projects, act, back_to, done, left, opened, press, titles, trash


def test_the_dialog_restores_and_deletes_for_good_by_keys(qtbot, project_of: Projects) -> None:
    project = project_of(*THREE, "Dogs ran.")

    def script(driver: Driver) -> None:
        for _ in range(3):
            act(qtbot, driver, "move_to_trash")
        dialog = opened(driver)
        assert dialog.heading.text() == "3 articles are in the trash."
        driver.key(Qt.Key.Key_Down)
        driver.key(Qt.Key.Key_Return)
        done(qtbot, driver)
        assert len(titles(dialog)) == 2
        assert left(project) == ["Bears", "Dogs"]
        driver.key(Qt.Key.Key_Delete)
        (box,) = boxes()
        assert "A backup is made first." in box.informativeText()
        driver.key(Qt.Key.Key_Return)  # what is offered first is to leave things as they are
        assert (boxes(), len(trash(project))) == ([], 2)
        back_to(dialog)
        driver.key(Qt.Key.Key_Delete)
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
        driver.key(Qt.Key.Key_Escape)
        assert not visible(dialog)

    run_main([str(project)], script)
    assert (left(project), trash(project)) == (["Bears", "Dogs"], [])
    newest, oldest = list_backups(project, backup_folder(project))
    with backup_file(newest.path) as file:
        assert len(trash(file)) == 1
    with backup_file(oldest.path) as file:
        assert len(trash(file)) == 2


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
        again = tmp_path / "text1.txt"
        again.write_text(THREE[0], encoding="utf-8")
        assert main(["import", str(project), str(again)]) == 0
        dialog = opened(driver)
        driver.key(Qt.Key.Key_Return)
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
            driver.key(Qt.Key.Key_Tab)
        assert all(seen)
        assert "&Restore" in seen

    run_main([str(project_of(*THREE))], script)
