"""Starting, crashing and closing: what is imported when, and what stays behind."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QTextDocument

from annotator.store import Project
from annotator.ui.crash_reporter import CrashReporter
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, annotated, bugs, marked, run_main, stored

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo."
HEAVY = (
    "pydantic", "sqlite_utils", "orjson", "chardet", "numpy", "annotator.core.record",
    "annotator.formats", "annotator.services", "annotator.ui.workspace", "annotator.ui.lists",
)  # fmt: skip

# Runs in a process of its own: notes what is imported when the article is first painted.
WATCHER = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from annotator.ui.article.view import ArticleView

paint, seen = ArticleView.paintEvent, []

def watch(view, event):
    paint(view, event)
    if not seen:
        seen.append(sorted(sys.modules))
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, view.window().close))

ArticleView.paintEvent = watch
sys.argv = ["annotator", sys.argv[1]]
from annotator.cli import main
code = main()
print(json.dumps(seen[0]))
sys.exit(code)
"""


def test_nothing_heavy_is_imported_before_the_first_paint(project_of: Projects) -> None:
    project = project_of(NEWS)
    run_main([str(project)], lambda driver: None)  # from now on the annotator has a name
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(project)],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    modules = set(json.loads(done.stdout))
    assert "annotator.ui.article.view" in modules
    assert sorted(modules.intersection(HEAVY)) == []


def test_a_window_without_a_console_opens_and_ends_well(
    project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows gives a program without a console no standard streams."""
    shown: list[bool] = []

    def script(driver: Driver) -> None:
        shown.append(driver.window.isVisible())

    project = project_of("Oslo wins.")
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, stream, None)
    code = run_main([str(project)], script)
    monkeypatch.undo()
    assert (code, shown) == (0, [True])


def test_a_bug_in_a_slot_is_told_once_with_a_report_to_copy(qtbot, project_of: Projects) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a planted bug")

    def script(driver: Driver) -> None:
        # The window takes over the hooks once it has settled in.
        qtbot.waitUntil(lambda: isinstance(getattr(sys.excepthook, "__self__", 0), CrashReporter))
        for _ in range(2):
            QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: len(bugs()) > 0)
        driver.settle()
        (box,) = bugs()
        words = [b.text() for b in box.buttons()]
        assert "&Copy report" in words, words
        copy = box.buttons()[words.index("&Copy report")]
        copy.click()
        report = QGuiApplication.clipboard().text()
        assert "a planted bug" in report
        assert "Qt 6" in report
        assert NEWS not in report
        box.close()
        driver.window.activateWindow()
        driver.select("Oslo")
        driver.key("3")

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "GPE")]


def test_a_bug_in_painting_is_logged_and_the_text_still_shows(
    project_of: Projects, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a planted bug")

    def script(driver: Driver) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("annotator.ui.article.span_view.paint_over_text", fail)
            driver.select("Oslo")
            driver.key("3")
            assert driver.painted("Ann", LIGHT.text)

    run_main([str(project_of(NEWS))], script)
    assert "painting the spans failed" in caplog.text


def test_closing_banks_the_working_time_and_closes_the_project(
    project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, kept = project_of(NEWS), []

    def script(driver: Driver) -> None:
        clock = iter(range(0, 10_000, 10))
        monkeypatch.setattr(driver.window.session._stopwatch, "_clock", lambda: float(next(clock)))
        driver.select("Oslo")
        driver.key("3")
        kept.append(driver.window.project)

    run_main([str(project)], script)
    assert stored(project).head.seconds >= 10
    with pytest.raises(Exception, match="closed"):
        kept[0].article_keys(annotator="ada")
    assert not project.with_name(project.name + "-wal").exists()


def test_opening_many_articles_in_turn_leaves_one_document(project_of: Projects) -> None:
    project = project_of(*(f"Article {number}." for number in range(6)))

    def documents() -> int:
        return sum(isinstance(w, QTextDocument) for w in shiboken6.getAllValidWrappers())

    def script(driver: Driver) -> None:
        before = documents()
        for number in range(30):
            driver.window.session.open_article(number % 6 + 1)
            driver.settle()
        assert documents() <= before

    run_main([str(project)], script)


def test_the_window_works_in_a_project_another_window_has_open(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")

    with Project.open(project):
        assert marked(annotated(project, script)) == [("Oslo", "GPE")]
