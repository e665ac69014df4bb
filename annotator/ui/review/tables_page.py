"""The pages with agreement as tables: each annotator, pairs, and confusions."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.core.agreement.coefficients import Figure
from annotator.core.agreement.report import Agreement, LayerReport
from annotator.core.agreement.trends import LAYERS
from annotator.ui.i18n.translation import format_number, tr, tr_message
from annotator.ui.review.figures_page import layer_title
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.combo_box import ComboBox
from annotator.ui.widgets.plain_text import PlainLabel, set_tool_tip

_CENTER: Final = Qt.AlignmentFlag.AlignCenter


def annotators_page(found: Agreement, theme: Theme) -> QWidget:
    """Return a page with each annotator against all others, and below it each pair."""
    heads = [tr("Annotator"), tr("Articles")]
    for how in (tr("exact"), tr("overlapping")):
        heads += [f"{layer_title(name)}, {how}" for name in LAYERS]
    table = _table(tr("Each annotator against the others"), heads, [], len(found.people))
    for row, person in enumerate(found.people):
        table.setItem(row, 0, QTableWidgetItem(person.name))
        table.setItem(row, 1, _cell(format_number(person.articles)))
        figures = [side[name] for side in (person.exact, person.overlap) for name in LAYERS]
        for column, figure in enumerate(figures, start=2):
            table.setItem(row, column, _figure_cell(figure, theme))
    pairs = _layer_table(found, tr("Pairs"), _has_pairs, lambda layer: _pairs(layer, theme))
    return _page(tr("F1 of each annotator against all others together"), table, pairs)


def confusion_page(found: Agreement, theme: Theme) -> QWidget:
    """Return a page with confusions by layer: how often one value meets another annotator's."""
    table = _layer_table(
        found,
        tr("Which are taken for which"),
        lambda layer: bool(layer.confusion),
        lambda layer: _confusion(layer, theme),
    )
    return _page(tr("How often two annotators have these values for the same thing"), table)


def _page(text: str, *widgets: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(14, 12, 14, 14)
    about = PlainLabel(text)
    about.setObjectName("muted")
    layout.addWidget(about)
    for widget in widgets:
        layout.addWidget(widget, 1)
    return page


def _layer_table(
    found: Agreement,
    name: str,
    has: Callable[[LayerReport], bool],
    make: Callable[[LayerReport], QTableWidget],
) -> QWidget:
    """Return a table for the layer chosen above it, at first the first one."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 8, 0, 0)
    layers = [(key, layer) for key, layer in found.layers.items() if layer.marked]
    choices = [(layer_title(key), key) for key, layer in layers if has(layer)]
    if not choices:
        layout.addWidget(PlainLabel(tr("Nothing to compare.")))
        layout.addStretch(1)
        return holder
    tables: list[QTableWidget] = []

    def show() -> None:
        for old in tables:
            old.setParent(None)
            old.deleteLater()
        tables[:] = [make(found.layers[chooser.currentData()])]
        tables[0].setAccessibleName(name)
        layout.addWidget(tables[0], 1)

    chooser = ComboBox(tr("Layer"), choices, show)
    layout.addWidget(chooser, 0, Qt.AlignmentFlag.AlignLeading)
    show()
    return holder


def _has_pairs(layer: LayerReport) -> bool:
    return bool(layer.pairs) and layer.overlap is not None


def _pairs(layer: LayerReport, theme: Theme) -> QTableWidget:
    """Return a table of the F1 of overlapping spans for each pair of annotators."""
    names = sorted({name for pair in layer.pairs for name in pair})
    table = _table("", names, names, len(names))
    for (left, right), pair in layer.pairs.items():
        for row, column in ((left, right), (right, left)):
            cell = _figure_cell(pair.overlap, theme)
            table.setItem(names.index(row), names.index(column), cell)
    return table


def _confusion(layer: LayerReport, theme: Theme) -> QTableWidget:
    names = sorted({name for pair in layer.confusion for name in pair})
    most = max(layer.confusion.values())
    table = _table("", names, names, len(names))
    for (one, other), count in layer.confusion.items():
        share = count / most
        for row, column in ((one, other), (other, one)):
            cell = _cell(format_number(count), _tint(theme.accent, share))
            table.setItem(names.index(row), names.index(column), cell)
    return table


def _table(name: str, columns: Sequence[str], rows: Sequence[str], count: int) -> QTableWidget:
    table = QTableWidget(count, len(columns))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(columns))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setFrameShape(QTableWidget.Shape.NoFrame)
    table.verticalHeader().setVisible(bool(rows))
    if rows:
        table.setVerticalHeaderLabels(list(rows))
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table


def _figure_cell(figure: Figure, theme: Theme) -> QTableWidgetItem:
    if figure.value is None:
        cell = _cell("—")
        set_tool_tip(cell, tr_message(figure.words()))
        return cell
    return _cell(f"{figure.value:.3f}", _tint(theme.accent, max(0.0, figure.value)))


def _cell(text: str, ground: QColor | None = None) -> QTableWidgetItem:
    cell = QTableWidgetItem(text)
    cell.setTextAlignment(_CENTER)
    if ground is not None:
        cell.setBackground(ground)
    return cell


def _tint(color: str, share: float) -> QColor:
    """Return the colour with the share as its opacity, low enough to keep text legible."""
    tint = QColor(color)
    tint.setAlphaF(0.05 + 0.35 * share)
    return tint
