"""The model of the entity list: the entities, with the mentions of unfolded ones."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.attributes import attributes_text
from annotator.core.edit import Edit
from annotator.core.models import Entity, Mention, Quote
from annotator.ui.i18n.translation import tr, tr_count
from annotator.ui.lists.row_drawing import one_line
from annotator.ui.lists.sorted_rows import SortedRows, SortKey
from annotator.ui.session import SelectedItem, Session

EntitySort = Literal["position", "count", "name"]
ENTITY_SORTS: Final[tuple[EntitySort, ...]] = ("position", "count", "name")
ROW_ROLE: Final = Qt.ItemDataRole.UserRole
DRAGGED: Final = "application/x-annotator-picks"
_NOWHERE: Final = 1 << 60
_CONTEXT: Final = 40

_Index = QModelIndex | QPersistentModelIndex
_Value = Entity | Mention


@dataclass(frozen=True, slots=True)
class EntityRow:
    """The content of an entity's row. `tone` is its number as a speaker, None if not a speaker."""

    entity: Entity
    count: int
    tone: int | None
    unfolded: bool


@dataclass(frozen=True, slots=True)
class MentionRow:
    """The content of a mention's row: its text and the text around it."""

    mention: Mention
    before: str
    after: str


class EntityModel(QAbstractListModel):
    """Entities and mentions as rows, which follow the session's edits.

    Only another article resets the model. `ROW_ROLE` gives the `EntityRow` or `MentionRow` of an
    index.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: SortedRows[_Value] = SortedRows(self)
        self._place_of: dict[str, SortKey] = {}
        self._count: dict[str, int] = {}
        self._unfolded: set[str] = set()
        self._sort: EntitySort = "position"
        session.article_opened.connect(self._read)
        session.edit_applied.connect(self._follow)
        self._read()

    @property
    def sort_order(self) -> EntitySort:
        """What the entities are sorted by."""
        return self._sort

    def sort_by(self, order: EntitySort) -> None:
        """Sort the entities by the place of their first mention, by count or by name."""
        if order == self._sort:
            return
        self._sort = order
        mentions: dict[str, list[Mention]] = {}
        for value in self._values():
            if isinstance(value, Mention):
                mentions.setdefault(value.entity_id, []).append(value)
        self._place_all(self._session.annotation or Annotation())
        pairs: list[tuple[SortKey, _Value]] = []
        for value in self._values():
            if isinstance(value, Entity):
                pairs += self._block(value, mentions.get(value.id, []))
        self._rows.resort(pairs)

    def entity_count(self) -> int:
        """Return how many entities there are, folded or not."""
        return len(self._place_of)

    def item_at(self, row: int) -> SelectedItem:
        """Return the item of the row."""
        value = self._rows[row]
        return SelectedItem("mention" if isinstance(value, Mention) else "entity", value.id)

    def row_of(self, selected: SelectedItem | None) -> int | None:
        """Return the row that shows `selected`; for a folded mention, the row of its entity."""
        annotation = self._session.annotation
        if selected is None or selected.kind == "quote" or annotation is None:
            return None
        mention = annotation.mentions.get(selected.id) if selected.kind == "mention" else None
        entity_id = mention.entity_id if mention is not None else selected.id
        if entity_id not in self._place_of:
            return None
        place = self._place_of[entity_id]
        if mention is not None and entity_id in self._unfolded:
            return self._rows.first_from((place, _place_in_text(mention)))
        return self._entity_row(entity_id)

    def unfolded(self, entity_id: str) -> bool:
        """Return whether the mentions of the entity are shown."""
        return entity_id in self._unfolded

    def unfold(self, entity_id: str, *, on: bool) -> None:
        """Show or hide the mentions of an entity that has any."""
        if entity_id not in self._place_of or (entity_id in self._unfolded) == on:
            return
        first = self._entity_row(entity_id)
        if on and self._count[entity_id]:
            self._unfolded.add(entity_id)
            self._rows.insert(self._block_of(entity_id)[1:])
        elif not on:
            self._rows.remove(first + 1, self._last_row(entity_id))
            self._unfolded.discard(entity_id)
        self._rows.changed(first, first)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        value = self._rows[index.row()]
        if role == ROW_ROLE:
            return self._shown(value)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return value.name if isinstance(value, Entity) else value.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(value)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            said = attributes_text(value) if isinstance(value, Entity) else ""
            return ", ".join(word for word in (value.note, said) if word)
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Request the new name; the row changes when the session reports the edit."""
        row = self._rows[index.row()] if index.isValid() else None
        if role != Qt.ItemDataRole.EditRole or not isinstance(row, Entity) or value == row.name:
            return False
        entity_id = row.id
        return self._session.perform(
            lambda _, annotation: edits.rename_entity(annotation, entity_id, str(value))
        )

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        usual = flag.ItemIsSelectable | flag.ItemIsEnabled | flag.ItemIsDragEnabled
        if not index.isValid() or index.row() >= len(self._rows):
            return flag.NoItemFlags
        if isinstance(self._rows[index.row()], Entity):
            return usual | flag.ItemIsEditable | flag.ItemIsDropEnabled
        return usual | flag.ItemNeverHasChildren

    def mimeTypes(self) -> list[str]:
        return [DRAGGED]

    def mimeData(self, indexes: Iterable[_Index]) -> QMimeData:
        selected_items = [self.item_at(index.row()) for index in indexes]
        result = QMimeData()
        result.setData(
            DRAGGED,
            json.dumps([(selected.kind, selected.id) for selected in selected_items]).encode(),
        )
        return result

    @Slot()
    def _read(self) -> None:
        self.beginResetModel()
        annotation = self._session.annotation or Annotation()
        self._unfolded.clear()
        self._place_all(annotation)
        self._rows.fill(
            ((self._place_of[entity.id], ()), entity) for entity in annotation.entities.values()
        )
        self.endResetModel()

    def _place_all(self, annotation: Annotation) -> None:
        # Asking for the mentions of each would build an index while the user waits.
        starts: defaultdict[str, list[int]] = defaultdict(list)
        for mention in annotation.mentions.values():
            starts[mention.entity_id].append(mention.start)
        self._count = {id_: len(starts[id_]) for id_ in annotation.entities}
        self._place_of = {
            entity.id: self._place(entity, starts[entity.id])
            for entity in annotation.entities.values()
        }

    @Slot(object)
    def _follow(self, edit: Edit) -> None:
        annotation = self._session.annotation
        if annotation is None:
            return
        ids = dict.fromkeys(id_ for change in edit.changes for id_ in _touched(change.before))
        ids.update(dict.fromkeys(i for change in edit.changes for i in _touched(change.after)))
        for entity_id in (id_ for id_ in ids if id_ not in annotation.entities):
            self._remove(entity_id)
        for entity_id in (id_ for id_ in ids if id_ in annotation.entities):
            self._put(annotation.entities[entity_id])

    def _remove(self, entity_id: str) -> None:
        if entity_id not in self._place_of:
            return
        self._rows.remove(self._entity_row(entity_id), self._last_row(entity_id))
        self._unfolded.discard(entity_id)
        del self._place_of[entity_id], self._count[entity_id]

    def _put(self, entity: Entity) -> None:
        annotation = self._session.annotation or Annotation()
        known = entity.id in self._place_of
        first, last = (self._entity_row(entity.id), self._last_row(entity.id)) if known else (0, -1)
        self._count[entity.id] = annotation.mention_count(entity.id)
        if not self._count[entity.id]:
            self._unfolded.discard(entity.id)
        starts = [mention.start for mention in annotation.mentions_of(entity.id)]
        old, place = self._place_of.get(entity.id), self._place(entity, starts)
        self._place_of[entity.id] = place
        if not known:
            self._rows.insert([((place, ()), entity)])
            return
        if place != old:
            inner = [self._rows[row] for row in range(first + 1, last + 1)]
            places = [(place, ()), *((place, _place_in_text(m)) for m in _mentions(inner))]
            first, last = self._rows.move(first, last, places), last - first
            last += first
        last = self._rows.sync(first, last, self._block_of(entity.id))
        self._rows.changed(first, last)

    def _block_of(self, entity_id: str) -> list[tuple[SortKey, _Value]]:
        annotation = self._session.annotation or Annotation()
        unfolded = entity_id in self._unfolded
        mentions = annotation.mentions_of(entity_id) if unfolded else []
        return self._block(annotation.entities[entity_id], mentions)

    def _block(self, entity: Entity, mentions: list[Mention]) -> list[tuple[SortKey, _Value]]:
        place = self._place_of[entity.id]
        inner: list[tuple[SortKey, _Value]] = [((place, _place_in_text(m)), m) for m in mentions]
        return [((place, ()), entity), *inner]

    def _place(self, entity: Entity, starts: list[int]) -> SortKey:
        """Return what the entity is sorted by; `starts` are those of its mentions."""
        if self._sort == "name":
            return (entity.name.casefold(), entity.ordinal, entity.id)
        start = min(starts, default=_NOWHERE)
        if self._sort == "count":
            return (-len(starts), start, entity.ordinal, entity.id)
        return (start, entity.ordinal, entity.id)

    def _values(self) -> Iterator[_Value]:
        return (self._rows[row] for row in range(len(self._rows)))

    def _entity_row(self, entity_id: str) -> int:
        return self._rows.first_from((self._place_of[entity_id], ()))

    def _last_row(self, entity_id: str) -> int:
        if entity_id not in self._unfolded:
            return self._entity_row(entity_id)
        return self._rows.first_from((self._place_of[entity_id], (_NOWHERE,))) - 1

    def _shown(self, value: _Value) -> EntityRow | MentionRow:
        if isinstance(value, Entity):
            tone = self._session.quote_order.speaker_tone(value.id)
            return EntityRow(value, self._count[value.id], tone, value.id in self._unfolded)
        text = self._session.article.text if self._session.article is not None else ""
        before = text[max(0, value.start - _CONTEXT) : value.start]
        return MentionRow(value, before, text[value.end : value.end + 2 * _CONTEXT])

    def _spoken(self, value: _Value) -> str:
        if isinstance(value, Mention):
            shown = self._shown(value)
            assert isinstance(shown, MentionRow)
            return tr("mention {1}", one_line(shown.before + value.text + shown.after))
        label = self._session.scheme.label(value.label).title
        count = self._count[value.id]
        parts = [value.name, label, tr_count(count, "{1} mention", "{1} mentions")]
        if self._session.quote_order.speaker_tone(value.id) is not None:
            parts.append(tr("speaks"))
        if value.id in self._unfolded:
            parts.append(tr("unfolded"))
        return ", ".join(parts)


def _touched(item: object) -> tuple[str, ...]:
    """Return the ids of the entities whose rows a change of the item may affect."""
    if isinstance(item, Entity):
        return (item.id,)
    if isinstance(item, Mention):
        return (item.entity_id,)
    return item.speakers if isinstance(item, Quote) else ()


def _mentions(values: Iterable[_Value]) -> Iterator[Mention]:
    return (value for value in values if isinstance(value, Mention))


def _place_in_text(mention: Mention) -> SortKey:
    return (mention.start, mention.end, mention.ordinal, mention.id)
