"""The label badges on the chips: their placement and painting."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from annotator.ui.article.chips import chip_rect
from annotator.ui.article.document import TextMetrics
from annotator.ui.article.paint_context import PaintContext
from annotator.ui.article.visible_spans import Scene, VisibleSpan
from annotator.ui.theme.theme import ColorSet

_APART: Final = 1.5
_IN: Final = 0.5
"""How far inside its chip a badge begins, in pixels."""


class Badge(NamedTuple):
    """One badge: its box in the viewport, its text, its colours."""

    rect: QRectF
    words: str
    shades: ColorSet


def paint_badges(painter: QPainter, scene: Scene, context: PaintContext, band: QRect) -> None:
    """Draw the badges that touch this band of the viewport.

    Needs the whole scene, since badges move to avoid one another.
    """
    if not context.reading.badges:
        return
    font = badge_font(context)
    painter.setFont(font)
    area = QRectF(band)
    for badge in place_badges(scene.mentions, context, font):
        if badge.rect.intersects(area):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(badge.shades.strong))
            painter.drawRoundedRect(badge.rect, 2.5, 2.5)
            painter.setPen(QColor(badge.shades.ink))
            painter.drawText(badge.rect, Qt.AlignmentFlag.AlignCenter, badge.words)


def place_badges(
    mentions: Iterable[VisibleSpan], context: PaintContext, font: QFont
) -> list[Badge]:
    """Return a badge on each chip's upper edge, on the lower edge inside another chip.

    A badge that would cover an earlier one is moved in the direction of the writing.
    """
    width_of = QFontMetricsF(font).horizontalAdvance
    widths: dict[str, float] = {}
    placed: list[Badge] = []
    for shown in mentions:
        if not shown.pieces[0].first:
            continue
        words = context.scheme.label(context.label_of(shown)).short
        if words not in widths:
            widths[words] = width_of(words) + 7
        size = QSizeF(widths[words], font.pixelSize() + 2.0)
        rect = _tab_rect(shown, context.metrics, size)
        step = -1 if shown.pieces[0].rtl else 1
        placed.append(Badge(_beside(rect, placed, step), words, context.label_shades(shown)))
    return placed


def _beside(rect: QRectF, placed: list[Badge], step: int) -> QRectF:
    """Return `rect` moved so that it covers no placed badge. Only the latest are near it."""
    near = sorted(
        (b.rect for b in placed if b.rect.bottom() > rect.top() and b.rect.top() < rect.bottom()),
        key=QRectF.left,
        reverse=step < 0,
    )
    for other in near:
        if other.adjusted(-_APART, 0, _APART, 0).intersects(rect):
            if step > 0:
                rect.moveLeft(other.right() + _APART)
            else:
                rect.moveRight(other.left() - _APART)
    return rect


def badge_font(context: PaintContext) -> QFont:
    """Return the font of the badges, which grows with the text."""
    font = QFont(context.ui_font)
    font.setPixelSize(max(8, round(context.metrics.font.pixelSize() * 0.53)))
    font.setBold(True)
    return font


def _tab_rect(shown: VisibleSpan, metrics: TextMetrics, size: QSizeF) -> QRectF:
    piece = shown.pieces[0]
    chip = chip_rect(piece, shown.depth, metrics)
    top = chip.bottom() - 3 if shown.depth % 2 else chip.top() - size.height() + 2.5
    start = chip.right() - _IN - size.width() if piece.rtl else chip.left() + _IN
    left = start if chip.width() - 2 > size.width() else chip.center().x() - size.width() / 2
    return QRectF(QPointF(left, top), size)
