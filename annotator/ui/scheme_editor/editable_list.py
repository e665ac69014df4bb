"""The lists of the scheme editor, whose rows can be added, removed and reordered."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QToolButton, QVBoxLayout, QWidget

from annotator.ui.actions.action import Scope
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.plain_text import set_tool_tip

_Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
"""The role that returns the `Row` of an index."""


class Row(NamedTuple, Generic[T]):
    """A value, and its name in the project before the change; None if it is new."""

    value: T
    origin: str | None = None
    proposed: T | None = None
    """The value at the time it was added; equal to `value` as long as nothing was entered."""

    @property
    def unchanged(self) -> bool:
        """Whether the row was added and not changed since."""
        return self.proposed is not None and self.value == self.proposed


class RowModel(QAbstractListModel, Generic[T]):
    """A model whose rows are replaced as a whole; `spoken` returns a row's accessible text."""

    edited = Signal()
    """A row was changed, added, removed or moved."""

    def __init__(self, spoken: Callable[[T], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._spoken = spoken
        self._rows: list[Row[T]] = []

    def rows(self) -> tuple[Row[T], ...]:
        return tuple(self._rows)

    def values(self) -> tuple[T, ...]:
        return tuple(row.value for row in self._rows)

    def fill(self, rows: Sequence[Row[T]]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()
        self.edited.emit()

    def change(self, number: int, value: T) -> None:
        """Replace the value of a row, which keeps its origin."""
        if self._rows[number].value == value:
            return
        self._rows[number] = self._rows[number]._replace(value=value)
        self.dataChanged.emit(self.index(number), self.index(number))
        self.edited.emit()

    def add(self, value: T, at: int) -> None:
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.insert(at, Row(value, proposed=value))
        self.endInsertRows()
        self.edited.emit()

    def remove(self, number: int) -> None:
        self.beginRemoveRows(QModelIndex(), number, number)
        del self._rows[number]
        self.endRemoveRows()
        self.edited.emit()

    def drop_unchanged(self) -> None:
        """Remove the rows that were added and not changed since."""
        kept = [row for row in self._rows if not row.unchanged]
        if len(kept) < len(self._rows):
            self.fill(kept)

    def move(self, number: int, step: int) -> None:
        """Exchange a row with the one above (step -1) or below (1)."""
        other = number + step
        self.beginResetModel()
        self._rows[number], self._rows[other] = self._rows[other], self._rows[number]
        self.endResetModel()
        self.edited.emit()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(row.value)
        return row if role == ROW_ROLE else None


def focus_and_select(field: QLineEdit) -> None:
    """Focus the field and select its text, so that typing replaces it."""
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    field.selectAll()


class RowList(QWidget, Generic[T]):
    """The list with its buttons; `make` returns the value of a new row."""

    chosen = Signal(int)
    """The number of the current row, -1 if there is none."""
    added = Signal()
    """A row was added and made current: its name is to be typed."""

    def __init__(
        self, model: RowModel[T], what: str, make: Callable[[], T], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._make = make
        self.view = QListView()
        self.view.setAccessibleName(what[:1].upper() + what[1:])
        self.view.setObjectName("rows")
        self.view.setModel(model)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.buttons = {
            name: _button(text, key, act)
            for name, text, key, act in (
                ("add", tr("Add to {1}", what), "+", self.add),
                ("remove", tr("Take out of {1}", what), "−", self.remove),
                ("up", tr("Move up"), "↑", lambda: self.shift(-1)),
                ("down", tr("Move down"), "↓", lambda: self.shift(1)),
            )
        }
        self._lay_out()
        self.view.selectionModel().currentChanged.connect(self._follow_current)
        model.modelReset.connect(self._follow_current)
        self._follow_current()

    def use_keys(self, registry: ActionRegistry) -> None:
        """Give the list the keys of its scope, which the tool tips of the buttons name."""
        registry.take_keys(Scope.SCHEME, self.view)
        for name, button in self.buttons.items():
            key = registry.key(f"scheme_{name}")
            text = button.accessibleName()
            set_tool_tip(button, tr("{1} ({2})", text, key) if key else text)

    def current(self) -> int:
        """Return the number of the current row, -1 if there is none."""
        return self.view.currentIndex().row()

    def go_to(self, number: int) -> None:
        """Make this row, or the last one, current."""
        number = min(number, self.model.rowCount() - 1)
        self.view.setCurrentIndex(self.model.index(number, 0) if number >= 0 else QModelIndex())
        self._follow_current()

    def add(self) -> None:
        """Add a row below the current one."""
        at = self.current() + 1 if self.current() >= 0 else self.model.rowCount()
        self.model.add(self._make(), at)
        self.go_to(at)
        self.added.emit()

    def remove(self) -> None:
        """Remove the current row."""
        at = self.current()
        if at >= 0:
            self.model.remove(at)
            self.go_to(at)

    def shift(self, step: int) -> None:
        """Move the current row up (-1) or down (1)."""
        at = self.current()
        if at >= 0 and 0 <= at + step < self.model.rowCount():
            self.model.move(at, step)
            self.go_to(at + step)

    def _follow_current(self) -> None:
        at = self.current()
        self.buttons["remove"].setEnabled(at >= 0)
        self.buttons["up"].setEnabled(at > 0)
        self.buttons["down"].setEnabled(0 <= at < self.model.rowCount() - 1)
        self.chosen.emit(at)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        for button in self.buttons.values():
            bar.addWidget(button)
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.view, 1)
        layout.addLayout(bar)


def _button(text: str, sign: str, act: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(sign)
    button.setFixedSize(30, 26)
    set_tool_tip(button, text)
    button.setAccessibleName(text)
    button.clicked.connect(act)
    return button
