"""The dialog that accepts all suggestions above a confidence as one edit."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from annotator.core.suggestion import SuggestedMention
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.ui.i18n.translation import format_number, tr
from annotator.ui.suggestions.text import suggestion_count
from annotator.ui.widgets.number_box import NumberSpinBox
from annotator.ui.widgets.plain_text import PlainLabel

_DEFAULT = 80
"""The default confidence, in per cent."""


class ThresholdDialog(QDialog):
    """A dialog that asks for a minimum confidence and counts the suggestions that reach it."""

    accepts = Signal(float)
    """Accept all suggestions with at least this confidence, from 0 to 1."""

    def __init__(self, queue: SuggestionQueue, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Accept suggestions"))
        self._queue = queue
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("How sure at least"))
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.number = NumberSpinBox()
        self.number.setAccessibleName(tr("How sure at least"))
        self.number.setRange(0, 100)
        self.number.setSuffix(tr(" %"))
        self.count = PlainLabel()
        self.count.setAccessibleDescription(tr("How many would be accepted"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.slider.valueChanged.connect(self.number.setValue)
        self.number.valueChanged.connect(self.slider.setValue)
        self.slider.valueChanged.connect(self._show_count)
        self._lay_out()
        self.slider.setValue(_DEFAULT)
        self._show_count()
        self.slider.setFocus()

    @Slot()
    def _show_count(self) -> None:
        numbers = self._queue.at_least(self.slider.value() / 100)
        names = sum(isinstance(self._queue[n], SuggestedMention) for n in numbers)
        counts = (len(numbers), self._queue.count, names, len(numbers) - names)
        self.count.setText(
            tr("{1} of {2} are so sure: {3} names, {4} quotes", *map(format_number, counts))
        )
        self.go.setText(tr("Accept {1}", suggestion_count(len(numbers))))
        self.go.setEnabled(bool(numbers))

    @Slot()
    def _accept(self) -> None:
        self.accepts.emit(self.slider.value() / 100)
        self.accept()

    def _lay_out(self) -> None:
        label = PlainLabel(tr("Accept all suggestions that are at least so sure:"))
        label.setBuddy(self.slider)
        self.count.setObjectName("muted")
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(12)
        layout.addWidget(label)
        layout.addLayout(row)
        layout.addWidget(self.count)
        layout.addSpacing(4)
        layout.addWidget(self.buttons)
        self.go.setDefault(True)
        self.setMinimumWidth(440)
