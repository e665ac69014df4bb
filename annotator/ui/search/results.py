"""The hits of a project search as rows, and their painting."""

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from annotator.store import Hit
from annotator.ui.i18n.translation import tr, tr_count
from annotator.ui.lists.article_delegate import draw_status
from annotator.ui.lists.article_model import STATUS_LABELS
from annotator.ui.lists.row_drawing import (
    Fonts,
    draw_in_context,
    draw_pill,
    draw_row,
    draw_text,
    mirrored,
    one_line,
    text_width,
)
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme

HIT_ROLE: Final = Qt.ItemDataRole.UserRole
_MARK: Final = 13

_Index = QModelIndex | QPersistentModelIndex


class ResultModel(QAbstractListModel):
    """Hits in the order of the articles; more are added while the user scrolls."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: list[Hit] = []

    def clear(self) -> None:
        self.beginResetModel()
        self.hits = []
        self.endResetModel()

    def add(self, hits: list[Hit]) -> None:
        if hits:
            first = len(self.hits)
            self.beginInsertRows(QModelIndex(), first, first + len(hits) - 1)
            self.hits += hits
            self.endInsertRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.hits):
            return None
        hit = self.hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(hit.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = one_line(f"{hit.before}{hit.words}{hit.after}")
            more = ", " + tr_count(hit.times, "{1} hit", "{1} hits") if hit.times > 1 else ""
            label = f", {hit.label}" if hit.label else ""
            return tr(
                "{1}{2}, in {3}, {4}{5}",
                text,
                label,
                one_line(hit.title),
                tr(STATUS_LABELS[hit.status]),
                more,
            )
        return None


class ResultDelegate(QStyledItemDelegate):
    """A delegate that paints the hit with its context, and its article below."""

    def __init__(self, session: Session, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self._session = session

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        fonts = Fonts.of(option.font)
        heights = QFontMetrics(fonts.reading).height() + QFontMetrics(fonts.small).height()
        return QSize(240, heights + 17)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, Hit):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts = Fonts.of(option.font)
        draw_row(painter, option, self.theme, radius=7)
        row = option.rect.adjusted(14, 7, -14, -7)
        height = QFontMetrics(fonts.reading).height()
        line = QRect(row.left(), row.top(), row.width(), height)
        room = self._paint_label(painter, line, hit, fonts)
        self._paint_words(painter, mirrored(room, line), hit, fonts)
        self._paint_article(painter, row.adjusted(0, height + 3, 0, 0), hit, fonts)
        painter.restore()

    def _paint_label(self, painter: QPainter, line: QRect, hit: Hit, fonts: Fonts) -> QRect:
        """Paint the pill of a label or a quote at the left; return the remaining area."""
        if not hit.label:
            return line
        quote = hit.label == "quote"
        label = self._session.scheme.label(hit.label)
        shades = self.theme.speakers[0] if quote else self.theme.tone(label.tone)
        text = tr("Quote") if quote else label.short
        height = QFontMetrics(fonts.pill).height() + 4
        pill = QRect(line.left(), 0, max(48, text_width(fonts.pill, text) + 18), height)
        pill.moveCenter(QPoint(pill.center().x(), line.center().y()))
        draw_pill(
            painter, mirrored(pill, line), text, fonts.pill,
            fill=shades.fill, ink=shades.strong, edge=shades.edge,
        )  # fmt: skip
        return line.adjusted(pill.width() + 10, 0, 0, 0)

    def _paint_words(self, painter: QPainter, line: QRect, hit: Hit, fonts: Fonts) -> None:
        if hit.words:
            words = (hit.before, hit.words, hit.after)
            theme = self.theme
            draw_in_context(painter, line, words, fonts.reading, theme.accent, theme.text)
        else:
            text = one_line(hit.after)
            draw_text(painter, line, text, fonts.reading, self.theme.text)

    def _paint_article(self, painter: QPainter, line: QRect, hit: Hit, fonts: Fonts) -> None:
        mark = QRect(line.left(), line.center().y() - _MARK // 2, _MARK, _MARK)
        place = QRectF(mirrored(mark, line)).translated(0, 0.5)
        draw_status(painter, place, hit.status, self.theme)
        count = tr_count(hit.times, "{1} hit", "{1} hits") if hit.times > 1 else ""
        width = text_width(fonts.small, count)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, line, count, fonts.small, self.theme.muted, align=right)
        title = line.adjusted(_MARK + 7, 0, -width - 10, 0)
        draw_text(
            painter, mirrored(title, line), one_line(hit.title), fonts.small, self.theme.muted
        )
