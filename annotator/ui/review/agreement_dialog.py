"""The figures of agreement in the window, as bars with their intervals, layer by layer."""

from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.core.agreement.figures import Figure
from annotator.core.agreement.report import Agreement
from annotator.core.errors import AnnotatorError
from annotator.ui.dialogs import show_problem
from annotator.ui.theme import Theme
from annotator.work.agreement_report import FIGURES, NOTES, figures_of, write_report

_BAR: Final = QSize(190, 12)


class AgreementDialog(QDialog):
    """All figures of `found`; "Save report…" writes them to a file."""

    def __init__(self, found: Agreement, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Agreement")
        self.found = found
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        line = 0
        for name, layer in found.layers.items():
            words = escape(name[:1].upper() + name[1:])
            heading = QLabel(f"<b>{words}</b>  ({layer.marked:,} marked)")
            heading.setContentsMargins(0, 10 if line else 0, 0, 2)
            grid.addWidget(heading, line, 0, 1, 3)
            line += 1
            for key, figure in figures_of(layer):
                grid.addWidget(QLabel(FIGURES[key]), line, 0)
                grid.addWidget(_Bar(FIGURES[key], figure, theme), line, 1)
                told = QLabel(figure.words())
                told.setWordWrap(True)
                grid.addWidget(told, line, 2)
                line += 1
        grid.setColumnStretch(2, 1)
        inner = QWidget()
        inner.setLayout(grid)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setAccessibleName("Figures")
        about = QLabel(
            f"{', '.join(found.annotators)} · annotated by two or more: {found.articles:,} "
            f"{'article' if found.articles == 1 else 'articles'}"
        )
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        notes = QLabel("\n".join(NOTES).format(samples=found.samples))
        notes.setObjectName("muted")
        notes.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        saving = buttons.addButton("&Save report…", QDialogButtonBox.ButtonRole.ActionRole)
        saving.clicked.connect(self._save)
        layout = QVBoxLayout(self)
        for widget in (about, area, notes, buttons):
            layout.addWidget(widget)
        self.resize(760, 720)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Save report", "agreement.html", "Page (*.html);;Table (*.csv)"
        )
        if name:
            try:
                write_report(self.found, Path(name))
            except (AnnotatorError, OSError) as error:
                show_problem(self, "Not saved", str(error))


class _Bar(QWidget):
    """A figure from 0 to 1 as a bar, and its interval as a thinner one upon it."""

    def __init__(self, name: str, figure: Figure, theme: Theme) -> None:
        super().__init__()
        self._figure = figure
        self._theme = theme
        self.setFixedSize(_BAR)
        self.setAccessibleName(f"{name}: {figure.words()}")

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
        painter.setBrush(QColor(color))
        box = QRectF(left, (self.height() - height) / 2, max(right - left, 1.0), height)
        painter.drawRoundedRect(box, min(4, height / 2), min(4, height / 2))
