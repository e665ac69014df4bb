"""A list of places in texts: each text in its sentence, with a tag and an optional tick."""

from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QStandardItem,
    QStandardItemModel,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from annotator.core.offsets import Utf16Offsets
from annotator.ui.lists.row_drawing import Fonts, draw_pill, draw_row, mirrored, one_line
from annotator.ui.theme.theme import ColorSet, Theme

_SNIPPET: Final = Qt.ItemDataRole.UserRole
VALUE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The role of the value that a row was made for."""
_TICK: Final = 26
_TAG: Final = 58
_SHARE: Final = 0.4
"""The maximum share of the line for the text before, so that the text itself is visible."""

_Index = QModelIndex | QPersistentModelIndex


class Snippet(NamedTuple):
    """A text with its context; `tag` is a short word before it, `title` starts the line."""

    before: str
    words: str
    after: str
    tag: str = ""
    tone: ColorSet | None = None
    title: str = ""

    @property
    def spoken(self) -> str:
        """The row as one line."""
        line = f"… {one_line(self.before)} ⟨{one_line(self.words)}⟩ {one_line(self.after)} …"
        return ", ".join(word for word in (self.tag, self.title, line) if word)


def snippet_item(snippet: Snippet, value: object, *, ticked: bool | None = None) -> QStandardItem:
    """Return a row for a SnippetList; with `ticked` None it has no tick."""
    item = QStandardItem(snippet.spoken)
    item.setData(snippet, _SNIPPET)
    item.setData(value, VALUE_ROLE)
    if ticked is not None:
        item.setCheckable(True)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
    return item


class SnippetList(QListView):
    """Shows the rows of a standard item model made by `snippet_item`."""

    def __init__(self, model: QStandardItemModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_SnippetDelegate(theme, self))


class _SnippetDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts: Fonts | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, QFontMetrics(option.font).height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        snippet = index.data(_SNIPPET)
        if not isinstance(snippet, Snippet):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_row(painter, option, self._theme, radius=5)
        rect = option.rect.adjusted(8, 0, -8, 0)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is not None:
            self._paint_tick(painter, option, rect, on=Qt.CheckState(state) == _CHECKED)
            rect.setLeft(rect.left() + _TICK)
        fonts = self._fonts = Fonts.of(option.font)
        if snippet.tag:
            rect.setLeft(self._paint_tag(painter, option.rect, rect, snippet))
        self._paint_line(painter, mirrored(rect, option.rect), snippet, fonts)
        painter.restore()

    def _paint_tick(
        self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, *, on: bool
    ) -> None:
        button = QStyleOptionButton()
        button.palette = option.palette
        button.state = QStyle.StateFlag.State_Enabled
        button.state |= QStyle.StateFlag.State_On if on else QStyle.StateFlag.State_Off
        place = QRect(rect.left(), 0, 16, 16)
        place.moveCenter(QPoint(rect.left() + 8, rect.center().y()))
        button.rect = mirrored(place, option.rect)
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, button, painter)

    def _paint_tag(self, painter: QPainter, row: QRect, rect: QRect, snippet: Snippet) -> int:
        """Draw the tag at the start of the rest of the row; return where the line starts."""
        fonts = self._fonts
        assert fonts is not None
        shades = snippet.tone or self._theme.nobody
        width = max(_TAG - 8, QFontMetrics(fonts.pill).horizontalAdvance(snippet.tag) + 24)
        pill = QRect(rect.left(), 0, width, QFontMetrics(fonts.pill).height() + 5)
        pill.moveCenter(QPoint(pill.center().x(), rect.center().y()))
        ink, edge = shades.strong, shades.edge
        draw_pill(
            painter,
            mirrored(pill, row),
            snippet.tag,
            fonts.pill,
            fill=shades.fill,
            ink=ink,
            edge=edge,
        )
        return rect.left() + width + 10

    def _paint_line(self, painter: QPainter, rect: QRect, snippet: Snippet, fonts: Fonts) -> None:
        metrics = QFontMetricsF(fonts.base)
        before = one_line(snippet.before) + " " * snippet.before[-1:].isspace()
        room = int(rect.width() * _SHARE)
        before = metrics.elidedText(before, Qt.TextElideMode.ElideLeft, room)
        after = " " * snippet.after[:1].isspace() + one_line(snippet.after)
        title = f"{one_line(snippet.title)}:  " if snippet.title else ""
        parts = (title, before, one_line(snippet.words), after)
        layout = _laid_out("".join(parts), fonts.base, self._formats(parts), rect.width())
        height = layout.boundingRect().height()
        painter.setClipRect(rect)
        layout.draw(painter, QPointF(rect.left(), rect.center().y() - height / 2 + 1))

    def _formats(self, parts: tuple[str, str, str, str]) -> list[QTextLayout.FormatRange]:
        """Return the formats that emphasize the text and mute what is around it."""
        theme = self._theme
        colors = (theme.text, theme.muted, theme.text, theme.muted)
        offsets, at, made = Utf16Offsets("".join(parts)), 0, []
        for number, (part, color) in enumerate(zip(parts, colors, strict=True)):
            char_format = QTextCharFormat()
            char_format.setForeground(QColor(color))
            if number in (0, 2):
                char_format.setFontWeight(QFont.Weight.DemiBold)
            if number == _WORDS:
                char_format.setBackground(QColor(theme.selection))
            one = QTextLayout.FormatRange()
            one.start = offsets.to_units(at)
            one.length = offsets.to_units(at + len(part)) - one.start
            one.format = char_format
            made.append(one)
            at += len(part)
        return made


_WORDS: Final = 2
_CHECKED: Final = Qt.CheckState.Checked


def _laid_out(
    text: str, font: QFont, formats: list[QTextLayout.FormatRange], width: int
) -> QTextLayout:
    """Return the layout of one line of text; the painter's clip cuts off what is too wide."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats(formats)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    return layout
