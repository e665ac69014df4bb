"""A shape that is painted in parts is the same as one that is painted at once."""

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.ui.article.outline import outline
from annotator.ui.suggestions.suggestion_painter import dashed_pen

SIZE = (260, 130)


class Page(QWidget):
    """A chip and an outline over several lines, drawn with this pen."""

    def __init__(self, pen: QPen) -> None:
        super().__init__()
        self.pen = pen
        self.resize(*SIZE)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.pen)
        painter.drawRoundedRect(QRectF(10.5, 12.5, 90, 23), 5, 5)
        boxes = [QRectF(20.3 + 50 * (n == 0), 40.4 + 18 * n, 200 - 30 * n, 18) for n in range(4)]
        painter.drawPath(outline(boxes, 6))
        painter.end()


def painted_in_parts(page: Page, parts: list[QRect]) -> QImage:
    """What the screen shows of it when it has been painted anew part by part."""
    for part in parts:
        page.update(part)
        QApplication.processEvents()
    return page.screen().grabWindow(page.winId()).toImage()


@pytest.mark.parametrize("is_current", [False, True])
@pytest.mark.parametrize("fine", [False, True])
@pytest.mark.parametrize("height", [7, 16, 37])
def test_no_pixel_of_a_dashed_edge_depends_on_how_much_is_painted(
    qtbot: QtBot, is_current: bool, fine: bool, height: int
) -> None:
    page = Page(dashed_pen("#7030a0", is_current=is_current, fine=fine))
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    bands = [QRect(0, y, SIZE[0], height) for y in range(0, SIZE[1], height)]
    halves = [QRect(x, 0, 65, SIZE[1]) for x in range(0, SIZE[0], 65)]
    whole = painted_in_parts(page, [QRect(0, 0, *SIZE)])
    assert painted_in_parts(page, bands) == whole
    assert painted_in_parts(page, halves) == whole
