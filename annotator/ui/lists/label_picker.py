"""The popup to find a label by typing."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.core.scheme import Label, Scheme
from annotator.ui.actions.fuzzy_match import closeness, match_score
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.row_drawing import (
    Fonts,
    draw_pill,
    draw_row,
    draw_text,
    mirrored,
    text_width,
)
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.completion_popup import CompletionPopup

_LABEL_ROLE: Final = Qt.ItemDataRole.UserRole
_PILL: Final = 58

_Index = QModelIndex | QPersistentModelIndex


class LabelPicker(CompletionPopup):
    """Finds labels by title, name, short form and description; calls `choose` with the name."""

    def __init__(
        self,
        scheme: Scheme,
        theme: Theme,
        choose: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        self._model = QStandardItemModel()
        super().__init__(self._model, _LabelDelegate(theme), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Choose a label"))
        self._labels = scheme.labels
        self._choose = choose
        self.line.setAccessibleName(tr("Label to look for"))
        self.line.setPlaceholderText(tr("Which label?"))
        self.line.textEdited.connect(self._filter)
        self.view.setAccessibleName(tr("Labels that fit"))
        self.view.taken.connect(self._accept)

    def open_at(self, place: QRect, current: str = "") -> None:
        """Open below `place` (global), at the label called `current`."""
        self._filter("")
        self.show_below(place)
        row = next((n for n, label in enumerate(self._labels) if label.name == current), 0)
        self.view.setCurrentIndex(self._model.index(row, 0))

    @Slot(QModelIndex)
    def _accept(self, index: QModelIndex) -> None:
        label = index.data(_LABEL_ROLE)
        if isinstance(label, tuple):
            self.close()
            self._choose(label[0])

    @Slot(str)
    def _filter(self, typed: str) -> None:
        ranked = []
        for number, label in enumerate(self._labels):
            points = match_score(
                typed, f"{label.title} {label.name} {label.short} {label.description}"
            )
            if points is not None:
                names = (label.title, label.name, label.short)
                close = min(closeness(typed, name) for name in names)
                by_description = match_score(typed, " ".join(names)) is None
                ranked.append((close, by_description, -points, number, label))
        ranked.sort(key=lambda row: row[:4])
        self._model.clear()
        for *_, label in ranked:
            self._model.appendRow(_item(label))
        self.view.setCurrentIndex(self._model.index(0, 0))
        self.fit()


def _item(label: Label) -> QStandardItem:
    item = QStandardItem(label.title)
    item.setData(label, _LABEL_ROLE)
    spoken = f"{label.title}, {label.short}"
    words = tr(", key {1}", label.key) if label.key else ""
    item.setAccessibleText(f"{spoken}{words}")
    return item


class _LabelDelegate(QStyledItemDelegate):
    """Paints the pill, the title and the key of a label."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, QFontMetrics(option.font).height() + 13)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        found = index.data(_LABEL_ROLE)
        if not isinstance(found, tuple):
            return
        label = Label(*found)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts, theme = Fonts.of(option.font), self._theme
        draw_row(painter, option, theme, radius=5)
        rect = option.rect.adjusted(9, 0, -10, 0)
        tone = theme.tone(label.tone)
        pill = QRect(rect.left(), 0, _PILL, QFontMetrics(fonts.pill).height() + 5)
        pill.moveCenter(QPoint(pill.center().x(), rect.center().y()))
        place = mirrored(pill, rect)
        draw_pill(
            painter, place, label.short, fonts.pill, fill=tone.fill, ink=tone.strong,
            edge=tone.edge,
        )  # fmt: skip
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, rect, label.key, fonts.small, theme.muted, align=right)
        width = text_width(fonts.small, label.key)
        name = rect.adjusted(_PILL + 10, 0, -width - 8, 0)
        draw_text(painter, mirrored(name, rect), label.title, fonts.base, theme.text)
        painter.restore()
