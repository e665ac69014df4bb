"""Drawing shared by the lists: pills, elided text in either direction, small marks."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from annotator.core.offsets import Utf16Offsets
from annotator.ui.theme.fonts import READING
from annotator.ui.theme.theme import Theme

READING_FAMILIES = (READING, "Noto Naskh Arabic")
ELLIPSIS = " …"
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts of a row, all derived from the font of its view."""

    view: QFont
    base: QFont
    small: QFont
    pill: QFont
    cue: QFont
    strong: QFont
    reading: QFont

    @classmethod
    def of(cls, base: QFont) -> "Fonts":
        """Return the fonts derived from `base`."""
        size = QFontInfo(base).pixelSize()
        even = _sized(base, size)
        cue = _sized(base, size * 0.92)
        cue.setUnderline(True)
        reading = _sized(base, size * 1.02)
        reading.setFamilies([*READING_FAMILIES, *base.families()])
        return cls(
            view=QFont(base),
            base=even,
            small=_sized(base, size * 0.86),
            pill=_sized(base, size * 0.82, QFont.Weight.DemiBold),
            cue=cue,
            strong=_sized(base, size, QFont.Weight.DemiBold),
            reading=reading,
        )


def _sized(base: QFont, pixels: float, weight: QFont.Weight | None = None) -> QFont:
    font = QFont(base)
    font.setPixelSize(max(8, round(pixels)))
    # With hinting, letters of this size are on whole pixels, too far apart.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if weight is not None:
        font.setWeight(weight)
    return font


def text_width(font: QFont, text: str) -> int:
    """Return the width of the text in one line in pixels, rounded up."""
    return int(QFontMetricsF(font).horizontalAdvance(text) + 0.99)


def mirrored(rect: QRect, row: QRect) -> QRect:
    """Return where a part of a row is in the window, which is mirrored in RTL languages."""
    return QStyle.visualRect(QApplication.layoutDirection(), row, rect)


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return " ".join(text.split())


def elided(font: QFont, text: str, width: int) -> str:
    """Return the text in one line, with an ellipsis at its end if it does not fit."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    color: str,
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw the text in one line, elided; `align` is a side of the row, not of the text.

    In a mirrored window left and right are swapped.
    """
    if rect.width() <= 0:
        return
    painter.setFont(font)
    painter.setPen(QColor(color))
    # A widget's painter lays out all text in the direction of the widget.
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    side = QStyle.visualAlignment(QApplication.layoutDirection(), align)
    flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(
        rect, int(flags) | Qt.TextFlag.TextSingleLine, elided(font, text, rect.width())
    )


def draw_pill(  # noqa: PLR0913  # text, place and style of one pill
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    *,
    fill: str,
    ink: str,
    edge: str | None = None,
    dashed: bool = False,
) -> None:
    """Draw a pill with the text in its middle."""
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(edge), 1, style) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    outline = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(outline, outline.height() / 2, outline.height() / 2)
    inner = rect.adjusted(8, 0, -8, 0)
    draw_text(painter, inner, text, font, ink, align=Qt.AlignmentFlag.AlignHCenter)


def draw_box(
    painter: QPainter, rect: QRect, *, fill: str, edge: str, width: float = 1.0, radius: float = 7.0
) -> None:
    """Draw a box with rounded corners that fills `rect`, edge included."""
    half = width / 2
    painter.setPen(QPen(QColor(edge), width))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)


def draw_row(
    painter: QPainter, option: QStyleOptionViewItem, theme: Theme, *, radius: float
) -> None:
    """Draw the background of a hovered or selected row, with an edge if it is selected."""
    states = QStyle.StateFlag
    if option.state & (states.State_Selected | states.State_MouseOver):
        edge = theme.accent if option.state & states.State_Selected else theme.hover
        box = option.rect.adjusted(1, 1, -1, -1)
        draw_box(painter, box, fill=theme.hover, edge=edge, width=1.5, radius=radius)


def draw_flag(painter: QPainter, rect: QRect, color: str) -> None:
    """Draw a small flag on its pole."""
    path = QPainterPath(QPointF(rect.left() + 2.5, rect.bottom()))
    path.lineTo(rect.left() + 2.5, rect.top() + 1.5)
    path.lineTo(rect.right() - 1.0, rect.top() + 1.5)
    path.lineTo(rect.right() - 3.5, rect.top() + 4.5)
    path.lineTo(rect.right() - 1.0, rect.top() + 7.5)
    path.lineTo(rect.left() + 2.5, rect.top() + 7.5)
    painter.setPen(_round_pen(color, 1.4))
    painter.setBrush(QColor(color))
    painter.drawPath(path)


def draw_note(painter: QPainter, rect: QRect, color: str) -> None:
    """Draw a small sheet with two lines of text."""
    sheet = QRectF(rect).adjusted(1.5, 1.5, -1.5, -0.5)
    painter.setPen(_round_pen(color, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(sheet, 2, 2)
    for share in (0.36, 0.64):
        y = sheet.top() + sheet.height() * share
        painter.drawLine(QPointF(sheet.left() + 2, y), QPointF(sheet.right() - 2, y))


def _round_pen(color: str, width: float) -> QPen:
    pen = QPen(QColor(color), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def right_to_left(text: str) -> bool:
    """Return whether the first letter of the text belongs to a right-to-left script."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def paragraph_option(*, rtl: bool) -> QTextOption:
    """Return the option for text in this direction, aligned to the side where it starts."""
    side, direction = Qt.AlignmentFlag.AlignLeft, Qt.LayoutDirection.LeftToRight
    if rtl:
        side, direction = Qt.AlignmentFlag.AlignRight, Qt.LayoutDirection.RightToLeft
    option = QTextOption(side)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def two_lines(font: QFont, text: str, width: int) -> tuple[str, str]:
    """Return the text in up to two lines of `width`, the second one elided between words."""
    layout = QTextLayout(text, font)
    layout.setTextOption(paragraph_option(rtl=right_to_left(text)))
    units: list[tuple[int, int]] = []
    layout.beginLayout()
    while len(units) < 3 and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        units.append((line.textStart(), line.textStart() + line.textLength()))
    layout.endLayout()
    offsets = Utf16Offsets(text)
    cuts = [text[offsets.to_code_points(s) : offsets.to_code_points(e)].strip() for s, e in units]
    if len(cuts) < 3:
        return (*cuts, "", "")[0], (*cuts, "", "")[1]
    return cuts[0], _cut_off(font, cuts[1], width)


def _cut_off(font: QFont, text: str, width: int) -> str:
    """Return the text with an ellipsis after the last word that leaves room for it."""
    whole = text + ELLIPSIS
    if text_width(font, whole) <= width:
        return whole
    shorter = text.rpartition(" ")[0]
    return shorter + ELLIPSIS if shorter else elided(font, whole, width)


def draw_line(  # noqa: PLR0913  # text, place and style of one line
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    color: str,
    spots: Sequence[QTextLayout.FormatRange] = (),
    *,
    rtl: bool | None = None,
) -> None:
    """Draw one line of an article's text, aligned to the side where it starts.

    `rtl` gives its direction, if the line is a part of a longer text.
    """
    layout = QTextLayout(text, font)
    layout.setFormats(list(spots))
    layout.setTextOption(paragraph_option(rtl=right_to_left(text) if rtl is None else rtl))
    layout.beginLayout()
    line = layout.createLine()
    if line.isValid():
        line.setLineWidth(rect.width())
    layout.endLayout()
    if line.isValid():
        top = rect.top() + (rect.height() - line.height()) / 2
        painter.setPen(QColor(color))
        layout.draw(painter, QPointF(rect.left(), top))


def draw_in_context(
    painter: QPainter,
    rect: QRect,
    words: tuple[str, str, str],
    font: QFont,
    color: str,
    around: str,
) -> None:
    """Draw the middle one of `words` in `color`, with as much of the text around it as fits."""
    before, inner, after = (_WHITE.sub(" ", part) for part in words)
    metrics = QFontMetricsF(font)
    inner = metrics.elidedText(inner, Qt.TextElideMode.ElideRight, rect.width() * 0.9)
    room = rect.width() - metrics.horizontalAdvance(inner)
    before = _from_a_word(
        metrics.elidedText(before.lstrip(), Qt.TextElideMode.ElideLeft, room * 0.45)
    )
    room -= metrics.horizontalAdvance(before) + 1
    after = metrics.elidedText(after.rstrip(), Qt.TextElideMode.ElideRight, max(0.0, room))
    units = [Utf16Offsets(part).units for part in (before, inner)]
    spot = QTextLayout.FormatRange()
    spot.start, spot.length = units
    spot.format.setForeground(QColor(color))
    draw_line(painter, rect, before + inner + after, font, around, [spot], rtl=right_to_left(inner))


def _from_a_word(text: str) -> str:
    """Return the text without the rest of a word that follows an ellipsis at its start."""
    first, space, rest = text.partition(" ")
    return f"… {rest}" if first.startswith("…") and space else text
