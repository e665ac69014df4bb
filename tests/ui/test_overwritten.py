"""A sync program or a copy writes over the open project: nothing acknowledged is lost."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from annotator.cli import main
from annotator.core.versions import digest
from annotator.store import Project
from annotator.store.merging import Contribution
from annotator.ui.change_watcher import ChangeWatcher
from annotator.ui.main_window import MainWindow
from tests.ui.driving import Driver, boxes, marked, run_main, stored
from tests.ui.test_unsaved import NEWS, OTHER, footer, mark, press

Projects = Callable[..., Path]
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="an open file is not written over there"
)

_CHECKPOINT = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
    "c.execute('PRAGMA wal_checkpoint(TRUNCATE)'); c.close()"
)


def checkpoint(project: Path) -> None:
    """What any other program that opens the project does with its log."""
    subprocess.run([sys.executable, "-I", "-S", "-c", _CHECKPOINT, str(project)], check=True)


def overwrite(project: Path, by: Path) -> None:
    """As cp and sync programs do: the file stays the same one."""
    subprocess.run(["cp", str(by), str(project)], check=True)


@pytest.fixture
def older(project_of: Projects, tmp_path: Path) -> tuple[Path, Path]:
    """A project, and a copy of it as it was before anything was marked."""
    project = project_of(NEWS, OTHER)
    copy = tmp_path / "older"
    shutil.copyfile(project, copy)
    return project, copy


def going_on() -> Driver:
    """The window that took the place of the first one."""
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    (window,) = (w for w in windows if w.isVisible())
    return Driver(window)


def look(driver: Driver) -> None:
    """What the window does every few seconds."""
    driver.window.session.pending_edits.check()
    driver.settle()


ALL = [("Ann Lee", "PERSON"), ("Bob Ray", "PERSON"), ("Oslo", "GPE")]


def test_work_is_put_into_the_older_copy_that_was_written_over_the_project(
    older: tuple[Path, Path],
) -> None:
    project, copy = older

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        mark(driver, "Bob Ray", "1")
        driver.window.session.open_article(2)
        mark(driver, "Bergen", "3")
        driver.window.session.open_article(1)
        checkpoint(project)
        overwrite(project, copy)
        mark(driver, "Oslo", "3")
        (box,) = boxes()
        assert f"{project} was overwritten while it was open" in box.text()
        assert "in 2 annotations" in box.informativeText()
        kept = box.informativeText().split("A copy of it is in ")[1].splitlines()[0].rstrip(".")
        assert len(Path(kept).read_text("utf-8").splitlines()) == 2
        assert "○  Not saved: 1" in footer(driver)
        assert project.read_bytes() == copy.read_bytes()
        press(box, "Put my work into the file")
        after = going_on()
        assert after.window.project.path == project
        assert marked(after.annotation()) == ALL
        after.control("z")
        assert marked(after.annotation()) == ALL[:2]
        after.control("y")
        assert boxes() == []

    assert run_main([str(project)], script) == 0
    assert marked(stored(project)) == ALL
    assert marked(stored(project, 1)) == [("Bergen", "GPE")]
    assert main(["check", str(project)]) == 0


def test_what_the_window_keeps_is_what_the_project_has_history_included(
    older: tuple[Path, Path],
) -> None:
    project, _copy = older

    def script(driver: Driver) -> None:
        with Project.open(project) as there:
            for operation in (
                lambda: mark(driver, "Ann Lee", "1"),
                lambda: mark(driver, "Bob Ray", "1"),
                lambda: driver.control("z"),
                lambda: driver.control("z"),
                lambda: driver.control("y"),
                lambda: mark(driver, "Oslo", "3"),
                lambda: driver.control("z"),
                lambda: driver.window.session.open_article(2),
                lambda: mark(driver, "Bergen", "3"),
                lambda: driver.window.session.open_article(1),
                lambda: driver.control("z"),
                lambda: driver.control("y"),
                lambda: mark(driver, "We", "1"),
                driver.finish,
            ):
                operation()
                saved = [one for one in there.contributions() if one.record.annotation is not None]
                kept = driver.window.session.pending_edits.lost_work()
                seen = [(_said(one), _edits(one)) for one in kept]
                assert sorted(seen) == sorted((_said(one), _edits(one)) for one in saved)

    assert run_main([str(project)], script) == 0


def _said(one: Contribution) -> tuple[str, str]:
    assert one.record.annotation is not None
    return one.record.article.id, digest(one.record.annotation)


def _edits(one: Contribution) -> list[tuple[str, str, str]]:
    return [(edit.title, edit.changes, edit.state) for edit in one.past]


def test_an_overwritten_project_is_told_while_nobody_does_anything(
    older: tuple[Path, Path], qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, copy = older
    new = tmp_path / "new.annotator"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_project", lambda *_: new)

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        mark(driver, "Oslo", "3")
        checkpoint(project)
        overwrite(project, copy)
        watching = driver.window.findChild(ChangeWatcher)
        watching.findChild(QTimer).setInterval(10)
        qtbot.waitUntil(lambda: len(boxes()) == 1)
        press(boxes()[0], "Save everything as a new project")
        assert going_on().window.project.path == new

    assert run_main([str(project)], script) == 0
    assert project.read_bytes() == copy.read_bytes()
    assert marked(stored(new)) == [ALL[0], ALL[2]]
    with Project.open(new) as whole:
        assert len(whole.article_keys(annotator="ada")) == 2
        assert whole.check() == []


@pytest.mark.parametrize("length", [0, 512, 4096, 40_000])
def test_of_a_copy_that_came_in_half_nothing_is_needed_to_save_the_work(
    older: tuple[Path, Path], length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, copy = older
    new = tmp_path / "new.annotator"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_project", lambda *_: new)
    copy.write_bytes(copy.read_bytes()[:length])
    told: list[str] = []

    def agree() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        told.extend((box.text(), box.informativeText()))
        press(box, "OK")

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        checkpoint(project)
        overwrite(project, copy)
        mark(driver, "Oslo", "3")
        (box,) = boxes()
        assert not any("into the file" in button.text() for button in box.buttons())
        driver.window.session.open_article(2)
        driver.window.session.open_article(1)
        assert len(driver.entities()) == 2
        QTimer.singleShot(0, agree)
        press(box, "Save everything as a new project")
        assert marked(going_on().annotation()) == [ALL[0], ALL[2]]

    assert run_main([str(project)], script) == 0
    assert told == [
        "1 file could not be read, and what only it holds is not in the new project. It stays "
        "where it is.",
        str(project),
    ]
    assert project.read_bytes() == copy.read_bytes()
    assert marked(stored(new)) == [ALL[0], ALL[2]]
    assert main(["check", str(new)]) == 0


def test_closing_asks_and_a_copy_of_the_work_lies_beside_the_backups(
    older: tuple[Path, Path], tmp_path: Path
) -> None:
    project, copy = older
    told = []

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        mark(driver, "Oslo", "3")
        checkpoint(project)
        overwrite(project, copy)

        def answer(words: str) -> None:
            (box,) = boxes()
            told.append(box.informativeText())
            press(box, words)

        QTimer.singleShot(0, lambda: answer("Cancel"))
        driver.window.close()
        assert driver.window.isVisible()
        QTimer.singleShot(0, lambda: answer("Close without saving"))
        driver.window.close()
        assert not driver.window.isVisible()

    assert run_main([str(project)], script) == 0
    assert project.read_bytes() == copy.read_bytes()
    assert not Path(f"{project}-wal").exists()
    kept = Path(told[0].split("A copy of it is in ")[1].splitlines()[0].rstrip("."))
    assert main(["import", str(project), str(kept), "--replace"]) == 0
    assert marked(stored(project)) == [ALL[0], ALL[2]]


def test_a_rescue_file_holds_all_of_the_work_and_the_window_goes_on_with_the_file_as_it_is(
    older: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, copy = older
    rescue = tmp_path / "rescue.jsonl"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_file", lambda *_: rescue)

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        checkpoint(project)
        overwrite(project, copy)
        mark(driver, "Oslo", "3")
        press(boxes()[0], "Save a rescue file")
        after = going_on()
        assert after.entities() == []
        mark(after, "Bob Ray", "1")
        assert boxes() == []

    assert run_main([str(project)], script) == 0
    assert marked(stored(project)) == [ALL[1]]
    fresh = tmp_path / "fresh.annotator"
    assert main(["new", str(fresh)]) == 0
    assert main(["import", str(fresh), str(rescue)]) == 0
    assert marked(stored(fresh)) == [ALL[0], ALL[2]]


def test_who_decides_later_goes_on_working_and_loses_nothing(older: tuple[Path, Path]) -> None:
    project, copy = older

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        checkpoint(project)
        overwrite(project, copy)
        look(driver)
        press(boxes()[0], "Decide later")
        driver.settle()
        mark(driver, "Oslo", "3")
        driver.window.session.open_article(2)
        mark(driver, "Bergen", "3")
        driver.window.session.open_article(1)
        mark(driver, "Bob Ray", "1")
        assert boxes() == []
        assert len(driver.entities()) == 3
        QTimer.singleShot(0, lambda: press(boxes()[0], "Put my work into the file"))
        driver.window.close()

    assert run_main([str(project)], script) == 0
    assert marked(stored(project)) == ALL
    assert marked(stored(project, 1)) == [("Bergen", "GPE")]


def test_a_window_that_has_lost_its_locks_saves_on_and_says_so(older: tuple[Path, Path]) -> None:
    """Whatever has read the project in this process: another one then takes the log away."""
    project, _copy = older

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        project.read_bytes()
        command = [sys.executable, "-m", "annotator", "stats", str(project)]
        subprocess.run(command, check=True, capture_output=True)
        assert not Path(f"{project}-wal").exists()
        mark(driver, "Oslo", "3")
        assert "all that was saved is in the file" in driver.said()
        mark(driver, "Bob Ray", "1")
        with Project.open(project) as other:
            assert marked(other.annotation(1, "ada")) == ALL

    assert run_main([str(project)], script) == 0
    assert marked(stored(project)) == ALL
    assert main(["check", str(project)]) == 0
