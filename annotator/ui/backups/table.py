"""What is different now, annotation by annotation, as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from annotator.ui.language import tr, tr_count, tr_later

if TYPE_CHECKING:
    from annotator.store import Work
    from annotator.work.backing_up import Difference

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (
    tr_later("Article"),
    tr_later("Annotator"),
    tr_later("In the backup"),
    tr_later("Now"),
)


class DifferenceTable(QAbstractTableModel):
    """One row for each annotation that is not now what it was then."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, ...]] = []

    def show_differences(self, differences: "Sequence[Difference]") -> None:
        """Other differences."""
        self.beginResetModel()
        self._rows = [
            (one.article, one.annotator, *_told(one.then, one.now)) for one in differences
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
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return (
            self._rows[index.row()][index.column()] if index.isValid() and role in roles else None
        )


def difference_view(model: DifferenceTable) -> QTableView:
    """A view of the table; Tab leaves it."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(tr("What is different now"))
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.horizontalHeader().setStretchLastSection(True)
    for column, width in enumerate((150, 90, 230)):
        view.setColumnWidth(column, width)
    return view


def _told(then: "Work | None", now: "Work | None") -> tuple[str, str]:
    before, after = _words(then), _words(now)
    # The same numbers by other edits, or another time.
    return (before, tr("{1}, edited since", after)) if before == after else (before, after)


def _words(work: "Work | None") -> str:
    if work is None:
        return tr("nothing")
    status = tr("to do") if work.status == "todo" else tr(work.status)
    return " · ".join((status, mentions_of(work.mentions), quotes_of(work.quotes)))


def mentions_of(number: int) -> str:
    """`1 mention`, `2 mentions`."""
    return tr_count(number, "1 mention", "{1} mentions")


def quotes_of(number: int) -> str:
    """`1 quote`, `2 quotes`."""
    return tr_count(number, "1 quote", "{1} quotes")
