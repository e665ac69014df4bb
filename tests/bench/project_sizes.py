"""What the window costs in projects of 10,000, 100,000 and 1,000,000 articles.

`python -m tests.bench.project_sizes PROJECT` measures one project in a process of its own and
prints JSON; the file is changed by it. Suggestions and the learner are on, somebody thinks for
0.3 s after each key, and what is done meanwhile counts.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.store import ARTICLE_ORDERS
from annotator.ui.article.span_view import SpanView
from tests.bench.event_loop import Cost, cost, idle, paints_counted
from tests.bench.figures import BARE_WINDOW_MS, Figure
from tests.bench.first_paint import bare_window_ms, measured
from tests.bench.opened import opened
from tests.bench.projects import project_of
from tests.bench.search import first_hundred
from tests.bench.sizes import PAINT_MS, Costs, figures, press, unmarked_words

if TYPE_CHECKING:
    from annotator.ui.main_window import MainWindow

SIZES: Final = (10_000, 100_000)
MILLION: Final = 1_000_000
_TIMES: Final = 10
_FILTERED: Final = ("th", "said", "as well", "ال", "国", "zqx")
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_LABEL: Final = Qt.Key.Key_2
_SETTLED_RATIO: Final = 3.0


def operations(folder: Path, home: Path, runs: int) -> Iterator[Figure]:
    """Starts, edits, the list and its filter, statistics, at each size.

    Args:
        folder: Where projects are kept; those of 10,000 and 100,000 articles are made there if they
            are missing, the one of 1,000,000 is measured if it is there (`tests.bench.projects`).
        home: An empty folder for copies that are changed.
        runs: How often the program is started on each.
    """
    for count in (*SIZES, MILLION):
        path = folder / f"{count}.annotator"
        if count != MILLION:
            project_of(path, count)
        if not path.exists():
            print(f"No project of {count:,} articles is in {folder}: none is measured.")
            continue
        copy = home / path.name
        shutil.copyfile(path, copy)
        yield from _measured(copy, count, runs)
        copy.unlink()


def _measured(path: Path, count: int, runs: int) -> Iterator[Figure]:
    floor = bare_window_ms()
    pace = floor / BARE_WINDOW_MS
    name = f"{count:,} articles"
    command = [sys.executable, "-m", "tests.bench.project_sizes", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    starts = [measured(str(path)) for _ in range(runs)]
    walls = [one.wall for one in starts]
    yield Figure(f"painted from start, {name}", "ms", [one.painted for one in starts], None, floor,
                 ratio=_SETTLED_RATIO, wall=walls)  # fmt: skip
    slices = [one.longest for one in starts]
    yield Figure("— longest slice until settled", "ms", slices, PAINT_MS, each=True, pace=pace)
    settled = [one.settled for one in starts]
    yield Figure("— settled", "ms", settled, None, floor, ratio=_SETTLED_RATIO)
    yield Figure("— peak memory", "MB", [one.peak_mb for one in starts], 250)
    for operation, rows in json.loads(done.stdout).items():
        yield from figures(f"{operation}, {name}", [Cost(*row) for row in rows], pace, PAINT_MS)
    yield from first_hundred(path, name, pace)


def measure(window: "MainWindow", paints: list[int]) -> Costs:
    """All operations, in the order in which somebody would do them."""
    found: Costs = {}

    def add(name: str, operation: Callable[[], object]) -> None:
        found.setdefault(name, []).append(cost(operation, paints))

    for _ in range(_TIMES):
        add("done, next open article", lambda: _done_next(window))
        window.activateWindow()  # without a window manager nothing is active after a dialog
        window.view.setFocus()
        words = _places(window)
        for name, place in (("first mark of an article", 0), ("second mark", len(words) // 2)):
            window.view.select(*words[place])
            idle()
            add(name, lambda: press(window, _LABEL))
        add("undo", lambda: press(window, Qt.Key.Key_Z, _CONTROL))
        add("next article", lambda: press(window, Qt.Key.Key_PageDown, _CONTROL))
    panel = window.workspace.lists.articles
    if not panel.isVisible():
        window.workspace.actions["show_articles"].trigger()
        idle()

    def add_settled(name: str, operation: Callable[[], object]) -> None:
        found.setdefault(name, []).append(_settled(operation))

    for words_ in _FILTERED:
        for end in range(1, len(words_) + 1):
            add_settled("key of the list's filter", partial(panel.line.setText, words_[:end]))
        panel.line.clear()
        idle()
    panel.view.setFocus()
    for key, name, times in (
        (Qt.Key.Key_PageDown, "page of the list", _TIMES),
        (Qt.Key.Key_End, "end of the list", 2),
        (Qt.Key.Key_Home, "beginning of the list", 2),
    ):
        for _ in range(times):
            add_settled(name, partial(QTest.keyClick, panel.view, key))
    for order in (*ARTICLE_ORDERS, "imported"):
        add_settled(f"list in the order {order!r}", partial(panel.model.sort_by, order))
    for _ in range(3):
        add_settled("statistics", window.workspace.actions["statistics"].trigger)
    return found


def _settled(operation: Callable[[], object]) -> Cost:
    """The cost of something that may paint nothing: all of it until the window is idle."""
    began, cpu = time.perf_counter(), time.thread_time()
    operation()
    first, wall = time.thread_time() - cpu, time.perf_counter() - began
    after, longest = idle()
    return Cost(first * 1000, after * 1000, longest * 1000, wall * 1000)


def _done_next(window: "MainWindow") -> None:
    """Call the article done, in the check of what is left in it too, where one is shown."""
    press(window, Qt.Key.Key_Return, _CONTROL)
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        QTest.keyClick(dialog, Qt.Key.Key_Return, _CONTROL)


def _places(window: "MainWindow") -> list[tuple[int, int]]:
    """Beginning and end of words that can be marked; of letters where no words are known."""
    article = window.session.article
    assert article is not None
    words = unmarked_words(window, article.text)
    return words if len(words) > 1 else [(0, 2), (5, 7)]


def main() -> None:
    """Measure one project, and print what was found as JSON."""
    with (
        paints_counted(SpanView) as paints,
        opened(Path(sys.argv[1]), suggesting=True) as window,
    ):
        idle()
        print(json.dumps(measure(window, paints)))


if __name__ == "__main__":
    main()
