"""The page with each figure of agreement and its interval as a bar, layer by layer."""

from html import escape
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from annotator.core.agreement.coefficients import NOTHING, Figure
from annotator.core.agreement.report import Agreement
from annotator.services.agreement_report import FIGURES, NOTES, figures_of
from annotator.ui.i18n.translation import format_number, tr, tr_message
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel, rich_label

_BAR: Final = QSize(190, 12)


def figures_page(found: Agreement, theme: Theme) -> QWidget:
    """Return a page with the figures, and below them how to read them."""
    area = QScrollArea()
    area.setWidget(_figures(found, theme))
    area.setWidgetResizable(True)
    area.setAccessibleName(tr("Figures"))
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    notes = PlainLabel("\n".join(tr(note) for note in NOTES).format(samples=found.samples))
    notes.setObjectName("muted")
    notes.setWordWrap(True)
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(4, 4, 4, 10)
    notes.setContentsMargins(10, 0, 10, 0)
    layout.addWidget(area, 1)
    layout.addWidget(notes)
    return page


def layer_title(name: str) -> str:
    """Return the title of a layer; names of labels are not translated."""
    kind, colon, label = name.partition(":")
    return f"{tr(kind[:1].upper() + kind[1:])}{colon}{label}"


def _figures(found: Agreement, theme: Theme) -> QWidget:
    inner = QWidget()
    grid = QGridLayout(inner)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(5)
    line = 0
    for name, layer in found.layers.items():
        text = escape(layer_title(name))
        heading = rich_label(tr("<b>{1}</b>  ({2} marked)", text, format_number(layer.marked)))
        heading.setContentsMargins(0, 10 if line else 0, 0, 2)
        grid.addWidget(heading, line, 0, 1, 3)
        line += 1
        if not layer.marked:
            grid.addWidget(PlainLabel(tr_message(Figure(None, NOTHING).words())), line, 0, 1, 3)
            line += 1
            continue
        for key, figure in figures_of(layer):
            grid.addWidget(PlainLabel(tr(FIGURES[key])), line, 0)
            grid.addWidget(FigureBar(tr(FIGURES[key]), figure, theme), line, 1)
            value_label = PlainLabel(tr_message(figure.words()))
            value_label.setWordWrap(True)
            grid.addWidget(value_label, line, 2)
            line += 1
    grid.setColumnStretch(2, 1)
    grid.setRowStretch(line, 1)
    return inner


class FigureBar(QWidget):
    """A figure from 0 to 1 as a bar, and its interval as a thinner bar over it."""

    def __init__(self, name: str, figure: Figure, theme: Theme) -> None:
        super().__init__()
        self._figure = figure
        self._theme = theme
        self.setFixedSize(_BAR)
        self.setAccessibleName(f"{name}: {tr_message(figure.words())}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._draw(painter, 0, 1, self._theme.groove, 12)
        figure = self._figure
        if figure.value is not None:
            self._draw(painter, 0, figure.value, self._theme.accent, 12)
            if figure.low is not None and figure.high is not None:
                self._draw(painter, figure.low, figure.high, self._theme.text, 3)
        painter.end()

    def _draw(self, painter: QPainter, low: float, high: float, color: str, height: float) -> None:
        left, right = max(0.0, low) * self.width(), max(0.0, high) * self.width()
        if self.isRightToLeft():
            left, right = self.width() - right, self.width() - left
        painter.setBrush(QColor(color))
        box = QRectF(left, (self.height() - height) / 2, max(right - left, 1.0), height)
        painter.drawRoundedRect(box, min(4, height / 2), min(4, height / 2))
