"""The minimap beside the scroll bar: the spans of the whole article, and the visible part."""

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from time import perf_counter
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Entity, Item, Mention, Quote
from annotator.core.span_index import PlacedSpan
from annotator.ui.article.span_view import SpanView
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import set_tool_tip

_PAUSE_MS: Final = 80
"""The delay before everything is drawn anew, so that it is not while the window is resized."""
_SLICE: Final = 0.002
"""Seconds of drawing at a time."""
_SPANS_AT_ONCE: Final = 200
"""About how many spans are drawn before other code may run."""
_SHORTEST: Final = 2
"""The minimum height of a mark, in pixels."""
_LANE: Final = 4


class Minimap(QWidget):
    """Entities in the lane next to the text, quotes in the other one. Click or drag scrolls.

    It covers the margin that the view keeps free for it. An edit redraws the pixel rows of the
    spans that it changes; everything is drawn anew only for another article, size or appearance,
    in short slices. Of two spans in one pixel row, the one that was made later is seen.
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
        self._drawing: QImage | None = None
        """What replaces `_marks` once it is drawn as a whole; None if `_marks` is current."""
        self._stale_rows: set[int] = set()
        self._all_stale = True
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._draw_slice)
        session = view.session
        for signal in (session.article_opened, view.reading_changed):
            signal.connect(self._schedule_draw)
        session.edit_applied.connect(self._follow_edit)
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

    @Slot()
    def _schedule_draw(self) -> None:
        """Draw everything anew after a pause."""
        self._all_stale = True
        self._timer.start(_PAUSE_MS)

    @Slot(object)
    def _follow_edit(self, edit: Edit) -> None:
        """Draw the pixel rows of the changed spans anew, once the text is painted."""
        annotation = self._view.session.annotation
        if self._all_stale or annotation is None:
            return
        for span in _changed_spans(edit, annotation):
            self._stale_rows.update(self._rows_of(*span))
        if self._stale_rows and not self._timer.isActive():
            self._timer.start(0)

    def draw_marks(self) -> None:
        """Draw all marks now; otherwise they are drawn in the next pause."""
        self._all_stale = True
        self.finish()

    def finish(self) -> None:
        """Draw now what would be drawn in the next pauses."""
        while self._draw_some():
            pass

    @Slot()
    def _draw_slice(self) -> None:
        until = perf_counter() + _SLICE
        while self._draw_some():
            if perf_counter() >= until:
                self._timer.start(0)
                return

    def _draw_some(self) -> bool:
        """Draw some of the stale rows; return whether more are left."""
        self._timer.stop()
        annotation, height = self._view.session.annotation, self.height()
        if not self.isVisible() or height < 1:
            self._all_stale = True  # a change of size or place draws it when it is visible
            return False
        if self._all_stale:
            self._all_stale = False
            self._drawing = QImage(max(1, self.width()), height, QImage.Format.Format_ARGB32)
            self._drawing.fill(Qt.GlobalColor.transparent)
            self._stale_rows = set(range(height if annotation is not None else 0))
        if self._stale_rows and annotation is not None:
            self._draw_rows(annotation, self._next_rows(annotation))
        if not self._stale_rows and self._drawing is not None:
            self._marks, self._drawing = self._drawing, None
            self.update()
        return bool(self._stale_rows)

    def _next_rows(self, annotation: Annotation) -> range:
        """Return the next stale rows, so many that they show about `_SPANS_AT_ONCE` spans."""
        spans = len(annotation.mentions) + 2 * len(annotation.quotes)
        most = max(1, self.height() * _SPANS_AT_ONCE // max(1, spans))
        first = last = min(self._stale_rows)
        while last + 1 in self._stale_rows and last + 1 < first + most:
            last += 1
        return range(first, last + 1)

    def _draw_rows(self, annotation: Annotation, rows: range) -> None:
        self._stale_rows.difference_update(rows)
        image = self._marks if self._drawing is None else self._drawing
        painter = QPainter(image)
        try:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            area = (0, rows.start, image.width(), len(rows))
            painter.fillRect(*area, Qt.GlobalColor.transparent)
            for x, colors in enumerate(self._lanes(annotation, rows)):
                _draw_lane(painter, 2 + x * (_LANE + 1), colors)
        finally:
            painter.end()
        if self._drawing is None:
            self.update(0, rows.start, self.width(), len(rows))

    def _lanes(self, annotation: Annotation, rows: range) -> Iterator[dict[int, str]]:
        """Yield the colour of each of the pixel rows, first of the mentions, then of the quotes."""
        view, scheme = self._view, self._view.session.scheme
        kinds, placed = view.shown_kinds(), self._placed_in(rows)
        tones = {label.name: self._theme.tone(label.tone).edge for label in scheme.labels}
        other = self._theme.tone("").edge
        mentions = [annotation.mentions[p.id] for p in placed if p.kind == "mention"]
        mentions.sort(key=lambda mention: mention.ordinal)
        yield self._colors(
            (
                (m.start, m.end, tones.get(annotation.entities[m.entity_id].label, other))
                for m in (mentions if "mention" in kinds else ())
            ),
            rows,
        )
        order = view.session.quote_order
        quotes = [
            (annotation.quotes[p.id], p)
            for p in placed
            if p.part is not None and p.part.role == "content"
        ]
        quotes.sort(key=lambda pair: (pair[0].ordinal, pair[1].start))
        yield self._colors(
            (
                (part.start, part.end, self._theme.speaker(order.tone(quote)).edge)
                for quote, part in (quotes if "quote" in kinds else ())
            ),
            rows,
        )

    def _placed_in(self, rows: range) -> list[PlacedSpan]:
        """Return at least the spans that the rows show."""
        scale = self._scale()
        start = math.floor((rows.start - _SHORTEST) / scale) - 1
        return self._view.spans_touching(start, math.ceil(rows.stop / scale) + 1)

    def _scale(self) -> float:
        """Return the pixel rows that stand for a code point of the text."""
        article = self._view.session.article
        return self.height() / max(1, len(article.text) if article is not None else 0)

    def _rows_of(self, start: int, end: int) -> range:
        """Return the pixel rows of a span."""
        scale, height = self._scale(), self.height()
        top = max(0, min(int(start * scale), height - 1))
        return range(top, min(height, max(int(end * scale), top + _SHORTEST)))

    def _colors(self, spans: Iterable[tuple[int, int, str]], rows: range) -> dict[int, str]:
        """Return the colour of each of the rows on which a span is."""
        found: dict[int, str] = {}
        for start, end, color in spans:
            own = self._rows_of(start, end)
            for y in range(max(own.start, rows.start), min(own.stop, rows.stop)):
                found[y] = color
        return found


def _draw_lane(painter: QPainter, x: int, rows: dict[int, str]) -> None:
    colors = {name: QColor(name) for name in set(rows.values())}
    ys = sorted(rows)
    # A run of rows in one colour is one rectangle: y less its number is the same in all of it.
    for (_, name), run in groupby(enumerate(ys), lambda at: (at[1] - at[0], rows[at[1]])):
        numbers = [number for number, _ in run]
        painter.fillRect(x, ys[numbers[0]], _LANE, len(numbers), colors[name])


def _changed_spans(edit: Edit, annotation: Annotation) -> Iterator[tuple[int, int]]:
    """Yield the spans that the map may have to show otherwise after the edit."""
    for before, after in edit.changes:
        if isinstance(before, Entity) and isinstance(after, Entity) and before.label != after.label:
            yield from ((m.start, m.end) for m in annotation.mentions_of(after.id))
        yield from _spans_of(before)
        yield from _spans_of(after)


def _spans_of(item: Item | None) -> Iterator[tuple[int, int]]:
    if isinstance(item, Mention):
        yield item.start, item.end
    elif isinstance(item, Quote):
        yield from ((part.start, part.end) for part in item.parts("content"))
