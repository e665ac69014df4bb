"""The dialog that previews what a change of the scheme does to annotations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.core.scheme import Scheme
from annotator.store import SchemeUsage
from annotator.ui.i18n.translation import tr, tr_count, tr_later
from annotator.ui.lists.label_menu import type_text
from annotator.ui.widgets.plain_text import PlainLabel

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (
    tr_later("Article"),
    tr_later("Annotator"),
    tr_later("Uses"),
    tr_later("How often"),
    tr_later("Will be"),
)


class UsedName(NamedTuple):
    """A label or quote type that annotations use."""

    kind: str
    name: str


class MigrationPreviewDialog(QDialog):
    """A dialog that asks whether to rename, move or keep the uses of each removed name."""

    def __init__(
        self,
        uses: Sequence[SchemeUsage],
        renamed: Mapping[UsedName, str | None],
        scheme: Scheme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("What the change does"))
        self._uses = uses
        self.boxes = {
            name: self._box(name, renamed[name], scheme)
            for name in dict.fromkeys(UsedName(use.kind, use.name) for use in uses)
        }
        self.table = _Table(uses, self)
        self._lay_out()
        for box in self.boxes.values():
            box.currentIndexChanged.connect(self._follow)
        self._follow()

    def chosen(self, kind: str) -> dict[str, str]:
        """Return the map of old to new names of "label" or "type", without those that are kept."""
        return {
            name.name: box.currentData()
            for name, box in self.boxes.items()
            if name.kind == kind and box.currentData() is not None
        }

    def _box(self, name: UsedName, new: str | None, scheme: Scheme) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("What becomes of {1}", name.name))
        if new is not None:
            box.addItem(tr("Rename to {1}", new), new)
        box.addItem(tr("Keep as it is, though the scheme no longer has it"), None)
        others = (
            [(label.name, label.title) for label in scheme.labels]
            if name.kind == "label"
            else [(type_, type_text(type_)) for type_ in scheme.quote_types]
        )
        for other, title in others:
            if other != new:
                box.addItem(
                    tr("Move to {1} ({2})", other, title) if title != other else other, other
                )
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(2, 1)
        counts = _counts(self._uses)
        for row, (name, box) in enumerate(self.boxes.items()):
            word = PlainLabel(
                name.name if name.kind == "label" else tr("type {1}", type_text(name.name))
            )
            word.setObjectName("heading")
            grid.addWidget(word, row, 0)
            grid.addWidget(PlainLabel(counts[name]), row, 1)
            grid.addWidget(box, row, 2)
        view = QTableView()
        view.setModel(self.table)
        view.setAccessibleName(tr("What becomes of each article's annotations"))
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((210, 95, 90, 175)):
            view.setColumnWidth(column, width)
        note = PlainLabel(
            tr("Each article gets one step of its own history, which undo takes back there.")
        )
        note.setObjectName("muted")
        buttons = QDialogButtonBox()
        buttons.addButton(tr("&Change the scheme"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(tr("&Back"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(grid)
        layout.addWidget(view, 1)
        layout.addWidget(note)
        layout.addWidget(buttons)
        self.resize(760, 460)

    def _follow(self) -> None:
        self.table.show_outcome({name: box.currentData() for name, box in self.boxes.items()})


class _Table(QAbstractTableModel):
    """One row for each use; the last column shows the new name."""

    def __init__(self, uses: Sequence[SchemeUsage], parent: QWidget) -> None:
        super().__init__(parent)
        self._uses = uses
        self._outcome: Mapping[UsedName, str | None] = {}

    def show_outcome(self, outcome: Mapping[UsedName, str | None]) -> None:
        self._outcome = outcome
        last = self.index(len(self._uses) - 1, len(_COLUMNS) - 1)
        self.dataChanged.emit(self.index(0, len(_COLUMNS) - 1), last)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._uses)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        across = orientation == Qt.Orientation.Horizontal
        return tr(_COLUMNS[section]) if across and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        use = self._uses[index.row()]
        new = self._outcome.get(UsedName(use.kind, use.name))
        cells = (
            use.title or use.article,
            use.annotator,
            use.name,
            _count_text(use),
            new or use.name,
        )
        return cells[index.column()]


def _count_text(use: SchemeUsage) -> str:
    if use.kind == "type":
        return tr_count(use.items, "{1} quote", "{1} quotes")
    spans = tr_count(use.spans, "{1} mention", "{1} mentions")
    entities = tr_count(use.items, "{1} entity", "{1} entities")
    return f"{entities}, {spans}"


def _counts(uses: Sequence[SchemeUsage]) -> dict[UsedName, str]:
    grouped: defaultdict[UsedName, list[SchemeUsage]] = defaultdict(list)
    for use in uses:
        grouped[UsedName(use.kind, use.name)].append(use)
    return {
        name: tr(
            "{1} in {2}",
            _count_text(
                found[0]._replace(
                    items=sum(u.items for u in found), spans=sum(u.spans for u in found)
                )
            ),
            tr_count(len({use.article for use in found}), "{1} article", "{1} articles"),
        )
        for name, found in grouped.items()
    }
