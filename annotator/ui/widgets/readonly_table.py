"""A read-only table of texts and numbers."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from annotator.ui.i18n.translation import format_number, tr

_Index = QModelIndex | QPersistentModelIndex


class ReadonlyTable(QAbstractTableModel):
    """A table model; `columns` are headings for `tr`, and whole numbers are right-aligned."""

    def __init__(self, columns: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self._rows: Sequence[Sequence[str | int]] = []

    def show_rows(self, rows: Sequence[Sequence[str | int]]) -> None:
        """Replace all rows; each has a cell for each column."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        horizontal = orientation == Qt.Orientation.Horizontal
        return (
            tr(self._columns[section])
            if horizontal and role == Qt.ItemDataRole.DisplayRole
            else None
        )

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return format_number(value) if isinstance(value, int) else value
        number = role == Qt.ItemDataRole.TextAlignmentRole and isinstance(value, int)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return right if number else None


def table_view(model: ReadonlyTable, name: str, widths: Sequence[int]) -> QTableView:
    """Return a view of the table with this accessible name and these column widths.

    Tab leaves it, and the last column stretches.
    """
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.horizontalHeader().setStretchLastSection(True)
    for column, width in enumerate(widths):
        view.setColumnWidth(column, width)
    return view
