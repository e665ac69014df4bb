"""The export dialog: what will be lost is seen before anything is written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QTreeWidget,
)

from annotator.cli import main
from annotator.core import edits
from annotator.core.edit_rules import begun
from annotator.services.agreement import ReviewError, measure_agreement
from annotator.store import Project
from annotator.ui.import_export.export_dialog import ExportDialog
from tests.ui.driving import Driver, project_at, run_main, visible
from tests.ui.test_files import wait_for_job

GOLDEN = Path(__file__).parents[1] / "golden" / "native.jsonl"
Found = Callable[..., None]


@pytest.fixture
def project(tmp_path: Path, capsys, qapp) -> Path:
    path = project_at(tmp_path)
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(GOLDEN)]) == 0
    return path


class Desk:
    """The dialog as a person sees and uses it."""

    def __init__(self, driver: Driver, qtbot) -> None:
        driver.control(Qt.Key.Key_E)
        (self.dialog,) = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, ExportDialog) and visible(w)
        ]
        self._qtbot = qtbot
        self.wait()

    def wait(self) -> None:
        """Until the losses of what is chosen are there."""
        self._qtbot.waitUntil(lambda: not any("Looking" in words for words in self.words()))
        QApplication.processEvents()

    def words(self) -> list[str]:
        return [label.text() for label in self.dialog.findChildren(QLabel) if label.isVisible()]

    def losses(self) -> list[str]:
        (tree,) = self.dialog.findChildren(QTreeWidget)
        return [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]

    def box(self, name: str) -> QComboBox:
        return next(b for b in self.dialog.findChildren(QComboBox) if b.accessibleName() == name)

    def choose(self, name: str, words: str) -> None:
        """Pick from a box by typing what it says, as far as that is unique."""
        box = self.box(name)
        box.setFocus()
        index = box.findText(words, Qt.MatchFlag.MatchStartsWith)
        while box.currentIndex() != index:
            down = box.currentIndex() < index
            QTest.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        self.wait()

    def place(self) -> QLineEdit:
        return next(
            e for e in self.dialog.findChildren(QLineEdit) if e.accessibleName() == "Save to"
        )

    def go(self) -> QPushButton:
        (buttons,) = self.dialog.findChildren(QDialogButtonBox)
        return next(
            b
            for b in buttons.buttons()
            if buttons.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole
        )


def test_what_a_format_cannot_hold_is_shown_with_counts_before_it_is_written(
    qtbot, project: Path, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        assert desk.losses() == ["Nothing is lost."]
        assert "2 annotations of 3 articles" in desk.words()
        desk.choose("Format", "doccano")
        assert "3 × types of quotes" in desk.losses()
        assert desk.place().text() == "annotations.jsonl"
        desk.choose("Who", "ben")
        assert "1 annotation of 1 article" in desk.words()
        assert not list(tmp_path.glob("annotations*"))
        desk.dialog.reject()

    run_main([str(project)], script)


def test_the_choices_are_what_is_written(qtbot, project: Path, tmp_path: Path) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        desk.choose("Format", "CoNLL")
        desk.choose("Layer", "quotes")
        desk.choose("Status", "Done")
        assert desk.place().text() == "annotations.conll"
        QTest.keyClick(desk.place(), Qt.Key.Key_Return)
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)
    written = (tmp_path / "annotations.conll").read_text("utf-8")
    assert "said -X- O B-CUE" in written
    assert "news-2" not in written


def test_a_split_goes_by_the_shares_and_is_refused_until_they_are_whole(
    qtbot, project: Path, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        (split,) = desk.dialog.findChildren(QCheckBox)
        QTest.keyClick(split, Qt.Key.Key_Space)
        train, dev, test, _seed = (
            box for box in desk.dialog.findChildren(QSpinBox) if box.isVisible()
        )
        train.setValue(34)
        dev.setValue(33)
        QApplication.processEvents()
        assert "The shares add up to 77 %, not to 100 %." in desk.words()
        assert not desk.go().isEnabled()
        test.setValue(33)
        desk.wait()
        assert any("train 1, dev 1, test 1" in words for words in desk.words())
        desk.go().click()
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)
    ids = [
        json.loads(line)["article"]["id"]
        for part in ("train", "dev", "test")
        for line in (tmp_path / f"annotations.{part}.jsonl").read_text("utf-8").splitlines()
    ]
    assert sorted(ids) == ["news-1", "news-2", "news-3"]


def test_what_is_there_already_is_named_and_replaced_by_a_button_that_says_so(
    qtbot, project: Path, tmp_path: Path
) -> None:
    old = tmp_path / "annotations.jsonl"
    old.write_text("precious", "utf-8")

    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        assert "annotations.jsonl is there already and will be replaced." in desk.words()
        assert desk.go().text() == "&Replace"
        desk.place().selectAll()
        QTest.keyClicks(desk.place(), "new.jsonl")
        assert desk.go().text() == "&Export"
        desk.go().click()
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)
    assert old.read_text("utf-8") == "precious"
    assert len((tmp_path / "new.jsonl").read_text("utf-8").splitlines()) == 3


def test_a_format_of_many_files_makes_a_folder(qtbot, project: Path, tmp_path: Path) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        desk.choose("Format", "brat")
        assert desk.place().text() == "annotations"
        desk.go().click()
        wait_for_job(qtbot, driver)

    run_main([str(project)], script)
    assert (tmp_path / "annotations" / "ada" / "news-1.ann").exists()


def test_every_field_of_the_dialog_has_a_name_for_screen_readers(qtbot, project: Path) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        for kind in (QComboBox, QLineEdit, QSpinBox, QTreeWidget):
            for field in desk.dialog.findChildren(kind):
                if field.isVisible() and not isinstance(field.parent(), QSpinBox):
                    assert field.accessibleName(), field
        desk.dialog.reject()

    run_main([str(project)], script)


@pytest.fixture
def looked_at(project_of) -> Path:
    """Of five articles one is done without anything, one has a name, one had one, two were only
    opened."""
    path = project_of("Oslo wins.", "Rome wins.", "Bern wins.", "Kyiv wins.", "Riga wins.")
    with Project.open(path) as project:
        done, marked, emptied, *opened = project.article_keys(annotator="ada")
        project.apply(done, "ada", edits.set_status(project.annotation(done, "ada"), "done"))
        for key in (marked, emptied):
            article, annotation = project.article(key), project.annotation(key, "ada")
            made = edits.mark(article, annotation, 0, 4, "GPE", "Place")
            project.apply(key, "ada", begun(annotation, made))
        project.apply(emptied, "ada", edits.delete_entity(project.annotation(emptied, "ada"), "e1"))
        for key in opened:
            project.add_seconds(key, "ada", 7)
    return path


def test_an_article_that_was_only_opened_counts_nowhere_as_an_annotation(
    looked_at: Path, capsys
) -> None:
    with Project.open(looked_at) as project:
        project.add_seconds(project.article_keys(annotator="ada")[0], "eve", 30)
        assert project.annotators() == ["ada"]
        assert len(list(project.records())) == 3
        assert sum(project.statuses()["ada"].values()) == 3
        assert sum(project.stats().statuses["ada"].values()) == 3
        assert len(project.annotation_digests()) == 3
        kept = [one for one in project.contributions() if one.record.annotator is not None]
        assert len(kept) == 3
        with pytest.raises(ReviewError):
            measure_agreement(project, ["ada", "eve"])
    capsys.readouterr()
    out = looked_at.with_suffix(".jsonl")
    assert main(["export", str(looked_at), str(out), "--format", "native", "--json"]) == 0
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert (report["annotations"], report["only_opened"], report["empty"]) == (3, 3, 1)
    assert "3 articles were only opened" in told.err
    assert "1 annotation not finished holds nothing: --no-empty leaves them out" in told.err
    annotators = [json.loads(line).get("annotator") for line in out.read_text("utf-8").splitlines()]
    assert annotators.count("ada") == 3
    assert len(annotators) == 5
    out.unlink()
    more = ("--format", "native", "--no-empty", "--json")
    assert main(["export", str(looked_at), str(out), *more]) == 0
    assert json.loads(capsys.readouterr().out)["annotations"] == 2


def test_the_dialog_leaves_empty_annotations_out_and_says_so_until_one_wants_them(
    qtbot, looked_at: Path
) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        assert desk.box("Status").currentText() == "Any, without empty ones"
        assert "2 annotations of 5 articles" in desk.words()
        (told,) = (words for words in desk.words() if "only opened" in words)
        assert told == (
            "2 articles were only opened: that is no annotation.\n"
            "1 annotation is left out: it is not finished and holds nothing."
        )
        desk.choose("Status", "Any, empty ones too")
        assert "3 annotations of 5 articles" in desk.words()
        assert any("1 annotation among them is not finished" in words for words in desk.words())
        desk.choose("Status", "Done")
        assert "1 annotation of 1 article" in desk.words()
        desk.dialog.reject()

    run_main([str(looked_at)], script)


def test_the_place_says_its_whole_folder_where_the_project_was_named_within_its_own(
    qtbot, looked_at: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        assert f"in {tmp_path}" in desk.words()
        desk.dialog.reject()

    run_main([looked_at.name], script)


def test_the_place_says_its_whole_folder_and_no_format_name_is_cut(
    qtbot, looked_at: Path, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        desk = Desk(driver, qtbot)
        assert f"in {tmp_path}" in desk.words()
        desk.place().setText(str(tmp_path / "for" / "training.jsonl"))
        assert f"in {tmp_path / 'for'}" in desk.words()
        box = desk.box("Format")
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        room = box.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            box,
        )
        for row in range(box.count()):
            assert box.fontMetrics().horizontalAdvance(box.itemText(row)) <= room.width()
        desk.dialog.reject()

    run_main([str(looked_at)], script)
