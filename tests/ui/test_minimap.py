"""The map beside the text: an edit draws the rows of its own spans, and they are right."""

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage, QPaintEvent

from annotator.ui.article.minimap import Minimap
from tests.bench.samples import project_with, record
from tests.ui.driving import Driver, project_at, run_main


class PaintedRows(QObject):
    """Watches a widget: how many pixel rows each paint event of it is about."""

    def __init__(self, watched: Minimap) -> None:
        super().__init__(watched)
        self.heights: list[int] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.heights.append(event.rect().height())
        return False


def drawn(driver: Driver) -> QImage:
    """The map as it is once what it still has to draw is drawn."""
    driver.settle()
    minimap = driver.window.workspace.article.minimap
    minimap.finish()
    return minimap.grab().toImage()


def drawn_anew(driver: Driver) -> QImage:
    driver.window.workspace.article.minimap.draw_marks()
    return drawn(driver)


@pytest.mark.parametrize(("size", "spans"), [(3_000, 40), (200_000, 4_000)])
def test_the_rows_drawn_after_edits_are_those_of_a_map_drawn_anew(
    tmp_path: Path, qapp: object, size: int, spans: int
) -> None:
    project = project_with(project_at(tmp_path), [record("one", size, spans)])
    chance = random.Random(7)

    def script(driver: Driver) -> None:
        assert drawn(driver) == drawn_anew(driver)
        entities = driver.window.workspace.lists.side.entities
        for number in range(12):
            start = chance.randrange(size - 400)
            driver.view.select(start, start + chance.choice((6, 30, 300)))
            driver.key(chance.choice("12q"))
            assert drawn(driver) == drawn_anew(driver), f"marked from {start}"
            if number % 3 == 0:
                driver.control(Qt.Key.Key_Z)
                assert drawn(driver) == drawn_anew(driver), f"undone from {start}"
            if number % 4 == 0:  # another colour for all mentions of an entity
                entities.setCurrentIndex(entities.model().index(chance.randrange(2), 0))
                driver.view.setFocus()
                driver.key(chance.choice("34"))
                assert drawn(driver) == drawn_anew(driver), "another label"

    assert run_main([str(project)], script) == 0


def test_a_mark_draws_few_rows_of_a_map_with_thousands_of_spans(
    tmp_path: Path, qapp: object
) -> None:
    project = project_with(project_at(tmp_path), [record("large", 200_000, 4_000)])

    def script(driver: Driver) -> None:
        document = driver.view.document()
        document.documentLayout().blockBoundingRect(document.lastBlock())  # lays out all of it
        before = drawn(driver)
        minimap = driver.window.workspace.article.minimap
        start = driver.text().index("harbour", 100_000)
        driver.view.select(start, start)  # the bar of a selection would cover a part of the map
        drawn(driver)
        painted = PaintedRows(minimap)
        driver.key("1")
        driver.settle()
        assert 0 < sum(painted.heights) <= 8
        assert drawn(driver) != before

    assert run_main([str(project)], script) == 0
