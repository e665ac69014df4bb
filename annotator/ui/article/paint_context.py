"""The context that painting depends on besides the scene."""

from typing import NamedTuple

from PySide6.QtGui import QFont

from annotator.core.annotation import Annotation
from annotator.core.scheme import Scheme
from annotator.ui.article.document import TextMetrics
from annotator.ui.article.quote_numbering import QuoteNumbering
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.article.visible_spans import VisibleQuote, VisibleSpan
from annotator.ui.theme.theme import ColorSet, Theme


class PaintContext(NamedTuple):
    """Colours, fonts, and what is selected or hovered, by (kind, id)."""

    theme: Theme
    metrics: TextMetrics
    reading: TextSettings
    ui_font: QFont
    scheme: Scheme
    annotation: Annotation
    order: QuoteNumbering
    selected: frozenset[tuple[str, str]]
    hovered: frozenset[tuple[str, str]]

    def shades(self, shown: VisibleQuote) -> ColorSet:
        return self.theme.speaker(self.order.tone(shown.quote))

    def label_shades(self, shown: VisibleSpan) -> ColorSet:
        return self.theme.tone(self.scheme.label(self.label_of(shown)).tone)

    def label_of(self, shown: VisibleSpan) -> str:
        mention = self.annotation.mentions[shown.placed.id]
        return self.annotation.entities[mention.entity_id].label
