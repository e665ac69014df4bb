"""The dialogs that list files tell what these are by their names, and do what dialogs do."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QFileSystemModel,
    QToolButton,
    QWidget,
)

from annotator.ui.import_export import file_dialogs
from annotator.ui.import_export.file_dialogs import ask_file, ask_files, ask_folder, ask_save_path
from tests.opens import Opens, needs_inotify
from tests.ui.driving import answer_file_dialog, visible
from tests.ui.window_process import ROOT

ALL = "All files (*)"
KINDS = {
    "QFileDialog", "QFileSystemModel", "QFileIconProvider", "QAbstractFileIconProvider",
    "QMimeDatabase", "QFileSystemWatcher", "QDirModel",
}  # fmt: skip


@pytest.fixture
def parent(qtbot, qapp: QApplication) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with databases, in which the program was started."""
    for name in ("news.annotator", "letters.db", "no_suffix"):
        (tmp_path / name).write_bytes(b"SQLite format 3\0" + bytes(200))
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def databases(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]


def open_dialog() -> QFileDialog | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
    return next((dialog for dialog in found if visible(dialog)), None)


def with_dialog(look: Callable[[QFileDialog], object], ask: Callable[[], object]) -> None:
    """Ask, look at the dialog once it has listed its folder, and cancel it."""
    faults: list[BaseException] = []

    def wait() -> None:
        dialog = open_dialog()
        if dialog is None or not listed(dialog):
            QTimer.singleShot(5, wait)
            return
        try:
            look(dialog)
        except BaseException as fault:
            faults.append(fault)
        dialog.reject()

    QTimer.singleShot(0, wait)
    ask()
    if faults:
        raise faults[0]


def listed(dialog: QFileDialog) -> dict[str, str]:
    """The names that the dialog shows, each with what it is said to be."""
    (model,) = dialog.findChildren(QFileSystemModel)
    root = model.index(dialog.directory().absolutePath())
    rows = range(model.rowCount(root))
    return {model.index(row, 0, root).data(): model.index(row, 2, root).data() for row in rows}


@needs_inotify
def test_the_tracer_sees_what_the_dialog_of_qt_opens_by_itself(
    qtbot, parent: QWidget, folder: Path
) -> None:
    with Opens(databases(folder)) as opens:
        seen: set[str] = set()
        dialog = QFileDialog(parent, "", str(folder))
        qtbot.waitUntil(lambda: seen.update(opens.take()) or len(seen) == 3)
        dialog.deleteLater()


@needs_inotify
def test_not_even_the_folder_of_the_last_dialog_is_read_before_the_next_one_knows_better(
    parent: QWidget, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(file_dialogs._Icons):
        def __init__(self) -> None:
            QTest.qWait(300)  # a slow machine: Qt's own thread has all the time to look
            super().__init__()

    with_dialog(lambda _: None, lambda: ask_file(parent, "Open", folder, ALL))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qt_remembers = QSettings(QSettings.Scope.UserScope, "QtProject")
    assert QUrl(qt_remembers.value("FileDialog/lastVisited")).toLocalFile() == str(folder)
    monkeypatch.setattr(file_dialogs, "_Icons", Slow)
    with Opens(databases(folder)) as opens:
        with_dialog(lambda _: None, lambda: ask_file(parent, "Open", folder, ALL))
        assert not opens.take()


def test_files_are_told_by_name_alone(qtbot, parent: QWidget, folder: Path) -> None:
    told = {
        "inner": "Folder",
        "news.annotator": "Annotator project",
        "letters.db": "DB",
        "no_suffix": "",
    }

    def look(dialog: QFileDialog) -> None:
        qtbot.waitUntil(lambda: listed(dialog) == told)

    with_dialog(look, lambda: ask_files(parent, "Open", folder, ALL))


def test_what_is_typed_is_the_answer(parent: QWidget, folder: Path) -> None:
    answer_file_dialog(folder / "news.annotator")
    assert ask_file(parent, "Open", folder, ALL) == folder / "news.annotator"
    answer_file_dialog(folder / "letters.db")
    assert ask_files(parent, "Open", folder, ALL) == [folder / "letters.db"]
    answer_file_dialog(folder / "inner")
    assert ask_folder(parent, "Folder", folder) == folder / "inner"
    answer_file_dialog(folder / "new.pdf")
    assert ask_save_path(parent, "Save", folder / "old.pdf", "PDF (*.pdf)") == folder / "new.pdf"
    answer_file_dialog(folder / "letters.db")
    assert ask_save_path(parent, "Save", folder, ALL, confirm=False) == folder / "letters.db"


def test_a_dialog_begins_where_it_is_told_with_the_name_it_is_told(
    parent: QWidget, folder: Path
) -> None:
    def look(dialog: QFileDialog) -> None:
        assert Path(dialog.directory().absolutePath()) == folder / "inner"
        assert dialog.selectedFiles() == [str(folder / "inner" / "out.csv")]

    def wait_and_look() -> None:
        dialog = open_dialog()
        if dialog is None:
            QTimer.singleShot(5, wait_and_look)
            return
        look(dialog)
        dialog.reject()

    QTimer.singleShot(0, wait_and_look)
    assert ask_save_path(parent, "Save", folder / "inner" / "out.csv", ALL) is None


def test_a_folder_that_is_not_there_leads_to_the_one_above(parent: QWidget, folder: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        assert Path(dialog.directory().absolutePath()) == folder

    with_dialog(look, lambda: ask_folder(parent, "Folder", folder / "gone" / "further"))


def test_the_way_back_ends_in_the_first_folder(qtbot, parent: QWidget, folder: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        (back,) = dialog.findChildren(QToolButton, "backButton")
        assert not back.isEnabled()
        dialog.setDirectory(str(folder / "inner"))
        for _ in range(4):
            back.click()
            qtbot.waitUntil(lambda: Path(dialog.directory().absolutePath()) == folder)

    with_dialog(look, lambda: ask_file(parent, "Open", folder, ALL))


def test_nothing_is_dragged_about_in_a_dialog(parent: QWidget, folder: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        views = dialog.findChildren(QAbstractItemView)
        assert views
        assert not any(view.dragEnabled() or view.acceptDrops() for view in views)

    with_dialog(look, lambda: ask_save_path(parent, "Save", folder, ALL))


def test_a_dialog_that_is_closed_while_it_lists_many_files_ends_at_once(
    parent: QWidget, folder: Path
) -> None:
    for number in range(3000):
        (folder / f"{number}.txt").touch()

    def close() -> None:
        dialog = open_dialog()
        if dialog is None:
            QTimer.singleShot(0, close)
        else:
            dialog.reject()

    for _ in range(3):
        QTimer.singleShot(0, close)
        assert ask_file(parent, "Open", folder, ALL) is None
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_qt_asks_no_desktop_for_a_dialog_that_would_run_in_this_process(
    qapp: QApplication,
) -> None:
    assert QApplication.testAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def named_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_all_dialogs_that_list_files_are_made_in_one_place() -> None:
    folder = ROOT / "annotator"
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if any(kind in (source := path.read_text("utf-8")) for kind in KINDS)
        and KINDS.intersection(named_in(ast.parse(source)))
    }
    assert found == {"ui/import_export/file_dialogs.py"}
