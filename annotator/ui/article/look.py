"""What painting depends on besides the scene."""

from typing import NamedTuple

from PySide6.QtGui import QFont

from annotator.core.annotation import Annotation
from annotator.core.scheme import Scheme
from annotator.ui.article.document import TextMetrics
from annotator.ui.article.reading import Reading
from annotator.ui.article.scene import Shown, ShownQuote
from annotator.ui.quote_order import QuoteOrder
from annotator.ui.theme import Shades, Theme


class Look(NamedTuple):
    """Colours, fonts, and what is picked or under the mouse, by (kind, id)."""

    theme: Theme
    metrics: TextMetrics
    reading: Reading
    ui_font: QFont
    scheme: Scheme
    annotation: Annotation
    order: QuoteOrder
    picked: frozenset[tuple[str, str]]
    hovered: frozenset[tuple[str, str]]

    def shades(self, shown: ShownQuote) -> Shades:
        return self.theme.speaker(self.order.tone(shown.quote))

    def label_shades(self, shown: Shown) -> Shades:
        return self.theme.tone(self.scheme.label(self.label_of(shown)).tone)

    def label_of(self, shown: Shown) -> str:
        mention = self.annotation.mentions[shown.placed.id]
        return self.annotation.entities[mention.entity_id].label
