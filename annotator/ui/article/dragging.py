"""Dragging the edge of a span to resize it."""

from typing import Final

from PySide6.QtGui import QColor, QPainter, QPen

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article
from annotator.core.span_index import PlacedSpan
from annotator.ui.article.geometry import Lines
from annotator.ui.article.outline import draw_outline
from annotator.ui.article.snapping import snap as snapped_span
from annotator.ui.theme.theme import Theme

_EDGE: Final = 1.6


class EdgeDrag:
    """An edge of a span while it is dragged. `start` and `end` are code points, `units` UTF-16."""

    def __init__(self, placed: PlacedSpan, edge: str) -> None:
        self._placed = placed
        self._edge = edge
        self.start, self.end = placed.start, placed.end
        self.units: tuple[int, int] | None = None

    @property
    def moved(self) -> bool:
        return (self.start, self.end) != (self._placed.start, self._placed.end)

    def move_to(self, text: str, offset: int, *, words: bool) -> None:
        """Move the edge to `offset`, snapped; it never crosses the other edge."""
        if self._edge == "start":
            start, end = min(offset, self._placed.end - 1), self._placed.end
        else:
            start, end = self._placed.start, max(offset, self._placed.start + 1)
        start, end = snapped_span(text, start, end, words=words)
        if start < end:
            self.start, self.end = start, end

    def edit(self, article: Article, annotation: Annotation) -> Edit:
        """Return the edit that the drag means. Raises Rejected if it is not possible."""
        if self._placed.part is None:
            return edits.resize_mention(article, annotation, self._placed.id, self.start, self.end)
        return edits.resize_part(
            article, annotation, self._placed.id, self._placed.part, self.start, self.end
        )

    def paint(self, painter: QPainter, lines: Lines, theme: Theme) -> None:
        """Paint an outline where the span would be."""
        if self.units is None:
            return
        painter.setPen(QPen(QColor(theme.accent), _EDGE))
        fill = QColor(theme.accent)
        fill.setAlpha(40)
        painter.setBrush(fill)
        draw_outline(painter, lines.pieces(*self.units), 5, pen=_EDGE, lower=4)
