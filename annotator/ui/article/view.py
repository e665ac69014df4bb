"""The article view: mouse and keyboard handling."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QTextCursor
from PySide6.QtWidgets import QWidget

from annotator.core.models import Quote
from annotator.core.span_index import PlacedSpan
from annotator.ui.article.geometry import Line, letter_at, swept_range
from annotator.ui.article.snapping import snap, word_of
from annotator.ui.article.span_view import SpanView
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.session import SelectedItem, Session
from annotator.ui.theme.theme import Theme

if TYPE_CHECKING:
    from annotator.ui.article.dragging import EdgeDrag

_CLICK: Final = 4
"""A press that moves less than this, in pixels, is a click."""


class ArticleView(SpanView):
    """A read-only view of the session's article: select text and spans, resize spans.

    A selection by mouse grows to whole words unless Alt is held.
    """

    selection_settled = Signal()
    """Emitted when the user has finished changing the selection, by mouse or by key."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        *,
        reading: TextSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, theme, reading=reading, parent=parent)
        self.overlay: Callable[[QPainter], None] | None = None
        self._drag: EdgeDrag | None = None
        self._pressed_at = QPoint()
        self._sweep: QPointF | None = None
        """Where the sweep of a selection began, in the document; None without a sweep."""
        session.article_opened.connect(self._forget_drag)
        self.verticalScrollBar().valueChanged.connect(lambda _at: session.touch())

    def paint_above(self, painter: QPainter) -> None:
        if self.overlay is not None:
            self.overlay(painter)
        if self._drag is not None:
            self._drag.paint(painter, self.scene().lines, self.theme)

    def _forget_drag(self) -> None:
        self._drag = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.session.touch()
        self._pressed_at = event.position().toPoint()
        left = event.button() == Qt.MouseButton.LeftButton
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._sweep = event.position() + self._scrolled() if left and not shift else None
        if left and not shift and (grip := self._grip(event.position())) is not None:
            from annotator.ui.article.dragging import EdgeDrag

            self._drag = EdgeDrag(*grip)
        else:
            if left and not shift:
                self.clear_selection()  # otherwise Qt would drag the text away instead of selecting
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag_to(event)
            return
        super().mouseMoveEvent(event)
        if not event.buttons():
            self._hover(event.position())
        elif self._has_moved(event) and (found := self._swept_to(event.position())) is not None:
            self._select_in_place(*found)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drop(event.position())
            return
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        moved = self._has_moved(event)
        if (found := self._swept_to(event.position())) is not None and moved:
            self._select_in_place(*found)
        self._sweep = None
        if self.textCursor().hasSelection():
            if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._snap_selection()
        elif not moved:
            self._select_at(event.position())
        self.selection_settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._sweep = None
        super().mouseDoubleClickEvent(event)
        article, line = self.session.article, _line_at(self.scene().lines, event.position().y())
        letter = letter_at(line, event.position().x()) if line is not None else None
        if article is not None and letter is not None:
            word = word_of(article.text, self.offsets.to_code_points(letter.start))
            if word is not None and event.button() == Qt.MouseButton.LeftButton:
                self._select_in_place(*map(self.offsets.to_units, word))

    def leaveEvent(self, event: QEvent) -> None:
        self.set_hovered(frozenset())
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.session.touch()
        if event.key() == Qt.Key.Key_Escape:
            self._drag = None
            self.clear_selection()
            self.session.select(None)
            self.selection_settled.emit()
            return
        before = self.textCursor().position()
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Shift:
            return  # before Shift+A or the like, which acts on the selected item
        cursor = self.textCursor()
        if cursor.position() != before or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not cursor.hasSelection():
                self._select_around_caret()
            self.selection_settled.emit()

    def _has_moved(self, event: QMouseEvent) -> bool:
        """Return whether the mouse is too far from where it was pressed for a click."""
        return (event.position().toPoint() - self._pressed_at).manhattanLength() >= _CLICK

    def _scrolled(self) -> QPointF:
        """Return how far the page is scrolled."""
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _swept_to(self, point: QPointF) -> tuple[int, int] | None:
        """Return anchor and position of a selection of the letters swept up to this point.

        In UTF-16 units; None where Qt's own selection is right, as it is in text of one direction:
        where the direction changes, two places in the text are one on the page.
        """
        if self._sweep is None:
            return None
        begin = self._sweep - self._scrolled()
        lines = [line for line in self.scene().lines if line.top + line.height > 0]
        first, last = _line_at(lines, begin.y()), _line_at(lines, point.y())
        if first is None or last is None or not (first.rtl or last.rtl):
            return None
        if first is last:
            span = swept_range(first, begin.x(), point.x())
            if span is None:
                return None
            cursor = self.textCursor()
            backwards = cursor.position() < cursor.anchor()
            return (span[1], span[0]) if backwards else span
        forwards = first.start < last.start
        upper, lower = (begin, point) if forwards else (point, begin)
        start = self._swept_edge(first if forwards else last, upper, to_end=True)
        end = self._swept_edge(last if forwards else first, lower, to_end=False)
        return (start, end) if forwards else (end, start)

    def _swept_edge(self, line: Line, point: QPointF, *, to_end: bool) -> int:
        """Return where a sweep from here to the end of the line starts, or one to here ends."""
        if not line.rtl:
            return self.cursorForPosition(point.toPoint()).position()
        direction = self.document().findBlock(line.start).textDirection()
        rightwards = to_end == (direction == Qt.LayoutDirection.LeftToRight)
        span = swept_range(line, point.x(), math.inf if rightwards else -math.inf)
        if span is None:
            return line.ink_end if to_end else line.start
        return span[0] if to_end else span[1]

    def _select_in_place(self, anchor: int, position: int) -> None:
        """Select in UTF-16 units; the scroll position does not change."""
        cursor, bar = self.textCursor(), self.verticalScrollBar()
        place = bar.value()
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        bar.setValue(place)

    def _snap_selection(self) -> None:
        article = self.session.article
        cursor = self.textCursor()
        if article is None:
            return
        backwards = cursor.position() < cursor.anchor()
        start = self.offsets.to_code_points(cursor.selectionStart())
        end = self.offsets.to_code_points_up(cursor.selectionEnd())
        span = snap(article.text, start, end, words=True)
        start, end = (self.offsets.to_units(offset) for offset in span)
        self._select_in_place(*((end, start) if backwards else (start, end)))

    def _select_at(self, point: QPointF) -> None:
        """Select the innermost span under the mouse; a further click goes outwards."""
        found = self.scene().at(point)
        if not found:
            self.session.select(None)
            return
        selected_items = [_selected_item(shown.placed) for shown in found]
        current = self.session.selected_item
        following = selected_items.index(current) + 1 if current in selected_items else 0
        self.session.select(selected_items[following % len(selected_items)])

    def _select_around_caret(self) -> None:
        if self.index is not None:
            kinds = self.shown_kinds()
            found = [span for span in self.index.at(self.caret()) if span.kind in kinds]
            self.session.select(_selected_item(found[0]) if found else None)

    def _hover(self, point: QPointF) -> None:
        grip = self._grip(point)
        shape = Qt.CursorShape.SizeHorCursor if grip is not None else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        self.set_hovered(frozenset(shown.key for shown in self.scene().at(point)[:1]))

    # Dragging edges

    def _grip(self, point: QPointF) -> tuple[PlacedSpan, str] | None:
        """Return the edge of a selected span, or of a mention under the mouse, to drag."""
        article = self.session.article
        if article is None:
            return None
        found = self.scene().edge_at(point, set(self.selected_keys()), article.text)
        return None if found is None else (found[0].placed, found[1])

    def _drag_to(self, event: QMouseEvent) -> None:
        article, drag = self.session.article, self._drag
        if article is None or drag is None:
            return
        cursor = self.cursorForPosition(event.position().toPoint())
        offset = self.offsets.to_code_points(cursor.position())
        words = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        drag.move_to(article.text, offset, words=words)
        start, end = drag.start, drag.end
        drag.units = self.offsets.to_units(start), self.offsets.to_units(end)
        self.viewport().update()

    def _drop(self, point: QPointF) -> None:
        """Resize the dragged span; an edge that was only clicked selects as any place does."""
        drag, self._drag = self._drag, None
        self.viewport().update()
        if drag is not None and not drag.moved:
            self._select_at(point)
        elif drag is not None:
            self.session.perform(drag.edit)
            selected = self.session.selected_item
            quote = self.session.selected_quote()
            if selected is not None and selected.part is not None and isinstance(quote, Quote):
                self.session.select(SelectedItem("quote", quote.id))


def _line_at(lines: list[Line], y: float) -> Line | None:
    """Return the line at this height, or the nearest one."""
    above = [line for line in lines if line.top <= y]
    return above[-1] if above else lines[0] if lines else None


def _selected_item(placed: PlacedSpan) -> SelectedItem:
    return SelectedItem(placed.kind, placed.id, placed.part)
