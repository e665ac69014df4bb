"""The panel on the right: the quotes above, the entities below."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Entity, Mention, Quote
from annotator.store import Marker
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.entity_list import EntityList
from annotator.ui.lists.entity_model import ENTITY_SORTS
from annotator.ui.lists.quote_list import QuoteList
from annotator.ui.lists.quote_model import QUOTE_SORTS
from annotator.ui.lists.selection_synced_list import GUTTER, SelectionSyncedList
from annotator.ui.session import SelectedItem, Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.fixed_size_label import FixedSizeLabel
from annotator.ui.widgets.plain_text import PlainLabel, set_tool_tip

_NOTHING: Final[dict[Marker, str]] = {
    "flag": tr_later("Nothing here is flagged."),
    "note": tr_later("Nothing here has a note."),
}
_MARGIN = 16


class SidePanel(QWidget):
    """Both lists under their headings. `quotes` and `entities` are the lists themselves."""

    activated_place = Signal(object)
    """Emitted with a `SelectedItem` that was clicked in a list: the text is to show it."""
    page_wanted = Signal()
    """Emitted when a row was clicked: the text is to get the focus."""
    place_activated = Signal(int, int)
    """Emitted with its range in the text, in code points; of an entity its first mention."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        registry: ActionRegistry,
        put: Callable[[QWidget], None] | None = None,
    ) -> None:
        """Make the panel; `put` inserts it into the window before it has contents to style."""
        super().__init__()
        self.setObjectName("side")
        if put is not None:
            put(self)
        self.setAccessibleName(tr("Quotes and entities"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._registry = registry
        self.quotes = QuoteList(session, theme, registry)
        self.entities = EntityList(session, theme, registry)
        quotes, entities = self.quotes.quotes, self.entities.entities
        self._lay_out()
        self._quotes = ListSection((tr("Quotes"), tr("quotes")), self.quotes, self.splitter)
        self._quotes.offer_sorts(QUOTE_SORTS, quotes.sort_by)
        self._entities = ListSection(
            (tr("Entities"), tr("entities")),
            self.entities,
            self.splitter,
            inset=GUTTER,
        )
        self._entities.offer_sorts(ENTITY_SORTS, entities.sort_by)
        self.splitter.setSizes([460, 400])
        self.splitter.handle(1).setAccessibleName(tr("Move the border"))
        for view in (self.quotes, self.entities):
            view.activated_place.connect(self._activate)
            view.page_wanted.connect(self.page_wanted)
            view.filtered.connect(self._count)
        for section in (self._quotes, self._entities):
            section.offer_markers(self._has_marker)
        session.article_opened.connect(self._count)
        session.edit_applied.connect(self._count_after)
        registry.keys_changed.connect(self._show_keys)
        self.set_theme(theme)
        self._count()

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        for view in (self.quotes, self.entities):
            view.set_theme(theme)

    def _show_keys(self) -> None:
        """Show how to fill an empty list, with the keys that the actions have now."""
        quote, labels = self._registry.key_or_title("quote"), self._registry.label_keys()
        self._quotes.when_empty = tr("Select words and press {1} to make a quote.", quote)
        self._entities.when_empty = tr("Select a name and press {1} to mark it.", labels)
        self._count()

    def set_side_by_side(self, *, side_by_side: bool) -> None:
        """Lay the lists side by side, or one above the other."""
        orientation = Qt.Orientation.Horizontal if side_by_side else Qt.Orientation.Vertical
        self.splitter.setOrientation(orientation)

    def focus_quotes(self) -> None:
        """Focus the list of quotes."""
        self.quotes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_entities(self) -> None:
        """Focus the list of entities."""
        self.entities.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def choose_speaker(self, quote: Quote | None) -> None:
        """Select the quote and ask who speaks; with None, report that a quote is needed."""
        if self._select(_selected_item_of(quote), tr("Click the quote whose speaker to set.")):
            self.quotes.choose_speaker()

    def choose_type(self, quote: Quote | None) -> None:
        """Select the quote and open the menu of types; with None, report that a quote is needed."""
        if self._select(_selected_item_of(quote), tr("Click the quote whose type to set.")):
            self.quotes.choose_type()

    def rename_entity(self, entity: Entity | None) -> None:
        """Select the entity and edit its name in its row; with None, report that one is needed."""
        if self._select(_selected_item_of(entity), tr("Click the entity to rename.")):
            self.entities.rename()

    def merge_entity(self, entity: Entity | None) -> None:
        """Select the entity and ask what to merge it with; with None, report that one is needed.

        If several are selected in the list, those are merged without asking.
        """
        if self._select(_selected_item_of(entity), tr("Click the entity to merge.")):
            self.entities.merge_selected()

    def _select(self, selected: SelectedItem | None, otherwise: str) -> bool:
        if selected is None:
            self._session.status_message.emit(otherwise)
            return False
        self._session.select(selected)
        view = self.quotes if selected.kind == "quote" else self.entities
        view.follow(selected)
        return view.current_selected_item() == selected

    @Slot(object)
    def _activate(self, selected: SelectedItem) -> None:
        self.activated_place.emit(selected)
        annotation = self._session.annotation
        place = range_of(annotation, selected) if annotation is not None else None
        if place is not None:
            self.place_activated.emit(*place)

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(7)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 10, 0, 10)
        layout.addWidget(self.splitter)

    @Slot(object)
    def _count_after(self, edit: Edit) -> None:
        self._count()

    @Slot()
    def _count(self) -> None:
        opened = self._session.annotation is not None
        quotes, entities = self.quotes.quotes.rowCount(), self.entities.entities.entity_count()
        if self._quotes.marker is not None:
            quotes = len(self.quotes.shown_items())
        if self._entities.marker is not None:
            entities = sum(selected.kind == "entity" for selected in self.entities.shown_items())
        self._quotes.show_count(quotes, opened=opened)
        self._entities.show_count(entities, opened=opened)

    def _has_marker(self, selected: SelectedItem, marker: Marker) -> bool:
        """Return whether the item, or a mention of the entity, has a flag or a note."""
        annotation = self._session.annotation
        if annotation is None:
            return False
        items: list[Entity | Mention | Quote | None] = []
        if selected.kind == "quote":
            items.append(annotation.quotes.get(selected.id))
        elif selected.kind == "mention":
            items.append(annotation.mentions.get(selected.id))
        else:
            items += [annotation.entities.get(selected.id), *annotation.mentions_of(selected.id)]
        return any(
            bool(item.flags if marker == "flag" else item.note)
            for item in items
            if item is not None
        )


def range_of(annotation: Annotation, selected: SelectedItem) -> tuple[int, int] | None:
    """Return where `selected` is: a quote's first content part, an entity's first mention."""
    if selected.part is not None:
        return selected.part.start, selected.part.end
    if selected.kind == "quote":
        quote = annotation.quotes.get(selected.id)
        parts = (quote.parts("content") or quote.spans) if quote is not None else ()
        return (parts[0].start, parts[0].end) if parts else None
    mention = annotation.mentions.get(selected.id) if selected.kind == "mention" else None
    first = mention or next(iter(annotation.mentions_of(selected.id)), None)
    return (first.start, first.end) if first is not None else None


def _selected_item_of(item: Quote | Entity | None) -> SelectedItem | None:
    if item is None:
        return None
    return SelectedItem("quote" if isinstance(item, Quote) else "entity", item.id)


class ListSection(QWidget):
    """A list under its heading: title, count, sort menu; a message while it is empty."""

    def __init__(
        self,
        titles: tuple[str, str],
        view: SelectionSyncedList,
        parent: QSplitter,
        *,
        inset: int = 0,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("section")
        title, what = titles
        self._inset = inset
        self._view = view
        self.when_empty = ""
        """The message that is shown while the list is empty."""
        self._order = ""
        self.marker: Marker | None = None
        """Whether only flagged items or those with a note are listed; None lists all."""
        self._count = _label("count", tr("Number of {1}", what), self)
        self._empty = _label("empty", tr("{1}: none yet", title), self)
        self._empty.setWordWrap(True)
        self._more = _label("more", tr("{1} further below", title), self)
        self._more.setAccessibleName(tr("The list ends here"))
        self._below = FixedSizeLabel(self._more, self)
        self._sort = QToolButton(self)
        self._sort.setObjectName("sort")
        self._sort.setAccessibleName(tr("Sort {1}", what))
        set_tool_tip(self._sort, tr("Sort {1}", what))
        self._sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out(title)
        view.hidden_below.connect(self._show_more)

    def offer_sorts(self, orders: Sequence[str], sort_by: Callable[..., None]) -> None:
        """Fill the sort menu; the first order is the current one."""
        menu = QMenu(self._sort)
        group = QActionGroup(menu)
        for order in orders:
            action = QAction(tr("by &{1}", tr(order)), group)
            action.setCheckable(True)
            action.setChecked(order == orders[0])
            action.triggered.connect(lambda _=False, order=order: self._sorted(order, sort_by))
            menu.addAction(action)
        self._sort.setMenu(menu)
        self._order = orders[0]
        self._name_choice()

    def offer_markers(self, has_marker: Callable[[SelectedItem, Marker], bool]) -> None:
        """Add to the same menu the filters for flags and notes."""
        menu = self._sort.menu()
        menu.addSeparator()
        group = QActionGroup(menu)
        choices: tuple[tuple[str, Marker | None], ...] = (
            (tr("Show &all"), None),
            (tr("Only &flagged"), "flag"),
            (tr("Only with a n&ote"), "note"),
        )
        for text, marker in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setChecked(marker is None)
            action.triggered.connect(lambda _=False, r=marker: self._show_only(r, has_marker))
            menu.addAction(action)

    def show_count(self, count: int, *, opened: bool) -> None:
        """Show how many there are; if none in an open article, how to make one."""
        self._count.setText(str(count))
        self._empty.setText(tr(_NOTHING[self.marker]) if self.marker else self.when_empty)
        if not count and self._view.hasFocus():
            self._view.page_wanted.emit()  # otherwise Qt would choose what gets the focus
        self._view.setVisible(count > 0)
        self._empty.setVisible(count == 0 and opened)
        self._below.setVisible(count > 0)

    def _sorted(self, order: str, sort_by: Callable[..., None]) -> None:
        sort_by(order)
        self._order = order
        self._name_choice()

    def _show_only(
        self, marker: Marker | None, has_marker: Callable[[SelectedItem, Marker], bool]
    ) -> None:
        self.marker = marker
        self._name_choice()
        self._view.show_only(
            None if marker is None else lambda selected: has_marker(selected, marker)
        )

    def _name_choice(self) -> None:
        prefix = {"flag": tr("flagged, "), "note": tr("noted, ")}.get(self.marker or "", "")
        self._sort.setText(tr("{1}by {2} ▾", prefix, tr(self._order)))

    def _lay_out(self, title: str) -> None:
        heading = PlainLabel(title, self)
        heading.setObjectName("heading")
        heading.setBuddy(self._view)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, GUTTER - 6, 0)
        row.setSpacing(9)
        row.addWidget(heading)
        row.addWidget(FixedSizeLabel(self._count, self), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self._sort)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(6)
        layout.addLayout(row)
        empty = QHBoxLayout()
        empty.setContentsMargins(0, 0, GUTTER, 0)
        empty.addWidget(self._empty)
        layout.addLayout(empty)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, self._inset, 0)
        inner.addWidget(self._view)
        layout.addLayout(inner, 100)
        layout.addWidget(self._below)
        layout.addStretch(1)

    @Slot(int)
    def _show_more(self, rows: int) -> None:
        self._more.setText(tr("{1} more below", rows) if rows else "")
        self._more.setAccessibleName("" if rows else tr("The list ends here"))


def _label(name: str, about: str, parent: QWidget) -> QLabel:
    """Return a label with changing text; a screen reader reads it, and what it is about."""
    label = PlainLabel(parent=parent)
    label.setObjectName(name)
    label.setAccessibleDescription(about)
    return label
