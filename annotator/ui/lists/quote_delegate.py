"""The delegate that paints the card of a quote, and finds its part under the mouse."""

from typing import Final, Literal, NamedTuple

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from annotator.core.attributes import attributes_text
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.label_menu import type_text
from annotator.ui.lists.quote_model import CARD_ROLE, QuoteCard
from annotator.ui.lists.row_drawing import (
    Fonts,
    draw_box,
    draw_flag,
    draw_line,
    draw_note,
    draw_pill,
    draw_text,
    mirrored,
    right_to_left,
    text_width,
    two_lines,
)
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import show_tool_tip

QuotePart = Literal["speaker", "type", "rest"]
_GAP: Final = 9
_TEXT_LEFT: Final = 22
_RIGHT: Final = 12
_MARK: Final = 13
_NARROW: Final = 96
"""The minimum width of a speaker's pill beside a cue, in pixels."""

_Index = QModelIndex | QPersistentModelIndex


class CardLayout(NamedTuple):
    """The places of the parts of a card."""

    card: QRect
    bar: QRect
    speaker: QRect
    cue: QRect
    marks: QRect
    type: QRect
    number: QRect
    content: QRect


class QuoteDelegate(QStyledItemDelegate):
    """Paints speaker pill, cue, type, number and two lines of content; all equally high."""

    def __init__(
        self, theme: Theme, registry: ActionRegistry, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self.theme = theme
        self._fonts: Fonts | None = None

    def fonts(self, base: QFont) -> Fonts:
        """Return the fonts of the cards, for a view with this font."""
        if self._fonts is None or self._fonts.view != base:
            self._fonts = Fonts.of(base)
        return self._fonts

    def layout(self, rect: QRect, card: QuoteCard, base: QFont) -> CardLayout:
        """Return the places of the parts of the card that fills `rect`."""
        fonts = self.fonts(base)
        box = rect.adjusted(0, 0, 0, -_GAP)
        head = QRect(box.left() + _TEXT_LEFT, box.top() + 9, box.width(), _head_height(fonts))
        head.setRight(box.right() - _RIGHT + 1)
        number, head = _cut_right(head, text_width(fonts.pill, f"#{card.number}"), 7)
        kind, head = _cut_right(head, text_width(fonts.small, type_text(card.quote.type)), 7)
        count = bool(card.quote.flags) + bool(card.quote.note)
        marks, head = _cut_right(head, count * (_MARK + 3), 7 if count else 0)
        wanted_width = text_width(fonts.pill, card.speaker) + 22
        cue_room = min(text_width(fonts.cue, card.cue), 64) + 8 if card.cue else 0
        if head.width() - cue_room < min(wanted_width, _NARROW):
            cue_room = 0
        speaker = QRect(head)
        speaker.setWidth(max(36, min(wanted_width, head.width() - cue_room)))
        cue = QRect(head)
        cue.setLeft(speaker.right() + 8)
        content = QRect(head.left(), head.bottom() + 6, 0, 2 * _line_height(fonts))
        content.setRight(box.right() - _RIGHT)
        bar = QRect(box.left() + 9, box.top() + 10, 4, box.height() - 20)
        parts = (box, bar, speaker, cue, marks, kind, number, content)
        return CardLayout(*(mirrored(part, rect) for part in parts))

    def part_at(self, rect: QRect, index: _Index, pos: QPoint, base: QFont) -> QuotePart:
        """Return the part of the card at `rect` that the mouse at `pos` is on."""
        card = index.data(CARD_ROLE)
        if not isinstance(card, QuoteCard):
            return "rest"
        places = self.layout(rect, card, base)
        if places.speaker.adjusted(-2, -3, 2, 3).contains(pos):
            return "speaker"
        return "type" if places.type.adjusted(-4, -3, 4, 3).contains(pos) else "rest"

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        fonts = self.fonts(option.font)
        return QSize(200, 9 + _head_height(fonts) + 6 + 2 * _line_height(fonts) + 9 + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        card = index.data(CARD_ROLE)
        if not isinstance(card, QuoteCard):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self.layout(option.rect, card, option.font)
        self._paint_box(painter, option, card, places)
        self._paint_head(painter, option, card, places)
        self._paint_content(painter, option, card, places)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        card = index.data(CARD_ROLE)
        if event.type() != QEvent.Type.ToolTip or not isinstance(card, QuoteCard):
            return False
        part = self.part_at(option.rect, index, event.pos(), option.font)
        show_tool_tip(event.globalPos(), self._tip(card, part), view)
        return True

    def _tip(self, card: QuoteCard, part: QuotePart) -> str:
        quote = card.quote
        if part == "type":
            explanation = "" if quote.type_set else tr("It follows the quote marks. ")
            key = self._registry.key_or_title("quotes_type")
            return tr(
                "{1}. {2}Click or press {3} to change it", type_text(quote.type), explanation, key
            )
        if part == "speaker":
            key = self._registry.key_or_title("quotes_speaker")
            return tr("{1}. Click or press {2} to change the speaker", card.speaker, key)
        lines = [card.content, quote.note, ", ".join(quote.flags), attributes_text(quote)]
        return "\n".join(word for word in lines if word)

    def _paint_box(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        card: QuoteCard,
        places: CardLayout,
    ) -> None:
        shades, theme = self.theme.speaker(card.tone), self.theme
        state = QStyle.StateFlag
        edge, width = theme.line, 1.0
        if option.state & state.State_Selected:
            edge, width = shades.strong, 2.0
        elif option.state & (state.State_HasFocus | state.State_MouseOver):
            edge = shades.edge
        draw_box(painter, places.card, fill=theme.card, edge=edge, width=width, radius=8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.strong if not card.open else shades.edge))
        painter.drawRoundedRect(QRectF(places.bar), 2, 2)

    def _paint_head(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        card: QuoteCard,
        places: CardLayout,
    ) -> None:
        fonts, theme = self.fonts(option.font), self.theme
        shades = theme.speaker(card.tone)
        draw_pill(
            painter, places.speaker, card.speaker, fonts.pill, fill=shades.fill,
            ink=shades.strong, edge=shades.edge if card.open else None, dashed=True,
        )  # fmt: skip
        draw_text(painter, places.cue, card.cue, fonts.cue, theme.text)
        draw_text(painter, places.type, type_text(card.quote.type), fonts.small, theme.muted)
        draw_text(painter, places.number, f"#{card.number}", fonts.pill, theme.muted)
        left = places.marks.left()
        for draw, on in ((draw_flag, card.quote.flags), (draw_note, card.quote.note)):
            if on:
                mark = QRect(left, places.marks.center().y() - _MARK // 2, _MARK, _MARK)
                draw(painter, mark, theme.bad if draw is draw_flag else theme.muted)
                left += _MARK + 3

    def _paint_content(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        card: QuoteCard,
        places: CardLayout,
    ) -> None:
        fonts = self.fonts(option.font)
        height = _line_height(fonts)
        rtl = right_to_left(card.content)
        lines = two_lines(fonts.reading, card.content, places.content.width())
        for number, text in enumerate(lines):
            if text:
                line = QRect(places.content)
                line.setTop(places.content.top() + number * height)
                line.setHeight(height)
                draw_line(painter, line, text, fonts.reading, self.theme.text, rtl=rtl)


def _cut_right(rect: QRect, width: int, gap: int) -> tuple[QRect, QRect]:
    """Return a piece of `width` at the right of `rect`, and the rest of it beyond a gap."""
    piece, rest = QRect(rect), QRect(rect)
    piece.setLeft(rect.right() - width + 1)
    rest.setRight(piece.left() - gap - 1)
    return piece, rest


def _head_height(fonts: Fonts) -> int:
    return QFontMetrics(fonts.pill).height() + 6


def _line_height(fonts: Fonts) -> int:
    # The reading font with its fallbacks for other scripts is higher than lines need to be.
    return round(fonts.reading.pixelSize() * 1.37)
