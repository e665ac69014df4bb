"""The dialog with the figures of the last training, side by side."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.i18n.translation import tr
from annotator.ui.suggestions.model_training import part_titles, share
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from annotator.services.background_training import TrainingResult
    from annotator.services.training import TrainingReport

_BAR: Final = QSize(220, 10)


class TrainingDialog(QDialog):
    """The scores before and after on held-back articles; "Learn now" trains again."""

    wants_training = Signal()

    def __init__(self, learnt: "TrainingResult | None", theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Training results"))
        self._theme = theme
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(7)
        report = learnt.report if learnt is not None else None
        self.verdict = PlainLabel(_verdict(report))
        self.verdict.setObjectName("heading")
        self.verdict.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        layout.addWidget(self.verdict)
        if learnt is not None and report is not None:
            self._show_figures(report)
            layout.addLayout(self._grid)
            about = PlainLabel(_about(learnt.made_at, report))
            about.setObjectName("muted")
            about.setWordWrap(True)
            layout.addWidget(about)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        again = buttons.addButton(tr("&Learn now"), QDialogButtonBox.ButtonRole.ActionRole)
        again.clicked.connect(self._learn)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        layout.addWidget(buttons)
        self.setMinimumWidth(480)

    def _learn(self) -> None:
        self.wants_training.emit()
        self.accept()

    def _show_figures(self, report: "TrainingReport") -> None:
        rows = (
            (tr("Quotes"), report.quotes_before, report.quotes_after),
            (tr("Names"), report.names_before, report.names_after),
        )
        line = 0
        for name, before, after in rows:
            heading = PlainLabel(name)
            heading.setObjectName("heading")
            self._grid.addWidget(heading, line, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
            for text, value, color in (
                (tr("until now"), before, self._theme.nobody.edge),
                (tr("learnt"), after, self._theme.accent),
            ):
                self._grid.addWidget(PlainLabel(text), line, 1)
                self._grid.addWidget(_Bar(f"{name}, {text}", value, color, self._theme), line, 2)
                self._grid.addWidget(PlainLabel(share(value)), line, 3)
                line += 1
        self._grid.setColumnStretch(2, 1)


class _Bar(QWidget):
    """A share of one as a bar."""

    def __init__(self, name: str, value: float, color: str, theme: Theme) -> None:
        super().__init__()
        self._value = value
        self._color = color
        self._theme = theme
        self.setMinimumSize(_BAR)
        self.setAccessibleName(f"{name}: {share(value)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(0, (self.height() - 8) / 2, self.width(), 8)
        painter.setBrush(QColor(self._theme.groove))
        painter.drawRoundedRect(box, 4, 4)
        width = box.width() * min(1.0, max(0.0, self._value))
        if self.isRightToLeft():
            box.setLeft(box.right() - width)
        else:
            box.setWidth(width)
        painter.setBrush(QColor(self._color))
        painter.drawRoundedRect(box, 4, 4)
        painter.end()


def _verdict(report: "TrainingReport | None") -> str:
    if report is None:
        return tr("Nothing has been learnt yet: it takes five articles that are done.")
    if report.used:
        text = part_titles(report.parts)
        return tr("The new model is better, and is used from now on, for: {1}", text)
    return tr("The new model is no better, so nothing changed.")


def _about(made_at: str, report: "TrainingReport") -> str:
    return tr(
        "Learnt from {1} articles that are done, and compared on {2} of them that the model had "
        "not seen, on {3}. 100 % would be everything found and nothing wrong (F).",
        report.articles,
        report.held_back,
        made_at[:10],
    )
