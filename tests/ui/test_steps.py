"""What follows a paint is made in small steps, and a key that comes between finds all of it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QModelIndex, QObject, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem

from annotator.ui.app import App
from annotator.ui.lists.entity_delegate import EntityDelegate
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings, settings_path
from annotator.ui.workspace import IMPORTED_FIRST
from tests.bench.samples import project_with, record
from tests.ui.driving import Driver, marked, project_at, run_main, stored
from tests.ui.suggestions.waiting import until

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."
_MOST_MODULES = 16
"""A step may import no more: each takes about a millisecond."""

# Runs in a process of its own: notes which modules each step after the first paint imports.
STEPS = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from annotator.ui import app as app_module, idle_steps

steps, begin = [], idle_steps.IdleSteps.begin

def noted(given):
    while True:
        before = set(sys.modules)
        try:
            next(given)
        except StopIteration:
            QTimer.singleShot(0, QApplication.closeAllWindows)
            return
        finally:
            steps.append(sorted(set(sys.modules) - before))
        yield

app_module.IdleSteps.begin = lambda self, given: begin(self, noted(given))
sys.argv = ["annotator", sys.argv[1]]
from annotator.cli import main
code = main()
print(json.dumps(steps))
sys.exit(code)
"""


def test_no_step_after_the_first_paint_imports_many_modules(project_of: Projects) -> None:
    project = project_of(NEWS)
    run_main([str(project)], lambda driver: None)  # from now on the annotator has a name
    done = subprocess.run(
        [sys.executable, "-c", STEPS, str(project)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    steps: list[list[str]] = json.loads(done.stdout)
    ours = [[name for name in step if name.startswith("annotator.")] for step in steps]
    assert max(map(len, ours)) <= _MOST_MODULES, max(ours, key=len)
    imported = {name for step in ours for name in step}
    assert [name for name in IMPORTED_FIRST if name not in imported] == []


def opened(project: Path) -> tuple[App, MainWindow]:
    """The program with its window on the project, before anything is painted."""
    settings = Settings(settings_path())
    settings.annotator = "ada"
    app = App(settings, QApplication.instance())
    app.open(project)
    assert app.window is not None
    return app, app.window


def test_a_key_right_after_the_first_paint_does_what_it_always_does(project_of: Projects) -> None:
    project = project_of(NEWS)
    app, window = opened(project)
    painted: list[bool] = []
    window.view.first_painted.connect(lambda: painted.append(window.complete))
    until(lambda: painted)
    assert painted == [False]
    assert not window.complete
    start = NEWS.index("Oslo")
    window.view.select(start, start + 4)
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_3)
    assert window.complete
    until(lambda: app.settled)
    window.close()
    app.shut_down()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert marked(stored(project)) == [("Oslo", "GPE")]


def test_a_window_that_is_closed_before_it_is_complete_ends_well(project_of: Projects) -> None:
    project = project_of(NEWS)
    app, window = opened(project)
    painted: list[bool] = []
    window.view.first_painted.connect(lambda: painted.append(True))
    until(lambda: painted)
    QApplication.processEvents()
    assert not window.complete
    window.close()
    assert window.ended
    app.shut_down()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not project.with_name(project.name + "-wal").exists()


class _Ticks(QObject):
    """Counts the timer events of an object."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Timer
        return False


def _waits_to_lay_out_more(layout: QObject) -> bool:
    timers = QAbstractEventDispatcher.instance().registeredTimers(layout)
    return any(timer.interval > 0 for timer in timers)


def test_the_rest_of_a_long_text_is_laid_out_in_many_slices(tmp_path: Path, qapp: object) -> None:
    small, large = record("small", 3_000, 15), record("large", 600_000, 60)
    project = project_with(project_at(tmp_path), [small, large])

    def script(driver: Driver) -> None:
        view = driver.view
        driver.window.session.open_article(driver.window.project.key_of("large"))
        layout, ticks = view.document().documentLayout(), _Ticks(view)
        layout.installEventFilter(ticks)
        until(lambda: not _waits_to_lay_out_more(layout))
        assert ticks.count > 5
        driver.settle()
        room = view.verticalScrollBar().maximum() + view.viewport().height()
        end = layout.blockBoundingRect(view.document().lastBlock())
        assert abs(room - layout.documentSize().height()) <= 1
        assert room >= end.bottom()

    assert run_main([str(project)], script) == 0


def test_a_mark_paints_few_rows_of_a_long_list(tmp_path: Path, qapp: object) -> None:
    project = project_with(project_at(tmp_path), [record("large", 60_000, 1_500)])
    painted: list[QRect] = []
    paint = EntityDelegate.paint

    def counted(
        self: EntityDelegate, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        painted.append(option.rect)
        paint(self, painter, option, index)

    def script(driver: Driver) -> None:
        entities = driver.window.workspace.lists.side.entities
        shown = entities.viewport().height() // max(1, entities.sizeHintForRow(0))
        assert shown >= 8
        driver.view.select(20, 20)
        driver.settle()
        EntityDelegate.paint = counted  # type: ignore[method-assign]
        try:
            driver.key("1")
            by_mark = len(painted)
            driver.control(Qt.Key.Key_Z)
        finally:
            EntityDelegate.paint = paint  # type: ignore[method-assign]
        assert 0 < by_mark <= 5  # its row, the one selected before, those that the edges cut
        assert len(painted) - by_mark <= 5

    assert run_main([str(project)], script, size=(1100, 900)) == 0
