"""The texts of all annotators side by side: read, gone through by keys, and never changed."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from annotator.core.record import Record
from annotator.store import Project
from annotator.ui.review.side_by_side import SideBySideDialog
from annotator.ui.theme.theme import LIGHT
from tests.core.factories import TEXT, article
from tests.ui.driving import Driver, annotated, colors_in
from tests.ui.review.reviews import WORKS, go_to, gold_of, person
from tests.ui.test_whole_lines import line_is_whole


def side_by_side(driver: Driver) -> SideBySideDialog:
    driver.key(Qt.Key.Key_F6)
    go_to(driver, "pay")
    driver.key(Qt.Key.Key_0)  # with the first decision there is a gold annotation
    driver.window.workspace.actions["side_by_side"].trigger()
    driver.settle()
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, SideBySideDialog)
    return dialog


def test_texts_stand_side_by_side_each_as_its_annotator_marked_it(project: Path) -> None:
    def script(driver: Driver) -> None:
        dialog = side_by_side(driver)
        works = [pane.text.session.annotation for pane in dialog.panes]
        assert [pane.who.currentText() for pane in dialog.panes] == list(WORKS)
        for work, expected in zip(works, WORKS.values(), strict=True):
            assert work is not None
            assert work.quotes == expected.quotes
        dialog.panes[2].who.choose_value("gold")
        gold = dialog.panes[2].text.session.annotation
        assert gold is not None
        assert [m.text for m in gold.mentions.values()] == ["Ann Lee"]

    annotated(project, script)


def test_a_suggester_can_stand_beside_people(project: Path) -> None:
    with Project.open(project) as made, made.importing() as target:
        target.add(Record(article(), "suggester-rules", person(label="GPE")))

    def script(driver: Driver) -> None:
        pane = side_by_side(driver).panes[0]
        pane.who.choose_value("suggester-rules")
        shown = pane.text.session.annotation
        assert shown is not None
        assert {entity.label for entity in shown.entities.values()} == {"PERSON", "GPE"}

    annotated(project, script)


def test_side_by_side_j_and_k_go_through_the_differences_in_every_text(project: Path) -> None:
    def script(driver: Driver) -> None:
        dialog = side_by_side(driver)
        bad, accent = (QColor(getattr(LIGHT, n)) for n in ("bad", "accent"))
        seen = []
        for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K):
            QTest.keyClick(dialog.panes[0].text, key)
            driver.settle()
            rows = [
                pane.text.current_row for pane in dialog.panes if pane.text.current_row is not None
            ]
            assert [row.number for row in rows] == [rows[0].number] * 3
            seen.append(TEXT[rows[0].group.start : rows[0].group.end])
        assert seen[0] == seen[2] != seen[1]
        for pane in dialog.panes:
            image = pane.text.viewport().grab().toImage()
            assert {bad.rgb(), accent.rgb()} <= colors_in(image).keys()

    annotated(project, script)


def test_comparing_side_by_side_is_nobodys_working_time(project: Path) -> None:
    def script(driver: Driver) -> None:
        before = seconds()
        dialog = side_by_side(driver)
        QTest.qWait(1100)
        dialog.close()
        assert seconds() == before

    def seconds() -> dict[str, int]:
        with Project.open(project) as now:
            return {name: now.annotation(1, name).head.seconds for name in ("anna", "ben", "cy")}

    annotated(project, script)


def test_side_by_side_nothing_can_be_changed_and_one_scrolls_for_all(project: Path) -> None:
    def script(driver: Driver) -> None:
        dialog = side_by_side(driver)
        dialog.resize(700, 190)
        driver.settle()
        first, *others = (pane.text.verticalScrollBar() for pane in dialog.panes)
        assert first.maximum() > 0
        first.setValue(first.maximum() // 2)
        assert [bar.value() for bar in others] == [first.value()] * 2
        before = gold_of(project)
        for key in "1q":
            QTest.keyClick(dialog.panes[0].text, key)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        driver.settle()
        assert not driver.dialogs()
        assert gold_of(project) == before

    annotated(project, script)


def test_without_a_review_there_is_nothing_side_by_side(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.window.build_workspace()
        driver.window.workspace.actions.invoke("side_by_side")
        assert "Start the review first" in driver.said()
        assert not driver.dialogs()

    annotated(project, script)


def test_side_by_side_home_shows_the_top_and_end_the_whole_last_line(project: Path) -> None:
    def script(driver: Driver) -> None:
        dialog = side_by_side(driver)
        dialog.resize(700, 260)
        driver.settle()
        text = dialog.panes[0].text
        for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_End):
            QTest.keyClick(text, key, Qt.KeyboardModifier.ControlModifier)
            driver.settle()
            assert line_is_whole(text, text.textCursor().position())
            assert (text.verticalScrollBar().value() == 0) == (key == Qt.Key.Key_Home)

    annotated(project, script)
