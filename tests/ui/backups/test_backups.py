"""Backups in the window: made by themselves, listed with what is different, gone back to."""

import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from annotator.services import backup_store
from annotator.services.backups import back_up as back_up_now
from annotator.services.backups import backup_file, backup_folder, list_backups
from annotator.services.job import JobCancelled
from annotator.store import Project
from annotator.store.folder_lock import exclusive_lock
from annotator.ui.backups import dialog as dialog_module
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
    dialog.list.setCurrentRow(0)
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
        text = dialog.list.item(0).text()
        assert re.search(" · [0-9]+ kB\n1 article · 1 mention · 0 quotes$", text)
        assert re.fullmatch("All together [0-9]+ kB", dialog.total.text())
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
    with backup_file(newest.path) as file:
        assert marked(stored(file)) == [("Ann Lee", "PERSON"), ("Oslo", "GPE")]


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
        backup.path.write_bytes(backup.path.read_bytes()[:90])
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


def test_a_backup_is_saved_as_a_project_of_its_own(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project, out = project_of(NEWS), tmp_path / "then.annotator"

    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        dialog = opened(driver)
        assert not dialog.copy.isEnabled()
        back_up(qtbot, driver, dialog)
        dialog.close()
        mark(driver, "Ann Lee", "1")
        dialog = opened(driver)
        looked_into(qtbot, driver, dialog)
        for said in ("Saved as then.annotator.", "exists already"):
            answer_file_dialog(out)
            press(dialog, "Save as a project")
            qtbot.waitUntil(lambda said=said: said in driver.said())
        assert "exists already" in dialog.heading.text()

    assert len(marked(annotated(project, script))) == 2
    assert marked(stored(out)) == [("Oslo", "GPE")]


def test_another_choice_stops_the_reading_of_the_one_before(
    qtbot, project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contents of a large backup take seconds to read; nobody waits for those of another."""
    project = project_of(NEWS)
    stopped: list[Path] = []

    def endless(_project: object, backup: Path, *, cancelled: Callable[[], bool]) -> None:
        if backup == newest:
            while not cancelled():
                time.sleep(0.01)
            stopped.append(backup)
            raise JobCancelled
        return real(_project, backup, cancelled=cancelled)

    with Project.open(project) as opened_project:
        folder = backup_folder(project)
        for hour in range(2):
            back_up_now(opened_project, folder, datetime(2026, 11, 25, hour, tzinfo=UTC))
    newest = list_backups(project, folder)[0].path
    real = dialog_module.contents
    monkeypatch.setattr(dialog_module, "contents", endless)

    def script(driver: Driver) -> None:
        driver.window.workspace.actions["backups"].trigger()
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, BackupsDialog)
        qtbot.waitUntil(lambda: dialog.list.item(0).text().endswith("0 quotes"))
        assert dialog.heading.text() == "Looking into it …"
        dialog.list.setCurrentRow(1)
        qtbot.waitUntil(lambda: dialog.heading.text() == "Nothing is different now.")
        assert stopped == [newest]
        dialog.list.setCurrentRow(0)
        qtbot.waitUntil(lambda: driver.window.session.jobs.running(dialog) is not None)
        dialog.close()
        assert len(stopped) == 2

    run_main([str(project)], script)


def test_too_little_space_is_told_once_and_not_each_hour(
    qtbot, project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)
    usage = shutil.disk_usage("/")
    free = [1 << 20]
    monkeypatch.setattr(backup_store.shutil, "disk_usage", lambda _: usage._replace(free=free[0]))

    def script(driver: Driver) -> None:
        operations = driver.window.workspace.backups
        told: list[str] = []
        driver.window.session.status_message.connect(told.append)
        jobs = driver.window.session.jobs
        for hour in range(3):
            free[0] -= 1000 * hour  # so the sentence would be another one
            operations.timer.setInterval(1)
            qtbot.waitUntil(lambda: operations.timer.interval() == 600_000)
            qtbot.waitUntil(lambda: jobs.running(operations) is None)
        (sentence,) = told
        assert sentence.startswith("No backup was made: the disk of ")
        assert boxes() == []
        free[0] = usage.free
        operations.timer.setInterval(1)
        qtbot.waitUntil(lambda: told[-1].startswith("Backed up as news@"))

    run_main([str(project)], script)


def test_the_dialog_closes_at_once_while_another_program_makes_a_backup(
    qtbot, project_of: Projects
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        dialog = opened(driver)
        back_up(qtbot, driver, dialog)
        dialog.close()
        with exclusive_lock(backup_folder(project), 1):
            driver.window.workspace.actions["backups"].trigger()
            (dialog,) = driver.dialogs()
            qtbot.waitUntil(lambda: driver.window.session.jobs.running(dialog) is not None)
            dialog.close()  # else this would wait for the lock, which is held here
            assert driver.window.session.jobs.running(dialog) is None

    run_main([str(project)], script)
