"""The delegate that paints a row of the entity list, and finds its part under the mouse."""

from typing import Final, Literal, NamedTuple

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from annotator.core.attributes import attributes_text
from annotator.core.scheme import Scheme
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.entity_model import ROW_ROLE, EntityRow, MentionRow
from annotator.ui.lists.row_drawing import (
    Fonts,
    draw_box,
    draw_flag,
    draw_in_context,
    draw_note,
    draw_pill,
    draw_text,
    mirrored,
    one_line,
    text_width,
)
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import show_tool_tip

EntityPart = Literal["fold", "label", "name", "rest"]
_MARGIN: Final = 15
_LEFT: Final = 21
_DOT: Final = 7
_MARK: Final = 12

_Index = QModelIndex | QPersistentModelIndex


class EntityLayout(NamedTuple):
    """The places of the parts of an entity's row."""

    fold: QRect
    label: QRect
    name: QRect
    times: QRect


class EntityDelegate(QStyledItemDelegate):
    """Paints label pill, name, speaker's dot and count; edits the name in a line edit over it."""

    def __init__(
        self,
        scheme: Scheme,
        theme: Theme,
        registry: ActionRegistry,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self.theme = theme
        self.drop_row = -1
        self._scheme = scheme
        self._fonts: Fonts | None = None
        self._pill: QSize | None = None
        """The size of all pills; None if it is to be measured."""

    @property
    def scheme(self) -> Scheme:
        """The scheme that has the labels."""
        return self._scheme

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._scheme, self._pill = scheme, None

    def fonts(self, base: QFont) -> Fonts:
        """Return the fonts of the rows, for a view with this font."""
        if self._fonts is None or self._fonts.view != base:
            self._fonts, self._pill = Fonts.of(base), None
        return self._fonts

    def layout(self, rect: QRect, row: EntityRow, base: QFont) -> EntityLayout:
        """Return the places of the parts of a row that fills `rect`."""
        fonts = self.fonts(base)
        middle = rect.center().y()
        pill = QRect(QPoint(rect.left() + _LEFT, 0), self._pill_size(fonts))
        pill.moveCenter(QPoint(pill.center().x(), middle))
        count_width = text_width(fonts.small, f"× {row.count}") + 2
        count = QRect(0, rect.top(), count_width, rect.height())
        count.moveRight(rect.right() - _MARGIN + 1)
        marks = _DOT + 8 if row.tone is not None else 0
        marks += (_MARK + 5) * (bool(row.entity.flags) + bool(row.entity.note))
        left = pill.right() + 11
        name = QRect(left, rect.top(), count.left() - 10 - left - marks, rect.height())
        fold = QRect(rect.left(), rect.top(), _LEFT - 2, rect.height())
        return EntityLayout(*(mirrored(part, rect) for part in (fold, pill, name, count)))

    def part_at(self, rect: QRect, index: _Index, pos: QPoint, base: QFont) -> EntityPart:
        """Return the part of the row at `rect` that the mouse at `pos` is on."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, EntityRow):
            return "rest"
        places = self.layout(rect, row, base)
        if places.fold.contains(pos):
            return "fold"
        if places.label.adjusted(-3, -4, 3, 4).contains(pos):
            return "label"
        return "name" if places.name.contains(pos) else "rest"

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, max(28, QFontMetrics(option.font).height() + 15))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, EntityRow):
            self._paint_back(painter, option, self._edge(row), index.row() == self.drop_row)
            self._paint_entity(painter, option, row)
        elif isinstance(row, MentionRow):
            self._paint_back(painter, option, self.theme.accent, False)
            self._paint_mention(painter, option, row)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        editor = LineEdit(parent)
        editor.setAccessibleName(tr("Name of the entity"))
        editor.setTextMargins(0, 0, 0, 0)
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, EntityRow):
            name = self.layout(option.rect, row, option.font).name
            editor.setGeometry(name.adjusted(-8, 1, 4, -1))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        row = index.data(ROW_ROLE)
        if event.type() != QEvent.Type.ToolTip or row is None:
            return False
        show_tool_tip(event.globalPos(), self._tip(row, event.pos(), option), view)
        return True

    def _tip(self, row: EntityRow | MentionRow, pos: QPoint, option: QStyleOptionViewItem) -> str:
        if isinstance(row, MentionRow):
            return one_line(f"{row.before}{row.mention.text}{row.after}")
        places = self.layout(option.rect, row, option.font)
        if places.label.contains(pos):
            title = self.scheme.label(row.entity.label).title
            key = self._registry.key_or_title("entities_label")
            return tr("{1} · Click or press {2} to change it", title, key)
        cut = text_width(self.fonts(option.font).base, row.entity.name) > places.name.width()
        lines = [row.entity.name] if cut else []
        lines += [row.entity.note, ", ".join(row.entity.flags), attributes_text(row.entity)]
        return "\n".join(word for word in lines if word)

    def _edge(self, row: EntityRow) -> str:
        return self.theme.tone(self.scheme.label(row.entity.label).tone).strong

    def _paint_back(
        self, painter: QPainter, option: QStyleOptionViewItem, edge: str, drop: bool
    ) -> None:
        box = option.rect.adjusted(5, 1, -5, -1)
        state = QStyle.StateFlag
        if drop:
            draw_box(painter, box, fill=self.theme.selection, edge=self.theme.accent, width=2)
        elif option.state & state.State_Selected:
            draw_box(painter, box, fill=self.theme.hover, edge=edge, width=1.5)
        elif option.state & state.State_MouseOver:
            draw_box(painter, box, fill=self.theme.hover, edge=self.theme.hover)
        elif option.state & state.State_HasFocus:
            draw_box(painter, box, fill=self.theme.card, edge=self.theme.muted)

    def _paint_entity(
        self, painter: QPainter, option: QStyleOptionViewItem, row: EntityRow
    ) -> None:
        fonts, theme = self.fonts(option.font), self.theme
        places = self.layout(option.rect, row, option.font)
        label = self.scheme.label(row.entity.label)
        tone = theme.tone(label.tone)
        draw_pill(
            painter, places.label, label.short, fonts.pill,
            fill=tone.fill, ink=tone.strong, edge=tone.edge,
        )  # fmt: skip
        draw_text(painter, places.name, row.entity.name, fonts.base, theme.text)
        self._paint_marks(painter, option.rect, places, row)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, places.times, f"× {row.count}", fonts.small, theme.muted, align=right)
        states = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        if row.count and (row.unfolded or option.state & states):
            _draw_chevron(painter, places.fold, theme.muted, down=row.unfolded)

    def _paint_marks(
        self, painter: QPainter, rect: QRect, places: EntityLayout, row: EntityRow
    ) -> None:
        assert self._fonts is not None
        name = mirrored(places.name, rect)  # as it is before mirroring
        used = min(text_width(self._fonts.base, row.entity.name), name.width())
        left, middle = name.left() + used + 8, name.center().y()
        if row.tone is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.speaker(row.tone).strong))
            dot = mirrored(QRect(left, middle - _DOT // 2, _DOT, _DOT), rect)
            painter.drawEllipse(QRectF(dot))
            left += _DOT + 8
        for draw, on in ((draw_flag, row.entity.flags), (draw_note, row.entity.note)):
            if on:
                mark = QRect(left - 2, middle - _MARK // 2, _MARK, _MARK)
                draw(painter, mirrored(mark, rect), self.theme.muted)
                left += _MARK + 5

    def _paint_mention(
        self, painter: QPainter, option: QStyleOptionViewItem, row: MentionRow
    ) -> None:
        fonts, theme = self.fonts(option.font), self.theme
        rect = option.rect.adjusted(_LEFT + 10, 0, -_MARGIN, 0)
        line = QRect(option.rect.left() + _LEFT, option.rect.top(), 3, option.rect.height())
        pen = QPen(QColor(theme.line), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # otherwise it would extend into the adjacent rows
        painter.setPen(pen)
        x = mirrored(line, option.rect).center().x()
        painter.drawLine(QPointF(x, line.top()), QPointF(x, line.bottom() + 1))
        if row.mention.kind != "name":
            kind_width = text_width(fonts.small, row.mention.kind) + 10
            right = Qt.AlignmentFlag.AlignRight
            place = mirrored(rect, option.rect)
            draw_text(painter, place, row.mention.kind, fonts.small, theme.muted, align=right)
            rect.setRight(rect.right() - kind_width)
        parts = (row.before, row.mention.text, row.after)
        draw_in_context(
            painter, mirrored(rect, option.rect), parts, fonts.base, theme.text, theme.muted
        )

    def _pill_size(self, fonts: Fonts) -> QSize:
        if self._pill is None:
            widths = [text_width(fonts.pill, label.short) for label in self.scheme.labels]
            width = min(max(widths, default=30) + 18, 76)
            self._pill = QSize(width, QFontMetrics(fonts.pill).height() + 6)
        return self._pill


def _draw_chevron(painter: QPainter, rect: QRect, color: str, *, down: bool) -> None:
    pen = QPen(QColor(color), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    on = 1 if QApplication.layoutDirection() == Qt.LayoutDirection.LeftToRight else -1
    center = QPointF(rect.center()) + QPointF(3.5 * on, 0.5)
    long, short = (
        (QPointF(3, 0), QPointF(0, 1.5)) if down else (QPointF(0, 3), QPointF(1.5 * on, 0))
    )
    tip = center + short
    painter.drawPolyline([center - long - short, tip, center + long - short])
