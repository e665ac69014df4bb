"""The list of the article's entities, to rename, relabel, merge and split them."""

import json
from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRect, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QMenu,
    QWidget,
)

from annotator.core import edits
from annotator.core.models import Entity, Mention
from annotator.ui.actions.action import Action, Condition, Scope
from annotator.ui.actions.conditions import writable
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.entity_delegate import EntityDelegate, EntityPart
from annotator.ui.lists.entity_model import DRAGGED, EntityModel
from annotator.ui.lists.entity_picker import Choice, EntityPicker
from annotator.ui.lists.label_menu import MOST_IN_MENU, fill_label_menu, label_menu
from annotator.ui.lists.label_picker import LabelPicker
from annotator.ui.lists.selection_synced_list import SelectionSyncedList
from annotator.ui.session import SelectedItem, Session
from annotator.ui.theme.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_Item = Entity | Mention


class EntityList(SelectionSyncedList):
    """Entities as rows; unfolded ones show their mentions in context."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        registry: ActionRegistry,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, theme, registry, parent, gutter=0)
        self.setObjectName("entities")
        self.setAccessibleName(tr("Entities"))
        self._entities = EntityModel(session, self)
        self._delegate = EntityDelegate(session.scheme, theme, registry, self)
        self._merging: list[str] = []
        self._picker: EntityPicker | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.show_rows(self._entities, self._delegate)
        for changed in (self._entities.modelReset, self._entities.rowsRemoved):
            changed.connect(self._fit_height)
        self.filtered.connect(self._fit_height)
        session.scheme_changed.connect(self._follow_scheme)
        session.about_to_leave.connect(self._commit_name)
        self.set_theme(theme)
        self._fit_height()
        registry.add(self.own_actions())
        registry.take_keys(Scope.ENTITIES, self)

    def own_actions(self) -> list[Action]:
        """Return the actions on the selected entities and mentions of the list."""
        shown = (self._row_chosen(),)
        able = (*shown, writable(self._session))
        mention = Condition(
            lambda: isinstance(self._current(), Mention),
            tr("Choose a mention of the entity first."),
        )
        rows = (
            ("delete", tr("&Delete"), self.delete, ("Del",), able, tr("Delete")),
            ("rename", tr("&Rename"), self.rename, ("F2", "Return", "Enter"), able, tr("Rename")),
            ("label", tr("&Label…"), self.choose_label, ("L",), able, tr("Label")),
            ("merge", tr("&Merge into …"), self.merge_selected, ("M",), able, tr("Merge")),
            ("split", tr("&Split off"), self.split_off, ("Shift+M",), (*able, mention),
             tr("Split off")),
            ("show", tr("Sho&w in text"), self.show_in_text, ("Space",), shown,
             tr("Show in the text")),
            ("unfold", tr("Unfold mentions"), partial(self.fold, on=False), ("Right",), shown, ""),
            ("fold", tr("Fold mentions"), partial(self.fold, on=True), ("Left",), shown, ""),
        )  # fmt: skip
        return [
            Action(f"entities_{name}", title, run, None, keys, when, Scope.ENTITIES, hint=hint)
            for name, title, run, keys, when, hint in rows
        ]

    @property
    def picker(self) -> EntityPicker:
        """The picker for the entity to merge with; made at the first use."""
        if self._picker is None:
            self._picker = EntityPicker(self._session, self._theme, self)
            self._picker.chosen.connect(self._merge_into)
        return self._picker

    @property
    def entities(self) -> EntityModel:
        """The model of the list."""
        return self._entities

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._delegate.theme = theme
        if self._picker is not None:
            self._picker.set_theme(theme)
        super().set_theme(theme)

    @Slot()
    def _follow_scheme(self) -> None:
        self._delegate.scheme = self._session.scheme
        self.viewport().update()

    def rename(self) -> None:
        """Edit the name of the current entity in its row; show a mention in the text."""
        if isinstance(self._current(), Mention):
            self.show_in_text()
        elif self.currentIndex().isValid():
            self.edit(self.currentIndex())

    @Slot()
    def _commit_name(self) -> None:
        """Save the name that is being typed, as Return does."""
        if self.state() != self.State.EditingState:
            return
        editor = self.viewport().findChild(QLineEdit)
        if editor is not None:
            # Closed first: saving may read the article again, which comes back here.
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
            self.model().setData(self.currentIndex(), editor.text())

    def choose_label(self) -> None:
        """Open the menu of labels at the current row, or a popup to find one if there are many."""
        item = self._current()
        if item is None:
            return
        if len(self._session.scheme.labels) > MOST_IN_MENU:
            self._find_label(item)
            return
        menu = label_menu(
            self, self._session.scheme, self._theme, self._label_of(item), self._relabel
        )
        rect = self.visualRect(self.currentIndex())
        self._pop_up(menu, self._below(rect.adjusted(12, 0, 0, -4)))

    def _find_label(self, item: _Item) -> None:
        rect = self.visualRect(self.currentIndex())
        place = QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())
        picker = LabelPicker(self._session.scheme, self._theme, self._relabel, self)
        picker.open_at(place, self._label_of(item))

    def merge_selected(self) -> None:
        """Merge the selected entities, or ask what to merge a single one with."""
        ids = self._selected_entities()
        current = self._current()
        if len(ids) > 1 and isinstance(current, Entity):
            others = [id_ for id_ in ids if id_ != current.id]
            self._merge(current.id, others)
        elif ids:
            self._merging = ids
            rect = self.visualRect(self.currentIndex())
            place = QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())
            name = self._name_of(ids[0])
            self.picker.open_at(place, prompt=tr("Merge {1} into …", name), exclude=ids)

    def split_off(self) -> None:
        """Split the selected mentions off as a new entity."""
        mentions = [item.id for item in self._selected() if isinstance(item, Mention)]
        self._session.perform(lambda _, annotation: edits.split_entity(annotation, mentions))

    def delete(self) -> None:
        """Delete the selected entities and mentions, and select the row that follows."""
        items = list(self._selected())
        row = min((i.row() for i in self.selectedIndexes()), default=-1)
        for item in items:
            self._delete_one(item)
        if items and self.hasFocus():
            self.go_to(row)

    def fold(self, *, on: bool) -> None:
        """Hide (or with `on` False show) the mentions of the current entity."""
        item = self._current()
        if isinstance(item, Mention) and on:
            self._session.select(SelectedItem("entity", item.entity_id))
            self._entities.unfold(item.entity_id, on=False)
        elif isinstance(item, Entity):
            self._entities.unfold(item.id, on=not on)

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(tr("Entity"))
        item = self._current()
        label = self._label_of(item) if item is not None else ""
        if item is not None and len(self._session.scheme.labels) > MOST_IN_MENU:
            self._offer(menu, tr("&Label…"), "entities_label")
        else:
            labels = menu.addMenu(tr("&Label"))
            fill_label_menu(labels, self._session.scheme, self._theme, label, self._relabel)
        several = len(self._selected_entities()) > 1
        entity, mention = isinstance(item, Entity), isinstance(item, Mention)
        self._offer(menu, tr("&Rename"), "entities_rename", enabled=entity)
        merge = tr("&Merge") if several else tr("&Merge into …")
        can_merge = bool(self._selected_entities())
        self._offer(menu, merge, "entities_merge", enabled=can_merge)
        self._offer(menu, tr("&Split off"), "entities_split", enabled=mention)
        menu.addSeparator()
        self._offer(menu, tr("Sho&w in text"), "entities_show", enabled=item is not None)
        self._offer(menu, tr("&Delete"), "entities_delete", enabled=item is not None)
        return menu

    def rowsInserted(self, parent: _Index, first: int, last: int) -> None:
        # Before the rows are there: without room for them a scroll bar would come for a moment.
        self._fit_height()
        section = self.parentWidget()
        if section is not None and (layout := section.layout()) is not None:
            layout.activate()
        super().rowsInserted(parent, first, last)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pos = event.position().toPoint()
        if self._part(pos) in ("name", "rest") and isinstance(self._item_at(pos), Entity):
            self.setCurrentIndex(self.indexAt(pos))
            self.rename()
        else:
            super().mouseDoubleClickEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(DRAGGED):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls at the edges
        row = self._drop_row(event.position().toPoint(), event.mimeData())
        self._show_drop(row)
        if row >= 0:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_drop(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        row = self._drop_row(event.position().toPoint(), event.mimeData())
        self._show_drop(-1)
        if row < 0:
            event.ignore()
            return
        event.acceptProposedAction()
        self._drop(self._entities.item_at(row).id, _dragged(event.mimeData()))

    def _clicked(self, index: QModelIndex, pos: QPoint) -> None:
        item, part = self._item_at(pos), self._part(pos)
        if part == "fold" and isinstance(item, Entity):
            unfolded = self._entities.unfolded(item.id)
            self._entities.unfold(item.id, on=not unfolded)
        elif part == "label":
            self.choose_label()
        else:
            self.show_in_text()

    def _item(self, selected: SelectedItem | None) -> _Item | None:
        annotation = self._session.annotation
        if selected is None or annotation is None:
            return None
        if selected.kind == "mention":
            return annotation.mentions.get(selected.id)
        return annotation.entities.get(selected.id)

    def _current(self) -> _Item | None:
        return self._item(self.current_selected_item())

    def _selected(self) -> Iterable[_Item]:
        rows = sorted(index.row() for index in self.selectedIndexes())
        found = (self._item(self._entities.item_at(row)) for row in rows)
        return [item for item in found if item is not None]

    def _selected_entities(self) -> list[str]:
        return [item.id for item in self._selected() if isinstance(item, Entity)]

    def _item_at(self, pos: QPoint) -> _Item | None:
        row = self.indexAt(pos).row()
        return self._item(self._entities.item_at(row)) if row >= 0 else None

    def _part(self, pos: QPoint) -> EntityPart:
        index = self.indexAt(pos)
        return self._delegate.part_at(self.visualRect(index), index, pos, self.font())

    def _label_of(self, item: _Item) -> str:
        annotation = self._session.annotation
        if isinstance(item, Entity):
            return item.label
        return annotation.entities[item.entity_id].label if annotation is not None else ""

    def _name_of(self, entity_id: str) -> str:
        annotation = self._session.annotation
        return annotation.entities[entity_id].name if annotation is not None else ""

    def _relabel(self, label: str) -> None:
        item, title = self._current(), self._session.scheme.label(label).title
        if item is None:
            return
        make = edits.relabel_entity if isinstance(item, Entity) else edits.relabel_mention
        self._session.perform(lambda _, annotation: make(annotation, item.id, label, title))

    def _merge(self, target: str, others: list[str]) -> None:
        if self._session.perform(
            lambda _, annotation: edits.merge_entities(annotation, target, others)
        ):
            self._session.select(SelectedItem("entity", target))

    @Slot(object)
    def _merge_into(self, choice: Choice) -> None:
        self._merge(choice.value, self._merging)

    def _delete_one(self, item: _Item) -> None:
        if (
            self._item(SelectedItem("entity" if isinstance(item, Entity) else "mention", item.id))
            is None
        ):
            return  # it was deleted with its entity, or with its last mention
        make = edits.delete_entity if isinstance(item, Entity) else edits.delete_mention
        self._session.perform(lambda _, annotation: make(annotation, item.id))

    def _drop(self, target: str, selected_items: list[SelectedItem]) -> None:
        entities = [selected.id for selected in selected_items if selected.kind == "entity"]
        if entities:
            self._merge(target, entities)
            return
        for selected in selected_items:
            self._move_mention(selected.id, target)

    def _move_mention(self, mention: str, target: str) -> None:
        self._session.perform(lambda _, annotation: edits.move_mention(annotation, mention, target))

    def _drop_row(self, pos: QPoint, data: QMimeData) -> int:
        """Return the row of the entity that would get the dragged ones, -1 for none."""
        row, selected_items = self.indexAt(pos).row(), _dragged(data)
        if row < 0 or not selected_items:
            return -1
        target = self._entities.item_at(row)
        return row if target.kind == "entity" and target not in selected_items else -1

    def _show_drop(self, row: int) -> None:
        if row != self._delegate.drop_row:
            self._delegate.drop_row = row
            self.viewport().update()

    @Slot()
    def _fit_height(self) -> None:
        """Fit the height so that the frame ends at the last row."""
        height = self.sizeHintForRow(0)
        self.setMaximumHeight(max(1, self.shown_rows()) * max(height, 1) + 10)


def _dragged(data: QMimeData) -> list[SelectedItem]:
    if not data.hasFormat(DRAGGED):
        return []
    return [SelectedItem(kind, id_) for kind, id_ in json.loads(bytes(data.data(DRAGGED).data()))]
