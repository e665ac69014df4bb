"""The dialog that relabels many entities, with a list to tick them in."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.core.text_search import FoldedText, TextQuery
from annotator.store import LabelledEntity, StoreError
from annotator.ui.i18n.translation import format_number, tr, tr_count, tr_error
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.combo_box import ComboBox
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel

_ENTITIES: Final = Qt.ItemDataRole.UserRole
_SIZE: Final = (680, 620)
_ROW: Final = 25
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked

Chosen = dict[int, list[str]]
"""The ids of entities by the key of their article."""


class RelabelDialog(QDialog):
    """Choose a label and another one, tick what is to change, replace.

    `replace` is called with the chosen entities, the old and the new label. Only what is listed
    and ticked is chosen.
    """

    def __init__(
        self,
        session: Session,
        replace: Callable[[Chosen, str, str], None],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("relabel")
        self.setWindowTitle(tr("Replace labels"))
        self._session = session
        self._replace = replace
        self._unticked: set[LabelledEntity] = set()
        self._entities: list[LabelledEntity] = []
        self._filling = False
        self._build()
        self._lay_out()
        self.setStyleSheet(
            f"#relabel {{ background: {theme.panel}; }}"
            f"QTreeWidget {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 8px; padding: 2px; }"
            f"QTreeWidget::item:selected {{ background: {theme.selection}; color: {theme.text}; }}"
            f"QHeaderView::section {{ background: {theme.card}; color: {theme.muted};"
            f" border: none; border-bottom: 1px solid {theme.line}; padding: 6px 4px; }}"
        )
        self.resize(*_SIZE)
        self._read()

    def chosen(self) -> Chosen:
        """Return what would change now."""
        found: Chosen = {}
        for entity in self._shown():
            if entity not in self._unticked:
                found.setdefault(entity.article, []).append(entity.id)
        return found

    def _build(self) -> None:
        scheme, used = self._session.scheme, self._session.project.labels_in_use(
            self._session.annotator
        )  # fmt: skip
        names = {label.name: label.title for label in scheme.labels}
        olds = [
            (f"{names.get(name, name)} ({format_number(count)})", name)
            for name, count in used.items()
        ]
        self.old = ComboBox(tr("Label to replace"), olds, self._read)
        self.new = ComboBox(tr("New label"), [(t, n) for n, t in names.items()], self._count)
        self._preselect(used, names)
        self.filter = LineEdit()
        self.filter.setPlaceholderText(tr("Only names with these letters"))
        self.filter.setAccessibleName(tr("Filter names"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("What will change"))
        self.tree.setHeaderLabels([tr("Entity"), tr("Mentions"), tr("Articles")])
        self.tree.setUniformRowHeights(True)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, self.tree.header().ResizeMode.Stretch)
        for column in (1, 2):
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self.tree.headerItem().setTextAlignment(column, right)
        self.tree.itemChanged.connect(self._tick)
        self.tree.itemExpanded.connect(self._unfold)
        self.all = self._button(tr("Select &all"), lambda: self._tick_shown(on=True))
        self.none = self._button(tr("Select &none"), lambda: self._tick_shown(on=False))
        self.state = PlainLabel()
        self.state.setObjectName("muted")
        self.state.setAccessibleName(tr("How much will change"))
        self.box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = QPushButton(tr("&Replace"))
        self.box.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        self.box.accepted.connect(self._accept)
        self.box.rejected.connect(self.reject)

    def _preselect(self, used: Mapping[str, int], names: Mapping[str, str]) -> None:
        """Preselect the selected entity's label, else one not in the scheme, else the commonest.

        The new label is left to the user: a wrong one would change the whole project.
        """
        picked = self._session.selected_entity()
        foreign = [name for name in used if name not in names]
        most = max(used, key=lambda name: used[name], default="")
        first = picked.label if picked is not None else next(iter(foreign), most)
        for box, value in ((self.old, first), (self.new, None)):
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(value) if value is not None else -1)
            box.blockSignals(False)
        self.new.setPlaceholderText(tr("Choose a label"))

    def _lay_out(self) -> None:
        labels = QHBoxLayout()
        labels.addWidget(PlainLabel(tr("Replace")))
        labels.addWidget(self.old, 1)
        labels.addWidget(PlainLabel(tr("by")))
        labels.addWidget(self.new, 1)
        below = QHBoxLayout()
        below.addWidget(self.all)
        below.addWidget(self.none)
        below.addStretch(1)
        below.addWidget(self.state)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(labels)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree, 1)
        layout.addLayout(below)
        layout.addWidget(self.box)

    @Slot()
    def _read(self) -> None:
        """List the entities of the old label."""
        label, session = self.old.currentData(), self._session
        self._unticked.clear()
        self._entities = []
        try:
            if label is not None:
                self._entities = session.project.labelled_entities(session.annotator, label)
        except StoreError as error:
            session.error_occurred.emit(tr_error(error))
        self._fill()

    def _shown(self) -> list[LabelledEntity]:
        query = TextQuery(self.filter.text())
        if not query:
            return self._entities
        return [e for e in self._entities if query.first(FoldedText(e.name)) is not None]

    @Slot()
    def _fill(self) -> None:
        names: dict[str, list[LabelledEntity]] = {}
        for entity in self._shown():
            names.setdefault(entity.name, []).append(entity)
        self._filling = True
        self.tree.clear()
        for name in sorted(names, key=lambda name: (-len(names[name]), name.casefold())):
            self._add(
                self.tree.invisibleRootItem(),
                name,
                names[name],
                len({e.article for e in names[name]}),
            )
        self._filling = False
        self._count()

    def _add(
        self, parent: QTreeWidgetItem, name: str, entities: list[LabelledEntity], articles: int
    ) -> None:
        mentions = sum(entity.mentions for entity in entities)
        columns = [name, format_number(mentions), format_number(articles) if articles else ""]
        item = QTreeWidgetItem(parent, columns)
        item.setData(0, _ENTITIES, entities)
        item.setSizeHint(0, QSize(0, _ROW))
        for column in (1, 2):
            item.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        if len(entities) > 1:
            item.setChildIndicatorPolicy(item.ChildIndicatorPolicy.ShowIndicator)
        item.setCheckState(0, self._state_of(entities))

    def _state_of(self, entities: list[LabelledEntity]) -> Qt.CheckState:
        off = sum(entity in self._unticked for entity in entities)
        partly = Qt.CheckState.PartiallyChecked
        return _ON if not off else _OFF if off == len(entities) else partly

    @Slot(QTreeWidgetItem)
    def _unfold(self, item: QTreeWidgetItem) -> None:
        """Show in which articles a name is."""
        if item.childCount():
            return
        self._filling = True
        for entity in item.data(0, _ENTITIES):
            self._add(item, " ".join(entity.title.split()), [entity], 0)
        self._filling = False

    @Slot(QTreeWidgetItem, int)
    def _tick(self, item: QTreeWidgetItem, _column: int) -> None:
        if self._filling or item.checkState(0) == Qt.CheckState.PartiallyChecked:
            return
        entities = set(item.data(0, _ENTITIES))
        if item.checkState(0) == _ON:
            self._unticked -= entities
        else:
            self._unticked |= entities
        self._filling = True
        children = (item.child(number) for number in range(item.childCount()))
        for child in children:
            if child is not None:
                child.setCheckState(0, item.checkState(0))
        parent = item.parent()
        if parent is not None:
            parent.setCheckState(0, self._state_of(parent.data(0, _ENTITIES)))
        self._filling = False
        self._count()

    def _tick_shown(self, *, on: bool) -> None:
        shown = set(self._shown())
        self._unticked = self._unticked - shown if on else self._unticked | shown
        self._fill()

    @Slot()
    def _count(self) -> None:
        chosen = self.chosen()
        entities = sum(map(len, chosen.values()))
        same = self.new.currentData() in (None, self.old.currentData())
        self.state.setText(
            tr("Choose another label.")
            if same and self._entities
            else tr(
                "{1} in {2} will change.",
                tr_count(entities, "{1} entity", "{1} entities"),
                tr_count(len(chosen), "{1} article", "{1} articles"),
            )
        )
        self.go.setEnabled(bool(entities) and not same)

    @Slot()
    def _accept(self) -> None:
        chosen, old, new = self.chosen(), self.old.currentData(), self.new.currentData()
        self.accept()
        self._replace(chosen, old, new)

    def _button(self, words: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        return button
