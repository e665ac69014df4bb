"""What is different now, annotation by annotation, as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from annotator.ui.i18n.translation import tr, tr_count, tr_later
from annotator.ui.widgets.plain_text import tip
from annotator.ui.widgets.readonly_table import ReadonlyTable, plain_view

if TYPE_CHECKING:
    from annotator.services.backups import Difference
    from annotator.store import Work

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (
    tr_later("Article"),
    tr_later("Annotator"),
    tr_later("In the backup"),
    tr_later("Now"),
)


class DifferenceTable(ReadonlyTable):
    """One row for each annotation that is not now what it was then."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_COLUMNS, parent)

    def show_differences(self, differences: "Sequence[Difference]") -> None:
        """Other differences."""
        self.show_rows([(one.article, one.annotator, *_told(one)) for one in differences])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole:
            shown = super().data(index, Qt.ItemDataRole.DisplayRole)
            return None if shown is None else tip(str(shown))
        return super().data(index, role)


def difference_view(model: DifferenceTable) -> QTableView:
    """A view of the table; Tab leaves it."""
    return plain_view(model, tr("What is different now"), (150, 90, 230))


def _told(one: "Difference") -> tuple[str, str]:
    before, after = _words(one.then), _words(one.now)
    if one.trashed:
        return before, tr("in the trash")
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
