"""The dialog for the attributes of one entity or quote."""

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
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel

_Read = Callable[[], Value]


class AttributesDialog(QDialog):
    """A form with a field for each attribute. `values` returns those that were changed."""

    def __init__(
        self, item: Entity | Quote, attributes: Sequence[Attribute], about: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Attributes"))
        self._before = attributes_of(item)
        self._readers: dict[Attribute, _Read] = {}
        self.fields: dict[str, QWidget] = {}
        heading = PlainLabel(about)
        heading.setObjectName("heading")
        heading.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(9)
        for attribute in attributes:
            form.addRow(PlainLabel(attribute.title), self._field(attribute))
        buttons = ok_cancel_buttons(self.accept, self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(360)
        next(iter(self.fields.values())).setFocus()

    def values(self) -> dict[Attribute, Value]:
        """Return the changed values."""
        found = {attribute: reader() for attribute, reader in self._readers.items()}
        return {
            attribute: value
            for attribute, value in found.items()
            if (value or None) != (self._before.get(attribute.name) or None)
        }

    def _field(self, attribute: Attribute) -> QWidget:
        value = self._before.get(attribute.name)
        make = {"bool": _tick, "choice": _choice, "text": _text}[attribute.type]
        field, reader = make(attribute, value)
        field.setAccessibleName(attribute.title)
        self.fields[attribute.name] = field
        self._readers[attribute] = reader
        return field


def _tick(_attribute: Attribute, value: object) -> tuple[QWidget, _Read]:
    box = QCheckBox()
    box.setChecked(value is True)
    return box, box.isChecked


def _choice(attribute: Attribute, value: object) -> tuple[QWidget, _Read]:
    box = QComboBox()
    box.addItem("—", None)
    for choice in attribute.choices:
        box.addItem(choice, choice)
    if isinstance(value, str) and value and value not in attribute.choices:
        # The value comes from an import or an older scheme, and is kept until the user changes it.
        box.addItem(tr("{1} (not in the scheme)", value), value)
    box.setCurrentIndex(max(0, box.findData(value)))
    return box, box.currentData


def _text(_attribute: Attribute, value: object) -> tuple[QWidget, _Read]:
    line = LineEdit(str(value) if value is not None else "")
    return line, lambda: line.text().strip()
