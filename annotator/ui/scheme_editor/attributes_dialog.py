"""What is said of one entity or quote: a tick, a choice or words for each attribute."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from annotator.core.attributes import attributes_of
from annotator.core.edits.attributes import Value
from annotator.core.models import Entity, Quote
from annotator.core.scheme import Attribute
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.ok_cancel import ok_cancel
from annotator.ui.widgets.plain_text import PlainLabel

_Read = Callable[[], Value]


class AttributesDialog(QDialog):
    """A small form. `values` are those that differ from what was said so far."""

    def __init__(
        self, item: Entity | Quote, attributes: Sequence[Attribute], about: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Attributes"))
        self._said = attributes_of(item)
        self._reads: dict[Attribute, _Read] = {}
        self.fields: dict[str, QWidget] = {}
        heading = PlainLabel(about)
        heading.setObjectName("heading")
        heading.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(9)
        for attribute in attributes:
            form.addRow(PlainLabel(attribute.title), self._field(attribute))
        buttons = ok_cancel(self.accept, self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(360)
        next(iter(self.fields.values())).setFocus()

    def values(self) -> dict[Attribute, Value]:
        """What differs now."""
        found = {attribute: read() for attribute, read in self._reads.items()}
        return {
            attribute: value
            for attribute, value in found.items()
            if (value or None) != (self._said.get(attribute.name) or None)
        }

    def _field(self, attribute: Attribute) -> QWidget:
        said = self._said.get(attribute.name)
        make = {"bool": _tick, "choice": _choice, "text": _words}[attribute.type]
        field, read = make(attribute, said)
        field.setAccessibleName(attribute.title)
        self.fields[attribute.name] = field
        self._reads[attribute] = read
        return field


def _tick(_attribute: Attribute, said: object) -> tuple[QWidget, _Read]:
    box = QCheckBox()
    box.setChecked(said is True)
    return box, box.isChecked


def _choice(attribute: Attribute, said: object) -> tuple[QWidget, _Read]:
    box = QComboBox()
    box.addItem("—", None)
    for choice in attribute.choices:
        box.addItem(choice, choice)
    if isinstance(said, str) and said and said not in attribute.choices:
        # An import, or an older scheme, said so; it stays until somebody chooses.
        box.addItem(tr("{1} (not in the scheme)", said), said)
    box.setCurrentIndex(max(0, box.findData(said)))
    return box, box.currentData


def _words(_attribute: Attribute, said: object) -> tuple[QWidget, _Read]:
    line = LineEdit(str(said) if said is not None else "")
    return line, lambda: line.text().strip()
