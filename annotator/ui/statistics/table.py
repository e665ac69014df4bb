"""The figures of all series as one table."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QTableView, QWidget

from annotator.services.statistics import Series
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.widgets.readonly_table import ReadonlyTable, table_view

_COLUMNS: Final = (tr_later("Figure"), tr_later("Name"), tr_later("Part"), tr_later("Number"))


class FigureTable(ReadonlyTable):
    """One row for each number of each series."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_COLUMNS, parent)

    def show_series(self, series: Sequence[Series]) -> None:
        """Replace the figures."""
        self.show_rows(
            [
                (one.title, bar.name, part, value)
                for one in series
                for bar in one.bars
                for part, value in zip(one.parts, bar.values, strict=True)
            ]
        )


def figure_view(model: FigureTable) -> QTableView:
    """Return a view of the table; Tab leaves it."""
    return table_view(model, tr("All figures"), (250, 200, 200))
