"""Importing in the window: tables ask for their columns, folders come whole, a report tells all."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QPushButton,
    QTableView,
    QTextEdit,
)
from pytestqt.qtbot import QtBot

from annotator.services.importing import import_files
from annotator.store import Project
from annotator.ui.import_export.columns_dialog import ColumnsDialog
from annotator.ui.import_export.import_report import ImportReportDialog
from annotator.ui.jobs.progress import ProgressStrip
from tests.formats.articles.writers import PARAGRAPHS, TEXT, page, zipped
from tests.store.test_pending import articles_in, killed_import
from tests.ui.driving import Driver, annotated, answer_box, run_main, visible
from tests.ui.test_files import drop, many_articles, wait_for_job

Projects = Callable[..., Path]
Dialog = TypeVar("Dialog", bound=QDialog)
NEWS = "Ann Lee met Bob Ray in Oslo."
CSV = "Nr,Überschrift,Fließtext,Ressort\n1,Brücke,Es dauert. 😀,Lokales\n2,Rat,قال الوزير,Politik\n"


def held(path: Path) -> dict[str, str]:
    with Project.open(path) as project:
        return {r.article.id: r.article.text for r in project.records(bare=True)}


def dialogs(kind: type[Dialog]) -> Iterator[Dialog]:
    return (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and visible(w))


def the(kind: type[Dialog]) -> Dialog:
    (found,) = dialogs(kind)
    return found


def details() -> str:
    (shown,) = the(ImportReportDialog).findChildren(QTextEdit)
    return shown.toPlainText()


def press(dialog: QDialog, *keys: Qt.Key) -> None:
    """Press keys where the focus of the dialog is."""
    dialog.activateWindow()
    for key in keys:
        QTest.keyClick(dialog.focusWidget() or dialog, key)
    QApplication.processEvents()


def chooser(dialog: ColumnsDialog, part: str) -> QComboBox:
    (found,) = [
        box
        for box in dialog.findChildren(QComboBox)
        if box.accessibleName() == f"Column: {part.capitalize()}"
    ]
    return found


def test_a_table_asks_which_column_holds_the_text_and_imports_it(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    table = tmp_path / "articles.csv"
    table.write_text(CSV, "utf-8")

    def script(driver: Driver) -> None:
        drop(driver, table)
        driver.settle()
        dialog = the(ColumnsDialog)
        (view,) = dialog.findChildren(QTableView)
        assert view.model().index(1, 2).data() == "قال الوزير"
        press(dialog, Qt.Key.Key_Return)  # nothing holds the text yet
        assert visible(dialog)
        assert dialog.focusWidget() is chooser(dialog, "text")
        press(dialog, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
        assert view.model().headerData(2, Qt.Orientation.Horizontal) == "Fließtext\nText"
        assert view.model().headerData(1, Qt.Orientation.Horizontal) == "Überschrift\nTitle"
        press(dialog, Qt.Key.Key_Return)
        wait_for_job(qtbot, driver)
        assert driver.said() == "2 articles imported."

    project = project_of(NEWS)
    run_main([str(project)], script)
    assert sorted(held(project).values()) == sorted([NEWS, "Es dauert. 😀", "قال الوزير"])
    with Project.open(project) as opened:
        titles = {r.article.title: r.article.meta for r in opened.records(bare=True)}
    assert titles["Brücke"] == {"Nr": "1", "Ressort": "Lokales"}


def test_a_question_that_is_cancelled_imports_nothing(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(CSV, "utf-8")
    (tmp_path / "b.txt").write_text("Text.", "utf-8")

    def script(driver: Driver) -> None:
        drop(driver, tmp_path / "a.csv", tmp_path / "b.txt")
        driver.settle()
        press(the(ColumnsDialog), Qt.Key.Key_Escape)
        wait_for_job(qtbot, driver)

    project = project_of(NEWS)
    run_main([str(project)], script)
    assert list(held(project).values()) == [NEWS]


def test_tables_with_the_same_columns_are_asked_about_once(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("a.csv", "b.csv", "c.jsonl")]
    files[0].write_text("headline,text\nA,One.\n")
    files[1].write_text("headline,text\nB,Two.\n")
    files[2].write_text('{"kicker": "C", "lede": "Three."}\n')

    def script(driver: Driver) -> None:
        drop(driver, *files)
        driver.settle()
        press(the(ColumnsDialog), Qt.Key.Key_Return)
        driver.settle()
        second = the(ColumnsDialog)
        chooser(second, "text").setCurrentText("lede")
        press(second, Qt.Key.Key_Return)
        wait_for_job(qtbot, driver)

    project = project_of(NEWS)
    run_main([str(project)], script)
    assert sorted(held(project).values()) == sorted([NEWS, "One.", "Three.", "Two."])


def test_a_dropped_folder_comes_whole_and_its_report_can_be_copied(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "b.txt").write_text(TEXT, "utf-8")
    (folder / "bad.pdf").write_bytes(b"%PDF-no")
    (folder / "c.csv").write_bytes(b"text,id\na,1\nb,2,3\n")
    (folder / "photo.jpg").write_bytes(b"x")
    (folder / "sub/near.txt").write_text(TEXT.replace("Freitag", "Samstag"), "utf-8")
    body = f"<p>{PARAGRAPHS[2]} That was all she said, and <b>nobody</b> asked.</p><img src=a.jpg>"
    (folder / "sub/page.html").write_bytes(page(body * 2))
    (folder / "sub/z.zip").write_bytes(zipped({"x.txt": b"From the <zip>."}))

    def script(driver: Driver) -> None:
        drop(driver, folder)
        wait_for_job(qtbot, driver)
        assert driver.said() == (
            "4 articles imported, 1 duplicate left out, 1 near duplicate, 2 files at fault."
        )
        shown = details()
        for line in (
            "bad.pdf: it is damaged or no PDF",
            "c.csv: line 3: this row has 3 cells",
            "b has the text of a",
            "% the same as a",
            f"{Path('sub/page.html')}: images (2)",
            "photo.jpg",
            f"{Path('sub/z.zip/x.txt')}: 1 article",
        ):
            assert line in shown, line
        buttons = the(ImportReportDialog).findChildren(QPushButton)
        (copy,) = [button for button in buttons if "Copy" in button.text()]
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
        copied = QGuiApplication.clipboard().text()
        assert "near duplicate" in copied
        assert "c.csv: line 3: this row has 3 cells" in copied
        press(the(ImportReportDialog), Qt.Key.Key_Escape)

    project = project_of(NEWS)
    run_main([str(project)], script)
    assert set(held(project)) == {"text1", "a", "sub/near", "sub/page", "x"}


def test_an_import_without_surprises_says_so_quietly_and_keeps_its_report(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_bytes(
        page(f"<p>{PARAGRAPHS[2]}</p><img src=a.jpg><p>{PARAGRAPHS[0]}</p>")
    )

    def script(driver: Driver) -> None:
        actions = driver.window.workspace.actions
        actions.invoke("import_report")
        assert driver.said() == "Nothing was imported since the window was opened."
        drop(driver, tmp_path / "page.html")
        wait_for_job(qtbot, driver)
        assert driver.said() == "1 article imported."
        assert list(dialogs(ImportReportDialog)) == []
        actions["import_report"].trigger()
        assert "page.html: images (1)" in details()
        press(the(ImportReportDialog), Qt.Key.Key_Escape)

    run_main([str(project_of(NEWS))], script)


def test_cancelling_while_pages_are_read_stops_at_once(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.html").write_bytes(page(f"<p>{number} {TEXT}</p>"))

    def script(driver: Driver) -> None:
        drop(driver, folder)
        jobs = driver.window.session.jobs
        running = jobs.running()
        assert running is not None
        with qtbot.waitSignal(running.progressed):
            pass
        jobs.cancel()
        wait_for_job(qtbot, driver)
        assert "cancelled" in driver.said()
        for dialog in dialogs(ImportReportDialog):  # the pages that came are much alike
            dialog.close()

    project = project_of(NEWS)
    run_main([str(project)], script)
    assert len(held(project)) < 401
    with Project.open(project) as opened:
        assert opened.check() == []


def half_done(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Imports stop when their first files are in, until the event is set or they are cancelled."""
    go_on = threading.Event()

    def slowly(
        project: Project,
        paths: Sequence[Path],
        *,
        progress: Callable[[int, int, str], None],
        cancelled: Callable[[], bool],
        **more: Any,
    ) -> Any:
        def waiting(done: int, total: int, words: str) -> None:
            progress(done, total, words)
            while done and not go_on.wait(0.01) and not cancelled():
                pass

        return import_files(project, paths, progress=waiting, cancelled=cancelled, **more)

    monkeypatch.setattr("annotator.services.importing.import_files", slowly)
    return go_on


def strips(driver: Driver) -> list[ProgressStrip]:
    return [one for one in driver.window.findChildren(ProgressStrip) if one.isVisible()]


def begin_import(qtbot: QtBot, driver: Driver, file: Path) -> None:
    """Drop the file, and wait until the window shows how far its import is."""
    drop(driver, file)
    qtbot.waitUntil(lambda: strips(driver) != [], timeout=20_000)


def test_the_strip_of_an_import_says_how_far_it_is_and_cancels_it_by_keys(
    qtbot, project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)
    many = many_articles(project, tmp_path / "many.jsonl")
    half_done(monkeypatch)

    def script(driver: Driver) -> None:
        begin_import(qtbot, driver, many)
        (strip,) = strips(driver)
        words = [label.text() for label in strip.findChildren(QLabel)]
        assert {"Importing articles", "many.jsonl"} < {*words}
        for label in strip.findChildren(QLabel):
            assert label.height() >= label.fontMetrics().height(), label.text()
        assert driver.window.view.hasFocus()
        for _ in range(40):
            if strip.cancel.hasFocus():
                break
            driver.key(Qt.Key.Key_Tab)
        driver.key(Qt.Key.Key_Space)
        wait_for_job(qtbot, driver)
        assert "cancelled" in driver.said()
        assert strips(driver) == []

    run_main([str(project)], script)
    assert len(held(project)) == 1


def test_annotating_goes_on_while_an_import_runs(
    qtbot, project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)
    many = many_articles(project, tmp_path / "many.jsonl")
    go_on = half_done(monkeypatch)

    def script(driver: Driver) -> None:
        jobs = driver.window.session.jobs
        begin_import(qtbot, driver, many)
        assert QApplication.activeModalWidget() is None
        assert driver.window.isActiveWindow()
        for words, key in (("Oslo", "3"), ("Ann Lee", "1")):
            driver.select(words)
            driver.key(key)
            driver.key(Qt.Key.Key_Escape)
        assert len(driver.entities()) == 2
        with Project.open(project) as other:
            assert len(other.annotation(1, "ada").entities) == 2
            assert other.progress("ada").total == 1
        answer_box("still running", "&Keep the window open")
        assert not driver.window.close()
        assert jobs.running()
        go_on.set()
        wait_for_job(qtbot, driver)
        assert strips(driver) == []

    assert len(annotated(project, script).entities) == 2
    assert len(held(project)) == 3001


def test_what_a_killed_import_has_left_goes_in_the_background(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS)
    with killed_import(project, 3000):
        pass

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        qtbot.waitUntil(lambda: articles_in(project) == 1, timeout=20_000)

    assert len(annotated(project, script).entities) == 1


def test_no_backup_takes_the_place_of_a_project_while_a_job_runs(
    qtbot, project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)
    many = many_articles(project, tmp_path / "many.jsonl")
    go_on = half_done(monkeypatch)

    def script(driver: Driver) -> None:
        begin_import(qtbot, driver, many)
        driver.window.workspace.backups._go_back(project)
        assert driver.said() == "Wait until the running job is done, or cancel it."
        go_on.set()
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)


@pytest.mark.parametrize("name", ["empty"])
def test_an_empty_folder_is_answered(qtbot, project_of: Projects, tmp_path: Path, name) -> None:
    (tmp_path / name).mkdir()

    def script(driver: Driver) -> None:
        drop(driver, tmp_path / name)
        wait_for_job(qtbot, driver)
        assert details() == "There was nothing to import."
        press(the(ImportReportDialog), Qt.Key.Key_Escape)

    run_main([str(project_of(NEWS))], script)
