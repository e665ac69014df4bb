"""The margin beside the text: the speaker and the extent of each quote."""

from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from annotator.ui.article.paint_context import PaintContext
from annotator.ui.article.visible_spans import Scene, VisibleQuote
from annotator.ui.i18n.translation import tr, tr_later

_BAR: Final = 15.0
"""How far left of the text the bar of a quote is, in pixels."""
_LANE: Final = 6.0
_NARROW: Final = 90
_NUMBER: Final = 28.0
"""The width of a pill with only a number."""
_STATUS_WORDS: Final = {
    "group": tr_later("Group"),
    "unnamed": tr_later("Unnamed"),
    "implicit": tr_later("Implicit"),
    "none": tr_later("No speaker"),
}


def speaker_text(shown: VisibleQuote, context: PaintContext) -> str:
    """Return a short name of the speaker, the last name of a person; "Who?" if there is none."""
    entities = context.annotation.entities
    speakers = [entities[id_] for id_ in shown.quote.speakers if id_ in entities]
    if not speakers:
        return tr(_STATUS_WORDS.get(shown.quote.speaker_status, "Who?"))
    name, parts = speakers[0].name, speakers[0].name.split()
    if context.scheme.is_person(speakers[0].label) and parts and len(parts[-1]) > 2:
        name = parts[-1]
    return name if len(speakers) == 1 else f"{name} +{len(speakers) - 1}"


class Bar(NamedTuple):
    """The bar along the content of a quote: its lane and its extent in the viewport."""

    lane: int
    top: float
    bottom: float


def bars_of(scene: Scene) -> dict[str, Bar]:
    """Return the bars of the quotes by id, side by side in lanes, lane 0 next to the text."""
    bars: dict[str, Bar] = {}
    lanes: list[float] = []
    for shown in _in_text_order(scene):
        rects = shown.rects("content")
        if rects:
            top, bottom = rects[0].top(), rects[-1].bottom()
            lane = next((n for n, end in enumerate(lanes) if end <= top + 1), len(lanes))
            lanes[lane : lane + 1] = [bottom]
            bars[shown.quote.id] = Bar(lane, top, bottom)
    return bars


def draw_margin(
    painter: QPainter, scene: Scene, context: PaintContext, bars: dict[str, Bar]
) -> None:
    """Draw a bar along the content of each quote, and at its first line a pill with the speaker."""
    used = -1e9
    height = _pill_height(context)
    for shown in _in_text_order(scene):
        bar = bars.get(shown.quote.id)
        if bar is None:
            continue
        _draw_bar(painter, shown, context, bar)
        if _starts_here(shown):
            y = max(bar.top + (context.metrics.line_height - height) / 2 - 2, used + 2)
            top, bottom = min(bar.top, y), max(bar.bottom, y + height)
            beside = [b.lane for b in bars.values() if b.top < bottom and b.bottom > top]
            _draw_pill(painter, shown, context, y, max(beside, default=bar.lane))
            used = y + height


def draw_link(painter: QPainter, shown: VisibleQuote, context: PaintContext, lane: int) -> None:
    """Draw a line from the bar of a quote to its source, with an arrow at the source."""
    content, source = shown.rects("content"), shown.rects("source")
    if not content or not source:
        return
    target = source[0]
    x, middle = bar_x(context, lane), target.center().x()
    bend = 4 if x < middle else -4
    foot = target.bottom() + 1
    below = target.center().y() > content[0].center().y()
    path = QPainterPath(QPointF(x, content[-1].bottom() if below else content[0].top()))
    path.lineTo(x, foot - 4)
    path.quadTo(x, foot, x + bend, foot)
    path.lineTo(middle - bend, foot)
    path.quadTo(middle, foot, middle, foot - 4)
    tip = QPointF(middle, target.bottom() - context.metrics.line_height * 0.14)
    path.lineTo(tip)
    pen = QPen(QColor(context.shades(shown).strong), 1.6)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.drawLine(tip, tip + QPointF(-3.5, 3.5))
    painter.drawLine(tip, tip + QPointF(3.5, 3.5))


def bar_x(context: PaintContext, lane: int) -> float:
    """Return where the bar of a lane is in the viewport. Lane 0 is next to the text.

    In a narrow gutter the last lanes share a place, so that there is room for a number.
    """
    room = int((context.metrics.gutter - _BAR - _NUMBER) // _LANE)
    from_edge = context.metrics.gutter - _BAR - min(lane, max(1, room)) * _LANE
    return context.metrics.width - from_edge if context.metrics.rtl else from_edge


def _in_text_order(scene: Scene) -> list[VisibleQuote]:
    return sorted(scene.quotes, key=lambda shown: (shown.quote.start, shown.quote.ordinal))


def _starts_here(shown: VisibleQuote) -> bool:
    return any(
        part.placed.part is not None
        and part.placed.part.role == "content"
        and part.placed.start == shown.quote.start
        and part.pieces[0].first
        for part in shown.parts
    )


def _draw_bar(painter: QPainter, shown: VisibleQuote, context: PaintContext, bar: Bar) -> None:
    shades = context.shades(shown)
    selected = ("quote", shown.quote.id) in context.selected
    pen = QPen(QColor(shades.strong if selected else shades.edge), 3)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x = bar_x(context, bar.lane)
    painter.drawLine(QPointF(x, bar.top + 2), QPointF(x, bar.bottom - 2))


def _pill_height(context: PaintContext) -> float:
    return context.ui_font.pixelSize() + 9.0


def _draw_pill(
    painter: QPainter, shown: VisibleQuote, context: PaintContext, y: float, lane: int
) -> None:
    """Draw the number of the quote in a disc, and the speaker's name if there is room.

    It is beyond the bar of this lane.
    """
    shades = context.shades(shown)
    selected = ("quote", shown.quote.id) in context.selected
    font, numbers = _pill_fonts(context)
    height, narrow = _pill_height(context), context.metrics.gutter < _NARROW
    number = str(context.order.row(shown.quote) + 1)
    disc = max(height - 7, QFontMetricsF(numbers).horizontalAdvance(number) + 6)
    room = context.metrics.gutter - _BAR - lane * _LANE - 12 - disc - 26
    text = "" if narrow else _fitting(font, speaker_text(shown, context), room)
    width = disc + (QFontMetricsF(font).horizontalAdvance(text) + 18 if text else 7)
    pill, circle = _pill_boxes(context, lane, QSizeF(width, height), y, disc)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shades.strong if selected else shades.fill))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setBrush(QColor(shades.ink if selected else shades.strong))
    painter.drawRoundedRect(circle, circle.height() / 2, circle.height() / 2)
    painter.setFont(numbers)
    painter.setPen(QColor(shades.strong if selected else shades.ink))
    painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, number)
    painter.setFont(font)
    painter.setPen(QColor(shades.ink if selected else shades.strong))
    beside = (
        pill.adjusted(4, 0, -disc - 8, 0)
        if context.metrics.rtl
        else (pill.adjusted(disc + 8, 0, -4, 0))
    )
    side = Qt.AlignmentFlag.AlignRight if context.metrics.rtl else Qt.AlignmentFlag.AlignLeft
    absolute = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    # A widget's painter lays out all text in the direction of the widget.
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(beside, side | absolute, text)


def _pill_boxes(
    context: PaintContext, lane: int, size: QSizeF, y: float, disc: float
) -> tuple[QRectF, QRectF]:
    """Return the pill outside the lane, and the disc at its outer end."""
    gap = 4 if context.metrics.gutter < _NARROW else 11
    pill = QRectF(QPointF(0, y), size)
    circle = QRectF(0, y + 3.5, disc, size.height() - 7)
    if context.metrics.rtl:
        edge = context.metrics.width - 2.0
        pill.moveRight(min(edge, bar_x(context, lane) + gap + size.width()))
        circle.moveRight(pill.right() - 3.5)
    else:
        pill.moveLeft(max(2.0, bar_x(context, lane) - gap - size.width()))
        circle.moveLeft(pill.left() + 3.5)
    return pill, circle


def _pill_fonts(context: PaintContext) -> tuple[QFont, QFont]:
    """Return the fonts of the speaker and of the number."""
    text = QFont(context.ui_font)
    text.setPixelSize(context.ui_font.pixelSize() - 1)
    text.setWeight(QFont.Weight.DemiBold)
    numbers = QFont(text)
    numbers.setPixelSize(text.pixelSize() - 3)
    numbers.setBold(True)
    return text, numbers


def _fitting(font: QFont, text: str, room: float) -> str:
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room))
