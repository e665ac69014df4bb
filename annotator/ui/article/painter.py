"""Painting of a scene: tints and chips under the text, marks and the margin over it."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.ui.article.chips import RADIUS, chip_rect, pixel_aligned, stroke_rect
from annotator.ui.article.document import TextMetrics
from annotator.ui.article.geometry import Piece
from annotator.ui.article.margin import bars_of, draw_link, draw_margin
from annotator.ui.article.outline import draw_outline
from annotator.ui.article.paint_context import PaintContext
from annotator.ui.article.visible_spans import Scene, VisibleQuote, VisibleSpan
from annotator.ui.theme.theme import ColorSet

_EDGE: Final = 1.4
_SELECTED_WIDTH: Final = 2.0
_UNDERLINE: Final = 2.2
"""The widths of lines in pixels: around a tint, around what is selected, under a cue."""


def paint_under_text(painter: QPainter, scene: Scene, context: PaintContext) -> None:
    """Paint quote tints, then entity chips."""
    for shown in _longest_first(scene.quotes):
        _paint_tint(painter, shown, context)
    for mention in scene.mentions:
        _paint_chip(painter, mention, context)


def paint_over_text(painter: QPainter, scene: Scene, context: PaintContext) -> None:
    """Paint cues, sources and addressees."""
    chips = {(m.placed.start, m.placed.end) for m in scene.mentions}
    for shown in scene.quotes:
        _paint_roles(painter, shown, context, chips)


def paint_margin(painter: QPainter, scene: Scene, context: PaintContext) -> None:
    """Paint the margin, and the link of a selected quote.

    Needs the whole scene, since pills move to avoid one another.
    """
    bars = bars_of(scene)
    draw_margin(painter, scene, context, bars)
    for shown in scene.quotes:
        bar = bars.get(shown.quote.id)
        if (
            context.reading.links
            and bar is not None
            and ("quote", shown.quote.id) in context.selected
        ):
            draw_link(painter, shown, context, bar.lane)


def _longest_first(quotes: Iterable[VisibleQuote]) -> list[VisibleQuote]:
    return sorted(quotes, key=lambda q: -sum(p.placed.end - p.placed.start for p in q.parts))


def _paint_tint(painter: QPainter, shown: VisibleQuote, context: PaintContext) -> None:
    shades = context.shades(shown)
    key = ("quote", shown.quote.id)
    for part in shown.parts:
        if part.placed.part is None or part.placed.part.role != "content":
            continue
        fill = QColor(shades.fill)
        if context.theme.dark and key in context.selected:
            fill = fill.lighter(135)
        painter.setBrush(fill)
        edge = shades.strong if key in context.selected else shades.edge
        nested = shown.quote.parent is not None
        drawn = key in context.selected or key in context.hovered or nested
        width = _EDGE if drawn else 0.0
        painter.setPen(QPen(QColor(edge), width) if drawn else Qt.PenStyle.NoPen)
        draw_outline(painter, part.pieces, 6, pen=width)


def _paint_chip(painter: QPainter, shown: VisibleSpan, context: PaintContext) -> None:
    shades = context.label_shades(shown)
    selected = shown.key in context.selected
    edge = shades.strong if selected or shown.key in context.hovered else shades.edge
    width = _SELECTED_WIDTH if selected else 1.0
    painter.setPen(QPen(QColor(edge), width))
    painter.setBrush(QColor(shades.fill))
    for piece in shown.pieces:
        rect = chip_rect(piece, shown.depth, context.metrics)
        painter.drawRoundedRect(stroke_rect(painter, rect, width), RADIUS, RADIUS)


def _paint_roles(
    painter: QPainter, shown: VisibleQuote, context: PaintContext, chips: set[tuple[int, int]]
) -> None:
    shades = context.shades(shown)
    selected = ("quote", shown.quote.id) in context.selected
    for part in shown.parts:
        span = part.placed.part
        if span is None or span.role == "content":
            continue
        for piece in part.pieces:
            if span.role == "cue":
                _underline(painter, piece, shades, context.metrics)
            elif span.role == "source" and (selected or (span.start, span.end) not in chips):
                _box(painter, piece, shades, context.metrics, selected=selected)
            elif span.role == "addressee":
                _underline(painter, piece, shades, context.metrics, dotted=True)


def _underline(
    painter: QPainter, piece: Piece, shades: ColorSet, metrics: TextMetrics, *, dotted: bool = False
) -> None:
    pen = QPen(QColor(shades.strong), _UNDERLINE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dotted:
        pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    y = piece.baseline + metrics.font.pixelSize() * 0.36
    box = pixel_aligned(painter, piece.rect)
    cap = min(_UNDERLINE, box.width()) / 2
    painter.drawLine(QPointF(box.left() + cap, y), QPointF(box.right() - cap, y))


def _box(
    painter: QPainter, piece: Piece, shades: ColorSet, metrics: TextMetrics, *, selected: bool
) -> None:
    width = _SELECTED_WIDTH if selected else 1.3
    painter.setPen(QPen(QColor(shades.strong), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rect = stroke_rect(painter, chip_rect(piece, 0, metrics).adjusted(0, -1, 0, 1), width)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
