"""The drawing of labels in the scheme editor: rows, the palette and a sample sentence."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.core.scheme import TONES, Label
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.row_drawing import Fonts, draw_box, draw_pill, draw_text, text_width
from annotator.ui.scheme_editor.editable_list import ROW_ROLE, Row
from annotator.ui.theme.theme import DARK, LIGHT, Theme
from annotator.ui.widgets.plain_text import set_tool_tip

_Index = QModelIndex | QPersistentModelIndex
_HEIGHT: Final = 34
_PILL: Final = 62
_SWATCH: Final = 34
_GAP: Final = 6


class LabelDelegate(QStyledItemDelegate):
    """A delegate that paints chip, title and key cap of a label."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, option, row.value)
        painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, label: Label) -> None:
        theme, fonts, tone = self._theme, Fonts.of(option.font), self._theme.tone(label.tone)
        if option.state & QStyle.StateFlag.State_Selected:
            box = option.rect.adjusted(2, 1, -2, -1)
            draw_box(painter, box, fill=theme.hover, edge=theme.accent, width=1.5, radius=6)
        rect = option.rect.adjusted(10, 0, -10, 0)
        pill = QRect(rect.left(), 0, _PILL, QFontMetrics(fonts.pill).height() + 6)
        pill.moveTop(rect.center().y() - pill.height() // 2)
        draw_pill(
            painter, pill, label.short, fonts.pill, fill=tone.fill, ink=tone.strong, edge=tone.edge
        )
        right = rect.right()
        if label.key:
            width = max(22, text_width(fonts.small, label.key) + 12)
            cap = QRect(right - width, rect.center().y() - 10, width, 21)
            draw_box(painter, cap, fill=theme.card, edge=theme.line, radius=4)
            middle = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, cap, label.key, fonts.small, theme.text, align=middle)
            right = cap.left() - 8
        title_rect = QRect(rect.left() + _PILL + 10, rect.top(), 0, rect.height())
        title_rect.setRight(right)
        draw_text(painter, title_rect, label.title, fonts.base, theme.text)


class TonePalette(QWidget):
    """The tones side by side; arrow keys or a click choose one."""

    chosen = Signal(str)
    """The tone that the user has chosen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.tone = TONES[0]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(len(TONES) * (_SWATCH + _GAP), 30)
        self.show_tone(self.tone)

    def show_tone(self, tone: str) -> None:
        """Show this tone as the chosen one; an unknown tone is shown as stone."""
        self.tone = tone if tone in TONES else "stone"
        number = TONES.index(self.tone) + 1
        self.setAccessibleName(tr("Colour: {1}, {2} of {3}", tr(self.tone), number, len(TONES)))
        set_tool_tip(self, tr(self.tone))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._choose(TONES.index(self.tone) + step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        self._choose(int(event.position().x()) // (_SWATCH + _GAP))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, tone in enumerate(TONES):
            shades = self._theme.tone(tone)
            box = QRect(number * (_SWATCH + _GAP) + 2, 4, _SWATCH - 2, 22)
            draw_box(painter, box, fill=shades.fill, edge=shades.edge, radius=6)
            tab = QRectF(box.left() + 1, box.bottom() - 6, box.width() - 2, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shades.strong))
            painter.drawRoundedRect(tab, 3, 3)
            if tone == self.tone:
                color = self._theme.accent if self.hasFocus() else self._theme.text
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(color), 2))
                painter.drawRoundedRect(QRectF(box).adjusted(-1.5, -2, 1.5, 2), 7, 7)
        painter.end()

    def _choose(self, number: int) -> None:
        if 0 <= number < len(TONES) and TONES[number] != self.tone:
            self.show_tone(TONES[number])
            self.chosen.emit(self.tone)


class LabelSample(QWidget):
    """A sentence with the label's chip, on the light page and on the dark one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label: Label | None = None
        self.setMinimumHeight(64)
        self.setAccessibleName(tr("Sample"))

    def show_label(self, label: Label | None) -> None:
        """Show the sample for this label."""
        self._label = label
        self.setAccessibleDescription("" if label is None else f"{label.short}, {label.tone}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = (self.width() - 10) // 2
        for number, theme in enumerate((LIGHT, DARK)):
            box = QRect(number * (half + 10), 0, half, self.height())
            draw_box(painter, box, fill=theme.page, edge=theme.line, radius=8)
            if self._label is not None:
                self._paint(painter, box.adjusted(14, 8, -10, -2), theme, self._label)
        painter.end()

    def _paint(self, painter: QPainter, box: QRect, theme: Theme, label: Label) -> None:
        fonts, shades = Fonts.of(self.font()), theme.tone(label.tone)
        x, line = box.left(), QRect(box.left(), box.center().y() - 8, box.width(), 24)
        for text, chip in (("They met", False), ("Ann Lee", True), ("today.", False)):
            width = text_width(fonts.reading, text)
            if chip:
                around = QRect(x - 3, line.top(), width + 6, line.height())
                draw_box(painter, around, fill=shades.fill, edge=shades.edge, radius=5)
                tab = QRect(x - 1, around.top() - 9, text_width(fonts.pill, label.short) + 8, 14)
                draw_box(painter, tab, fill=shades.strong, edge=shades.strong, radius=3)
                middle = Qt.AlignmentFlag.AlignHCenter
                draw_text(painter, tab, label.short, fonts.pill, shades.ink, align=middle)
            spot = QRect(x, line.top(), width + 4, line.height())
            draw_text(painter, spot, text, fonts.reading, theme.text)
            x += width + 10
