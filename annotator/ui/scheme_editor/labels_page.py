"""The page of the scheme editor for labels, with their names, colours and keys."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from annotator.core.guidelines import find_heading
from annotator.core.scheme import TONES, Label, person_by_name
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.scheme_editor.editable_list import Row, RowList, RowModel, focus_and_select
from annotator.ui.scheme_editor.label_appearance import LabelDelegate, LabelSample, TonePalette
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import add_row, strip_mnemonics

_OWN: Final = tr_later("The one with its name")
_KEYS: Final = "1234567890"


class LabelsPage(QWidget):
    """Labels in the order of the menus at the left, the form of the current one at the right."""

    edited = Signal()
    """The labels have changed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowModel[Label] = RowModel(_spoken, self)
        self.list: RowList[Label] = RowList(self.model, tr("labels"), self._new_label)
        self.list.view.setItemDelegate(LabelDelegate(theme, self.list.view))
        self.title, self.name, self.short = LineEdit(), LineEdit(), LineEdit()
        self.short.setMaxLength(8)
        self.key = KeyEdit()
        self.palette_ = TonePalette(theme)
        self.description = LineEdit()
        self.person = QCheckBox(tr("&People: they can speak, and have a last name"))
        self.section = QComboBox()
        self.sample = LabelSample()
        self._headings: tuple[str, ...] = ()
        self._showing = False
        self._lay_out()
        self._connect()

    def fill(self, labels: Sequence[Row[Label]]) -> None:
        """Show these labels."""
        self.model.fill(labels)
        self.list.go_to(0)

    def show_headings(self, headings: Sequence[str]) -> None:
        """Offer the headings of the guidelines as sections."""
        if tuple(headings) != self._headings:
            self._headings = tuple(headings)
            self._show(self.list.current())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(9)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for text, field in (
            (tr("&Title"), self.title),
            (tr("&Name in files"), self.name),
            (tr("&Short form"), self.short),
            (tr("&Key"), self.key),
            (tr("&Colour"), self.palette_),
            ("", self.person),
            (tr("What it is &for"), self.description),
            (tr("&Guidelines"), self.section),
        ):
            add_row(form, text, field)
            if text and field is not self.palette_:
                field.setAccessibleName(strip_mnemonics(text))
        for field in (self.short, self.key):
            field.setFixedWidth(120)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.addLayout(form)
        right.addSpacing(10)
        right.addWidget(self.sample)
        right.addStretch(1)
        self._form = QWidget()
        self._form.setLayout(right)
        self.list.setFixedWidth(290)
        layout = QHBoxLayout(self)
        layout.setSpacing(20)
        layout.addWidget(self.list)
        layout.addWidget(self._form, 1)

    def _connect(self) -> None:
        self.list.chosen.connect(self._show)
        self.list.added.connect(lambda: focus_and_select(self.title))
        self.model.edited.connect(self.edited)
        self.title.textEdited.connect(self._retitle)
        for field in (self.name, self.short, self.description):
            field.textEdited.connect(self._take)
        self.key.textChanged.connect(self._take)
        self.palette_.chosen.connect(self._take)
        self.section.activated.connect(self._take)
        self.person.toggled.connect(self._take)

    def _show(self, number: int) -> None:
        self._form.setEnabled(number >= 0)
        label = self.model.values()[number] if number >= 0 else None
        self.sample.show_label(label)
        if label is None:
            return
        self._showing = True
        for field, text in (
            (self.title, label.title),
            (self.name, label.name),
            (self.short, label.short),
            (self.description, label.description),
            (self.key, label.key),
        ):
            if field.text() != text:
                field.setText(text)
        self.person.setChecked(label.person)
        self.palette_.show_tone(label.tone)
        self._show_section(label)
        self._showing = False

    def _show_section(self, label: Label) -> None:
        found = find_heading(self._headings, [label.title, label.name])
        own = (
            f"{tr(_OWN)}: {self._headings[found]}"
            if found is not None
            else tr("{1} (none yet)", tr(_OWN))
        )
        self.section.clear()
        self.section.addItem(own, "")
        for heading in dict.fromkeys((*self._headings, label.section)):
            if heading:
                self.section.addItem(heading, heading)
        self.section.setCurrentIndex(max(0, self.section.findData(label.section)))

    def _retitle(self, title: str) -> None:
        """Set the title, and what follows from it in a new label until that has been edited."""
        number = self.list.current()
        row = self.model.rows()[number]
        old = row.value
        label = old._replace(title=title)
        if row.origin is None and old.name == _name(old.title):
            label = _renamed(label, _name(title))
        if row.origin is None and old.short == _short(old.title):
            label = label._replace(short=_short(title))
        self.model.change(number, label)
        self._show(number)

    def _take(self) -> None:
        number = self.list.current()
        if self._showing or number < 0:
            return
        label = self.model.values()[number]._replace(
            name=self.name.text().strip(),
            short=self.short.text().strip(),
            key=self.key.text(),
            tone=self.palette_.tone,
            description=self.description.text().strip(),
            section=self.section.currentData() or "",
            person=self.person.isChecked(),
        )
        self.model.change(number, label)
        self.sample.show_label(label)

    def _new_label(self) -> Label:
        labels = self.model.values()
        used = {label.tone for label in labels}
        tone = next((tone for tone in TONES if tone not in used), TONES[len(labels) % len(TONES)])
        keys = {label.key for label in labels}
        key = next((key for key in _KEYS if key not in keys), "")
        title = _unused(tr("New label"), [label.title for label in labels])
        name = _name(title)
        return Label(name, title, _short(title), tone, key, person=person_by_name(name))


def key_errors(labels: Sequence[Label], taken: Mapping[str, str]) -> list[str]:
    """Return messages about keys that are used twice, or by an action of the window.

    `taken` maps the window's other keys to what they do.
    """
    faults: list[str] = []
    first: dict[str, str] = {}
    for label in labels:
        if label.key and label.key in first:
            faults.append(
                tr(
                    "The key {1} marks {2} and {3}: give one of them another key.",
                    label.key,
                    first[label.key],
                    label.title,
                )
            )
        faults += [
            tr(
                "The key {1} of {2} is taken: {3} is “{4}”.",
                label.key,
                label.title,
                key,
                taken[key],
            )
            for key in (label.key, f"Alt+{label.key}")
            if label.key and key in taken
        ]
        first.setdefault(label.key, label.title)
    return faults


class KeyEdit(LineEdit):
    """A field that takes the next key that is pressed; Backspace clears it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("press a key"))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.clear()
        elif event.text().strip() and event.text().isprintable() and not held:
            self.setText(QKeySequence(key).toString())
        else:
            super().keyPressEvent(event)


def _spoken(label: Label) -> str:
    key = tr(", key {1}", label.key) if label.key else ""
    return f"{label.title}, {label.short}, {tr(label.tone)}{key}"


def _name(title: str) -> str:
    return re.sub(r"\W+", "_", title.strip()).strip("_").upper()


def _renamed(label: Label, name: str) -> Label:
    """Return the label with this name, of people if that says so and nobody ticked otherwise."""
    follows = label.person == person_by_name(label.name)
    return label._replace(name=name, person=person_by_name(name) if follows else label.person)


def _short(title: str) -> str:
    return re.sub(r"\W+", "", title)[:4].upper()


def _unused(text: str, used: Sequence[str]) -> str:
    number, found = 1, text
    while found in used:
        number += 1
        found = f"{text} {number}"
    return found
