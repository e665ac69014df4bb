"""Charts with axes and numbers, each with a description for screen readers."""

from calendar import month_abbr
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from annotator.services.statistics import Bar, Series, format_duration
from annotator.ui.i18n.translation import format_number, tr, tr_count, tr_message
from annotator.ui.lists.row_drawing import Fonts, elided
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import show_tool_tip

_ROW: Final = 26
_AXIS: Final = 22
_NAMES: Final = 150
_PLOT: Final = 130
_KEY: Final = 20
_TICKS: Final = 4


class _Spot(NamedTuple):
    """The area where a number is painted, and its description."""

    box: QRectF
    words: str


class Chart(QWidget):
    """One series as bars: vertical for days and classes, else horizontal with names beside."""

    def __init__(self, series: Series, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series = series
        self._theme = theme
        self._spots: list[_Spot] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(series.title)
        self.setAccessibleDescription(accessible_text(series))
        self.setMinimumWidth(320)

    def sizeHint(self) -> QSize:
        return QSize(440, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self._height())

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            text = next((spot.words for spot in self._spots if spot.box.contains(at)), "")
            show_tool_tip(event.globalPos(), text, self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._spots = []
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if not any(any(bar.values) for bar in self.series.bars):
            self._write(painter, QRectF(self.rect()), tr("Nothing yet"), middle=True)
        elif self._is_vertical():
            self._paint_vertical(painter)
        else:
            self._paint_horizontal(painter)
        painter.end()

    def _height(self) -> int:
        key = _KEY if self._has_key() else 0
        if not any(any(bar.values) for bar in self.series.bars):
            return 60
        if self._is_vertical():
            return _PLOT + _AXIS + key + 16
        return len(self.series.bars) * _ROW + key + 8

    def _is_vertical(self) -> bool:
        return self.series.kind in ("days", "classes")

    def _has_key(self) -> bool:
        return self.series.kind in ("days", "shares") and len(self.series.parts) > 1

    def _paint_vertical(self, painter: QPainter) -> None:
        fonts = Fonts.of(self.font())
        top = 12.0 + self._paint_key(painter)
        step = _nice_step(max(sum(bar.values) for bar in self.series.bars))
        most = step * _TICKS
        left = QFontMetricsF(fonts.small).horizontalAdvance(format_number(most)) + 12
        plot = QRectF(left, top, self.width() - left - 10, self.height() - top - _AXIS)
        self._paint_grid(painter, plot, step)
        bars = self.series.bars
        slot = plot.width() / len(bars)
        width = min(34.0, max(1.0, slot * 0.72))
        for number, bar in enumerate(bars):
            x, bottom = plot.left() + slot * number + (slot - width) / 2, plot.bottom()
            for part, value in enumerate(bar.values):
                height = plot.height() * value / most
                box = QRectF(x, bottom - height, width, height)
                painter.fillRect(box, QColor(self._color(bar, part)))
                bottom -= height
            text = f"{bar.name}: {_numbers(self.series, bar)}"
            around = QRectF(plot.left() + slot * number, plot.top(), slot, plot.height() + _AXIS)
            self._spots.append(_Spot(around, text))
            if sum(bar.values) and slot > 26:
                spot = QRectF(x - slot, bottom - 16, width + 2 * slot, 15)
                self._write(painter, spot, format_number(sum(bar.values)), middle=True)
        self._name_slots(painter, plot, slot)

    def _name_slots(self, painter: QPainter, plot: QRectF, slot: float) -> None:
        names = [self._slot_name(bar) for bar in self.series.bars]
        widest = max(QFontMetricsF(Fonts.of(self.font()).small).horizontalAdvance(n) for n in names)
        every = max(1, int((widest + 12) / slot + 0.999))
        for number in range(0, len(names), every):
            middle = plot.left() + slot * (number + 0.5)
            box = QRectF(middle - widest, plot.bottom() + 4, 2 * widest, 16)
            self._write(painter, box, names[number], middle=True)

    def _slot_name(self, bar: Bar) -> str:
        return _day_words(bar.name) if self.series.kind == "days" else bar.name

    def _paint_grid(self, painter: QPainter, plot: QRectF, step: int) -> None:
        for tick in range(_TICKS + 1):
            y = round(plot.bottom() - plot.height() * tick / _TICKS) + 0.5
            painter.setPen(QPen(QColor(self._theme.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            box = QRectF(0, y - 9, plot.left() - 8, 18)
            self._write(painter, box, format_number(step * tick), right=True)

    def _paint_horizontal(self, painter: QPainter) -> None:
        y = float(4 + self._paint_key(painter))
        shares = self.series.kind == "shares"
        most = max(sum(bar.values) if shares else bar.values[0] for bar in self.series.bars)
        numbers = max(self._width_of(_numbers(self.series, bar)) for bar in self.series.bars)
        room = max(40.0, self.width() - _NAMES - numbers - 24)
        for bar in self.series.bars:
            row = QRectF(0, y, self.width(), _ROW)
            self._write(painter, QRectF(4, y, _NAMES - 14, _ROW), bar.name, ink=self._theme.text)
            x = float(_NAMES)
            for part, value in enumerate(bar.values if shares else bar.values[:1]):
                width = room * value / max(1, most)
                box = QRectF(x, y + 6, width, _ROW - 12)
                painter.fillRect(box, QColor(self._color(bar, part)))
                x += width
            spot = QRectF(x + 8, y, numbers + 12, _ROW)
            self._write(painter, spot, _numbers(self.series, bar))
            self._spots.append(_Spot(row, f"{bar.name}: {_numbers(self.series, bar)}"))
            y += _ROW

    def _paint_key(self, painter: QPainter) -> int:
        """Paint the names of the parts with their colours; return the height used."""
        if not self._has_key():
            return 0
        x = 4.0
        for part, name in enumerate(self.series.parts):
            painter.fillRect(QRectF(x, 5, 10, 10), QColor(self._color(Bar("", ()), part)))
            width = self._width_of(name)
            self._write(painter, QRectF(x + 15, 0, width + 4, _KEY), name)
            x += width + 34
        return _KEY

    def _color(self, bar: Bar, part: int) -> str:
        theme = self._theme
        if self.series.kind == "shares":
            muted = theme.nobody.edge
            return (theme.good, muted, theme.speakers[0].edge, theme.line)[part]
        if bar.tone:
            return theme.tone(bar.tone).edge
        if self.series.kind == "days":
            return theme.speakers[(part + 2) % len(theme.speakers)].edge
        return theme.speakers[2].edge

    def _width_of(self, text: str) -> float:
        return QFontMetricsF(Fonts.of(self.font()).small).horizontalAdvance(text)

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        *,
        middle: bool = False,
        right: bool = False,
        ink: str | None = None,
    ) -> None:
        font = Fonts.of(self.font()).small
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        align = (Qt.AlignmentFlag.AlignHCenter if middle else side) | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(QColor(ink or self._theme.muted))
        painter.drawText(box, int(align), elided(font, text, int(box.width()) + 1))


def accessible_text(series: Series) -> str:
    """Return the series as text for a screen reader."""
    shown = [bar for bar in series.bars if any(bar.values)]
    if not shown:
        return tr("Nothing yet")
    if len(shown) > 12:
        shown = sorted(shown, key=lambda bar: -sum(bar.values))[:12]
    return "; ".join(f"{bar.name}: {_numbers(series, bar)}" for bar in shown)


def _numbers(series: Series, bar: Bar) -> str:
    if series.id == "times":
        whole, middle = bar.values
        more = tr(", median {1}", tr_message(format_duration(middle))) if middle else ""
        return f"{tr_message(format_duration(whole))}{more}"
    if series.id in ("labels", "anchoring"):
        return _mixed_numbers(series, bar)
    if series.id in ("origins", "made_by"):
        place = series.parts.index(tr("accepted as suggested"))
        accepted, every = format_number(bar.values[place]), format_number(sum(bar.values))
        return tr("{1} of {2} accepted as suggested", accepted, every)
    if series.kind == "shares":
        return tr("{1} of {2} done", format_number(bar.values[0]), format_number(sum(bar.values)))
    if len(bar.values) > 1:
        shown = zip(series.parts, bar.values, strict=True)
        parts = [f"{part} {format_number(value)}" for part, value in shown if value]
        parts_text = ", ".join(parts)
        return f"{format_number(sum(bar.values))} ({parts_text})" if len(parts) > 1 else parts_text
    return format_number(bar.values[0])


def _mixed_numbers(series: Series, bar: Bar) -> str:
    """Return the text of a bar whose numbers are of different kinds."""
    if series.id == "anchoring":
        share, marked, suggested = map(format_number, bar.values)
        return tr("{1} % ({2} marked, {3} suggested)", share, marked, suggested)
    mentions, entities = bar.values
    spans = tr_count(mentions, "{1} mention", "{1} mentions")
    return (
        tr("{1} of {2}", spans, tr_count(entities, "{1} entity", "{1} entities"))
        if mentions
        else "0"
    )


def _nice_step(most: int) -> int:
    """Return the smallest round step of which four reach `most`."""
    scale = 1
    while True:
        for digit in (1, 2, 3, 5):
            if digit * scale * _TICKS >= most:
                return digit * scale
        scale *= 10


def _day_words(day: str) -> str:
    return f"{int(day[8:10])} {month_abbr[int(day[5:7])]}"
