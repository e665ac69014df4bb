"""What keys bring into view is a whole line, with the label tabs above and below it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from annotator.core import edits
from annotator.ui.article.span_view import SpanView
from annotator.ui.search.highlights import Hits
from tests.ui.driving import Driver, run_main

Projects = Callable[..., Path]
_K = Qt.Key

TEXT = (
    "Bob Ray of Oslo.\n\n"
    + "\n\n".join("Ann Lee said many things in Oslo and in Rome, and more. " * 6 for _ in range(12))
    + "\n\nThe Oslo-Rome joint committee."
)


def mark(driver: Driver, words: str, label: str, occurrence: int = 1) -> None:
    start, end = driver.find(words, occurrence)
    session = driver.window.session
    assert session.perform(lambda article, on: edits.mark(article, on, start, end, label))


def marks(driver: Driver) -> None:
    """A mention at the very start, nested ones at the very end, some in between."""
    mark(driver, "Bob Ray", "PERSON")
    mark(driver, "Oslo-Rome joint committee", "ORG")
    mark(driver, "Oslo-Rome", "GPE")
    for occurrence in (3, 20, 40):
        mark(driver, "Ann Lee", "PERSON", occurrence)
    driver.view.setFocus()


def caret_line_is_whole(view: SpanView) -> bool:
    """Whether the line of the caret shows with the tabs at its upper and lower edge."""
    return line_is_whole(view, view.textCursor().position())


def line_is_whole(view: SpanView, position: int) -> bool:
    """The same of the line of a place in the document."""
    pitch = view.line_height()
    lines = [line for line in view.scene().lines if line.start <= position <= line.end]
    line = lines[-1]
    return line.top - 0.3 * pitch >= 0 and line.top + 1.1 * pitch <= view.viewport().height()


def test_every_key_that_moves_the_caret_shows_the_whole_line(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        marks(driver)
        steps = [
            *[(driver.control, key) for key in (_K.Key_End, _K.Key_Home, _K.Key_End)],
            *[(driver.key, _K.Key_Up)] * 9,
            *[(driver.key, key) for key in (_K.Key_PageUp, _K.Key_PageUp, _K.Key_PageDown)],
            *[(driver.key, _K.Key_Down)] * 9,
            *[(driver.shift, _K.Key_Down)] * 5,
            *[(driver.key, key) for key in ("j", "j", "j", "j", "k", "k", "k", "j", ".", ",")],
            *[(driver.control, key) for key in (_K.Key_Home, _K.Key_End)],
        ]
        for size, height in ((17, 700), (11, 413), (40, 700), (24, 300)):
            driver.window.resize(1300, height)
            driver.view.set_reading(driver.view.reading._replace(size=size))
            driver.view.select(0, 0)
            driver.settle()
            for number, (press, key) in enumerate(steps):
                press(key)
                assert caret_line_is_whole(driver.view), (size, height, number, key)

    assert run_main([str(project_of(TEXT))], script) == 0


def test_home_shows_the_top_of_the_page_and_end_its_last_line(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        marks(driver)
        bar = driver.view.verticalScrollBar()
        driver.control(_K.Key_End)
        assert bar.value() > 0
        driver.control(_K.Key_Home)
        assert bar.value() == 0
        bar.setValue(bar.maximum())
        driver.control(_K.Key_Home)
        assert bar.value() == 0

    assert run_main([str(project_of(TEXT))], script, size=(1300, 600)) == 0


def test_a_hit_of_a_search_shows_its_whole_line(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        marks(driver)
        driver.control("f")
        driver.key(*"rome")
        for _ in range(9):
            driver.key(_K.Key_Return)
            hits = driver.view.findChild(Hits)
            assert hits is not None
            place = hits.place()
            assert place is not None
            assert line_is_whole(driver.view, driver.view.to_units(place[0]))

    assert run_main([str(project_of(TEXT))], script, size=(1300, 500)) == 0


def test_a_double_click_on_the_first_line_in_sight_leaves_the_page_where_it_is(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        bar = driver.view.verticalScrollBar()
        bar.setValue(200)
        driver.settle()
        line = next(line for line in driver.view.scene().lines if line.top >= 0)
        point = QPoint(round(line.left) + 30, round(line.baseline - 4))
        viewport, left = driver.view.viewport(), Qt.MouseButton.LeftButton
        QTest.mouseClick(viewport, left, Qt.KeyboardModifier.NoModifier, point)
        QTest.mouseDClick(viewport, left, Qt.KeyboardModifier.NoModifier, point)
        driver.settle()
        assert driver.selected()
        assert bar.value() == 200

    assert run_main([str(project_of(TEXT))], script, size=(1300, 600)) == 0
