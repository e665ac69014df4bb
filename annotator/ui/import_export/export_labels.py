"""The choice of the labels that an export writes, and of their names."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.store import Project
from annotator.ui.i18n.translation import format_number, tr, tr_later
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel, escape_mnemonic

_WIDTH: Final = 440
_HEIGHT: Final = (160, 520)
_ROW: Final = 37
_UNLABELLED: Final = tr_later("no label yet")


def label_counts(project: Project) -> dict[str, int]:
    """Return the number of entities for each label, of all annotators, the most frequent first."""
    found: Counter[str] = Counter()
    for annotator in project.annotators():
        found.update(project.labels_in_use(annotator))
    return dict(found.most_common())


class LabelsButton(QPushButton):
    """A button with the number of renamed and omitted labels, which opens the dialog for them."""

    changed = Signal()
    """The choice has changed; `mapping` returns it."""

    def __init__(self, labels: Callable[[], Mapping[str, int]]) -> None:
        super().__init__()
        self._labels = labels
        self._mapping: dict[str, str] = {}
        self.setAutoDefault(False)
        self.clicked.connect(self._ask)
        self._update_text()

    def mapping(self) -> dict[str, str]:
        """Return the new name of each label that is renamed; "" leaves the label out."""
        return dict(self._mapping)

    @Slot()
    def _ask(self) -> None:
        dialog = LabelsDialog(self._labels(), self._mapping, self.window())
        dialog.accepted.connect(lambda: self._take(dialog.mapping()))
        dialog.open()

    def _take(self, mapping: dict[str, str]) -> None:
        if mapping == self._mapping:
            return
        self._mapping = mapping
        self._update_text()
        self.changed.emit()

    def _update_text(self) -> None:
        out = sum(not name for name in self._mapping.values())
        renamed = len(self._mapping) - out
        said = [tr("{1} renamed", format_number(renamed))] * bool(renamed)
        said += [tr("{1} left out", format_number(out))] * bool(out)
        text = tr(", ").join(said) or tr("All, as they are")
        self.setText(text)
        self.setAccessibleName(tr("Labels: {1}", text))


class LabelsDialog(QDialog):
    """A tick and a name for each label. An empty name keeps the label as it is."""

    def __init__(
        self, labels: Mapping[str, int], mapping: Mapping[str, str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export-labels")
        self.setWindowTitle(tr("Labels in the export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows: dict[str, tuple[QCheckBox, QLineEdit]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for row, (label, count) in enumerate(labels.items()):
            tick, name = self._row(label, mapping.get(label, label))
            many = PlainLabel(format_number(count))
            many.setForegroundRole(many.palette().ColorRole.PlaceholderText)
            grid.addWidget(tick, row, 0)
            grid.addWidget(many, row, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(name, row, 2)
            self._rows[label] = (tick, name)
        grid.setRowStretch(len(labels), 1)
        self._lay_out(grid)
        least, most = _HEIGHT
        self.resize(_WIDTH, min(least + _ROW * len(labels), most))

    def mapping(self) -> dict[str, str]:
        """Return the same as `LabelsButton.mapping`."""
        found = {}
        for label, (tick, field) in self._rows.items():
            name = (field.text().strip() or label) if tick.isChecked() else ""
            if name != label or not tick.isChecked():
                found[label] = name
        return found

    def _row(self, label: str, name: str) -> tuple[QCheckBox, QLineEdit]:
        shown = label or tr(_UNLABELLED)
        tick = QCheckBox(escape_mnemonic(shown))
        tick.setAccessibleName(tr("Export {1}", shown))
        tick.setChecked(bool(name) or not label)
        field = LineEdit(name if name != label else "")
        field.setPlaceholderText(label)
        field.setAccessibleName(tr("Name for {1}", shown))
        field.setEnabled(tick.isChecked())
        tick.toggled.connect(field.setEnabled)
        return tick, field

    def _lay_out(self, grid: QGridLayout) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        text = tr("What is not ticked is left out. A name is written in place of the label.")
        hint = PlainLabel(text if self._rows else tr("Nobody has marked an entity yet."))
        hint.setWordWrap(True)
        hint.setForegroundRole(hint.palette().ColorRole.PlaceholderText)
        inner = QWidget()
        inner.setLayout(grid)
        grid.setContentsMargins(0, 0, 8, 0)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(tr("Labels"))
        buttons = ok_cancel_buttons(self.accept, self.reject)
        layout.addWidget(hint)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
