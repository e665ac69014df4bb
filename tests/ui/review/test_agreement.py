"""The figures of agreement in the window: shown, chosen, written for people."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QPushButton,
    QTableWidget,
)

from annotator.ui.review.agreement_dialog import AgreementDialog
from annotator.ui.review.trend_chart import TrendChart
from annotator.ui.theme.theme import LIGHT
from annotator.ui.widgets.combo_box import ComboBox
from tests.ui.driving import Driver, annotated, answer_file_dialog, colors_in


def test_the_figures_of_agreement_are_shown_and_saved(
    project: Path, tmp_path: Path, qtbot: object
) -> None:
    out = tmp_path / "agreement.csv"

    def script(driver: Driver) -> None:
        driver.window.workspace.actions["show_agreement"].trigger()
        jobs = driver.window.session.jobs
        qtbot.waitUntil(lambda: not jobs.running())  # type: ignore[attr-defined]
        driver.settle()
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, AgreementDialog)
        exact = dialog.found.layers["content"].exact
        assert exact is not None
        assert exact.value == pytest.approx(2 * (2 + 1 + 1) / (4 + 3 + 3))
        (save,) = [b for b in dialog.findChildren(QPushButton) if b.text() == "&Save report…"]
        answer_file_dialog(out)
        save.click()

    annotated(project, script)
    assert "content,all,exact,0.8" in out.read_text("utf-8")


def shown_agreement(driver: Driver, qtbot: object) -> AgreementDialog:
    """The dialog with the figures, once they are measured."""
    jobs = driver.window.session.jobs
    qtbot.waitUntil(lambda: not jobs.running())  # type: ignore[attr-defined]
    driver.settle()
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, AgreementDialog)
    return dialog


def cells(table: QTableWidget) -> list[list[str]]:
    rows = []
    for row in range(table.rowCount()):
        items = [table.item(row, column) for column in range(table.columnCount())]
        rows.append([item.text() if item is not None else "" for item in items])
    return rows


def table_called(dialog: AgreementDialog, name: str) -> QTableWidget:
    (table,) = [t for t in dialog.findChildren(QTableWidget) if t.accessibleName() == name]
    return table


def test_agreement_is_told_for_each_annotator_each_pair_and_each_week(
    project: Path, qtbot: object
) -> None:
    def script(driver: Driver) -> None:
        driver.window.workspace.actions["show_agreement"].trigger()
        dialog = shown_agreement(driver, qtbot)
        people = cells(table_called(dialog, "Each annotator against the others"))
        assert [row[:2] for row in people] == [["anna", "1"], ["ben", "1"], ["cy", "1"]]
        # anna and ben share both quotes, each of them one with cy: 2·(2+1)/(2+2+2+1)
        assert people[0][3] == f"{2 * 3 / 7:.3f}"
        pairs = table_called(dialog, "Pairs")
        chooser = pairs.parentWidget().findChild(ComboBox)
        assert chooser is not None
        chooser.choose_value("content")
        pairs = table_called(dialog, "Pairs")
        assert cells(pairs) == [
            ["", "1.000", "0.667"],
            ["1.000", "", "0.667"],
            ["0.667", "0.667", ""],
        ]
        (chart,) = dialog.findChildren(TrendChart)
        assert (
            "March 2, 2026, 1 article: Entities 0.667, Content 0.800"
            in chart.accessibleDescription()
        )
        dialog.tabs.setCurrentWidget(chart)
        driver.settle()
        assert QColor(LIGHT.accent).rgb() in colors_in(chart.grab().toImage())

    annotated(project, script)


def test_one_chooses_whom_to_compare_and_the_figures_follow(project: Path, qtbot: object) -> None:
    def script(driver: Driver) -> None:
        driver.window.workspace.actions["show_agreement"].trigger()
        dialog = shown_agreement(driver, qtbot)
        menu = dialog.people.menu()
        anna, _ben, cy = menu.actions()
        cy.trigger()
        menu.aboutToHide.emit()
        assert shown_agreement(driver, qtbot).found.annotators == ("anna", "ben")
        overlap = dialog.found.layers["content"].overlap
        assert overlap is not None
        assert overlap.value == 1
        anna.trigger()
        menu.aboutToHide.emit()
        assert dialog.chosen() == ["anna", "ben"], "one alone cannot be compared"

    annotated(project, script)


@pytest.mark.parametrize("suffix", ["pdf", "html"])
def test_the_report_is_written_for_people(
    project: Path, tmp_path: Path, qtbot: object, suffix: str
) -> None:
    out = tmp_path / f"agreement.{suffix}"

    def script(driver: Driver) -> None:
        driver.window.workspace.actions["show_agreement"].trigger()
        shown_agreement(driver, qtbot).save_to(out)

    annotated(project, script)
    words = text_of_pdf(out) if suffix == "pdf" else out.read_text("utf-8")
    for said in ("Agreement", "anna", "Krippendorff", "By week"):
        assert said in words
    assert list(tmp_path.glob(".*.part")) == []


def text_of_pdf(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
