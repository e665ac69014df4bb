"""The chart of agreement by week."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from annotator.core.agreement.trends import LAYERS, Week
from annotator.ui.i18n.translation import tr, tr_count, tr_message
from annotator.ui.lists.row_drawing import Fonts
from annotator.ui.review.figures_page import layer_title
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import show_tool_tip

_LEFT, _TOP, _RIGHT, _BOTTOM = 46.0, 40.0, 18.0, 34.0
_TICKS: Final = 5
_DOT: Final = 3.5
_WEEK_WIDTH: Final = 64


class _Spot(NamedTuple):
    place: QPointF
    words: str


class TrendChart(QWidget):
    """A line for entities and one for the contents of quotes, with a dot for each week."""

    def __init__(self, weeks: Sequence[Week], theme: Theme) -> None:
        super().__init__()
        self._weeks = weeks
        self._theme = theme
        self._spots: list[_Spot] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Agreement by week"))
        self.setAccessibleDescription("; ".join(_spoken(week) for week in weeks))

    def sizeHint(self) -> QSize:
        return QSize(680, 360)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            near = [s for s in self._spots if (s.place - at).manhattanLength() < 14]
            show_tool_tip(event.globalPos(), near[0].words if near else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._spots = []
        plot = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        if not self._weeks:
            painter.setPen(QColor(self._theme.muted))
            text = tr("No article says when it was annotated.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
            painter.end()
            return
        self._paint_grid(painter, plot)
        self._paint_weeks(painter, plot)
        colors = (self._theme.accent, self._theme.speakers[0].strong)
        for number, (layer, color) in enumerate(zip(LAYERS, colors, strict=True)):
            self._paint_line(painter, plot, layer, color)
            self._paint_key(painter, number, layer, color)
        painter.end()

    def _paint_grid(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(Fonts.of(self.font()).small)
        for tick in range(_TICKS + 1):
            y = plot.bottom() - plot.height() * tick / _TICKS
            painter.setPen(QPen(QColor(self._theme.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(self._theme.muted))
            box = QRectF(0, y - 9, _LEFT - 8, 18)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags | Qt.AlignmentFlag.AlignAbsolute, f"{tick / _TICKS:.1f}")

    def _paint_weeks(self, painter: QPainter, plot: QRectF) -> None:
        every = max(1, -(-len(self._weeks) * _WEEK_WIDTH // max(1, int(plot.width()))))
        painter.setPen(QColor(self._theme.muted))
        for number in range(0, len(self._weeks), every):
            middle = self._x(plot, number)
            box = QRectF(middle - 40, plot.bottom() + 8, 80, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, self._weeks[number].start[5:])

    def _paint_line(self, painter: QPainter, plot: QRectF, layer: str, color: str) -> None:
        before: QPointF | None = None
        for number, week in enumerate(self._weeks):
            value = week.figures[layer].value
            if value is None:
                before = None
                continue
            spot = QPointF(self._x(plot, number), plot.bottom() - plot.height() * value)
            if before is not None:
                painter.setPen(QPen(QColor(color), 2))
                painter.drawLine(before, spot)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            painter.drawEllipse(spot, _DOT, _DOT)
            self._spots.append(_Spot(spot, _spoken(week)))
            before = spot

    def _paint_key(self, painter: QPainter, number: int, layer: str, color: str) -> None:
        left = _LEFT + number * 150
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawEllipse(QPointF(left + 5, 16), 5, 5)
        painter.setPen(QColor(self._theme.text))
        box = QRectF(left + 16, 6, 130, 20)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags | Qt.AlignmentFlag.AlignAbsolute, layer_title(layer))

    def _x(self, plot: QRectF, number: int) -> float:
        return plot.left() + plot.width() * (number + 0.5) / len(self._weeks)


def _spoken(week: Week) -> str:
    """Return text like `Week of 2 March 2026, 4 articles: Entities 0.812, Content 0.640`."""
    figures = ", ".join(
        f"{layer_title(layer)} {tr_message(week.figures[layer].words())}" for layer in LAYERS
    )
    day = QLocale().toString(_day(week.start), QLocale.FormatType.LongFormat)
    articles = tr_count(week.articles, "{1} article", "{1} articles")
    return tr("Week of {1}, {2}: {3}", day, articles, figures)


def _day(start: str) -> QDate:
    return QDate.fromString(start, Qt.DateFormat.ISODate)
