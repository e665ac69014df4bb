"""The figures as one table, for those who read rows rather than bars."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QTableView, QWidget

from annotator.services.statistics import Series
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.widgets.readonly_table import ReadonlyTable, plain_view

_COLUMNS: Final = (tr_later("Figure"), tr_later("Name"), tr_later("Part"), tr_later("Number"))


class FigureTable(ReadonlyTable):
    """One row for each number of each series."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_COLUMNS, parent)

    def show_series(self, series: Sequence[Series]) -> None:
        """Other figures."""
        self.show_rows(
            [
                (one.title, bar.name, part, value)
                for one in series
                for bar in one.bars
                for part, value in zip(one.parts, bar.values, strict=True)
            ]
        )


def figure_view(model: FigureTable) -> QTableView:
    """A view of the table; Tab leaves it."""
    return plain_view(model, tr("All figures"), (250, 200, 200))
