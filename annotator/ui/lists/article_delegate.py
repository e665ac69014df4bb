"""The delegate that paints a row of the article list."""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from annotator.core.models import Status
from annotator.store import ArticleRow
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.article_model import ARTICLE_ROLE, STATUS_LABELS, title_of
from annotator.ui.lists.row_drawing import (
    Fonts,
    draw_box,
    draw_flag,
    draw_line,
    draw_note,
    elided,
    mirrored,
    right_to_left,
    two_lines,
)
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import show_tool_tip

_LEFT: Final = 34
_RIGHT: Final = 10
_MARK: Final = 14
_MARKER: Final = 16

_Index = QModelIndex | QPersistentModelIndex


class ArticleDelegate(QStyledItemDelegate):
    """Paints status mark, title in up to two lines, source and date."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.on_desk: int | None = None
        """The key of the open article, whose row is filled."""
        self._fonts: Fonts | None = None

    def fonts(self, base: QFont) -> Fonts:
        """Return the fonts of the rows, for a view with this font."""
        if self._fonts is None or self._fonts.view != base:
            self._fonts = Fonts.of(base)
        return self._fonts

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        fonts = self.fonts(option.font)
        return QSize(160, 2 * _line_height(fonts) + QFontMetrics(fonts.small).height() + 19)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ARTICLE_ROLE)
        if not isinstance(row, ArticleRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter, option, row.key == self.on_desk)
        self._paint_text(painter, option, row)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        row = index.data(ARTICLE_ROLE)
        if event.type() != QEvent.Type.ToolTip or not isinstance(row, ArticleRow):
            return False
        texts = (title_of(row), source_line(row), tr(STATUS_LABELS[row.status]))
        show_tool_tip(event.globalPos(), "\n".join(word for word in texts if word), view)
        return True

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem, on_desk: bool) -> None:
        theme, state = self.theme, QStyle.StateFlag
        box = option.rect.adjusted(0, 0, 0, -1)
        focused = bool(option.state & state.State_Selected and option.state & state.State_Active)
        if on_desk:
            edge = theme.accent if focused else theme.line
            draw_box(painter, box, fill=theme.card, edge=edge, radius=8)
            bar = QRect(box.left() + 5, box.top() + 9, 3, box.height() - 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(mirrored(bar, box)), 1.5, 1.5)
        elif focused:
            draw_box(painter, box, fill=theme.hover, edge=theme.accent, radius=8)
        elif option.state & state.State_MouseOver:
            draw_box(painter, box, fill=theme.hover, edge=theme.hover, radius=8)
        else:
            painter.setPen(QPen(QColor(theme.line), 1))
            y = option.rect.bottom() + 0.5
            line = mirrored(option.rect.adjusted(_LEFT, 0, -_RIGHT, 0), option.rect)
            painter.drawLine(QPointF(line.left(), y), QPointF(line.right(), y))

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, row: ArticleRow) -> None:
        fonts, theme = self.fonts(option.font), self.theme
        height, below = _line_height(fonts), QFontMetrics(fonts.small).height()
        room = mirrored(option.rect.adjusted(_LEFT, 0, -_RIGHT, 0), option.rect)
        lines = [words for words in two_lines(fonts.base, title_of(row), room.width()) if words]
        source = source_line(row)
        line = QRect(room.left(), room.top() + 9, room.width(), height)
        first = line.center().y()
        quiet = row.status in ("done", "skipped") and row.key != self.on_desk
        ink, rtl = theme.muted if quiet else theme.text, right_to_left(title_of(row))
        for words in lines:
            draw_line(painter, line, words, fonts.base, ink, rtl=rtl)
            line.translate(0, height)
        line.setHeight(below)
        self._paint_markers(painter, line, row)
        draw_line(
            painter,
            line.translated(0, 1),
            elided(fonts.small, source, line.width() - 2 * _MARKER * (row.flagged or row.noted)),
            fonts.small,
            theme.muted,
            rtl=rtl,
        )
        mark = QRect(option.rect.left() + 13, first - _MARK // 2, _MARK, _MARK)
        place = QRectF(mirrored(mark, option.rect)).translated(0, 0.5)
        draw_status(painter, place, row.status, theme)

    def _paint_markers(self, painter: QPainter, line: QRect, row: ArticleRow) -> None:
        """Paint the marks for a flag and a note at the end of the line."""
        right = line.right()  # the end of the line in English; mirrored in Arabic
        for draw, on in ((draw_note, row.noted), (draw_flag, row.flagged)):
            if on:
                place = QRect(right - _MARKER + 3, line.center().y() - 5, 12, 12)
                draw(painter, mirrored(place, line), self.theme.muted)
                right -= _MARKER


def source_line(row: ArticleRow) -> str:
    """Return source and date as one line."""
    # Isolated, as a date beside Arabic would otherwise start with its day.
    date = row.published and f"\u2066{row.published}\u2069"
    return " · ".join(word for word in (row.source, date) if word)


def draw_status(painter: QPainter, rect: QRectF, status: Status, theme: Theme) -> None:
    """Draw the mark of a status: ring, half ring, check, dash; distinguished by shape."""
    ring = rect.adjusted(1, 1, -1, -1)
    colors = {"todo": theme.muted, "doing": theme.accent, "done": theme.good}
    color = QColor(colors.get(status, theme.muted))
    painter.setPen(QPen(color, 1.6))
    painter.setBrush(color if status == "done" else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(ring)
    pen = QPen(QColor(theme.card) if status == "done" else color, 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    x, y, size = ring.left(), ring.top(), ring.width()
    if status == "doing":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPie(ring.adjusted(2.2, 2.2, -2.2, -2.2), 90 * 16, -180 * 16)
    elif status == "done":
        painter.setPen(pen)
        spots = ((0.28, 0.53), (0.44, 0.68), (0.73, 0.36))
        painter.drawPolyline([QPointF(x + size * a, y + size * b) for a, b in spots])
    elif status == "skipped":
        painter.setPen(pen)
        middle = ring.center().y()
        painter.drawLine(QPointF(x + size * 0.3, middle), QPointF(x + size * 0.7, middle))


def _line_height(fonts: Fonts) -> int:
    return round(fonts.base.pixelSize() * 1.36)
