"""Brings up every screen on a real display and tells which windows do not fit on it with frames.

Runs by itself, `python -m tests.ui.fitting PROJECT [GEOMETRY ...]`, and prints a line of JSON for
each window. With geometries, as `QWidget.saveGeometry` and hexadecimal, it tells only of the window
that was last there, one after the other.
"""

import json
import sys
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QDeadlineTimer, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, run_main
from tests.ui.screens import screens, with_screen

_LONGEST_MS = 60_000
_A_MOMENT_MS = 5


def frame(window: QWindow) -> list[int]:
    rect = window.frameGeometry()
    return [rect.left(), rect.top(), rect.left() + rect.width(), rect.top() + rect.height()]


def fits(window: QWindow) -> bool:
    """Whether the window lies in the part of its screen that is free, with its frame."""
    free = window.screen().availableGeometry()
    return not window.frameMargins().isNull() and free.contains(window.frameGeometry())


def tell(name: str, widgets: list[QWidget]) -> None:
    for widget in widgets:
        if not widget.isWindow() or widget.windowType() not in _FRAMED:
            continue
        window = widget.windowHandle()
        end = QDeadlineTimer(_LONGEST_MS)
        while not fits(window) and not end.hasExpired():
            QTest.qWait(_A_MOMENT_MS)
        kind = type(widget).__name__
        title = widget.windowTitle()
        print(json.dumps([name, kind, title, frame(window), fits(window)]), flush=True)


_WITHOUT_WINDOW = (
    "window menu reading lists-below page-alone palette guidelines review find suggestions speaker "
    "accept-above scheme-quotes scheme-attributes scheme-guidelines"
).split()
"""Those that show in the main window, and pages of a dialog that is there anyway."""
_FRAMED = (Qt.WindowType.Window, Qt.WindowType.Dialog)


def bring_up_all(driver: Driver) -> None:
    tell("main", [driver.window])
    for name, bring_up in screens().items():
        if name not in _WITHOUT_WINDOW:
            with_screen(driver, bring_up, _telling(name))


def _telling(name: str) -> Callable[[list[QWidget]], None]:
    return lambda found: tell(name, found)


def open_where_it_was(project: str, geometry: str) -> int:
    settings = Settings(settings_path())
    settings.set_state("window", QByteArray.fromHex(geometry.encode()))
    settings.save()
    return run_main([project], lambda driver: tell("main", [driver.window]), size=None)


def run(project: str, *geometries: str) -> int:
    if not geometries:
        return run_main([project], bring_up_all, size=None)
    return max(open_where_it_was(project, geometry) for geometry in geometries)


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
