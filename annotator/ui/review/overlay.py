"""Painting differences over the article, with a line for each variant."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.core.models import Mention, Quote
from annotator.ui.article.outline import draw_outline
from annotator.ui.article.view import ArticleView
from annotator.ui.review.review_session import ReviewSession, Row
from annotator.ui.theme.theme import Theme

TONES: Final = ("blue", "rose", "green", "orange", "violet", "teal", "pink", "cyan", "olive")
_EDGE: Final = 1.6
_STYLES: Final = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


def color_of(theme: Theme, number: int) -> str:
    """Return the colour of the annotator with this number."""
    return theme.tone(TONES[number % len(TONES)]).strong


def paint_review(painter: QPainter, view: ArticleView, reviewing: ReviewSession) -> None:
    """Paint the current row as a tinted area, and lines under each row that is still open."""
    lines = view.scene().lines
    if not lines:
        return
    first, last = (view.offsets.to_code_points(at) for at in (lines[0].start, lines[-1].end))
    current = reviewing.row
    for row in reviewing.rows:
        if row.group.start < last and row.group.end > first:
            if row is current or (current is not None and row.number == current.number):
                _paint_field(painter, view, row)
            if row.decision is None:
                _paint_lines(painter, view, reviewing, row)


def _paint_field(painter: QPainter, view: ArticleView, row: Row) -> None:
    units = view.offsets.to_units(row.group.start), view.offsets.to_units(row.group.end)
    found = view.scene().lines.pieces(*units)
    accent = QColor(view.theme.accent)
    painter.setPen(QPen(accent, _EDGE))
    fill = QColor(accent)
    fill.setAlpha(26)
    painter.setBrush(fill)
    draw_outline(painter, found, 6, pen=_EDGE, lower=1)


def _paint_lines(painter: QPainter, view: ArticleView, reviewing: ReviewSession, row: Row) -> None:
    for number, take in enumerate(row.group.takes):
        tone = reviewing.tone_of(take.names[0])
        pen = QPen(QColor(color_of(view.theme, tone)), 2.0, _STYLES[tone // len(TONES) % 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for start, end in spans_of(take.item):
            units = view.offsets.to_units(start), view.offsets.to_units(end)
            for piece in view.scene().lines.pieces(*units):
                y = piece.rect.bottom() - 8.0 + 3.2 * number
                painter.drawLine(QPointF(piece.rect.left(), y), QPointF(piece.rect.right(), y))


def spans_of(item: Mention | Quote) -> Iterable[tuple[int, int]]:
    """Return the ranges to underline: a mention, or the content of a quote."""
    if isinstance(item, Mention):
        return [(item.start, item.end)]
    return [(span.start, span.end) for span in item.parts("content") or item.spans]
