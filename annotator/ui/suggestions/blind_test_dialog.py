"""The dialog that sets the share of articles in which suggestions are held back."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.number_box import NumberSpinBox
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel


class BlindTestDialog(QDialog):
    """A dialog that asks for the share of articles in which suggestions are held back."""

    chosen = Signal(float)
    """The chosen share, from 0 to 1."""

    def __init__(self, share: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Control group"))
        self.number = NumberSpinBox()
        self.number.setAccessibleName(tr("Share of the articles"))
        self.number.setRange(0, 100)
        self.number.setSuffix(tr(" %"))
        self.number.setValue(round(share * 100))
        self.number.selectAll()
        buttons = ok_cancel_buttons(self._choose, self.reject)
        label = PlainLabel(tr("Suggest nothing in this share of each annotator's articles:"))
        label.setBuddy(self.number)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(label, 1)
        row.addWidget(self.number)
        about = PlainLabel(
            tr(
                "Who sees suggestions tends to agree with them. Statistics compare what people "
                "mark with and without them. Articles that have been begun stay as they are."
            )
        )
        about.setObjectName("muted")
        about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(12)
        layout.addLayout(row)
        layout.addWidget(about)
        layout.addSpacing(4)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.number.value() / 100)
        self.accept()
