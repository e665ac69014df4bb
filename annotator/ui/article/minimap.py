"""The minimap beside the scroll bar: the spans of the whole article, and the visible part."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from annotator.core.annotation import Annotation
from annotator.ui.article.span_view import SpanView
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import set_tool_tip

_PAUSE_MS: Final = 80
"""The delay after the last change: drawing 10,000 spans takes 10 ms, too long for a key press."""
_SHORTEST: Final = 2
"""The minimum height of a mark, in pixels."""
_LANE: Final = 4


class Minimap(QWidget):
    """Entities in the lane next to the text, quotes in the other one. Click or drag scrolls.

    It covers the margin that the view keeps free for it.
    """

    def __init__(self, view: SpanView, theme: Theme) -> None:
        super().__init__(view)
        self.setObjectName("minimap")
        self.setAccessibleName(tr("Minimap"))
        set_tool_tip(self, tr("Where the spans lie. Click or drag to go there."))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._view = view
        self._theme = theme
        self._marks = QImage()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.draw_marks)
        session = view.session
        for signal in (session.article_opened, session.edit_applied, view.reading_changed):
            signal.connect(self._schedule_draw)
        view.verticalScrollBar().valueChanged.connect(self._follow_scroll)
        view.verticalScrollBar().rangeChanged.connect(self._follow_scroll)
        view.viewport().installEventFilter(self)
        self._place()
        self._schedule_draw()

    def set_theme(self, theme: Theme) -> None:
        """Paint in this theme from now on."""
        self._theme = theme
        self._schedule_draw()

    @property
    def wanted(self) -> bool:
        """Whether it is shown wherever there is room for it."""
        return self._view.keeps_map_room()

    def show_or_hide(self, *, shown: bool) -> None:
        """Show or hide the map; the view keeps room for it accordingly."""
        self._view.keep_map_room(kept=shown)
        self._place()
        self._schedule_draw()

    def sizeHint(self) -> QSize:
        return QSize(self._view.map_room(), 100)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
            self._schedule_draw()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._theme.page))
            window = QColor(self._theme.muted)
            window.setAlpha(60)
            # An article that is visible as a whole needs no map.
            if not self._marks.isNull() and self._view.verticalScrollBar().maximum() > 0:
                painter.fillRect(self._visible_rect(), window)
                painter.drawImage(self.rect(), self._marks)
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scroll_to(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scroll_to(event.position().y())

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._view.viewport(), event)

    def _scroll_to(self, y: float) -> None:
        """Scroll so that what is at this height of the map is in the middle of the page."""
        self._view.session.touch()
        share = min(1.0, max(0.0, y / max(1, self.height())))
        self._view.centre_on(share * self._view.offsets.units)

    def _visible_rect(self) -> QRectF:
        """Return the part of the map that the page shows."""
        units = max(1, self._view.offsets.units)
        start, end = self._view.units_in_sight()
        top, bottom = self.height() * start / units, self.height() * end / units
        return QRectF(0, top, self.width(), max(4.0, bottom - top))

    def _place(self) -> None:
        room = self._view.map_room()
        page = self._view.viewport().geometry()
        self.setVisible(room > 0)
        x = page.left() - room if self._view.isRightToLeft() else page.right() + 1
        self.setGeometry(x, page.top(), room, page.height())

    def _follow_scroll(self) -> None:
        self.update()

    def _schedule_draw(self) -> None:
        self._timer.start()

    def draw_marks(self) -> None:
        """Draw all marks now; otherwise they are drawn in the next pause."""
        self._timer.stop()
        annotation, height = self._view.session.annotation, self.height()
        if not self.isVisible() or height < 1:
            return
        self._marks = QImage(max(1, self.width()), height, QImage.Format.Format_ARGB32)
        self._marks.fill(Qt.GlobalColor.transparent)
        if annotation is not None:
            painter = QPainter(self._marks)
            for x, rows in enumerate(self._lanes(annotation)):
                self._draw_lane(painter, 2 + x * (_LANE + 1), rows)
            painter.end()
        self.update()

    def _draw_lane(self, painter: QPainter, x: int, rows: dict[int, str]) -> None:
        colors = {name: QColor(name) for name in set(rows.values())}
        ys = sorted(rows)
        # A run of rows in one colour is one rectangle: y less its number is the same in all of it.
        for (_, name), run in groupby(enumerate(ys), lambda at: (at[1] - at[0], rows[at[1]])):
            numbers = [number for number, _ in run]
            painter.fillRect(x, ys[numbers[0]], _LANE, len(numbers), colors[name])

    def _lanes(self, annotation: Annotation) -> Iterator[dict[int, str]]:
        """Yield the colour of each pixel row, first of the mentions, then of the quotes."""
        view, scheme = self._view, self._view.session.scheme
        kinds = view.shown_kinds()
        tones = {label.name: self._theme.tone(label.tone).edge for label in scheme.labels}
        other = self._theme.tone("").edge
        labels = {id_: entity.label for id_, entity in annotation.entities.items()}
        yield self._rows(
            (m.start, m.end, tones.get(labels[m.entity_id], other))
            for m in (annotation.mentions.values() if "mention" in kinds else ())
        )
        order = view.session.quote_order
        yield self._rows(
            (part.start, part.end, self._theme.speaker(order.tone(quote)).edge)
            for quote in (annotation.quotes.values() if "quote" in kinds else ())
            for part in quote.spans
            if part.role == "content"
        )

    def _rows(self, spans: Iterator[tuple[int, int, str]]) -> dict[int, str]:
        article, height = self._view.session.article, self.height()
        scale = height / max(1, len(article.text)) if article is not None else 0.0
        rows: dict[int, str] = {}
        for start, end, color in spans:
            top = min(int(start * scale), height - 1)
            for y in range(top, min(height, max(int(end * scale), top + _SHORTEST))):
                rows[y] = color
        return rows
