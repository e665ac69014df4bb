"""The labels of an export: renamed and left out in the window, as --label does it."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialogButtonBox, QLineEdit, QPushButton

from annotator.cli import main
from annotator.ui.import_export.export_labels import LabelsDialog
from tests.ui.driving import Driver, project_at, run_main, visible
from tests.ui.test_exporting import GOLDEN, Desk
from tests.ui.test_files import wait_for_job


@pytest.fixture
def project(tmp_path: Path, capsys, qapp) -> Path:
    path = project_at(tmp_path)
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(GOLDEN)]) == 0
    return path


def button(desk: Desk) -> QPushButton:
    return next(
        b for b in desk.dialog.findChildren(QPushButton) if b.accessibleName().startswith("Labels:")
    )


def opened(desk: Desk) -> LabelsDialog:
    """The dialog of the labels, opened by a key on its button."""
    button(desk).setFocus()
    QTest.keyClick(button(desk), Qt.Key.Key_Space)
    (dialog,) = [
        w for w in QApplication.topLevelWidgets() if isinstance(w, LabelsDialog) and visible(w)
    ]
    return dialog


def tick(dialog: LabelsDialog, label: str) -> QCheckBox:
    boxes = dialog.findChildren(QCheckBox)
    return next(box for box in boxes if box.accessibleName() == f"Export {label}")


def field(dialog: LabelsDialog, label: str) -> QLineEdit:
    lines = dialog.findChildren(QLineEdit)
    return next(line for line in lines if line.accessibleName() == f"Name for {label}")


def close(dialog: LabelsDialog, which: QDialogButtonBox.StandardButton) -> None:
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    QTest.mouseClick(buttons.button(which), Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def labels_in(path: Path) -> list[str]:
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [entity["label"] for row in rows for entity in row.get("entities", ())]


def test_labels_are_renamed_and_left_out_and_the_loss_is_seen_before(
    qtbot, project: Path, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        assert button(desk).text() == "All, as they are"
        dialog = opened(desk)
        assert [box.text() for box in dialog.findChildren(QCheckBox)] == ["PERSON", "ORG"]
        QTest.keyClicks(field(dialog, "PERSON"), "PER")
        QTest.keyClick(tick(dialog, "ORG"), Qt.Key.Key_Space)
        assert not field(dialog, "ORG").isEnabled()
        close(dialog, QDialogButtonBox.StandardButton.Ok)
        desk.wait()
        assert button(desk).text() == "1 renamed, 1 left out"
        assert desk.losses() == ["1 × entities whose label is left out by choice"]
        desk.go().click()
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)
    assert set(labels_in(tmp_path / "annotations.jsonl")) == {"PER"}


def test_what_was_chosen_is_shown_again_and_cancel_changes_nothing(
    qtbot, project: Path, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        dialog = opened(desk)
        QTest.keyClicks(field(dialog, "PERSON"), "PER")
        QTest.keyClick(tick(dialog, "ORG"), Qt.Key.Key_Space)
        close(dialog, QDialogButtonBox.StandardButton.Ok)
        desk.wait()
        again = opened(desk)
        assert field(again, "PERSON").text() == "PER"
        assert not tick(again, "ORG").isChecked()
        field(again, "PERSON").clear()
        QTest.keyClick(tick(again, "ORG"), Qt.Key.Key_Space)
        close(again, QDialogButtonBox.StandardButton.Cancel)
        assert button(desk).text() == "1 renamed, 1 left out"
        last = opened(desk)
        field(last, "PERSON").clear()
        QTest.keyClick(tick(last, "ORG"), Qt.Key.Key_Space)
        close(last, QDialogButtonBox.StandardButton.Ok)
        desk.wait()
        assert button(desk).text() == "All, as they are"
        desk.go().click()
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)
    assert set(labels_in(tmp_path / "annotations.jsonl")) == {"PERSON", "ORG"}
