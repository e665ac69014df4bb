"""What mouse and keys do in the article."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from annotator.core.models import Quote
from annotator.core.span_index import Placed
from annotator.ui.article.reading import Reading
from annotator.ui.article.snapping import snapped
from annotator.ui.article.span_view import SpanView
from annotator.ui.session import Pick, Session
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.ui.article.dragging import EdgeDrag


class ArticleView(SpanView):
    """A read-only view of the session's article: select, pick, resize by mouse and key.

    A selection by mouse grows to whole words unless Alt is held.
    """

    selection_settled = Signal()
    """The user has finished changing the selection, by mouse or by key."""

    wants_accept = Signal()
    """Return was pressed: take what was offered last."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        *,
        reading: Reading | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, theme, reading=reading, parent=parent)
        self.overlay: Callable[[QPainter], None] | None = None
        self._drag: EdgeDrag | None = None
        self._pressed_at = QPoint()
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
        if left and (grip := self._grip(event.position())) is not None:
            from annotator.ui.article.dragging import EdgeDrag

            self._drag = EdgeDrag(*grip)
        else:
            if left and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.clear_selection()  # else Qt would drag the words away instead of selecting
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag_to(event)
            return
        super().mouseMoveEvent(event)
        if not event.buttons():
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drop(event.position())
            return
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.textCursor().hasSelection():
            if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._snap_selection()
        elif (event.position().toPoint() - self._pressed_at).manhattanLength() < 4:
            self._pick_at(event.position())
        self.selection_settled.emit()

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
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.wants_accept.emit()
            return
        before = self.textCursor().position()
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Shift:
            return  # on the way to Shift+A or the like, which is about what is picked
        cursor = self.textCursor()
        if cursor.position() != before or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not cursor.hasSelection():
                self._pick_around_caret()
            self.selection_settled.emit()

    def _snap_selection(self) -> None:
        article = self.session.article
        cursor = self.textCursor()
        if article is None:
            return
        backwards = cursor.position() < cursor.anchor()
        start = self.offsets.to_code_points(cursor.selectionStart())
        end = self.offsets.to_code_points_up(cursor.selectionEnd())
        start, end = snapped(article.text, start, end, words=True)
        self.select(*((end, start) if backwards else (start, end)))

    def _pick_at(self, point: QPointF) -> None:
        """Single out the innermost span under the mouse; a further click goes outwards."""
        found = self.scene().at(point)
        if not found:
            self.session.select(None)
            return
        picks = [_pick(shown.placed) for shown in found]
        current = self.session.pick
        following = picks.index(current) + 1 if current in picks else 0
        self.session.select(picks[following % len(picks)])

    def _pick_around_caret(self) -> None:
        if self.index is not None:
            kinds = self.shown_kinds()
            found = [span for span in self.index.at(self.caret()) if span.kind in kinds]
            self.session.select(_pick(found[0]) if found else None)

    def _hover(self, point: QPointF) -> None:
        grip = self._grip(point)
        shape = Qt.CursorShape.SizeHorCursor if grip is not None else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        self.set_hovered(frozenset(shown.key for shown in self.scene().at(point)[:1]))

    # Dragging edges

    def _grip(self, point: QPointF) -> tuple[Placed, str] | None:
        """The edge of a picked span, or of an unpicked mention under the mouse, to drag."""
        found = self.scene().edge_at(point, set(self.picked_keys()))
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
        """Resize what was dragged; an edge that was only clicked picks as any place does."""
        drag, self._drag = self._drag, None
        self.viewport().update()
        if drag is not None and not drag.moved:
            self._pick_at(point)
        elif drag is not None:
            self.session.perform(drag.edit)
            pick = self.session.pick
            quote = self.session.picked_quote()
            if pick is not None and pick.part is not None and isinstance(quote, Quote):
                self.session.select(Pick("quote", quote.id))


def _pick(placed: Placed) -> Pick:
    return Pick(placed.kind, placed.id, placed.part)
