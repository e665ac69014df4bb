"""What the tests of the trash do and see."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from annotator.store import Project
from annotator.ui.trash.dialog import TrashDialog
from tests.ui.driving import Driver
from tests.ui.test_articles import show_list

Projects = Callable[..., Path]


def left(path: Path) -> list[str]:
    """The first words of the articles that are in the project."""
    with Project.open(path) as project:
        return [one.article.text.split()[0] for one in project.records(bare=True)]


def trash(path: Path) -> list[tuple[str, str]]:
    with Project.open(path) as project:
        return [(item.title or item.id, item.deleted_by) for item in project.trash()]


def mark(driver: Driver, words: str, key: str) -> None:
    driver.select(words)
    driver.key(key, Qt.Key.Key_Escape)


def in_list(driver: Driver) -> None:
    show_list(driver)
    driver.window.workspace.lists.articles.view.setFocus()
    driver.settle()


def done(qtbot, driver: Driver) -> None:
    qtbot.waitUntil(lambda: not driver.window.session.jobs.running())
    driver.settle()


def notice(driver: Driver) -> str:
    found = driver.window.workspace.trash.undo_toast
    return found.words() if found.isVisible() else ""


def act(qtbot, driver: Driver, id_: str) -> None:
    driver.window.workspace.actions[id_].trigger()
    done(qtbot, driver)


def opened(driver: Driver) -> TrashDialog:
    driver.window.workspace.actions["show_trash"].trigger()
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
