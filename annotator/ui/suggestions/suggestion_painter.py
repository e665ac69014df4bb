"""The painter of suggestions under the text: dashed, in a tint, with their confidence."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QRegion

from annotator.core.models import RoleSpan
from annotator.core.scheme import Scheme
from annotator.core.suggestion import SuggestedMention, SuggestedQuote, Suggestion
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.ui.article.badges import badge_font
from annotator.ui.article.chips import RADIUS, chip_rect, stroke_rect
from annotator.ui.article.geometry import Line, Piece
from annotator.ui.article.margin import bar_x, bars_of
from annotator.ui.article.outline import draw_outline
from annotator.ui.article.paint_context import PaintContext
from annotator.ui.article.view import ArticleView
from annotator.ui.article.visible_spans import Scene
from annotator.ui.suggestions.controller import SuggestionController
from annotator.ui.suggestions.text import confidence_text, isolated
from annotator.ui.theme.theme import Theme

_DASHES: Final = (3.0, 2.6)
_STRIPES: Final = (5, 4)
"""The lengths of dashes and gaps, in pixels."""
_USUAL: Final = 1.1
_CURRENT: Final = 1.8
"""The widths of edges, in pixels."""
_FAINTEST: Final = 26
_STRONGEST: Final = 120
"""The alpha of the tints, for a confidence of 0 and of 1."""


class _Painted(NamedTuple):
    """What the viewport showed when it was last painted."""

    offer: SuggestionQueue | None = None
    open: int = 0
    current_number: int | None = None
    current: Suggestion | None = None
    scrolled: int = 0


class SuggestionPainter:
    """An underlay of the view. Paints only what is in the viewport and in the repainted region."""

    def __init__(self, view: ArticleView, suggesting: SuggestionController) -> None:
        self._view = view
        self._suggesting = suggesting
        self._painted = _Painted()
        self._pens: dict[tuple[str, bool, bool], QPen] = {}
        view.underlays.append(self._paint)
        suggesting.changed.connect(self._update)

    def at(self, point: QPointF) -> int | None:
        """Return the number of the innermost suggestion under a point of the viewport."""
        found = [
            (made.end - made.start, number)
            for number, made in self._shown(self._view.scene().lines)
            for span in _spans(made)
            if any(piece.rect.contains(point) for piece in self._pieces(span))
        ]
        return min(found)[1] if found else None

    def _now(self) -> _Painted:
        suggesting, queue = self._suggesting, self._suggesting.offer
        count = queue.count if queue is not None else 0
        place = self._view.verticalScrollBar().value()
        return _Painted(queue, count, suggesting.current_number, suggesting.current, place)

    def _update(self) -> None:
        """Repaint the view: the lines of decided suggestions and of the old and new current one."""
        before, now = self._painted, self._now()
        queue = now.offer
        moved = (now.offer, now.scrolled) != (before.offer, before.scrolled)
        unchanged = (now.open, now.current_number) == (before.open, before.current_number)
        if queue is None or moved or unchanged:
            self._view.viewport().update()
            return
        made = [one for one in (before.current, now.current) if one is not None]
        if now.open != before.open:
            decided = [queue[number] for number in queue.settled]
            if any(isinstance(one, SuggestedQuote) for one in decided):
                self._view.viewport().update()  # it makes room in the margin
                return
            made += decided
        spans = (part for one in made for part in _parts(one))
        self._view.update_lines((part.start, part.end) for part in spans)

    def _shown(self, lines: list[Line]) -> list[tuple[int, Suggestion]]:
        """Return the suggestions on these lines."""
        queue, view = self._suggesting.offer, self._view
        if queue is None or not lines:
            return []
        first = view.offsets.to_code_points(lines[0].start)
        last = view.offsets.to_code_points(lines[-1].end)
        found = [(number, queue[number]) for number in queue.touching(first, last)]
        kinds = view.shown_kinds()
        return [(n, made) for n, made in found if _kind(made) in kinds]

    def _shown_on(self, lines: list[Line], scene: Scene) -> list[tuple[int, Suggestion]]:
        """Return those with any part on these lines: a source may be far from its content."""
        if not lines:
            return []
        first = self._view.offsets.to_code_points(lines[0].start)
        last = self._view.offsets.to_code_points(lines[-1].end)
        return [
            (number, made)
            for number, made in self._shown(scene.lines)
            if any(part.start < last and part.end > first for part in _parts(made))
        ]

    def _pieces(self, span: tuple[int, int]) -> Sequence[Piece]:
        start, end = span
        return self._view.scene().lines.pieces(self._view.to_units(start), self._view.to_units(end))

    def _paint(self, painter: QPainter, scene: Scene, theme: Theme, region: QRegion) -> None:
        self._painted = self._now()
        if self._suggesting.offer is None:
            return
        context, current_number = self._view.paint_context(), self._suggesting.current_number
        # Badges and outlines reach into the line above.
        lines = [line for line in scene.lines if region.intersects(_room(line, self._view.width()))]
        shown = self._shown_on(lines, scene)
        shown.sort(key=lambda row: row[1].start - row[1].end)
        painter.setBrushOrigin(0, -self._painted.scrolled)
        for number, made in shown:
            if isinstance(made, SuggestedQuote):
                self._paint_quote(painter, made, context, here=number == current_number)
        for number, made in shown:
            if isinstance(made, SuggestedMention):
                self._paint_mention(painter, made, context, here=number == current_number)
        self._paint_margin(painter, scene, context, region)

    def _pen(self, color: str, *, is_current: bool) -> QPen:
        kind = color, is_current, self._view.devicePixelRatioF() == 1
        if kind not in self._pens:
            self._pens[kind] = dashed_pen(color, is_current=is_current, fine=kind[2])
        return self._pens[kind]

    def _paint_mention(
        self, painter: QPainter, made: SuggestedMention, context: PaintContext, *, here: bool
    ) -> None:
        shades = context.theme.tone(context.scheme.label(made.label).tone)
        found = self._pieces((made.start, made.end))
        pen = self._pen(context.theme.accent if here else shades.strong, is_current=here)
        painter.setPen(pen)
        painter.setBrush(_tint(shades.fill, made.confidence, context, is_current=here))
        for piece in found:
            rect = stroke_rect(painter, chip_rect(piece, 0, context.metrics), pen.widthF())
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if found and found[0].first and context.reading.badges:
            text = context.scheme.label(made.label).short
            ink = context.theme.accent if here else shades.strong
            self._paint_badge(painter, found[0], f"{text} {confidence_text(made)}", ink, context)

    def _paint_badge(
        self, painter: QPainter, piece: Piece, text: str, ink: str, context: PaintContext
    ) -> None:
        """Paint label and confidence on the upper edge of a chip, in ink on the page."""
        font = badge_font(context)
        chip = chip_rect(piece, 0, context.metrics)
        width, height = QFontMetricsF(font).horizontalAdvance(text) + 6, font.pixelSize() + 2.0
        left = chip.right() - 0.5 - width if piece.rtl else chip.left() + 0.5
        rect = QRectF(left, chip.top() - height + 2.5, width, height)
        painter.setFont(font)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(context.theme.page))
        painter.drawRoundedRect(rect, 2.5, 2.5)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_quote(
        self, painter: QPainter, made: SuggestedQuote, context: PaintContext, *, here: bool
    ) -> None:
        shades = context.theme.nobody
        pen = self._pen(context.theme.accent if here else shades.edge, is_current=here)
        painter.setPen(pen)
        painter.setBrush(_tint(shades.fill, made.confidence, context, is_current=here))
        for part in made.parts("content"):
            found = self._pieces((part.start, part.end))
            draw_outline(painter, found, 6, pen=pen.widthF())
        pen = self._pen(context.theme.accent if here else shades.strong, is_current=here)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part in made.spans:
            if part.role != "content":
                self._paint_role(painter, part, context, pen.widthF())

    def _paint_role(
        self, painter: QPainter, part: RoleSpan, context: PaintContext, width: float
    ) -> None:
        for piece in self._pieces((part.start, part.end)):
            if part.role == "source":
                rect = stroke_rect(painter, chip_rect(piece, 0, context.metrics), width)
                painter.drawRoundedRect(rect, RADIUS, RADIUS)
            else:
                y = piece.baseline + context.metrics.font.pixelSize() * 0.36
                painter.drawLine(QPointF(piece.rect.left(), y), QPointF(piece.rect.right(), y))

    def _paint_margin(
        self, painter: QPainter, scene: Scene, context: PaintContext, region: QRegion
    ) -> None:
        """Paint likely speaker and confidence beside the first line of each suggested quote."""
        occupied = [QRectF(0, bar.top, 1, bar.bottom - bar.top) for bar in bars_of(scene).values()]
        for number, made in sorted(self._shown(scene.lines), key=lambda row: row[1].start):
            if not isinstance(made, SuggestedQuote):
                continue
            found = self._pieces((made.start, made.start + 1))
            if not found:
                continue
            height = context.ui_font.pixelSize() + 9.0
            top = found[0].rect.top() + (context.metrics.line_height - height) / 2 - 2
            area = QRectF(0, top, 1, height)
            if any(other.intersects(area) for other in occupied):
                continue
            occupied.append(area)
            if region.intersects(QRect(0, int(top) - 1, self._view.width(), int(height) + 3)):
                here = number == self._suggesting.current_number
                self._paint_pill(painter, made, context, top, here=here)

    def _paint_pill(
        self,
        painter: QPainter,
        made: SuggestedQuote,
        context: PaintContext,
        top: float,
        *,
        here: bool,
    ) -> None:
        font = QFont(context.ui_font)
        font.setPixelSize(max(9, font.pixelSize() - 1))
        metrics = QFontMetricsF(font)
        edge = bar_x(context, 0)
        room = context.metrics.gutter - 34.0
        name = _name(made, context.scheme)
        text = f"{isolated(name)} {confidence_text(made)}" if name else confidence_text(made)
        if metrics.horizontalAdvance(text) + 16 > room:
            name_room = room - 20 - metrics.horizontalAdvance(f" {confidence_text(made)}")
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(0.0, name_room))
            text = (
                f"{isolated(name)} {confidence_text(made)}"
                if len(name) > 1
                else confidence_text(made)
            )
        width, height = metrics.horizontalAdvance(text) + 16, context.ui_font.pixelSize() + 9.0
        left = edge + 11 if context.metrics.rtl else max(2.0, edge - 11 - width)
        rect = QRectF(left, top, width, height).adjusted(0.5, 0.5, -0.5, -0.5)
        ink = context.theme.accent if here else context.theme.nobody.strong
        pen = self._pen(ink, is_current=here)
        painter.setPen(pen)
        painter.setBrush(QColor(context.theme.page))
        painter.drawRoundedRect(rect, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def dashed_pen(color: str, *, is_current: bool, fine: bool) -> QPen:
    """Return the pen for the edge of a suggestion; fine edges are one device pixel wide.

    The result looks the same however small a part of a shape is painted. Qt's own dashes do so
    only for fine edges (and take a quarter of the time): it counts other dashes from where the
    shape enters the painted region. So wide edges are drawn as stripes across the page.
    """
    if fine and not is_current:
        pen = QPen(QColor(color), 1.0)
        pen.setCosmetic(True)
        pen.setDashPattern([dash * _USUAL for dash in _DASHES])
    else:
        pen = QPen(QBrush(_stripes(color)), _CURRENT if is_current else _USUAL)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _stripes(color: str) -> QImage:
    on, off = _STRIPES
    tile = QImage(on + off, on + off, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    for x in range(on + off):
        for y in range(on + off):
            if (x + y) % (on + off) < on:
                tile.setPixelColor(x, y, QColor(color))
    return tile


def _room(line: Line, width: int) -> QRect:
    """Return the area that marks on this line may cover."""
    pitch = int(line.height)
    return QRect(0, int(line.top) - pitch // 2, width, 2 * pitch)


def _kind(made: SuggestedMention | SuggestedQuote) -> str:
    return "mention" if isinstance(made, SuggestedMention) else "quote"


def _parts(made: Suggestion) -> Sequence[SuggestedMention | RoleSpan]:
    return made.spans if isinstance(made, SuggestedQuote) else (made,)


def _spans(made: SuggestedMention | SuggestedQuote) -> list[tuple[int, int]]:
    if isinstance(made, SuggestedMention):
        return [(made.start, made.end)]
    return [(part.start, part.end) for part in made.parts("content")]


def _name(made: SuggestedQuote, scheme: Scheme) -> str:
    if made.speaker is None:
        return ""
    last = made.speaker.name.split()[-1:]
    person = scheme.is_person(made.speaker.label) and last and len(last[0]) > 2
    return f"{last[0]}?" if person else f"{made.speaker.name}?"


def _tint(color: str, confidence: float, context: PaintContext, *, is_current: bool) -> QColor:
    tint = QColor(color)
    if is_current:
        tint = QColor(context.theme.selection)
    tint.setAlpha(round(_FAINTEST + (_STRONGEST - _FAINTEST) * min(1.0, max(0.0, confidence))))
    return tint
