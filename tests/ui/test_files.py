"""Files dropped on the window, exports, and projects that refuse to be written or opened."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QTextEdit

from annotator.cli import main
from annotator.store import Project
from annotator.ui.import_export.import_report import ImportReportDialog
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, annotated, answer_box, boxes, marked, run_main

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo."
_BUTTON, _KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(driver: Driver, *paths: Path) -> None:
    """Drag files into the window and let them go over the article."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, place = Qt.DropAction.CopyAction, QPointF(700, 400)
    enter = QDragEnterEvent(place.toPoint(), copy, data, _BUTTON, _KEYS)
    QApplication.sendEvent(driver.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(driver.window, QDropEvent(place, copy, data, _BUTTON, _KEYS))


def wait_for_job(qtbot, driver: Driver) -> None:
    qtbot.waitUntil(lambda: not driver.window.session.jobs.running())
    driver.settle()


def the_box() -> QMessageBox:
    (box,) = boxes()
    return box


def dismiss(driver: Driver) -> None:
    """Close the box; the window gets the keyboard back, as any desktop does it."""
    the_box().close()
    driver.window.activateWindow()
    driver.settle()


def many_articles(project: Path, out: Path) -> Path:
    """Write a file that takes a while to import."""
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    row = json.loads(out.read_text("utf-8"))
    with out.open("w", encoding="utf-8") as lines:
        for number in range(3000):
            row["article"].update(id=f"a{number}", text=f"Text {number}.")
            lines.write(json.dumps(row) + "\n")
    return out


def article_ids(path: Path) -> int:
    with Project.open(path) as project:
        return len(project.article_keys(annotator="ada"))


def test_dropped_text_files_become_articles_that_the_list_shows(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    files = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for file in files:
        file.write_text(f"This is {file.stem}.", "utf-8")

    def script(driver: Driver) -> None:
        drop(driver, *files)
        wait_for_job(qtbot, driver)
        assert driver.said() == "2 articles imported."
        assert driver.window.workspace.lists.articles.model.rowCount() == 3
        assert driver.text() == NEWS

    project = project_of(NEWS)
    run_main([str(project)], script)
    assert article_ids(project) == 3


def test_the_first_import_into_an_empty_project_opens_an_article(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("First of all.", "utf-8")

    def script(driver: Driver) -> None:
        drop(driver, tmp_path / "one.txt")
        wait_for_job(qtbot, driver)
        assert driver.text() == "First of all."

    run_main([str(project_of())], script)


def test_annotations_dropped_for_the_open_article_are_shown_at_once(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project, out = project_of(NEWS), tmp_path / "mine.jsonl"

    def mark(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")

    annotated(project, mark)
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    project.unlink()
    project_of(NEWS)

    def script(driver: Driver) -> None:
        drop(driver, out)
        wait_for_job(qtbot, driver)
        assert len(driver.entities()) == 1
        mark(driver)
        assert "marked as" in driver.said()

    assert marked(annotated(project, script)) == [("Oslo", "GPE")]


def test_a_faulty_file_is_told_by_name_and_line_and_leaves_nothing(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project, out = project_of(NEWS), tmp_path / "bad.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    row = json.loads(out.read_text("utf-8").splitlines()[0])
    row["article"].update(id="new", text="Some other text.")
    out.write_text(json.dumps(row) + "\n{broken\n", "utf-8")

    def script(driver: Driver) -> None:
        drop(driver, out)
        wait_for_job(qtbot, driver)
        (report,) = driver.window.findChildren(ImportReportDialog)
        (details,) = report.findChildren(QTextEdit)
        assert "bad.jsonl: line 2: " in details.toPlainText()
        report.close()

    run_main([str(project)], script)
    assert article_ids(project) == 1


def test_an_export_writes_the_file_and_says_so(qtbot, project_of: Projects, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.window.workspace.files.export_to(out, "native")
        wait_for_job(qtbot, driver)
        assert driver.said() == f"Exported 1 annotation to {out}."

    annotated(project_of(NEWS), script)
    assert json.loads(out.read_text("utf-8"))["entities"][0]["name"] == "Oslo"


def test_an_export_to_a_place_that_is_not_there_is_told(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        driver.window.workspace.files.export_to(tmp_path / "no" / "out.jsonl", "native")
        wait_for_job(qtbot, driver)
        assert str(tmp_path / "no") in the_box().text()
        assert "Errno" not in the_box().text()
        dismiss(driver)

    run_main([str(project_of(NEWS))], script)


def test_a_dropped_project_is_opened_in_place_of_the_open_one(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    other = tmp_path / "other.annotator"
    (tmp_path / "o.txt").write_text("Elsewhere.", "utf-8")
    project = project_of(NEWS)
    assert main(["new", str(other)]) == 0
    assert main(["import", str(other), str(tmp_path / "o.txt")]) == 0

    def script(driver: Driver) -> None:
        drop(driver, other)
        driver.settle()
        (button,) = [b for b in the_box().buttons() if b.text() == "&Open"]
        button.click()
        driver.settle()

    run_main([str(project)], script)
    assert Settings(settings_path()).last_project == other.resolve()


def test_a_dropped_file_that_only_looks_like_a_project_is_told_and_the_window_lives_on(
    project_of: Projects, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.annotator"
    fake.write_text("hello", "utf-8")

    def script(driver: Driver) -> None:
        drop(driver, fake)
        driver.settle()
        assert "is not an Annotator project" in the_box().text()
        dismiss(driver)
        driver.select("Oslo")
        driver.key("3")

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "GPE")]


def test_a_cancelled_import_leaves_nothing(qtbot, project_of: Projects, tmp_path: Path) -> None:
    project = project_of(NEWS)
    many = many_articles(project, tmp_path / "many.jsonl")

    def script(driver: Driver) -> None:
        jobs = driver.window.session.jobs
        drop(driver, many)
        jobs.cancel()
        wait_for_job(qtbot, driver)
        assert "cancelled" in driver.said()

    run_main([str(project)], script)
    assert article_ids(project) == 1


def test_closing_the_window_can_cancel_the_import_and_ends_the_program(
    project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(NEWS)
    many = many_articles(project, tmp_path / "many.jsonl")

    def script(driver: Driver) -> None:
        drop(driver, many)
        assert driver.window.session.jobs.running()
        answer_box("still running", "&Cancel it and close")
        assert driver.window.close()

    assert run_main([str(project)], script) == 0
    assert article_ids(project) == 1


@pytest.mark.parametrize("harm", ["missing", "damaged", "other"])
def test_a_last_project_that_cannot_be_opened_is_told_over_the_example(
    project_of: Projects, harm: str
) -> None:
    project = project_of(NEWS)
    run_main([str(project)], lambda driver: None)
    if harm == "missing":
        project.unlink()
    elif harm == "damaged":
        project.write_bytes(project.read_bytes()[:5000])
    else:
        project.write_text("hello", "utf-8")

    def script(driver: Driver) -> None:
        assert str(project) in the_box().text()
        assert driver.window.project.path.name == "example.annotator"

    assert run_main([], script) == 0


def test_a_named_project_that_cannot_be_opened_is_one_line_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.annotator"
    other.write_text("hello", "utf-8")
    assert main([str(other)]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert str(other) in err


def test_a_new_project_never_takes_the_place_of_one_that_is_there(
    project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        monkeypatch.setattr(
            "annotator.ui.widgets.dialogs.ask_new_project", lambda _window, _folder: project
        )
        driver.control("n")
        assert project.name in the_box().text()

    run_main([str(project)], script)
    assert article_ids(project) == 1
