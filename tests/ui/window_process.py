"""A real window in a process of its own, which tests look at from outside and may kill.

The test's side is `WindowProcess`. The window's side is this module run as a program: it starts
the real `main()` and does what it is told, line by line, with real actions, keys and drops.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
_TOLD: Final = "told: "
_PATIENCE: Final = 60.0
_VISIT: Final = """
import sqlite3, sys
from contextlib import closing
for _ in sys.stdin:
    with closing(sqlite3.connect(sys.argv[1])) as project:
        count = project.execute("SELECT count(*) FROM mention").fetchone()[0]
    print(count, flush=True)
"""


class WindowProcess:
    """The window on a project; killed at the end of the block. It starts in `folder`."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.project = project
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.window_process", str(project), str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        self._answer()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.kill()

    def tell(self, operation: str, *arguments: Any) -> Any:
        """Have the window do something; what it answers when it is at rest again."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([operation, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """End it without a warning."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def deleted(self) -> list[str]:
        """The files that the window has open and that have no name any more."""
        names = []
        for entry in Path(f"/proc/{self._process.pid}/fd").iterdir():
            try:
                names.append(str(entry.readlink()))
            except FileNotFoundError:  # it was closed meanwhile
                continue
        return [name for name in names if name.endswith(" (deleted)") and ".annotator" in name]

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(_TOLD):
                return json.loads(line.removeprefix(_TOLD))
        raise AssertionError("the window has gone")


class Visitor:
    """Another program, which opens and closes the project at each visit; ended with the block."""

    def __init__(self, project: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _VISIT, str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def marks(self) -> int:
        """How many spans the project holds, as a visit finds it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def marks_seen_by_another_program(project: Path) -> int:
    """How many spans of ada's a program of its own finds that opens and closes the project."""
    with Visitor(project) as visitor:
        return visitor.marks()


# The window's side


def _serve(project: str, folder: str) -> int:
    from tests.ui.driving import run_main

    os.chdir(folder)
    return run_main([project], lambda driver: _Servant(driver).run())


class _Servant:
    """Does what the lines of stdin say, until there are no more."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._workspace = driver.window.workspace
        self._opened: Any = None

    def run(self) -> None:
        import queue

        from PySide6.QtTest import QTest

        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

        def listen() -> None:
            for line in sys.stdin:
                lines.put(line)
            lines.put(None)

        threading.Thread(target=listen, daemon=True).start()
        self._driver.settle()
        self._say(None)
        while True:
            try:
                line = lines.get_nowait()
            except queue.Empty:
                QTest.qWait(10)
                continue
            if line is None:
                return
            operation, *arguments = json.loads(line)
            self._say(getattr(self, f"do_{operation}")(*arguments))

    def do_mark(self, word: str) -> None:
        self._driver.select(word)
        self._driver.key("1")

    def do_trigger(self, action: str) -> None:
        """Trigger an action, and do not wait for what follows."""
        self._workspace.actions[action].trigger()

    def do_prepare(self, action: str) -> None:
        """Trigger an action, and wait until what it opens is there and has nothing more to do."""
        before = set(self._driver.dialogs())
        self._workspace.actions[action].trigger()
        self._wait(lambda: not self._busy())
        self._wait(lambda: set(self._driver.dialogs()) - before)
        (self._opened,) = set(self._driver.dialogs()) - before
        self._wait(lambda: not self._busy())

    def do_leave(self) -> None:
        self._opened.close()
        self._driver.settle()

    def do_look(self, operation: str, alias: str) -> str:
        """Look through a folder in the file dialog that this opens; its title."""
        from PySide6.QtCore import Qt, QTimer
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import (
            QApplication,
            QFileDialog,
            QFileSystemModel,
            QLineEdit,
            QToolButton,
        )

        titles: list[str] = []
        faults: list[BaseException] = []

        def look() -> None:
            found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
            shown = [dialog for dialog in found if dialog.isVisible()]
            if not shown:
                QTimer.singleShot(10, look)
                return
            (dialog,) = shown
            try:
                loaded: list[str] = []
                (model,) = dialog.findChildren(QFileSystemModel)
                model.directoryLoaded.connect(loaded.append)
                dialog.setDirectory(alias)
                # Folders are listed one after the other: where it began is listed as well.
                self._wait(lambda: alias in loaded)
                (line,) = dialog.findChildren(QLineEdit, "fileNameEdit")
                line.clear()
                QTest.keyClicks(line, "ne")
                QTest.keyClick(line, Qt.Key.Key_Down)
                (back,) = dialog.findChildren(QToolButton, "backButton")
                for _ in range(3):
                    back.click()
                    self._driver.settle()
                assert not dialog.directory().path().startswith(":")
                titles.append(dialog.windowTitle())
            except BaseException as fault:  # nobody above catches what a slot raises
                faults.append(fault)
            finally:
                dialog.reject()

        QTimer.singleShot(0, look)
        self._operations()[operation]()
        if faults:
            raise faults[0]
        return titles[0]

    def do_type_into_dialog(self, action: str, path: str) -> None:
        """Trigger an action and answer its file dialog by keys; does not wait for what follows."""
        from tests.ui.driving import answer_file_dialog

        answer_file_dialog(Path(path))
        self._workspace.actions[action].trigger()

    def do_busy(self) -> bool:
        return self._busy()

    def do_rest(self) -> str:
        """Wait until nothing runs; what the status bar says then."""
        self._wait(lambda: not self._busy())
        self._driver.settle()
        for dialog in self._driver.dialogs():
            dialog.close()
        return str(self._driver.said())

    def do_drop(self, *paths: str) -> bool:
        """Drop files as another program does, offering all actions; whether it may delete them."""
        from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
        from PySide6.QtGui import QDragEnterEvent, QDropEvent
        from PySide6.QtWidgets import QApplication

        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in paths])
        action = Qt.DropAction
        offered = action.CopyAction | action.MoveAction | action.LinkAction
        button, keys, place = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPointF()
        window = self._driver.window.windowHandle()
        place = QPointF(300, 300)
        enter = QDragEnterEvent(place.toPoint(), offered, data, button, keys)
        QApplication.sendEvent(window, enter)
        drop = QDropEvent(place, offered, data, button, keys)
        QApplication.sendEvent(window, drop)
        return drop.isAccepted() and drop.dropAction() == action.MoveAction

    def _operations(self) -> dict[str, Callable[[], object]]:
        from PySide6.QtWidgets import QAbstractButton, QMenu

        def press(words: str) -> Callable[[], None]:
            def do() -> None:
                buttons = self._opened.findChildren(QAbstractButton)
                (button,) = [b for b in buttons if words in (b.text(), b.accessibleName())]
                button.click()

            return do

        def choose(words: str) -> Callable[[], None]:
            def do() -> None:
                menus = self._opened.findChildren(QMenu)
                (found,) = [a for menu in menus for a in menu.actions() if a.text() == words]
                found.trigger()

            return do

        actions = self._workspace.actions
        rescue = self._workspace.backups.rescue
        return {
            **{name: actions[name].trigger for name in actions},
            "place of the export": press("Choose a place"),
            "save the figures": press("&Save as CSV …"),
            "save the report": press("&Save report…"),
            "folder of the backups": press("&Folder…"),
            "save a backup as a project": press("&Save as a project…"),
            "load a scheme": choose("A scheme in a &file …"),
            "save the scheme": choose("&Save this scheme as a file …"),
            "save a rescue file": rescue.save_file,
            "save the whole project": rescue.save_project,
        }

    def _busy(self) -> bool:
        return self._driver.window.session.jobs.busy

    def _wait(self, until: Callable[[], object]) -> None:
        from PySide6.QtTest import QTest

        end = time.monotonic() + _PATIENCE
        while not until():
            assert time.monotonic() < end, "what was waited for did not come"
            QTest.qWait(5)

    def _say(self, answer: object) -> None:
        print(_TOLD + json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.exit(_serve(*sys.argv[1:]))
