"""The table of differences between a backup and the project."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from annotator.ui.i18n.translation import tr, tr_count, tr_later
from annotator.ui.widgets.plain_text import tool_tip_text
from annotator.ui.widgets.readonly_table import ReadonlyTable, table_view

if TYPE_CHECKING:
    from annotator.services.backups import Difference
    from annotator.store import AnnotationDigest

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (
    tr_later("Article"),
    tr_later("Annotator"),
    tr_later("In the backup"),
    tr_later("Now"),
)


class DifferenceTable(ReadonlyTable):
    """One row for each annotation that differs between the backup and the project."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_COLUMNS, parent)

    def show_differences(self, differences: "Sequence[Difference]") -> None:
        """Replace the differences."""
        self.show_rows([(one.article, one.annotator, *_cells(one)) for one in differences])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole:
            shown = super().data(index, Qt.ItemDataRole.DisplayRole)
            return None if shown is None else tool_tip_text(str(shown))
        return super().data(index, role)


def difference_view(model: DifferenceTable) -> QTableView:
    """Return a view of the table; Tab leaves it."""
    return table_view(model, tr("What is different now"), (150, 90, 230))


def _cells(one: "Difference") -> tuple[str, str]:
    before, after = _summary(one.then), _summary(one.now)
    if one.trashed:
        return before, tr("in the trash")
    # The counts are the same, but edits or time differ.
    return (before, tr("{1}, edited since", after)) if before == after else (before, after)


def _summary(work: "AnnotationDigest | None") -> str:
    if work is None:
        return tr("nothing")
    status = tr("to do") if work.status == "todo" else tr(work.status)
    return " · ".join((status, mention_count_text(work.mentions), quote_count_text(work.quotes)))


def mention_count_text(number: int) -> str:
    """Return `1 mention`, `2 mentions`."""
    return tr_count(number, "1 mention", "{1} mentions")


def quote_count_text(number: int) -> str:
    """Return `1 quote`, `2 quotes`."""
    return tr_count(number, "1 quote", "{1} quotes")
