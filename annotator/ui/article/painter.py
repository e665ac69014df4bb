"""Draws a scene: tints and chips under the text, marks, tabs and the margin over it."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from annotator.ui.article.chips import chip_rect
from annotator.ui.article.document import TextMetrics
from annotator.ui.article.geometry import Piece, snapped
from annotator.ui.article.look import Look
from annotator.ui.article.margin import bars_of, draw_link, draw_margin
from annotator.ui.article.outline import outline
from annotator.ui.article.scene import Scene, Shown, ShownQuote
from annotator.ui.theme import Shades


def paint_under_text(painter: QPainter, scene: Scene, look: Look) -> None:
    """Quote tints, then entity chips."""
    for shown in _longest_first(scene.quotes):
        _paint_tint(painter, shown, look)
    for mention in scene.mentions:
        _paint_chip(painter, mention, look)


def paint_over_text(painter: QPainter, scene: Scene, look: Look) -> None:
    """Cues and sources."""
    chips = {(m.placed.start, m.placed.end) for m in scene.mentions}
    for shown in scene.quotes:
        _paint_roles(painter, shown, look, chips)


def paint_margin(painter: QPainter, scene: Scene, look: Look) -> None:
    """The margin, and the link of a picked quote. Needs the whole scene: pills make room."""
    bars = bars_of(scene)
    draw_margin(painter, scene, look, bars)
    for shown in scene.quotes:
        bar = bars.get(shown.quote.id)
        if look.reading.links and bar is not None and ("quote", shown.quote.id) in look.picked:
            draw_link(painter, shown, look, bar.lane)


def _longest_first(quotes: Iterable[ShownQuote]) -> list[ShownQuote]:
    return sorted(quotes, key=lambda q: -sum(p.placed.end - p.placed.start for p in q.parts))


def _paint_tint(painter: QPainter, shown: ShownQuote, look: Look) -> None:
    shades = look.shades(shown)
    key = ("quote", shown.quote.id)
    for part in shown.parts:
        if part.placed.part is None or part.placed.part.role != "content":
            continue
        boxes = snapped([piece.rect.adjusted(-4, 0, 4, 0) for piece in part.pieces])
        fill = QColor(shades.fill)
        if look.theme.dark and key in look.picked:
            fill = fill.lighter(135)
        painter.setBrush(fill)
        edge = shades.strong if key in look.picked else shades.edge
        nested = shown.quote.parent is not None
        drawn = key in look.picked or key in look.hovered or nested
        painter.setPen(QPen(QColor(edge), 1.4) if drawn else Qt.PenStyle.NoPen)
        painter.drawPath(outline(boxes, 6))


def _paint_chip(painter: QPainter, shown: Shown, look: Look) -> None:
    shades = look.label_shades(shown)
    picked = shown.key in look.picked
    for piece in shown.pieces:
        rect = chip_rect(piece, shown.depth, look.metrics)
        edge = shades.strong if picked or shown.key in look.hovered else shades.edge
        painter.setPen(QPen(QColor(edge), 2.2 if picked else 1.0))
        painter.setBrush(QColor(shades.fill))
        painter.drawRoundedRect(rect, 5, 5)


def _paint_roles(
    painter: QPainter, shown: ShownQuote, look: Look, chips: set[tuple[int, int]]
) -> None:
    shades = look.shades(shown)
    picked = ("quote", shown.quote.id) in look.picked
    for part in shown.parts:
        span = part.placed.part
        if span is None or span.role == "content":
            continue
        for piece in part.pieces:
            if span.role == "cue":
                _underline(painter, piece, shades, look.metrics)
            elif span.role == "source" and (picked or (span.start, span.end) not in chips):
                _box(painter, piece, shades, look.metrics, picked=picked)
            elif span.role == "addressee":
                _underline(painter, piece, shades, look.metrics, dotted=True)


def _underline(
    painter: QPainter, piece: Piece, shades: Shades, metrics: TextMetrics, *, dotted: bool = False
) -> None:
    pen = QPen(QColor(shades.strong), 2.2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dotted:
        pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    y = piece.baseline + metrics.font.pixelSize() * 0.36
    painter.drawLine(QPointF(piece.rect.left() + 1, y), QPointF(max(piece.rect.right() - 1, 1), y))


def _box(
    painter: QPainter, piece: Piece, shades: Shades, metrics: TextMetrics, *, picked: bool
) -> None:
    painter.setPen(QPen(QColor(shades.strong), 1.8 if picked else 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(chip_rect(piece, 0, metrics).adjusted(0, -1, 0, 1), 5, 5)
