"""The table of articles in the trash."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from annotator.ui.i18n.date_format import format_datetime
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.row_drawing import one_line
from annotator.ui.widgets.plain_text import tool_tip_text
from annotator.ui.widgets.readonly_table import ReadonlyTable, table_view

if TYPE_CHECKING:
    from annotator.store import TrashedArticle

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (
    tr_later("Article"),
    tr_later("Deleted"),
    tr_later("By"),
    tr_later("Annotations"),
)


class TrashTable(ReadonlyTable):
    """One row for each article, the most recently deleted first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_COLUMNS, parent)
        self.items: Sequence[TrashedArticle] = ()

    def show_items(self, items: "Sequence[TrashedArticle]") -> None:
        """Replace the articles."""
        self.items = items
        self.show_rows(
            [
                (title_of(item), _when(item.deleted_at), item.deleted_by, item.annotations)
                for item in items
            ]
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section == len(_COLUMNS) - 1:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        return super().headerData(section, orientation, role)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return tool_tip_text(
                f"{title_of(self.items[index.row()])}\n{self.items[index.row()].id}"
            )
        return super().data(index, role)


def trash_view(model: TrashTable) -> QTableView:
    """Return a view of the table in which several rows can be chosen; Tab leaves it."""
    view = table_view(model, tr("Trash"), (330, 150, 110))
    view.horizontalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
    )
    view.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
    return view


def title_of(item: "TrashedArticle") -> str:
    """Return the title in one line, or the id of an article without a title."""
    return one_line(item.title) or item.id


def _when(stamp: str) -> str:
    """Return the time of a stamp in the file; a text that is not a time is returned unchanged."""
    try:
        moment = datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return stamp
    return format_datetime(moment.replace(tzinfo=UTC))
