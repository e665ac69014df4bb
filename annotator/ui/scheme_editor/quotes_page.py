"""The page of the scheme editor with quote types and the conventions for quotes."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGroupBox,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.scheme import Conventions
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.label_menu import type_text
from annotator.ui.scheme_editor.editable_list import Row, RowList, RowModel, focus_and_select
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel, rich_label

_MARKS: Final = (
    ("in", tr_later("Quote marks &belong to the content"), ("[“We will win,”]", " she said.")),
    ("out", tr_later("Quote marks stay &outside"), ("“", "[We will win,]", "” she said.")),
)
_SPLIT: Final = (
    (
        "one",
        tr_later("A split quote is o&ne quote with several parts"),
        ("[“We will win,”]", " she said, ", "[“by far.”]", tr_later("   1 quote")),
    ),
    (
        "several",
        tr_later("A split quote is &several quotes"),
        ("[“We will win,”]", " she said, ", "[“by far.”]", tr_later("   2 quotes")),
    ),
)


class QuotesPage(QWidget):
    """Types at the left, conventions at the right."""

    edited = Signal()
    """Types or conventions have changed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowModel[str] = RowModel(type_text, self)
        self.list: RowList[str] = RowList(self.model, tr("quote types"), self._new_type)
        self.name = LineEdit()
        self.name.setAccessibleName(tr("Name of the quote type"))
        self.name.setPlaceholderText(tr("Name"))
        self._groups = {
            "marks": _Choice(tr("Marks"), _MARKS, theme),
            "split": _Choice(tr("Split quotes"), _SPLIT, theme),
        }
        self._lay_out()
        self.list.chosen.connect(self._show)
        self.list.added.connect(lambda: focus_and_select(self.name))
        self.name.textEdited.connect(self._rename)
        self.model.edited.connect(self.edited)
        for group in self._groups.values():
            group.buttons.idToggled.connect(self.edited)

    def fill(self, types: Sequence[Row[str]], conventions: Conventions) -> None:
        """Show these types and conventions."""
        self.model.fill(types)
        self.list.go_to(0)
        self._groups["marks"].choose(conventions.marks)
        self._groups["split"].choose(conventions.split)

    def conventions(self) -> Conventions:
        """Return the chosen conventions."""
        out = self._groups["marks"].chosen() == "out"
        several = self._groups["split"].chosen() == "several"
        return Conventions("out" if out else "in", "several" if several else "one")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(PlainLabel(tr("Types that a quote can have")))
        left.addWidget(self.list, 1)
        left.addWidget(self.name)
        right = QVBoxLayout()
        for group in self._groups.values():
            right.addWidget(group)
            right.addSpacing(8)
        note = PlainLabel(
            tr("They hold for quotes made from now on. Quotes that are there stay as they are.")
        )
        note.setObjectName("muted")
        note.setWordWrap(True)
        right.addWidget(note)
        right.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setSpacing(20)
        layout.addLayout(left)
        layout.addLayout(right, 1)
        self.list.setFixedWidth(290)

    def _show(self, number: int) -> None:
        self.name.setEnabled(number >= 0)
        text = self.model.values()[number] if number >= 0 else ""
        if self.name.text().strip() != text:
            self.name.setText(text)

    def _rename(self, text: str) -> None:
        self.model.change(self.list.current(), text.strip())

    def _new_type(self) -> str:
        number, name = 2, "new_type"
        while name in self.model.values():
            name, number = f"new_type_{number}", number + 1
        return name


class _Choice(QGroupBox):
    """Radio buttons, each with an example below in which the content is tinted."""

    def __init__(
        self, title: str, choices: tuple[tuple[str, str, tuple[str, ...]], ...], theme: Theme
    ) -> None:
        super().__init__(title)
        self._values = [value for value, _, _ in choices]
        self.buttons = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        for number, (_, text, example) in enumerate(choices):
            button = QRadioButton(tr(text))
            self.buttons.addButton(button, number)
            sample = rich_label(_tinted(example, theme))
            sample.setContentsMargins(24, 0, 0, 8)
            layout.addWidget(button)
            layout.addWidget(sample)

    def choose(self, value: str) -> None:
        self.buttons.button(self._values.index(value)).setChecked(True)

    def chosen(self) -> str:
        return self._values[max(0, self.buttons.checkedId())]


def _tinted(pieces: tuple[str, ...], theme: Theme) -> str:
    """Return HTML of the pieces; those in brackets get the background of quotes."""
    tint = f"background-color: {theme.speakers[0].fill}; color: {theme.text}"
    return "".join(
        f'<span style="{tint}">{piece[1:-1]}</span>'
        if piece.startswith("[")
        else tr(piece)
        if piece.startswith("   ")
        else piece
        for piece in pieces
    ).replace("   ", "&nbsp;&nbsp;&nbsp;")
