"""A disk that refuses: the work stays in the window, and goes to the disk or a rescue file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton

from annotator.cli import main
from annotator.core import edits
from annotator.store import Project
from annotator.ui.main_window import MainWindow
from tests.ui.driving import Driver, annotated, boxes, marked, run_main, stored, untimed

Projects = Callable[..., Path]
resource = pytest.importorskip("resource", reason="only POSIX systems limit the size of files")

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said."
OTHER = "Eve Fox came to Bergen."


@contextmanager
def refusing_disk() -> Iterator[None]:
    """No file of this process may grow, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def mark(driver: Driver, words: str, key: str) -> None:
    driver.select(words)
    driver.key(key)
    if not boxes():
        driver.key(Qt.Key.Key_Escape)


def press(box: QMessageBox, words: str) -> None:
    (button,) = (b for b in box.buttons() if words in b.text().replace("&", ""))
    assert isinstance(button, QPushButton)
    button.click()


def footer(driver: Driver) -> list[str]:
    return [label.text() for label in driver.window.workspace.status_bar.findChildren(QLabel)]


def go_on(driver: Driver) -> str:
    """Close the one box; what it said."""
    (box,) = boxes()
    words = box.text()
    press(box, "Go on working")
    driver.window.activateWindow()
    driver.settle()
    return words


def test_work_that_the_disk_refuses_stays_in_the_window_and_is_saved_later(
    project_of: Projects,
) -> None:
    project = project_of(NEWS, OTHER)

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        with refusing_disk():
            mark(driver, "Oslo", "3")
            words = go_on(driver)
            assert str(project) in words
            assert "\n" not in words
            mark(driver, "Bob Ray", "1")
            assert boxes() == []
            assert "○  Not saved: 2" in footer(driver)
            assert len(driver.entities()) == 3
            driver.window.session.open_article(2)
            mark(driver, "Bergen", "3")
            driver.window.session.open_article(1)
            assert len(driver.entities()) == 3
            assert "○  Not saved: 3" in footer(driver)
            assert marked(stored(project)) == [("Ann Lee", "PERSON")]
        mark(driver, "We", "1")
        assert any("Saved" in words for words in footer(driver))

    found = marked(annotated(project, script))
    assert found == [
        ("Ann Lee", "PERSON"),
        ("Bob Ray", "PERSON"),
        ("Oslo", "GPE"),
        ("We", "PERSON"),
    ]
    assert marked(stored(project, 1)) == [("Bergen", "GPE")]


def test_what_waits_is_undone_and_redone_before_what_is_saved(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        with refusing_disk():
            mark(driver, "Oslo", "3")
            go_on(driver)
            assert str(driver.window.session.next_titles()[0]).startswith("Mark “Oslo”")
            driver.control("z")
            assert len(driver.entities()) == 1
            assert "●  All changes saved" in footer(driver) or any(
                "Saved" in words for words in footer(driver)
            )
            driver.control("y")
            assert len(driver.entities()) == 2
            assert "○  Not saved: 1" in footer(driver)
            driver.control("z")
        driver.control("y", "z", "z")
        assert driver.entities() == []
        driver.control("y")

    assert marked(annotated(project, script)) == [("Ann Lee", "PERSON")]


def test_what_waits_is_saved_by_itself_as_soon_as_the_disk_lets(
    qtbot, project_of: Projects
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        with refusing_disk():
            mark(driver, "Oslo", "3")
            assert len(boxes()) == 1
        timer = driver.window.session.pending_edits.findChild(QTimer)
        timer.setInterval(10)
        qtbot.waitUntil(lambda: len(driver.window.session.pending_edits) == 0)
        assert boxes() == []
        assert marked(stored(project)) == [("Oslo", "GPE")]

    annotated(project, script)


def test_try_again_says_how_much_still_waits(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        with refusing_disk():
            mark(driver, "Oslo", "3")
            press(boxes()[0], "Try again")
            driver.settle()
            assert driver.said() == "1 edit is not saved."

    assert marked(annotated(project, script)) == [("Oslo", "GPE")]


def test_a_rescue_file_holds_the_work_and_can_be_imported(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, rescue = project_of(NEWS), tmp_path / "rescue.jsonl"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_file", lambda *_: rescue)
    project_copy = tmp_path / "before.annotator"

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        driver.window.project.backup(project_copy)
        with refusing_disk():
            mark(driver, "Oslo", "3")
            press(boxes()[0], "Save a rescue file")
            driver.settle()
            assert driver.said() == "What was not saved is in rescue.jsonl; you can go on."
            assert "○  Not saved: 1" in footer(driver)

    annotated(project, script)
    assert marked(stored(project_copy)) == [("Ann Lee", "PERSON")]
    assert main(["import", str(project_copy), str(rescue), "--replace"]) == 0
    assert untimed(stored(project_copy)) == untimed(stored(project))
    assert marked(stored(project_copy)) == [("Ann Lee", "PERSON"), ("Oslo", "GPE")]


def test_a_project_removed_while_open_is_told_and_its_work_rescued_at_the_end(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, rescue = project_of(NEWS), tmp_path / "rescue.jsonl"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_file", lambda *_: rescue)

    def script(driver: Driver) -> None:
        project.unlink()
        mark(driver, "Oslo", "3")
        assert "was removed or replaced while it was open" in go_on(driver)
        assert len(driver.entities()) == 1

        def answer(words: str) -> None:
            (box,) = boxes()
            assert box.text() == f"{project} was removed or replaced while it was open."
            assert box.informativeText().startswith("1 edit is not saved. Closing")
            press(box, words)

        QTimer.singleShot(0, lambda: answer("Cancel"))
        driver.window.close()
        assert driver.window.isVisible()
        QTimer.singleShot(0, lambda: answer("Save a rescue file"))
        driver.window.close()

    run_main([str(project)], script)
    fresh = tmp_path / "fresh.annotator"
    assert main(["new", str(fresh)]) == 0
    assert main(["import", str(fresh), str(rescue)]) == 0
    assert marked(stored(fresh)) == [("Oslo", "GPE")]


def test_a_project_removed_while_open_is_saved_whole_and_the_window_goes_on_there(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, rescue = project_of(NEWS, OTHER), tmp_path / "rescue.annotator"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_project", lambda *_: rescue)

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        for file in tmp_path.glob(f"{project.name}*"):
            file.unlink()
        mark(driver, "Oslo", "3")
        (box,) = boxes()
        assert box.escapeButton().text() == "&Go on working"
        press(box, "Save the whole project")
        (window,) = (
            w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()
        )
        moved = Driver(window)
        assert moved.window.project.path == rescue
        assert len(moved.entities()) == 2
        mark(moved, "Bob Ray", "1")
        assert boxes() == []

    assert run_main([str(project)], script) == 0
    assert not project.exists()
    assert marked(stored(rescue)) == [
        ("Ann Lee", "PERSON"),
        ("Bob Ray", "PERSON"),
        ("Oslo", "GPE"),
    ]
    with Project.open(rescue) as whole:
        assert len(whole.article_keys(annotator="ada")) == 2
        assert whole.check() == []


def test_a_project_that_was_replaced_is_saved_whole_and_what_replaced_it_stays_as_it_is(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, older = project_of(NEWS), tmp_path / "older.annotator"
    rescue = tmp_path / "rescue.annotator"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_project", lambda *_: rescue)
    with Project.open(project) as before:
        before.backup(older)
    content = older.read_bytes()

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        older.replace(project)
        QTimer.singleShot(0, lambda: press(boxes()[0], "Save the whole project"))
        driver.window.close()
        assert not driver.window.isVisible()

    assert run_main([str(project)], script) == 0
    assert project.read_bytes() == content
    assert marked(stored(rescue)) == [("Ann Lee", "PERSON")]
    assert main(["check", str(rescue)]) == 0


def test_a_rescue_that_cannot_be_written_leaves_the_work_in_the_window(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, rescue = project_of(NEWS), tmp_path / "rescue.annotator"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_project", lambda *_: rescue)
    rescue.write_text("precious")

    def script(driver: Driver) -> None:
        away = project.with_name("away")
        project.rename(away)
        mark(driver, "Oslo", "3")
        press(boxes()[0], "Save the whole project")
        driver.settle()
        (told,) = boxes()
        assert "exists already; open it, or choose another name" in told.text()
        told.close()
        assert "○  Not saved: 1" in footer(driver)
        away.rename(project)
        driver.window.session.pending_edits.try_again()

    assert marked(annotated(project, script)) == [("Oslo", "GPE")]
    assert rescue.read_text() == "precious"
    assert list(tmp_path.glob(".rescue*")) == []


def test_closing_without_saving_is_possible_and_said_so(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        project.rename(project.with_name("away"))
        mark(driver, "Oslo", "3")
        go_on(driver)
        QTimer.singleShot(0, lambda: press(boxes()[0], "Close without saving"))
        driver.window.close()

    assert run_main([str(project)], script) == 0
    assert marked(stored(project.with_name("away"))) == []


def test_work_that_another_window_overtook_is_rescued_and_the_article_read_again(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, rescue = project_of(NEWS), tmp_path / "rescue.jsonl"
    monkeypatch.setattr("annotator.ui.backups.save_failure.ask_rescue_file", lambda *_: rescue)

    def script(driver: Driver) -> None:
        with refusing_disk():
            mark(driver, "Oslo", "3")
            go_on(driver)
        with Project.open(project) as other:
            start, end = driver.find("Ann Lee")
            edit = edits.mark(other.article(1), other.annotation(1, "ada"), start, end, "PERSON")
            other.apply(1, "ada", edit)
        mark(driver, "Bob Ray", "1")
        (box,) = boxes()
        assert "was changed in another window while this one could not save" in box.text()
        assert len(driver.entities()) == 2
        press(box, "Save a rescue file")
        driver.settle()
        assert [row.split(",")[0] for row in driver.entities()] != []
        assert marked(driver.annotation()) == [("Ann Lee", "PERSON")]

    assert marked(annotated(project, script)) == [("Ann Lee", "PERSON")]
    assert '"Bob Ray"' in rescue.read_text("utf-8")
    assert '"Oslo"' in rescue.read_text("utf-8")


@contextmanager
def held_by_another(project: Path) -> Iterator[None]:
    """Another program is writing, as a merge of many articles does for a while."""
    other = sqlite3.connect(project, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_work_goes_on_while_another_program_writes_and_is_saved_when_it_is_done(
    qtbot, project_of: Projects
) -> None:
    project = project_of(NEWS, OTHER)

    def script(driver: Driver) -> None:
        mark(driver, "Ann Lee", "1")
        with held_by_another(project):
            mark(driver, "Oslo", "3")
            assert boxes() == []
            assert "saved when it is done" in driver.said()
            assert "○  Not saved: 1" in footer(driver)
            mark(driver, "Bob Ray", "1")
            mark(driver, "We", "1")
            driver.control("z")
            driver.window.session.open_article(2)
            mark(driver, "Bergen", "3")
            driver.window.session.open_article(1)
            assert len(driver.entities()) == 3
            assert "○  Not saved: 3" in footer(driver)
            assert marked(stored(project)) == [("Ann Lee", "PERSON")]
        qtbot.waitUntil(lambda: any("Saved" in words for words in footer(driver)), timeout=20_000)
        assert boxes() == []
        assert marked(stored(project, 1)) == [("Bergen", "GPE")]

    found = marked(annotated(project, script))
    assert found == [("Ann Lee", "PERSON"), ("Bob Ray", "PERSON"), ("Oslo", "GPE")]


def test_a_program_that_does_not_let_go_is_told_as_a_disk_that_refuses(
    qtbot, project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)
    monkeypatch.setattr("annotator.ui.pending_edits._LOCKED_LONG_MS", 300)

    def script(driver: Driver) -> None:
        with held_by_another(project):
            mark(driver, "Oslo", "3")
            assert boxes() == []
            qtbot.waitUntil(lambda: len(boxes()) > 0, timeout=20_000)
            assert "is in use by another program" in go_on(driver)
        qtbot.waitUntil(lambda: any("Saved" in words for words in footer(driver)), timeout=20_000)

    assert marked(annotated(project, script)) == [("Oslo", "GPE")]


def test_working_time_is_kept_while_another_program_writes(project_of: Projects) -> None:
    project = project_of(NEWS, OTHER)

    def script(driver: Driver) -> None:
        session = driver.window.session
        mark(driver, "Oslo", "3")
        session.record_working_time()
        before = seconds_of(project)
        session._stopwatch._seconds = 40.0
        with held_by_another(project):
            session.open_article(2)
            assert boxes() == []
            assert seconds_of(project) == before
        session.open_article(1)
        assert seconds_of(project) - before >= 40

    run_main([str(project)], script)


def test_working_time_that_cannot_be_saved_is_told_once_and_saved_later(
    project_of: Projects,
) -> None:
    project = project_of(NEWS, OTHER)
    before = seconds_of(project)

    def script(driver: Driver) -> None:
        session = driver.window.session
        session._stopwatch._seconds = 40.0
        with refusing_disk():
            session.open_article(2)
            (box,) = boxes()
            box.close()
            session._stopwatch._seconds = 30.0
            session.open_article(1)
            assert boxes() == []
        session.open_article(2)
        assert seconds_of(project) - before >= 40
        assert stored(project, 1).head.seconds >= 30

    run_main([str(project)], script)


def test_an_end_while_another_program_writes_leaves_a_rescue_file_and_tries_no_more(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        with held_by_another(project):
            mark(driver, "Oslo", "3")
            driver.window.end()
        assert len(driver.window.session.pending_edits) == 0
        assert not driver.window.session.pending_edits._retry.isActive()
        assert "could not be saved, and the program was ended" in driver.window.settings.notice

    run_main([str(project)], script)
    (rescue,) = Path.home().glob("news-rescue*.jsonl")
    assert '"Oslo"' in rescue.read_text("utf-8")


def seconds_of(project: Path) -> int:
    return stored(project).head.seconds
