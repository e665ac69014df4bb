"""The dialog of a long job: what runs, how far, and a button that stops it."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar

from annotator.ui.jobs.progress import ProgressDialog
from annotator.ui.jobs.runner import Job
from tests.ui.driving import Driver, run_main, visible

Projects = Callable[..., Path]


def test_it_says_what_runs_and_how_far_it_is_and_stays_until_the_job_has_stopped(
    qtbot, project_of: Projects
) -> None:
    told, stopped = threading.Event(), threading.Event()

    def job(_project: object, progress: Callable[..., None], cancelled: Callable[[], bool]) -> str:
        progress(3, 8, "A story of two cities")
        told.set()
        while not cancelled():
            threading.Event().wait(0.01)
        stopped.wait(20)
        return "over"

    def script(driver: Driver) -> None:
        jobs = driver.window.session.jobs
        assert jobs.run(Job(job, "Importing articles"))
        qtbot.waitUntil(lambda: shown() is not None)
        dialog = shown()
        assert dialog is not None
        assert dialog.windowTitle() == "Importing articles"
        words = [label.text() for label in dialog.findChildren(QLabel)]
        assert {*words} == {"Importing articles", "A story of two cities", "37 %"}
        (bar,) = dialog.findChildren(QProgressBar)
        assert not bar.isTextVisible()
        assert bar.value() / bar.maximum() == 3 / 8
        for label in dialog.findChildren(QLabel):
            assert label.height() >= label.fontMetrics().height(), label.text()
            assert label.text() == "A story of two cities" or (
                label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
            )
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        dialog.cancel.click()
        assert visible(dialog)
        assert any("Stopping" in label.text() for label in dialog.findChildren(QLabel))
        stopped.set()
        qtbot.waitUntil(lambda: shown() is None)

    run_main([str(project_of("Oslo wins."))], script)
    assert told.is_set()


def test_each_job_of_the_window_has_a_name(qtbot, project_of: Projects, tmp_path: Path) -> None:
    def script(driver: Driver) -> None:
        workspace, jobs = driver.window.workspace, driver.window.session.jobs
        titles: list[str] = []
        jobs.started.connect(lambda running: titles.append(running.title))
        ways = {
            "Importing articles": lambda: workspace.files.import_paths([tmp_path / "a.txt"]),
            "Exporting to out.jsonl": lambda: workspace.files.export_to(
                tmp_path / "out.jsonl", "native"
            ),
            "Measuring agreement": workspace.review.show_agreement,
            "Moving articles to the trash": workspace.trash.move_to_trash,
            "Restoring articles": workspace.trash.take_back,
        }
        for what, act in ways.items():
            act()
            qtbot.waitUntil(lambda what=what: titles[-1:] == [what])
            qtbot.waitUntil(lambda: not jobs.running())
            driver.settle()
        for box in QApplication.topLevelWidgets():
            if visible(box) and box is not driver.window:
                box.close()

    (tmp_path / "a.txt").write_text("Cats ran.", "utf-8")
    run_main([str(project_of("Oslo wins."))], script)


def shown() -> ProgressDialog | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, ProgressDialog)]
    return next((dialog for dialog in found if visible(dialog)), None)
