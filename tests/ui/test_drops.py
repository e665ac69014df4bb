"""What other programs drop is copied, never moved, and taken only where it can be read."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from annotator.ui.import_export.drops import CopyOnlyFilter
from tests.ui.driving import Driver, each_annotated, run_main, visible
from tests.ui.test_files import wait_for_job
from tests.ui.test_importing import details
from tests.ui.window_process import ROOT
from tests.x_display import missing, x_display

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."
_COPY, _MOVE, _LINK, _NOTHING = (
    Qt.DropAction.CopyAction,
    Qt.DropAction.MoveAction,
    Qt.DropAction.LinkAction,
    Qt.DropAction.IgnoreAction,
)
ALL = _COPY | _MOVE | _LINK
_BUTTON = Qt.MouseButton.LeftButton
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


def web(address: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(address)])
    return data


def dropped_on(
    widget: QWidget,
    data: QMimeData,
    offered: Qt.DropAction = ALL,
    keys: Qt.KeyboardModifier = NONE,
) -> Qt.DropAction:
    """Drop this in the middle of a widget as the window system does; what the source may do.

    Shift asks for a move, as in file managers.
    """
    window = widget.window().windowHandle()
    place = QPointF(widget.mapTo(widget.window(), widget.rect().center()))
    enter = QDragEnterEvent(place.toPoint(), offered, data, _BUTTON, keys)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        QApplication.sendEvent(window, QEvent(QEvent.Type.DragLeave))
        return _NOTHING
    move = QDragMoveEvent(place.toPoint(), offered, data, _BUTTON, keys)
    move.setDropAction(enter.dropAction())
    move.setAccepted(True)
    QApplication.sendEvent(window, move)
    if not move.isAccepted():
        return _NOTHING
    drop = QDropEvent(place, offered, data, _BUTTON, keys)
    QApplication.sendEvent(window, drop)
    return drop.dropAction() if drop.isAccepted() else _NOTHING


@pytest.mark.parametrize("keys", [NONE, SHIFT])
def test_articles_are_copied_whatever_the_other_program_proposes(
    qtbot, project_of: Projects, tmp_path: Path, keys: Qt.KeyboardModifier
) -> None:
    (tmp_path / "one.txt").write_text("Something new.", "utf-8")

    def script(driver: Driver) -> None:
        assert dropped_on(driver.view, files(tmp_path / "one.txt"), keys=keys) == _COPY
        wait_for_job(qtbot, driver)
        assert driver.said() == "1 article imported."

    run_main([str(project_of(NEWS))], script)


@pytest.mark.parametrize("offered", [_MOVE, _LINK, _MOVE | _LINK])
def test_who_offers_no_copy_keeps_what_it_has(
    project_of: Projects, tmp_path: Path, offered: Qt.DropAction
) -> None:
    (tmp_path / "one.txt").write_text("Something new.", "utf-8")

    def script(driver: Driver) -> None:
        found = dropped_on(driver.view, files(tmp_path / "one.txt"), offered)
        assert found == _NOTHING
        assert not driver.window.session.jobs.running()

    run_main([str(project_of(NEWS))], script)


def test_files_of_unknown_names_are_told_by_what_is_in_them(
    qtbot, project_of: Projects, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from annotator.cli import main

    project = project_of(NEWS)
    assert main(["export", str(project), str(tmp_path / "work.jsonl"), "--format", "native"]) == 0
    unknown = (tmp_path / "work.jsonl").rename(tmp_path / "work.from_ann")

    def script(driver: Driver) -> None:
        assert dropped_on(driver.view, files(unknown)) == _COPY
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)


def test_the_report_of_an_import_speaks_of_no_command_line(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("Something new.", "utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    def script(driver: Driver) -> None:
        both = files(tmp_path / "one.txt", tmp_path / "photo.png")
        assert dropped_on(driver.view, both) == _COPY
        wait_for_job(qtbot, driver)
        assert "this is in no format that can be told by its name or content" in details()
        assert "--" not in details()

    run_main([str(project_of(NEWS))], script)


def test_the_open_project_itself_is_no_question(project_of: Projects, tmp_path: Path) -> None:
    project = project_of(NEWS)
    (tmp_path / "link.annotator").symlink_to(project)

    def script(driver: Driver) -> None:
        for path in (project, tmp_path / "link.annotator"):
            assert dropped_on(driver.view, files(path)) == _COPY
            assert driver.said() == f"{path.name} is the project that is open."

    run_main([str(project)], script)


@pytest.mark.parametrize("field", [QLineEdit, QPlainTextEdit])
def test_a_field_of_text_lets_no_program_move_its_files(
    qtbot, qapp: QApplication, tmp_path: Path, field: type[QWidget]
) -> None:
    (tmp_path / "one.txt").write_text("Something new.", "utf-8")
    widget = field()
    qtbot.addWidget(widget)
    widget.show()
    words, articles = text("Some words."), files(tmp_path / "one.txt")
    assert dropped_on(widget, words, keys=SHIFT) == _MOVE, "so much for Qt alone"
    copies = CopyOnlyFilter(qapp)
    for keys in (NONE, SHIFT):
        assert dropped_on(widget, words, keys=keys) == _COPY
        assert dropped_on(widget, articles, keys=keys) in (_COPY, _NOTHING)
    assert dropped_on(widget, words, _MOVE) == _NOTHING
    copies.deleteLater()


def test_the_fields_of_window_and_dialogs_are_watched(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("Something new.", "utf-8")

    def script(driver: Driver) -> None:
        driver.control("f")
        (line,) = [w for w in driver.window.findChildren(QLineEdit) if w.hasFocus()]
        assert dropped_on(line, files(tmp_path / "one.txt"), keys=SHIFT) in (_COPY, _NOTHING)
        driver.key(Qt.Key.Key_Escape)
        driver.window.workspace.actions["export_file"].trigger()
        driver.settle()
        (dialog,) = driver.dialogs()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        lines = [w for w in dialog.findChildren(QLineEdit) if visible(w)]
        assert lines
        for line in lines:
            found = dropped_on(line, files(tmp_path / "one.txt"), keys=SHIFT)
            assert found in (_COPY, _NOTHING)
        dialog.close()

    run_main([str(project_of(NEWS))], script)


def test_what_is_dragged_out_is_a_copy_and_what_cannot_be_read_is_refused_in_a_sentence(
    project_of: Projects, tmp_path: Path
) -> None:
    def out(driver: Driver) -> None:
        # Qt offers a move of what is selected only where it could take it away.
        assert driver.view.isReadOnly()
        assert not driver.view.textInteractionFlags() & Qt.TextInteractionFlag.TextEditable

    picture = tmp_path / "photo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    why = "photo.png is no kind of file that can be imported; File → Import lists the kinds."

    def refused(driver: Driver) -> None:
        for data, said in (
            (files(picture), why),
            (files(tmp_path / "gone.txt"), "gone.txt is not there."),
            (text("Some words."), "Text cannot be dropped here: save it as a file,"),
            (web("https://example.org/news.html"), "A web page cannot be dropped here: save it"),
            (QMimeData(), "This cannot be dropped here; files and folders can."),
        ):
            assert dropped_on(driver.view, data) == _NOTHING
            assert driver.said().startswith(said)
        assert not driver.window.session.jobs.running()

    (tmp_path / "one.txt").write_text("Something new.", "utf-8")
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    def never_ended(driver: Driver) -> None:
        window, place = driver.window.windowHandle(), QPointF(300, 300)
        article, other = files(tmp_path / "one.txt"), files(picture)
        enter = QDragEnterEvent(place.toPoint(), ALL, article, _BUTTON, NONE)
        QApplication.sendEvent(window, enter)
        assert enter.isAccepted()
        move = QDragMoveEvent(place.toPoint(), ALL, other, _BUTTON, NONE)
        move.setDropAction(_COPY)
        move.setAccepted(True)
        QApplication.sendEvent(window, move)
        assert not move.isAccepted()

    each_annotated(project_of, NEWS, out, refused, never_ended)


# On a real screen

_SOURCE = """
import sys
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel
class Source(QLabel):
    def mousePressEvent(self, event):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        action = Qt.DropAction
        found = drag.exec(action.CopyAction | action.MoveAction | action.LinkAction,
                          action.MoveAction)
        print(found.name, flush=True)
app = QApplication([])
source = Source("drag me")
source.setWindowFlags(Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.X11BypassWindowManagerHint)
source.setGeometry(20, 20, 100, 60)
source.show()
print("shown", flush=True)
app.exec()
"""


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own, of which nobody knows the number before."""
    why_not = missing("xdotool")
    if why_not is not None:
        pytest.skip(why_not)
    with x_display() as environment:
        yield environment["DISPLAY"]


def test_a_file_manager_on_a_real_screen_is_told_of_a_copy(
    display: str, project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)
    article, picture = tmp_path / "new.txt", tmp_path / "photo.png"
    article.write_text("Something new.", "utf-8")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    window = subprocess.Popen([sys.executable, "-m", "annotator", str(project)], cwd=ROOT)
    with ExitStack() as programs:
        programs.callback(end, window)
        wait_for_window("Annotator")
        # A window that is still busy with itself answers too late.
        assert "CopyAction" in (dragged(article, programs) for _ in range(10))
        assert dragged(picture, programs) == "IgnoreAction"
        assert article.exists()


def end(program: "subprocess.Popen[Any]") -> None:
    program.kill()
    program.wait()


def wait_for_window(name: str) -> None:
    search = ["xdotool", "search", "--onlyvisible", "--name", name]
    end = time.monotonic() + 60
    while subprocess.run(search, check=False, capture_output=True).returncode:
        assert time.monotonic() < end, f"no window {name} came"
        time.sleep(0.1)


def dragged(path: Path, programs: ExitStack) -> str:
    """Drag a file from another program into the window; what that one is told."""
    source = subprocess.Popen(
        [sys.executable, "-c", _SOURCE, str(path)], stdout=subprocess.PIPE, text=True
    )
    programs.callback(end, source)
    assert source.stdout is not None
    programs.callback(source.stdout.close)
    assert source.stdout.readline() == "shown\n"
    way = [f"mousemove {x} 350 sleep 0.1" for x in (90, 150, 250, 350, 450, 500)]
    steps = ["mousemove 60 50 sleep 0.3 mousedown 1", *way, "sleep 0.3 mouseup 1"]
    subprocess.run(["xdotool", *" ".join(steps).split()], check=True)
    return source.stdout.readline().strip()
