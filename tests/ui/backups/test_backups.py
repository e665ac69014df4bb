"""Backups in the window: made by themselves, listed with what is different, gone back to."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from annotator.services.backups import backup_folder, list_backups
from annotator.ui.backups.dialog import BackupsDialog
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import (
    Driver,
    annotated,
    answer_file_dialog,
    boxes,
    marked,
    run_main,
    stored,
    visible,
)

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."


def mark(driver: Driver, words: str, key: str) -> None:
    driver.select(words)
    driver.key(key, Qt.Key.Key_Escape)


def opened(driver: Driver) -> BackupsDialog:
    driver.window.workspace.actions["backups"].trigger()
    driver.settle()
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, BackupsDialog)
    return dialog


def press(widget: QWidget, words: str) -> None:
    buttons = widget.findChildren(QAbstractButton)
    (button,) = (b for b in buttons if words in b.text().replace("&", ""))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def back_up(qtbot, driver: Driver, dialog: BackupsDialog) -> None:
    before = dialog.list.count()
    press(dialog, "Back up now")
    qtbot.waitUntil(lambda: dialog.list.count() == before + 1)
    looked_into(qtbot, driver, dialog)


def looked_into(qtbot, driver: Driver, dialog: BackupsDialog) -> None:
    qtbot.waitUntil(lambda: not driver.window.session.jobs.running(dialog))
    driver.settle()


def rows(dialog: BackupsDialog) -> list[list[str]]:
    model = dialog.table
    return [
        [model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())
    ]


def test_going_back_brings_the_old_work_and_keeps_the_present(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        dialog = opened(driver)
        assert dialog.heading.text() == "There is no backup yet."
        assert not dialog.back.isEnabled()
        back_up(qtbot, driver, dialog)
        assert dialog.heading.text() == "Nothing is different now."
        assert dialog.list.item(0).text().endswith("\n1 article · 1 mention · 0 quotes")
        dialog.close()
        driver.settle()
        mark(driver, "Ann Lee", "1")
        dialog = opened(driver)
        looked_into(qtbot, driver, dialog)
        assert dialog.heading.text() == "1 annotation is different now."
        (row,) = rows(dialog)
        assert row[1:] == ["ada", "doing · 1 mention · 0 quotes", "doing · 2 mentions · 0 quotes"]
        press(dialog, "Go back to this one")
        (box,) = boxes()
        assert "kept as another backup" in box.informativeText()
        press(box, "Go back")
        qtbot.waitUntil(lambda: not visible(driver.window))
        (window,) = (
            w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and visible(w)
        )
        after = Driver(window)
        assert marked(after.annotation()) == [("Oslo", "GPE")]
        mark(after, "Bob Ray", "1")

    assert marked(annotated(project, script)) == [("Bob Ray", "PERSON"), ("Oslo", "GPE")]
    newest, _oldest = list_backups(project, backup_folder(project))
    assert marked(stored(newest.path)) == [("Ann Lee", "PERSON"), ("Oslo", "GPE")]


def test_backups_are_made_while_the_window_is_open_unless_switched_off(
    qtbot, project_of: Projects
) -> None:
    project = project_of(NEWS)
    folder = backup_folder(project)

    def script(driver: Driver) -> None:
        operations = driver.window.workspace.backups
        dialog = opened(driver)
        press(dialog, "Back up every hour")
        dialog.close()
        operations.timer.setInterval(1)
        QTest.qWait(50)
        assert not driver.window.session.jobs.running(operations)
        assert list_backups(project, folder) == []
        dialog = opened(driver)
        assert not dialog.on.isChecked()
        press(dialog, "Back up every hour")
        dialog.close()
        operations.timer.setInterval(1)
        qtbot.waitUntil(lambda: len(list_backups(project, folder)) == 1)
        qtbot.waitUntil(lambda: driver.said().startswith("Backed up as news@"))
        assert operations.timer.interval() == 600_000
        assert boxes() == []

    run_main([str(project)], script)


def test_a_backup_that_fails_is_said_and_stands_in_nobodys_way(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(NEWS)
    (tmp_path / "file").write_text("no folder")

    def script(driver: Driver) -> None:
        driver.window.settings.backup_folder = tmp_path / "file"
        driver.window.workspace.backups.timer.setInterval(1)
        qtbot.waitUntil(lambda: driver.said().startswith("No backup was made: "))
        assert boxes() == []
        mark(driver, "Oslo", "3")

    assert marked(annotated(project, script)) == [("Oslo", "GPE")]


def test_another_folder_is_used_from_then_on(qtbot, project_of: Projects, tmp_path: Path) -> None:
    project, base = project_of(NEWS), tmp_path / "safe"
    base.mkdir()

    def script(driver: Driver) -> None:
        dialog = opened(driver)
        answer_file_dialog(base)
        press(dialog, "Folder")
        back_up(qtbot, driver, dialog)
        assert str(base) in dialog.folder.text()

    run_main([str(project)], script)
    assert len(list_backups(project, backup_folder(project, base))) == 1
    assert Settings(settings_path()).backup_folder == base


def test_a_spoiled_backup_is_named_and_cannot_be_gone_back_to(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        dialog = opened(driver)
        back_up(qtbot, driver, dialog)
        dialog.close()
        (backup,) = list_backups(project, backup_folder(project))
        backup.path.write_bytes(backup.path.read_bytes()[:9000])
        dialog = opened(driver)
        looked_into(qtbot, driver, dialog)
        assert "is cut off" in dialog.heading.text()
        assert dialog.list.item(0).text().endswith("\ncannot be used")
        assert not dialog.back.isEnabled()

    run_main([str(project)], script)


def test_every_control_of_the_dialog_has_a_name(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        dialog = opened(driver)
        back_up(qtbot, driver, dialog)
        assert dialog.list.accessibleName() == "Backups"
        dialog.list.setFocus()
        driver.key(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.accessibleName() == "What is different now"

    run_main([str(project_of(NEWS))], script)
