"""Run in a process of its own: start like `annotator PROJECT`, tell when the article is painted.

Prints a line of JSON, see `Start`. With "bare" instead of a project it paints an empty Qt window,
the floor. "empty" after the project says that it has no article: then the first paint of the empty
page is told.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Start(NamedTuple):
    """Milliseconds of CPU of the whole process, from its beginning; `wall` is the clock's time."""

    painted: float
    settled: float
    """Until the window was idle."""
    longest: float
    """The longest slice of the window's thread from the paint on: so long a first key waits."""
    wall: float
    peak_mb: float


def measured(project: str, *more: str) -> Start:
    """Start the program on this project in a process of its own."""
    script = Path(__file__)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(script), project, *more],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(script.parents[2]), "BEGAN": str(began)},
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise SystemExit(f"the window did not start on {project}")
    return Start(*json.loads(lines[-1]))


def bare_window_ms(runs: int = 5) -> float:
    """The CPU time of a bare Qt window until it is painted, the median of so many starts."""
    return statistics.median(measured("bare").painted for _ in range(runs))


def _tell(painted: float, wall: float, settled: float, longest: float) -> None:
    from tests.bench.memory import peak_mb

    print(json.dumps([painted * 1000, settled * 1000, longest * 1000, wall * 1000, peak_mb()]))


def _wall() -> float:
    return time.perf_counter() - float(os.environ["BEGAN"])


def run_bare() -> int:
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.show()
    app.processEvents()
    painted, wall = time.process_time(), _wall()
    _tell(painted, wall, painted, 0.0)
    return 0


def run_window(project: str, *, empty: bool) -> int:
    from annotator.ui.article.span_view import SpanView

    paint = SpanView.paintEvent
    painted_once = False  # Qt may go on calling a method of a class that is put back

    def paint_and_tell(view, event):  # type: ignore[no-untyped-def]
        from PySide6.QtCore import QTimer

        nonlocal painted_once
        paint(view, event)
        if not painted_once and (empty or view.scene().lines):
            painted_once = True
            SpanView.paintEvent = paint
            now = time.process_time(), time.thread_time(), _wall()
            QTimer.singleShot(0, lambda: settle(*now))

    def settle(painted: float, thread: float, wall: float) -> None:
        first = time.thread_time() - thread  # what ran between the paint and this timer
        from PySide6.QtWidgets import QApplication

        from tests.bench.event_loop import idle

        before = time.process_time()
        _, longest = idle()
        settled = painted + first + time.process_time() - before
        _tell(painted, wall, settled, max(first, longest))
        QApplication.quit()

    SpanView.paintEvent = paint_and_tell  # type: ignore[method-assign]
    from annotator.cli import main

    return main([str(Path(project))])


if __name__ == "__main__":
    project, *more = sys.argv[1:]
    sys.exit(run_bare() if project == "bare" else run_window(project, empty="empty" in more))
