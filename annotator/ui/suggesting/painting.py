"""Paints what is offered under the text: dashed, in a tint, with how sure it is."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from annotator.core.models import RoleSpan
from annotator.core.suggestion import SuggestedMention, SuggestedQuote
from annotator.ui.article.badges import badge_font
from annotator.ui.article.chips import chip_rect
from annotator.ui.article.geometry import Piece, pieces, snapped
from annotator.ui.article.look import Look
from annotator.ui.article.margin import bar_x, bars_of
from annotator.ui.article.outline import outline
from annotator.ui.article.scene import Scene
from annotator.ui.article.view import ArticleView
from annotator.ui.suggesting.suggesting import Suggesting
from annotator.ui.suggesting.words import isolated, percent
from annotator.ui.theme import Theme

_DASHES: Final = [3.0, 2.6]
_FAINTEST: Final = 26
_STRONGEST: Final = 120
"""The alpha of the tints of what is not sure at all, and of what is wholly sure."""


class OfferPainter:
    """An underlay of the view. What is off the page costs nothing."""

    def __init__(self, view: ArticleView, suggesting: Suggesting) -> None:
        self._view = view
        self._suggesting = suggesting
        view.underlays.append(self._paint)

    def at(self, point: QPointF) -> int | None:
        """The number of the innermost suggestion under a point of the viewport."""
        found = [
            (made.end - made.start, number)
            for number, made in self._shown(self._view.scene())
            for span in _spans(made)
            if any(piece.rect.contains(point) for piece in self._pieces(span))
        ]
        return min(found)[1] if found else None

    def _shown(self, scene: Scene) -> "list[tuple[int, SuggestedMention | SuggestedQuote]]":
        offer, view = self._suggesting.offer, self._view
        if offer is None or not scene.lines:
            return []
        first = view.offsets.to_code_points(scene.lines[0].start)
        last = view.offsets.to_code_points(scene.lines[-1].end)
        found = [(number, offer[number]) for number in offer.touching(first, last)]
        kinds = view.shown_kinds()
        return [(n, made) for n, made in found if _kind(made) in kinds]

    def _pieces(self, span: tuple[int, int]) -> list[Piece]:
        units = (self._view.to_units(offset) for offset in span)
        return pieces(self._view.scene().lines, *units)

    def _paint(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        shown = self._shown(scene)
        if not shown:
            return
        look, at_hand = self._view.look(), self._suggesting.at_hand
        shown.sort(key=lambda row: row[1].start - row[1].end)
        for number, made in shown:
            if isinstance(made, SuggestedQuote):
                self._paint_quote(painter, made, look, at_hand=number == at_hand)
        for number, made in shown:
            if isinstance(made, SuggestedMention):
                self._paint_mention(painter, made, look, at_hand=number == at_hand)
        self._paint_margin(painter, scene, look)

    def _paint_mention(
        self, painter: QPainter, made: SuggestedMention, look: Look, *, at_hand: bool
    ) -> None:
        shades = look.theme.tone(look.scheme.label(made.label).tone)
        found = self._pieces((made.start, made.end))
        for piece in found:
            painter.setPen(_dashed(look.theme.accent if at_hand else shades.strong, at_hand))
            painter.setBrush(_tint(shades.fill, made.confidence, look, at_hand=at_hand))
            painter.drawRoundedRect(chip_rect(piece, 0, look.metrics), 5, 5)
        if found and found[0].first and look.reading.badges:
            words = look.scheme.label(made.label).short
            ink = look.theme.accent if at_hand else shades.strong
            self._paint_tab(painter, found[0], f"{words} {percent(made)}", ink, look)

    def _paint_tab(self, painter: QPainter, piece: Piece, words: str, ink: str, look: Look) -> None:
        """Label and confidence on the upper edge of a chip, in ink on the page."""
        font = badge_font(look)
        chip = chip_rect(piece, 0, look.metrics)
        width, height = QFontMetricsF(font).horizontalAdvance(words) + 6, font.pixelSize() + 2.0
        left = chip.right() - 3 - width if piece.rtl else chip.left() + 3
        rect = QRectF(left, chip.top() - height + 2.5, width, height)
        painter.setFont(font)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.theme.page))
        painter.drawRoundedRect(rect, 2.5, 2.5)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_quote(
        self, painter: QPainter, made: SuggestedQuote, look: Look, *, at_hand: bool
    ) -> None:
        shades = look.theme.nobody
        ink = look.theme.accent if at_hand else shades.edge
        for part in made.spans:
            found = self._pieces((part.start, part.end))
            if part.role == "content":
                boxes = snapped([piece.rect.adjusted(-4, 0, 4, 0) for piece in found])
                painter.setPen(_dashed(ink, at_hand))
                painter.setBrush(_tint(shades.fill, made.confidence, look, at_hand=at_hand))
                painter.drawPath(outline(boxes, 6))
        strong = look.theme.accent if at_hand else shades.strong
        for part in made.spans:
            if part.role != "content":
                self._paint_role(painter, part, look, _dashed(strong, at_hand))

    def _paint_role(self, painter: QPainter, part: RoleSpan, look: Look, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for piece in self._pieces((part.start, part.end)):
            if part.role == "source":
                painter.drawRoundedRect(chip_rect(piece, 0, look.metrics), 5, 5)
            else:
                y = piece.baseline + look.metrics.font.pixelSize() * 0.36
                painter.drawLine(QPointF(piece.rect.left(), y), QPointF(piece.rect.right(), y))

    def _paint_margin(self, painter: QPainter, scene: Scene, look: Look) -> None:
        """Who may speak and how sure that is, beside the first line of each suggested quote."""
        taken = [QRectF(0, bar.top, 1, bar.bottom - bar.top) for bar in bars_of(scene).values()]
        for number, made in sorted(self._shown(scene), key=lambda row: row[1].start):
            found = self._pieces((made.start, made.start + 1))
            if not isinstance(made, SuggestedQuote) or not found:
                continue
            height = look.ui_font.pixelSize() + 9.0
            top = found[0].rect.top() + (look.metrics.line_height - height) / 2 - 2
            band = QRectF(0, top, 1, height)
            if any(other.intersects(band) for other in taken):
                continue
            taken.append(band)
            at_hand = number == self._suggesting.at_hand
            self._paint_pill(painter, made, look, top, at_hand=at_hand)

    def _paint_pill(
        self, painter: QPainter, made: SuggestedQuote, look: Look, top: float, *, at_hand: bool
    ) -> None:
        font = QFont(look.ui_font)
        font.setPixelSize(max(9, font.pixelSize() - 1))
        metrics = QFontMetricsF(font)
        edge = bar_x(look, 0)
        room = look.metrics.gutter - 34.0
        name = _name(made)
        words = f"{isolated(name)} {percent(made)}" if name else percent(made)
        if metrics.horizontalAdvance(words) + 16 > room:
            name_room = room - 20 - metrics.horizontalAdvance(f" {percent(made)}")
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(0.0, name_room))
            words = f"{isolated(name)} {percent(made)}" if len(name) > 1 else percent(made)
        width, height = metrics.horizontalAdvance(words) + 16, look.ui_font.pixelSize() + 9.0
        left = edge + 11 if look.metrics.rtl else max(2.0, edge - 11 - width)
        rect = QRectF(left, top, width, height).adjusted(0.5, 0.5, -0.5, -0.5)
        ink = look.theme.accent if at_hand else look.theme.nobody.strong
        painter.setPen(_dashed(ink, at_hand))
        painter.setBrush(QColor(look.theme.page))
        painter.drawRoundedRect(rect, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)


def _kind(made: SuggestedMention | SuggestedQuote) -> str:
    return "mention" if isinstance(made, SuggestedMention) else "quote"


def _spans(made: SuggestedMention | SuggestedQuote) -> list[tuple[int, int]]:
    if isinstance(made, SuggestedMention):
        return [(made.start, made.end)]
    return [(part.start, part.end) for part in made.parts("content")]


def _name(made: SuggestedQuote) -> str:
    if made.speaker is None:
        return ""
    last = made.speaker.name.split()[-1:]
    person = made.speaker.label.startswith("PER") and last and len(last[0]) > 2
    return f"{last[0]}?" if person else f"{made.speaker.name}?"


def _dashed(color: str, at_hand: bool) -> QPen:
    pen = QPen(QColor(color), 1.8 if at_hand else 1.1)
    pen.setDashPattern(_DASHES)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _tint(color: str, confidence: float, look: Look, *, at_hand: bool) -> QColor:
    tint = QColor(color)
    if at_hand:
        tint = QColor(look.theme.selection)
    tint.setAlpha(round(_FAINTEST + (_STRONGEST - _FAINTEST) * min(1.0, max(0.0, confidence))))
    return tint
