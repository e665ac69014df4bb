"""The delegate for rows of differences: text, difference and decision."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.ui.lists.row_drawing import Fonts, draw_text, mirrored, text_width
from annotator.ui.theme.theme import Theme

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 7
"""The role of a row's kind, text, difference and decision."""
_HEIGHT: Final = 52
_Index = QModelIndex | QPersistentModelIndex


class DifferenceDelegate(QStyledItemDelegate):
    """A delegate that paints two lines in a card; decided rows are paler."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        data = index.data(ROW_ROLE)
        if data is None:
            return
        kind, text, difference, outcome = data
        theme = self._theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        fonts = Fonts.of(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = mirrored(rect.adjusted(1, 1, -9, -1), rect)
        painter.setPen(
            QPen(QColor(theme.accent if selected else theme.line), 1.6 if selected else 1)
        )
        painter.setBrush(QColor(theme.card if not outcome or selected else theme.panel))
        painter.drawRoundedRect(card, 7, 7)
        ink = theme.muted if outcome else theme.text
        room = mirrored(card.adjusted(20, 6, -8, -6), card)
        top = QRect(room.left(), room.top(), room.width(), room.height() // 2)
        bottom = QRect(room.left(), top.bottom() + 1, room.width(), room.height() // 2)
        self._paint_mark(painter, card, kind, outcome)
        if outcome:
            width = min(text_width(fonts.small, f"✓ {outcome}"), top.width() // 2)
            place = QRect(top.right() - width, top.top(), width, top.height())
            draw_text(painter, mirrored(place, room), f"✓ {outcome}", fonts.small, theme.good)
            top.setRight(place.left() - 8)
        draw_text(painter, mirrored(top, room), text, fonts.base, ink)
        draw_text(painter, bottom, difference, fonts.small, theme.muted)
        painter.restore()

    def _paint_mark(self, painter: QPainter, card: QRect, kind: str, outcome: str) -> None:
        """Paint a bar at the left: bright while undecided, pale once decided; wider for quotes."""
        color = self._theme.line if outcome else self._theme.bad
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        width = 4 if kind == "quote" else 2
        bar = QRect(card.left() + 8, card.top() + 9, width, card.height() - 18)
        painter.drawRoundedRect(mirrored(bar, card), 2, 2)
