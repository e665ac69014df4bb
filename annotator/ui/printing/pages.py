"""Laying out an article with marks and margin on pages, as vectors, always in the light theme."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPagedPaintDevice, QPainter, QPen

from annotator.core.annotation import Annotation
from annotator.core.models import Article
from annotator.core.scheme import Scheme
from annotator.core.span_index import SpanIndex
from annotator.ui.article.badges import paint_badges
from annotator.ui.article.document import (
    TextMetrics,
    build_document,
    document_offsets,
    is_rtl_article,
)
from annotator.ui.article.geometry import Line, Lines, all_lines
from annotator.ui.article.paint_context import PaintContext
from annotator.ui.article.painter import paint_margin, paint_over_text, paint_under_text
from annotator.ui.article.quote_numbering import QuoteNumbering
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.article.visible_spans import build_scene
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.row_drawing import draw_pill, draw_text, right_to_left, text_width
from annotator.ui.theme.fonts import interface_font
from annotator.ui.theme.theme import LIGHT

_GUTTER: Final = 170
_FAR: Final = 8
_HEAD: Final = 46
"""The space above the text of a page, in pixels of the layout."""
_FOOT: Final = 44
_LEGEND: Final = 34
_KINDS: Final = ("mention", "quote")


class PrintedArticle(NamedTuple):
    """What is printed: an article and its annotation; `annotator` is "" if there is none."""

    article: Article
    annotation: Annotation
    annotator: str
    scheme: Scheme


def print_sheet(sheet: PrintedArticle, device: QPagedPaintDevice, family: str) -> int:
    """Draw the article on the pages of a printer or PDF writer; return the number of pages.

    `family` is the font of the text. Raises OSError if painting on the device cannot begin.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("nothing could be written")
    try:
        return paint_sheet(sheet, device, painter, family)
    finally:
        painter.end()


def paint_sheet(
    sheet: PrintedArticle, device: QPagedPaintDevice, painter: QPainter, family: str
) -> int:
    """Draw the article from the current page of the device on; return the number of pages.

    `painter` must be active on the device.
    """
    return _PagePainter(sheet, device, painter, family).run()


class _PagePainter:
    """A painter that lays out the article once and paints it page by page."""

    def __init__(
        self, sheet: PrintedArticle, device: QPagedPaintDevice, painter: QPainter, family: str
    ) -> None:
        self._sheet = sheet
        self._device = device
        self._painter = painter
        text = sheet.article.text
        reading = TextSettings(family=family, size=16)
        font = QFont(reading.family)
        font.setPixelSize(reading.size)
        font.setWordSpacing(2)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self._metrics = TextMetrics(
            font, reading.pitch, _GUTTER, reading.column, top=0, far=_FAR, rtl=is_rtl_article(text)
        )
        self._document = build_document(text, self._metrics)
        self._document.setUseDesignMetrics(True)
        self._document.setTextWidth(self._metrics.width)
        self._offsets = document_offsets(text)
        self._index = SpanIndex(sheet.annotation)
        self._ui_font = interface_font()
        self._context = PaintContext(
            theme=LIGHT,
            metrics=self._metrics,
            reading=reading,
            ui_font=self._ui_font,
            scheme=sheet.scheme,
            annotation=sheet.annotation,
            order=QuoteNumbering(sheet.annotation),
            selected=frozenset(),
            hovered=frozenset(),
        )
        paper = painter.viewport()
        self._scale = paper.width() / self._metrics.width
        self._height = paper.height() / self._scale

    def run(self) -> int:
        pages = list(self._pages())
        for number, lines in enumerate(pages, start=1):
            if number > 1:
                self._device.newPage()
            self._painter.save()
            self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._painter.scale(self._scale, self._scale)
            self._paint_frame(number, len(pages))
            self._painter.translate(0, self._above(number))
            self._paint_lines(lines)
            self._painter.restore()
        return len(pages)

    def _above(self, number: int) -> float:
        legend = _LEGEND if number == 1 and self._labels() else 0
        return _HEAD + legend

    def _pages(self) -> Iterator[list[Line]]:
        """Yield the lines of each page, with positions relative to its top."""
        lines = all_lines(self._document, self._metrics.line_height)
        page: list[Line] = []
        number, begin = 1, lines[0].top if lines else 0.0
        for line in lines:
            room = self._height - self._above(number) - _FOOT
            if page and line.top + line.height - begin > room:
                yield page
                page, number, begin = [], number + 1, line.top
            page.append(line._replace(top=line.top - begin, baseline=line.baseline - begin))
        yield page

    def _paint_lines(self, lines: list[Line]) -> None:
        painter, annotation = self._painter, self._sheet.annotation
        scene = build_scene(Lines(lines), self._offsets, self._index, annotation, _KINDS)
        paint_under_text(painter, scene, self._context)
        painter.setPen(QColor(LIGHT.text))
        for line in lines:
            ascent = line.line.y() + line.line.ascent()
            line.line.draw(painter, QPointF(line.left, line.baseline - ascent))
        paint_over_text(painter, scene, self._context)
        everything = QRect(0, -100, self._metrics.width, round(self._height) + 200)
        paint_badges(painter, scene, self._context, everything)
        paint_margin(painter, scene, self._context)

    def _paint_frame(self, number: int, total: int) -> None:
        """Paint title, source and legend above the text, and the page number below."""
        article, width = self._sheet.article, self._metrics.width
        small, strong = QFont(self._ui_font), QFont(self._ui_font)
        small.setPixelSize(11)
        strong.setPixelSize(15 if number == 1 else 11)
        strong.setWeight(QFont.Weight.DemiBold if number == 1 else QFont.Weight.Normal)
        origin = "  ·  ".join(word for word in (article.source, article.published) if word)
        room = text_width(small, origin) + 16 if origin else 0
        title = " ".join((article.title or article.id).split())
        ink = LIGHT.text if number == 1 else LIGHT.muted
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        line = QRect(0, 0, width, 24)
        if right_to_left(title):
            draw_text(self._painter, line.adjusted(room, 0, 0, 0), title, strong, ink, align=right)
            draw_text(self._painter, line, origin, small, LIGHT.muted, align=left)
        else:
            draw_text(self._painter, line.adjusted(0, 0, -room, 0), title, strong, ink)
            draw_text(self._painter, line, origin, small, LIGHT.muted, align=right)
        self._painter.setPen(QPen(QColor(LIGHT.line), 1))
        self._painter.drawLine(QPointF(0, 29), QPointF(width, 29))
        if number == 1:
            self._paint_legend(small)
        foot = QRect(0, round(self._height) - 20, width, 18)
        if self._sheet.annotator:
            text = tr("Annotated by {1}", self._sheet.annotator)
            draw_text(self._painter, foot, text, small, LIGHT.muted)
        draw_text(self._painter, foot, f"{number} / {total}", small, LIGHT.muted, align=right)

    def _labels(self) -> list[str]:
        """Return the labels in use, those of the scheme first."""
        used = {entity.label for entity in self._sheet.annotation.entities.values()}
        known = [label.name for label in self._sheet.scheme.labels]
        return [name for name in known if name in used] + sorted(used.difference(known))

    def _paint_legend(self, font: QFont) -> None:
        """Paint the colours and titles of the labels, as far as there is room."""
        x, pill_font = 0, QFont(font)
        pill_font.setPixelSize(9)
        pill_font.setBold(True)
        height = QFontMetrics(pill_font).height() + 4
        for name in self._labels():
            label = self._sheet.scheme.label(name)
            tone, title = LIGHT.tone(label.tone), label.title
            pill = QRect(x, 40, text_width(pill_font, label.short) + 18, height)
            title_rect = QRect(pill.right() + 6, 40, text_width(font, title) + 2, height)
            if title_rect.right() > self._metrics.width:
                break
            draw_pill(
                self._painter, pill, label.short, pill_font,
                fill=tone.fill, ink=tone.strong, edge=tone.edge,
            )  # fmt: skip
            draw_text(self._painter, title_rect, title, font, LIGHT.muted)
            x = title_rect.right() + 18
