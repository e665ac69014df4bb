"""The box of an entity chip."""

import math
from typing import Final

from PySide6.QtCore import QRectF

from annotator.ui.article.document import TextMetrics
from annotator.ui.article.geometry import Piece

_OVERHANG: Final = 2.5
_INSET: Final = (1.0, 1.2)
"""How far an inner chip stays inside the one around it, in pixels across and down."""
_DEEPEST: Final = 3
"""Chips that lie deeper than this are drawn like those of this depth."""


def chip_rect(piece: Piece, depth: int, metrics: TextMetrics) -> QRectF:
    """The box of a chip on one line, `depth` chips inside others."""
    size = metrics.font.pixelSize()
    rect = QRectF(piece.rect)
    rect.setTop(piece.baseline - size * 0.97)
    rect.setBottom(piece.baseline + size * 0.36)
    depth = min(depth, _DEEPEST)
    over, grow = _OVERHANG - depth * _INSET[0], 1.6 - depth * _INSET[1]
    at_left, at_right = (piece.last, piece.first) if piece.rtl else (piece.first, piece.last)
    return _crisp(rect.adjusted(-over if at_left else 0, -grow, over if at_right else 0, grow))


def _crisp(rect: QRectF) -> QRectF:
    """The box with its edges in the middle of pixels, where a thin line is not blurred."""
    left, top = math.floor(rect.left()) + 0.5, math.floor(rect.top()) + 0.5
    right, bottom = math.floor(rect.right()) + 0.5, math.floor(rect.bottom()) + 0.5
    return QRectF(left, top, right - left, bottom - top)
