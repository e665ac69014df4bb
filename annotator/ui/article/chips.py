"""The box of an entity chip."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from annotator.ui.article.document import TextMetrics
from annotator.ui.article.geometry import Piece

RADIUS: Final = 4.0
_GROW: Final = 1.6
_INSET: Final = 1.2
"""How much lower, above and below, an inner chip is than the one around it, in pixels."""
_DEEPEST: Final = 3
"""Chips at a greater depth than this are drawn like those of this depth."""


def chip_rect(piece: Piece, depth: int, metrics: TextMetrics) -> QRectF:
    """Return the box of a chip on one line, `depth` chips inside others; as wide as its text."""
    size = metrics.font.pixelSize()
    grow = _GROW - min(depth, _DEEPEST) * _INSET
    rect = QRectF(piece.rect)
    rect.setTop(piece.baseline - size * 0.97 - grow)
    rect.setBottom(piece.baseline + size * 0.36 + grow)
    return rect


def pixel_aligned(painter: QPainter, rect: QRectF) -> QRectF:
    """Return the box with its edges moved to the nearest pixel edges of the paint device."""
    to_pixels = painter.deviceTransform()
    back, _ = to_pixels.inverted()
    box = to_pixels.mapRect(rect)
    left, right = round(box.left()), round(box.right())
    top, bottom = round(box.top()), round(box.bottom())
    return back.mapRect(QRectF(left, top, max(1, right - left), max(1, bottom - top)))


def stroke_rect(painter: QPainter, rect: QRectF, pen: float) -> QRectF:
    """Return the path of a pen of this width that paints no pixel outside the box.

    The outer edges of what it paints are edges of pixels, where a thin line is not blurred.
    """
    box = pixel_aligned(painter, rect)
    half = min(pen / 2, box.width() / 2, box.height() / 2)
    return box.adjusted(half, half, -half, -half)
