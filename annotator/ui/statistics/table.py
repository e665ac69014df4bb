"""The figures as one table, for those who read rows rather than bars."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from annotator.ui.language import tr, tr_later
from annotator.work.figures import Series

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (tr_later("Figure"), tr_later("Name"), tr_later("Part"), tr_later("Number"))


class FigureTable(QAbstractTableModel):
    """One row for each number of each series."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, str, str, int]] = []

    def show_series(self, series: Sequence[Series]) -> None:
        """Other figures."""
        self.beginResetModel()
        self._rows = [
            (one.title, bar.name, part, value)
            for one in series
            for bar in one.bars
            for part, value in zip(one.parts, bar.values, strict=True)
        ]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        return tr(_COLUMNS[section]) if across and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{value:,}" if isinstance(value, int) else value
        number = role == Qt.ItemDataRole.TextAlignmentRole and isinstance(value, int)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return right if number else None


def figure_view(model: FigureTable) -> QTableView:
    """A view of the table; Tab leaves it."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(tr("All figures"))
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.horizontalHeader().setStretchLastSection(True)
    for column, width in enumerate((250, 200, 200)):
        view.setColumnWidth(column, width)
    return view
