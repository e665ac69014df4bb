"""The real window on a project, to measure in, and a clock of CPU time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication

from annotator.ui.app import App, application
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings


@contextmanager
def opened(path: Path, *, annotator: str = "ada", suggesting: bool = False) -> Iterator[MainWindow]:
    """The window on this project, furnished and at rest; it is closed in the end."""
    settings = Settings(path.with_suffix(".ini"))
    settings.annotator = annotator
    settings.set_choice("no_suggestions", on=not suggesting)
    app = App(settings, application())
    app.open(path)
    window = app.window
    assert window is not None
    window.build_workspace()
    window.resize(1440, 900)
    settle()
    try:
        yield window
    finally:
        window.close()
        app.shut_down()
        settle()


def settle() -> None:
    """Let the window answer everything that waits."""
    for _ in range(20):
        QApplication.processEvents()


def milliseconds(operation: Callable[[], object]) -> float:
    """The CPU time of this thread that the operation takes."""
    began = time.thread_time()
    operation()
    return (time.thread_time() - began) * 1000
