"""The view of an article's text with its spans: Qt lays the text out, we paint the spans."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import shiboken6
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from annotator.core.edit import Change, Edit
from annotator.core.models import Entity, Mention, Quote
from annotator.core.offsets import Utf16Offsets
from annotator.core.span_index import PlacedSpan, SpanIndex
from annotator.ui.article.badges import paint_badges
from annotator.ui.article.document import (
    TextMetrics,
    build_document,
    document_offsets,
    is_rtl_article,
    set_frame,
)
from annotator.ui.article.geometry import Lines, position_at, visible_lines
from annotator.ui.article.lazy_layout import LazyLayout
from annotator.ui.article.paint_context import PaintContext
from annotator.ui.article.painter import paint_margin, paint_over_text, paint_under_text
from annotator.ui.article.scrolling import scroll_into_view, scroll_to_middle, scroll_to_top
from annotator.ui.article.snapping import snap, word_around
from annotator.ui.article.text_settings import TextSettings, metrics_for
from annotator.ui.article.view_position import ViewPosition
from annotator.ui.article.visible_spans import Scene, build_scene
from annotator.ui.i18n.translation import tr
from annotator.ui.session import SelectedItem, Session
from annotator.ui.theme.theme import Theme

_log = logging.getLogger(__name__)
_READING: Final = Qt.TextInteractionFlag.TextSelectableByMouse | (
    Qt.TextInteractionFlag.TextSelectableByKeyboard
)
_MAP_ROOM: Final = 13
_ROOM_FOR_MAP: Final = 340
"""A page narrower than this, in pixels, has no room for the map."""
_NARROWEST: Final = 260
"""The minimum width of the text, in pixels; the lists beside it shrink instead."""

Underlay = Callable[[QPainter, Scene, Theme, QRegion], None]
"""Paints between the spans and the text, in this part of the viewport."""


class SpanView(QTextEdit):
    """A view of the session's article with its spans; subclasses handle mouse and keys.

    All offsets in its methods are code points of the article's text.
    """

    first_painted = Signal()
    """Emitted when lines of an article were painted for the first time, or there is no text."""
    reading_changed = Signal()
    """Emitted when the text settings or the shown layers have changed."""
    resized = Signal()
    """Emitted when the view has another size, and its lines are where they now belong."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        *,
        reading: TextSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.theme = theme
        self.reading = reading or TextSettings()
        self._rtl = False
        self._keeps_map, self._map_room = False, 0
        self._metrics = self._metrics_for(0)
        self.offsets = Utf16Offsets("")
        self.index: SpanIndex | None = None
        self._scene = Scene()
        self._lines = Lines()
        self._lines_place: tuple[int, ...] | None = None
        """What `_lines` depend on besides the layout; None if they are to be found anew."""
        self._hovered: frozenset[tuple[str, str]] = frozenset()
        self._painted_keys: frozenset[tuple[str, str]] = frozenset()
        self._painted = False
        self.underlays: list[Underlay] = []
        self._kept_top = (0, 0)
        self._document = build_document("", self._metrics)
        self._set_up()
        self._shown_key: int | None = None
        self._selected = (0, 0)
        session.article_opened.connect(self._show_article)
        session.edit_applied.connect(self._follow_edit)
        session.selected_item_changed.connect(self._follow_selected_item)
        self.selectionChanged.connect(self._follow_selection)

    def _set_up(self) -> None:
        self.setReadOnly(True)
        self.setTextInteractionFlags(_READING)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(_NARROWEST)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.setObjectName("article")
        self.setAccessibleName(tr("Article text"))
        self.verticalScrollBar().setAccessibleName(tr("Scroll the article"))
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.set_theme(self.theme)
        self._show_document()

    # Called by the window

    def set_theme(self, theme: Theme) -> None:
        """Paint in this theme from now on."""
        self.theme = theme
        self.viewport().update()

    def selection(self) -> tuple[int, int] | None:
        """Return the selected span without outer white space and on whole graphemes, or None."""
        cursor = self.textCursor()
        article = self.session.article
        if article is None or not cursor.hasSelection():
            return None
        start = self.offsets.to_code_points(cursor.selectionStart())
        end = self.offsets.to_code_points_up(cursor.selectionEnd())
        start, end = snap(article.text, start, end, words=False)
        return (start, end) if start < end else None

    def selection_or_word(self) -> tuple[int, int] | None:
        """Return the selected span, or else the word at the caret."""
        article, selection = self.session.article, self.selection()
        if article is None or selection is not None:
            return selection
        return word_around(article.text, self.caret())

    def caret(self) -> int:
        """Return the offset of the caret."""
        return self.offsets.to_code_points(self.textCursor().position())

    def spans_touching(self, start: int, end: int) -> list[PlacedSpan]:
        """Return the spans of the annotation that share a code point with `[start, end)`."""
        return [] if self.index is None else self.index.touching(max(0, start), end)

    def select(self, start: int, end: int) -> None:
        """Select `[start, end)` and scroll until the line of its end is visible with its chips."""
        cursor = self.textCursor()
        cursor.setPosition(self._position(start))
        cursor.setPosition(self._position(end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self._show_caret_line()

    def clear_selection(self) -> None:
        """Clear the selection; caret and scroll position do not change."""
        cursor, bar = self.textCursor(), self.verticalScrollBar()
        place = bar.value()
        cursor.clearSelection()
        self.setTextCursor(cursor)  # scrolls to the caret
        bar.setValue(place)

    def reveal(self, start: int, end: int) -> None:
        """Scroll as little as needed to show `[start, end)`, or its start if it is too long."""
        cursor = self.textCursor()
        cursor.setPosition(self._position(start))
        top = self.cursorRect(cursor).top()
        cursor.setPosition(self._position(end))
        bottom = self.cursorRect(cursor).bottom()
        scroll_into_view(self, top, bottom, self._metrics.line_height, below=2)

    def _position(self, offset: int) -> int:
        """Return the position in the document, or its end if a damaged project exceeds it."""
        return min(self.offsets.to_units(offset), self.document().characterCount() - 1)

    def _show_caret_line(self) -> None:
        rect, pitch = self.cursorRect(), self._metrics.line_height
        scroll_into_view(self, rect.top(), rect.bottom(), pitch, below=1)

    def selection_bottom(self) -> QPoint | None:
        """Return the viewport point below the end of the selection, where a bar may float."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        found = self._lines_in_sight().pieces(start, end)
        if not found:
            return None
        rect = found[-1].rect
        return QPoint(
            round(rect.left() if len(found) == 1 else rect.center().x()), round(rect.bottom())
        )

    def to_units(self, offset: int) -> int:
        """Return the position in the document, in UTF-16 units, of a code point offset."""
        return self.offsets.to_units(offset)

    def line_height(self) -> int:
        """Return the distance from line to line in pixels."""
        return self._metrics.line_height

    def set_reading(self, reading: TextSettings) -> None:
        """Apply these text settings, within their limits; place and selection stay."""
        before, self.reading = self.reading, reading.within_limits()
        if not self.reading.sets_like(before):
            self._lay_out_again()
        self._hovered = frozenset()
        self.viewport().update()
        self.reading_changed.emit()

    def shown_kinds(self) -> frozenset[str]:
        """Return the kinds of spans whose layer is shown: "mention", "quote"."""
        layers = (("mention", self.reading.entities), ("quote", self.reading.quotes))
        return frozenset(kind for kind, shown in layers if shown)

    def _lay_out_again(self) -> None:
        cursor, top = self.textCursor(), self._top_position()
        anchor, position = cursor.anchor(), cursor.position()
        self._metrics = self._metrics_for(0)
        self._fit(self.viewport().width())
        self._set_document(self.session.article.text if self.session.article else "")
        cursor = self.textCursor()
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        if top:
            self._scroll_to_top(top)

    def _top_position(self) -> int:
        """Return where the first fully visible line starts, in UTF-16 units."""
        if self.verticalScrollBar().value() == 0:
            return 0
        lines = self._lines_in_sight()
        return next((line.start for line in lines if line.top >= 0), 0)

    def place(self) -> ViewPosition:
        """Return where the selection and the first visible line are."""
        cursor, to_code_points = self.textCursor(), self.offsets.to_code_points
        ends = cursor.anchor(), cursor.position(), self._top_position()
        return ViewPosition(*map(to_code_points, ends))

    def go_to(self, place: ViewPosition) -> None:
        """Restore selection and scroll position of that place."""
        place = place.within(self.offsets.code_points)
        self.select(place.anchor, place.caret)
        if place.top:
            self._scroll_to_top(self.to_units(place.top))

    def units_in_sight(self) -> tuple[float, float]:
        """Return roughly the range of the document that the page shows, in UTF-16 units."""
        top = self.verticalScrollBar().value()
        first = position_at(self._document, top, self._painted_position())
        return first, position_at(self._document, top + self.viewport().height(), int(first))

    def _painted_position(self) -> int:
        """Return a position that was painted last, in UTF-16 units; -1 if none was."""
        return self._scene.lines[0].start if self._scene.lines else -1

    def centre_on(self, units: float) -> None:
        """Scroll so that this place, in UTF-16 units and fractions, is half way down."""
        scroll_to_middle(self, units)

    def _scroll_to_top(self, position: int) -> None:
        """Scroll so that the line of this position, in UTF-16 units, is the first visible one."""
        scroll_to_top(self, position, self._metrics.line_height // 2)

    def scene(self) -> Scene:
        """Return what was painted last: the visible spans and where they are."""
        return self._scene

    # Following the session

    def _show_article(self) -> None:
        article, annotation = self.session.article, self.session.annotation
        text = article.text if article is not None else ""
        self.offsets = document_offsets(text)
        self.index = SpanIndex(annotation) if annotation is not None else None
        self._scene, self._hovered = Scene(), frozenset()
        key, self._shown_key = self._shown_key, self.session.article_key
        if key is not None and key == self._shown_key:
            # Read again after a change elsewhere: the text never changes, and place and selection
            # are still what the user looks at.
            self.viewport().update()
            return
        self._selected = 0, 0
        self._set_direction(rtl=is_rtl_article(text))
        self._set_document(text)
        if self._document.characterCount() - 1 != self.offsets.units and text:
            _log.error("the display copy of %s has another length", article and article.id)
            self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        else:
            self.setTextInteractionFlags(_READING)

    def _set_document(self, text: str) -> None:
        old, self._document = self._document, build_document(text, self._metrics)
        self._scene = Scene()  # its lines belong to the old document
        self._forget_lines()
        self._wrap_lines()
        self._show_document()
        # Qt would keep the old document, and continue to lay it out whenever idle.
        shiboken6.delete(old)

    def _show_document(self) -> None:
        self.setDocument(self._document)
        layout = self._document.documentLayout()
        layout.update.connect(self._forget_lines)
        layout.documentSizeChanged.connect(self._forget_lines)
        # While it was set, what follows the selection may have looked for lines not yet wrapped.
        self._forget_lines()
        self._lazy_layout = LazyLayout(self._document, self._document)

    def _follow_edit(self, edit: Edit) -> None:
        if self.index is not None:
            self.index.apply(edit)
        if any(_shows_elsewhere(change) for change in edit.changes):
            self.viewport().update()
        else:
            items = [item for change in edit.changes for item in change]
            self._update_around([(m.start, m.end) for m in items if isinstance(m, Mention)])

    def _update_around(self, spans: list[tuple[int, int]]) -> None:
        """Repaint the lines of these spans and overlapping ones, whose depth may have changed."""
        touching = [near for start, end in spans for near in self.spans_touching(start, end)]
        self.update_lines([*spans, *((near.start, near.end) for near in touching)])

    def _follow_selected_item(self, selected: SelectedItem | None) -> None:
        before, self._painted_keys = self._painted_keys, self.selected_keys()
        self._update_keys(before ^ self._painted_keys)

    def _update_keys(self, keys: frozenset[tuple[str, str]]) -> None:
        """Repaint the lines of these spans; a quote extends into the margin and beyond."""
        if any(kind == "quote" for kind, _ in keys):
            self.viewport().update()
        else:
            placed = (shown.placed for shown in self._scene.mentions if shown.key in keys)
            self.update_lines([(p.start, p.end) for p in placed])

    def _follow_selection(self) -> None:
        """Repaint whole paragraphs: letters extend beyond the box of their paragraph.

        Qt cuts them off there as long as a part of it is selected, and repaints that part only.
        """
        cursor, find = self.textCursor(), self._document.findBlock
        first, last = find(cursor.selectionStart()), find(cursor.selectionEnd())
        to_code_points = self.offsets.to_code_points
        start, end = first.position(), last.position() + last.length() - 1
        ends = to_code_points(start), to_code_points(end)
        before, self._selected = self._selected, ends
        self.update_lines([before, ends])

    def update_lines(self, spans: Iterable[tuple[int, int]]) -> None:
        """Repaint the lines that these spans are on, with the space for chips around them."""
        pitch, viewport = self._metrics.line_height, self.viewport()
        lines = self._lines_in_sight()
        for start, end in spans:
            for piece in lines.pieces(self.to_units(start), self.to_units(end)):
                top = int(piece.rect.top()) - pitch // 2
                viewport.update(0, top, viewport.width(), 2 * pitch)

    def _lines_in_sight(self) -> Lines:
        """Return the visible lines: the same ones until they are scrolled or laid out again."""
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        place = across, down, self.viewport().height(), self._metrics.line_height
        if place != self._lines_place:
            self._lines = visible_lines(self, self._metrics.line_height, self._painted_position())
            self._lines_place = place
        return self._lines

    @Slot()
    def _forget_lines(self) -> None:
        """Forget the visible lines: accessing one that was laid out again crashes."""
        self._lines, self._lines_place = Lines(), None

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painted = False
        try:
            painted = self._paint_spans(event)
        except Exception:
            # An exception from paintEvent would abort the program.
            _log.exception("painting the spans failed")
        if not painted:
            super().paintEvent(event)
        if not self._painted and (self._scene.lines or not self.offsets.units):
            self._painted = True
            self.first_painted.emit()

    def _paint_spans(self, event: QPaintEvent) -> bool:
        annotation = self.session.annotation
        if self.index is None or annotation is None:
            return False
        lines = self._lines_in_sight()
        kinds = self.shown_kinds()
        self._scene = build_scene(lines, self.offsets, self.index, annotation, kinds)
        context = self.paint_context()
        pitch, band = self._metrics.line_height, event.rect()
        shown = self._scene.within(band.top() - pitch, band.bottom() + pitch)
        with self._painting() as painter:
            paint_under_text(painter, shown, context)
            for underlay in self.underlays:
                underlay(painter, self._scene, self.theme, event.region())
        # Qt skips the lines beside the band, and with them what extends from them into it.
        super().paintEvent(QPaintEvent(band.adjusted(0, -2 * pitch, 0, 2 * pitch)))
        with self._painting() as painter:
            paint_over_text(painter, shown, context)
            paint_margin(painter, self._scene, context)
            paint_badges(painter, self._scene, context, band)
            self.paint_above(painter)
        return True

    @contextmanager
    def _painting(self) -> Iterator[QPainter]:
        """Yield a painter, ended even on an exception: an active one would outlive the window."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            yield painter
        finally:
            painter.end()

    def paint_above(self, painter: QPainter) -> None:
        """Paint what is above everything else; nothing in this class."""

    def set_hovered(self, hovered: frozenset[tuple[str, str]]) -> None:
        """Draw these spans, by (kind, id), as hovered."""
        if hovered != self._hovered:
            before, self._hovered = self._hovered, hovered
            self._update_keys(before ^ hovered)

    def paint_context(self) -> PaintContext:
        """Return what painting depends on now. Only while an article is open."""
        session = self.session
        assert session.annotation is not None
        return PaintContext(
            theme=self.theme,
            metrics=self._metrics,
            reading=self.reading,
            ui_font=self._ui_font(),
            scheme=session.scheme,
            annotation=session.annotation,
            order=session.quote_order,
            selected=self.selected_keys(),
            hovered=self._hovered,
        )

    def selected_keys(self) -> frozenset[tuple[str, str]]:
        """Return the selected spans, by (kind, id)."""
        selected, annotation = self.session.selected_item, self.session.annotation
        if selected is None or annotation is None:
            return frozenset()
        if selected.kind != "entity":
            return frozenset([(selected.kind, selected.id)])
        return frozenset(("mention", m.id) for m in annotation.mentions_of(selected.id))

    def _ui_font(self) -> QFont:
        font = QFont(self.window().font())
        if font.pixelSize() < 0:
            font.setPixelSize(13)
        return font

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self._caret_and_scroll()
        super().keyPressEvent(event)
        if self._caret_and_scroll() != before:
            self._show_caret_line()

    def _caret_and_scroll(self) -> tuple[int, int]:
        return self.textCursor().position(), self.verticalScrollBar().value()

    # Size

    def resizeEvent(self, event: QResizeEvent) -> None:
        top, column = self._kept_position(), self._metrics.column
        self._fit(event.size().width())
        super().resizeEvent(event)
        if top and self._metrics.column != column:
            self._scroll_to_top(top)
            self._kept_top = top, self.verticalScrollBar().value()
        self.resized.emit()

    def _kept_position(self) -> int:
        """Return the first visible position; the same over many resizes, or it would drift."""
        kept, value = self._kept_top
        return kept if value and value == self.verticalScrollBar().value() else self._top_position()

    def _set_direction(self, *, rtl: bool) -> None:
        """Put the gutter on this side for the next document."""
        if rtl != self._rtl:
            self._rtl = rtl
            page = self._page_width(self.viewport().width()) - self._map_room
            self._metrics = self._metrics_for(page)
            self._fit(self.viewport().width())

    def map_room(self) -> int:
        """Return the width that is free for a map beside the scroll bar, in pixels."""
        return self._map_room

    def keeps_map_room(self) -> bool:
        """Return whether a map is wanted; a narrow page has no room for it even then."""
        return self._keeps_map

    def keep_map_room(self, *, kept: bool) -> None:
        """Keep room for a map beside the scroll bar, or give it to the text."""
        self._keeps_map = kept
        self._fit(self.viewport().width())

    def _page_width(self, width: int) -> int:
        """Return the width of the page around a viewport of this width."""
        margins = self.viewportMargins()
        return width + margins.left() + margins.right()

    def _fit(self, width: int) -> None:
        """Fit the page: first the map shrinks, then the gutter, then the measure."""
        total = self._page_width(width)
        self._map_room = _MAP_ROOM if self._keeps_map and total >= _ROOM_FOR_MAP else 0
        page = total - self._map_room
        metrics = self._metrics_for(page)
        left = max(0, page - metrics.width) * (3 if self._rtl else 2) // 5
        if self.isRightToLeft():
            self.setViewportMargins(left + self._map_room, 0, 0, 0)
        else:
            self.setViewportMargins(left, 0, self._map_room, 0)
        if metrics != self._metrics:
            self._metrics = metrics
            set_frame(self._document, metrics)
            self._wrap_lines()
            self._lazy_layout.restart()
            self._forget_lines()

    def _wrap_lines(self) -> None:
        if self.lineWrapColumnOrWidth() != self._metrics.width:  # Qt would lay out all the same
            self.setLineWrapColumnOrWidth(self._metrics.width)

    def _metrics_for(self, width: int) -> TextMetrics:
        return metrics_for(self.reading, width, rtl=self._rtl)


def _shows_elsewhere(change: Change) -> bool:
    """Return whether a change affects other spans than its own: numbers, colours, names."""
    if isinstance(change.item, Entity):
        return change.before is not None and change.after is not None
    return isinstance(change.item, Quote)
