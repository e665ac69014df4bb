"""The page of the scheme editor with the attributes of entities and quotes."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from annotator.core.scheme import ATTRIBUTE_TYPES, Attribute, AttributeType, Item
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.scheme_editor.editable_list import Row, RowList, RowModel, focus_and_select
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import add_row, strip_mnemonics

_ITEMS: Final[tuple[tuple[str, Item], ...]] = (
    (tr_later("Entities"), "entity"),
    (tr_later("Quotes"), "quote"),
)
_TYPES: Final[dict[AttributeType, str]] = {
    "bool": tr_later("Yes or no"),
    "choice": tr_later("One of several"),
    "text": tr_later("Words of one's own"),
}
assert set(_TYPES) == set(ATTRIBUTE_TYPES)


class AttributesPage(QWidget):
    """Attributes at the left, the form of the current one at the right."""

    edited = Signal()
    """The attributes have changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowModel[Attribute] = RowModel(_spoken, self)
        self.list: RowList[Attribute] = RowList(self.model, tr("attributes"), self._new)
        self.title, self.name, self.choices = LineEdit(), LineEdit(), LineEdit()
        self.of, self.type = QComboBox(), QComboBox()
        for text, item in _ITEMS:
            self.of.addItem(tr(text), item)
        for type_, text in _TYPES.items():
            self.type.addItem(tr(text), type_)
        self.choices.setPlaceholderText(tr("separated by commas"))
        self._showing = False
        self._lay_out()
        self.list.chosen.connect(self._show)
        self.list.added.connect(lambda: focus_and_select(self.title))
        self.model.edited.connect(self.edited)
        self.title.textEdited.connect(self._retitle)
        for field in (self.name, self.choices):
            field.textEdited.connect(self._take)
        for box in (self.of, self.type):
            box.currentIndexChanged.connect(self._take)

    def fill(self, attributes: Sequence[Row[Attribute]]) -> None:
        """Show these attributes."""
        self.model.fill(attributes)
        self.list.go_to(0)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(9)
        for text, field in (
            (tr("&Title"), self.title),
            (tr("&Name in files"), self.name),
            (tr("Said &of"), self.of),
            (tr("T&ype"), self.type),
            (tr("&Choices"), self.choices),
        ):
            add_row(form, text, field)
            field.setAccessibleName(strip_mnemonics(text))
        right = QVBoxLayout()
        right.addLayout(form)
        right.addStretch(1)
        self._form = QWidget()
        self._form.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        self.list.setFixedWidth(290)
        layout = QHBoxLayout(self)
        layout.setSpacing(20)
        layout.addWidget(self.list)
        layout.addWidget(self._form, 1)

    def _show(self, number: int) -> None:
        self._form.setEnabled(number >= 0)
        self._showing = True
        shown = self.model.values()[number] if number >= 0 else Attribute("", "", "entity")
        for field, text in ((self.title, shown.title), (self.name, shown.name)):
            if field.text() != text:
                field.setText(text)
        if _choices(self.choices.text()) != shown.choices:
            self.choices.setText(", ".join(shown.choices))
        self.of.setCurrentIndex(self.of.findData(shown.of))
        self.type.setCurrentIndex(self.type.findData(shown.type))
        self.choices.setEnabled(shown.type == "choice")
        self._showing = False

    def _retitle(self, title: str) -> None:
        """Set the title, and the name of a new attribute until that has been edited itself."""
        number = self.list.current()
        row = self.model.rows()[number]
        attribute = row.value._replace(title=title)
        if row.origin is None and row.value.name == _name(row.value.title):
            attribute = attribute._replace(name=_name(title))
        self.model.change(number, attribute)
        self._show(number)

    def _take(self) -> None:
        number = self.list.current()
        if self._showing or number < 0:
            return
        type_: AttributeType = self.type.currentData()
        self.choices.setEnabled(type_ == "choice")
        attribute = self.model.values()[number]._replace(
            name=self.name.text().strip(),
            of=self.of.currentData(),
            type=type_,
            choices=_choices(self.choices.text()) if type_ == "choice" else (),
        )
        self.model.change(number, attribute)

    def _new(self) -> Attribute:
        number, name = 2, "attribute"
        while any(name == attribute.name for attribute in self.model.values()):
            name, number = f"attribute_{number}", number + 1
        return Attribute(name, name.capitalize().replace("_", " "), "entity")


def _choices(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _name(title: str) -> str:
    return re.sub(r"\W+", "_", title.strip()).strip("_").lower()


def _spoken(attribute: Attribute) -> str:
    of = "entities" if attribute.of == "entity" else "quotes"
    return f"{attribute.title}, {of}, {tr(_TYPES[attribute.type])}"
