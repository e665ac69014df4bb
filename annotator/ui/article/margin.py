"""The margin beside the text: who speaks, and where each quote lies."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from annotator.ui.article.look import Look
from annotator.ui.article.scene import Scene, ShownQuote

_BAR: Final = 15.0
"""How far left of the text the bar of a quote runs, in pixels."""
_LANE: Final = 6.0
_NARROW: Final = 90
_STATUS_WORDS: Final = {
    "group": "Group",
    "unnamed": "Unnamed",
    "implicit": "Implicit",
    "none": "No speaker",
}


def speaker_words(shown: ShownQuote, look: Look) -> str:
    """Who speaks, in a word or two; "Who?" while nobody has said."""
    entities = look.annotation.entities
    names = [entities[id_].name for id_ in shown.quote.speakers if id_ in entities]
    if not names:
        return _STATUS_WORDS.get(shown.quote.speaker_status, "Who?")
    last = names[0].split()[-1] if names[0].split() else names[0]
    name = last if len(last) > 2 else names[0]
    return name if len(names) == 1 else f"{name} +{len(names) - 1}"


def draw_margin(painter: QPainter, scene: Scene, look: Look) -> None:
    """A bar along the content of each quote, and at its first line a pill with the speaker."""
    taken = -1e9
    lanes: list[float] = []
    for shown in sorted(scene.quotes, key=lambda q: (q.quote.start, q.quote.ordinal)):
        rects = shown.rects("content")
        if not rects:
            continue
        top, bottom = rects[0].top(), rects[-1].bottom()
        lane = next((n for n, end in enumerate(lanes) if end <= top + 1), len(lanes))
        lanes[lane : lane + 1] = [bottom]
        _draw_bar(painter, shown, look, lane, top, bottom)
        if _starts_here(shown):
            height = _pill_height(look)
            y = max(top + (look.metrics.line_height - height) / 2 - 2, taken + 2)
            _draw_pill(painter, shown, look, y)
            taken = y + height


def draw_link(painter: QPainter, shown: ShownQuote, look: Look) -> None:
    """A line from the bar of a quote to its source, with an arrow at the source."""
    content, source = shown.rects("content"), shown.rects("source")
    if not content or not source:
        return
    target = source[0]
    bar = bar_x(look, 0)
    foot = target.bottom() + 1
    start = (
        content[-1].bottom()
        if target.center().y() > content[0].center().y()
        else (content[0].top())
    )
    path = QPainterPath(QPointF(bar, start))
    path.lineTo(bar, foot - 4)
    path.quadTo(bar, foot, bar + 4, foot)
    path.lineTo(target.center().x() - 4, foot)
    path.quadTo(target.center().x(), foot, target.center().x(), foot - 4)
    tip = QPointF(target.center().x(), target.bottom() - look.metrics.line_height * 0.14)
    path.lineTo(tip)
    pen = QPen(QColor(look.shades(shown).strong), 1.6)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.drawLine(tip, tip + QPointF(-3.5, 3.5))
    painter.drawLine(tip, tip + QPointF(3.5, 3.5))


def bar_x(look: Look, lane: int) -> float:
    """Where the bar of a lane runs in the viewport. Lane 0 is next to the text."""
    return look.metrics.gutter - _BAR - lane * _LANE


def _starts_here(shown: ShownQuote) -> bool:
    return any(
        part.placed.part is not None
        and part.placed.part.role == "content"
        and part.placed.start == shown.quote.start
        and part.pieces[0].first
        for part in shown.parts
    )


def _draw_bar(
    painter: QPainter, shown: ShownQuote, look: Look, lane: int, top: float, bottom: float
) -> None:
    shades = look.shades(shown)
    picked = ("quote", shown.quote.id) in look.picked
    pen = QPen(QColor(shades.strong if picked else shades.edge), 3)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x = bar_x(look, lane)
    painter.drawLine(QPointF(x, top + 2), QPointF(x, bottom - 2))


def _pill_height(look: Look) -> float:
    return look.ui_font.pixelSize() + 9.0


def _draw_pill(painter: QPainter, shown: ShownQuote, look: Look, y: float) -> None:
    """The number of the quote in a disc, and the speaker's name where there is room."""
    shades = look.shades(shown)
    picked = ("quote", shown.quote.id) in look.picked
    font = QFont(look.ui_font)
    font.setPixelSize(look.ui_font.pixelSize() - 1)
    font.setWeight(QFont.Weight.DemiBold)
    numbers = QFont(font)
    numbers.setPixelSize(font.pixelSize() - 3)
    numbers.setBold(True)
    height = _pill_height(look)
    number = str(look.order.row(shown.quote) + 1)
    disc = max(height - 7, QFontMetricsF(numbers).horizontalAdvance(number) + 6)
    metrics = QFontMetricsF(font)
    room = look.metrics.gutter - _BAR - 12 - disc - 26
    narrow = look.metrics.gutter < _NARROW
    words = (
        ""
        if narrow
        else metrics.elidedText(speaker_words(shown, look), Qt.TextElideMode.ElideRight, room)
    )
    width = disc + 7 if narrow else disc + metrics.horizontalAdvance(words) + 18
    right = bar_x(look, 0) - (6 if narrow else 11)
    pill = QRectF(max(2.0, right - width), y, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shades.strong if picked else shades.fill))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    circle = QRectF(pill.left() + 3.5, pill.top() + 3.5, disc, height - 7)
    painter.setBrush(QColor(shades.ink if picked else shades.strong))
    painter.drawRoundedRect(circle, circle.height() / 2, circle.height() / 2)
    painter.setFont(numbers)
    painter.setPen(QColor(shades.strong if picked else shades.ink))
    painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, number)
    painter.setFont(font)
    painter.setPen(QColor(shades.ink if picked else shades.strong))
    words_at = pill.adjusted(disc + 8, 0, -4, 0)
    painter.drawText(words_at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
