"""Done means checked: what no annotation touches is shown first, and a reason is kept."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.cli import main
from annotator.core.unannotated import dismissals
from annotator.ui.article.checks_dialog import ChecksDialog
from tests.ui.driving import Driver, annotated, run_main, stored

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray. “It rains,” she said."


def dialog_of(driver: Driver) -> ChecksDialog:
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, ChecksDialog)
    return dialog


def test_done_lists_names_and_quoted_words_that_are_open_and_goes_there(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_Return)
        dialog = dialog_of(driver)
        rows = [dialog.rows.item(row).text() for row in range(dialog.rows.rowCount())]
        assert [row.partition(",")[0] for row in rows] == ["No label", "No label", "No quote"]
        driver.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert driver.dialogs() == []
        assert driver.selected() == "Bob Ray"
        driver.key("1")

    assert annotated(project_of(NEWS), script).head.status == "doing"


def test_a_reason_settles_a_row_and_is_kept_and_exported(
    project_of: Projects, tmp_path: Path
) -> None:
    project, out = project_of(NEWS), tmp_path / "out.jsonl"

    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_Return)
        driver.key("x", "1")
        dialog = dialog_of(driver)
        assert dialog.rows.rowCount() == 2
        driver.key(Qt.Key.Key_Escape)
        driver.control(Qt.Key.Key_Return)
        assert dialog_of(driver).rows.rowCount() == 2
        driver.control(Qt.Key.Key_Return)

    run_main([str(project)], script)
    head = stored(project).head
    assert head.status == "done"
    assert [(d.start, d.end, d.why) for d in dismissals(head)] == [
        (0, 7, "Not a name of this scheme")
    ]
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    assert '"why":"Not a name of this scheme"' in out.read_text("utf-8")


def test_an_article_with_nothing_open_is_done_at_once(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_Return)
        assert driver.dialogs() == []

    assert annotated(project_of("it rained all day."), script).head.status == "done"
