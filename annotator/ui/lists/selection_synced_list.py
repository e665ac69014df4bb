"""The base of the quote and entity lists: selection, gutter, theme, and entries of menus."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QStyledItemDelegate, QWidget

from annotator.ui.actions.action import Condition
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.row_list import RowList
from annotator.ui.session import SelectedItem, Session
from annotator.ui.theme.theme import Theme

_Index = QModelIndex | QPersistentModelIndex

GUTTER: Final = 10
"""The width of a scroll bar, kept free while there is none."""


class ItemModel(Protocol):
    """What a list needs of its model besides Qt's interface."""

    def item_at(self, row: int) -> SelectedItem: ...
    def row_of(self, selected: SelectedItem | None) -> int | None: ...


class GutterList(RowList):
    """A list whose rows keep their width when the scroll bar appears or disappears."""

    def __init__(self, parent: QWidget | None = None, *, gutter: int = GUTTER) -> None:
        super().__init__(parent)
        self._gutter = gutter
        self.setMouseTracking(True)
        self.verticalScrollBar().setAccessibleName(tr("Scroll the list"))
        self.verticalScrollBar().rangeChanged.connect(self._keep_gutter)
        self._keep_gutter()

    @Slot()
    def _keep_gutter(self) -> None:
        needed = self.verticalScrollBar().maximum() > 0
        self.setViewportMargins(0, 0, 0 if needed else self._gutter, 0)


class SelectionSyncedList(GutterList):
    """A list that keeps its selected row and the session's selection in sync.

    Its keys are the actions that subclasses add to the registry, in a scope of their own.
    """

    activated_place = Signal(object)
    """Emitted with a `SelectedItem` that was clicked or activated: the text is to show it."""
    page_wanted = Signal()
    """Emitted on a plain click: the user continues in the text, which is to get the focus."""
    filtered = Signal()
    """Emitted when other rows are shown, because of another filter or other items."""
    hidden_below = Signal(int)
    """Emitted with the number of rows below the visible part."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        registry: ActionRegistry,
        parent: QWidget | None = None,
        *,
        gutter: int = GUTTER,
    ) -> None:
        super().__init__(parent, gutter=gutter)
        self._session = session
        self._registry = registry
        self._theme = theme
        self._following = False
        self._fits: Callable[[SelectedItem], bool] | None = None
        self.verticalScrollBar().rangeChanged.connect(self._count_below)
        self.verticalScrollBar().valueChanged.connect(self._count_below)
        session.selected_item_changed.connect(self.follow)

    def show_rows(self, model: QAbstractListModel, delegate: QStyledItemDelegate) -> None:
        """Set model and delegate, once."""
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.selectionModel().selectionChanged.connect(self._select)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.dataChanged):
            changed.connect(self._filter_again)

    def show_only(self, fits: Callable[[SelectedItem], bool] | None) -> None:
        """Hide the rows that do not fit; None shows all again."""
        self._fits = fits
        self._hide_rows()

    def shown_items(self) -> list[SelectedItem]:
        """Return the items of the rows that are not hidden."""
        rows = range(self.model().rowCount())
        return [self._row_model().item_at(row) for row in rows if not self.isRowHidden(row)]

    def shown_rows(self) -> int:
        """Return how many rows are not hidden; while all are shown, none is checked."""
        count: int = self.model().rowCount()
        if self._fits is None:
            return count
        return sum(not self.isRowHidden(row) for row in range(count))

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._theme = theme
        self.viewport().update()

    @Slot(object)
    def follow(self, selected: SelectedItem | None) -> None:
        """Show the row of `selected` as selected; leave focus and session as they are."""
        row = self._row_model().row_of(selected)
        with self._quietly():
            if row is None:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            elif row != self.currentIndex().row() or not self._is_selected(row):
                self.setCurrentIndex(self.model().index(row, 0))
                self.scrollTo(self.model().index(row, 0))

    @Slot()
    def _filter_again(self) -> None:
        if self._fits is not None:
            self._hide_rows()

    def _hide_rows(self) -> None:
        fits, item_at = self._fits, self._row_model().item_at
        for row in range(self.model().rowCount()):
            self.setRowHidden(row, fits is not None and not fits(item_at(row)))
        self.filtered.emit()

    def current_selected_item(self) -> SelectedItem | None:
        """Return the item of the current row, if any."""
        row = self.currentIndex().row()
        return self._row_model().item_at(row) if 0 <= row < self.model().rowCount() else None

    def show_in_text(self) -> None:
        """Request that the text shows the item of the current row."""
        selected = self.current_selected_item()
        if selected is not None:
            self._session.select(selected)
            self.activated_place.emit(selected)

    def go_to(self, row: int) -> None:
        """Make the first shown row from `row` on, or else the last one, current and selected."""
        shown = [n for n in range(self.model().rowCount()) if not self.isRowHidden(n)]
        if shown:
            best = next((n for n in shown if n >= row), shown[-1])
            self.setCurrentIndex(self.model().index(best, 0))

    def menu(self) -> QMenu:
        """Return the context menu of the current row; empty if there is none."""
        return QMenu(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() == Qt.MouseButton.LeftButton and plain and index.isValid():
            self.page_wanted.emit()
            self._clicked(index, event.position().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if mouse else self.currentIndex()
        if not index.isValid():
            return
        if not self._is_selected(index.row()):
            self.setCurrentIndex(index)
        self._pop_up(self.menu(), event.pos() if mouse else self.visualRect(index).center())

    def _clicked(self, index: QModelIndex, pos: QPoint) -> None:
        """Handle a plain click; `pos` is in the viewport."""
        self.show_in_text()

    def _pop_up(self, menu: QMenu, pos: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(pos))

    def _offer(self, menu: QMenu, text: str, id_: str, *, enabled: bool = True) -> None:
        """Add an entry to a context menu that does what this action does, with its key."""
        action = QAction(text, menu)
        # Only shown: the list itself takes its keys, and a second shortcut would be ambiguous.
        action.setShortcut(self._registry[id_].shortcut())
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _checked: self._registry.invoke(id_))
        menu.addAction(action)

    def _row_chosen(self) -> Condition:
        """Return the condition that the list has a current row."""
        return Condition(
            lambda: self.currentIndex().isValid(), tr("Choose a row of the list first.")
        )

    def _below(self, rect: QRect) -> QPoint:
        return QPoint(rect.left(), rect.bottom() + 3)

    def _row_model(self) -> ItemModel:
        return self.model()  # type: ignore[return-value]  # show_rows gets such models only

    def _is_selected(self, row: int) -> bool:
        return self.selectionModel().isSelected(self.model().index(row, 0))

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        before, self._following = self._following, True
        try:
            yield
        finally:
            self._following = before

    @Slot(QItemSelection, QItemSelection)
    def _select(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        current = self.currentIndex()
        if self._following or not current.isValid() or not self._is_selected(current.row()):
            return
        self._session.select(self.current_selected_item())

    @Slot()
    def _count_below(self) -> None:
        height = self.sizeHintForRow(0) if self.model() is not None else 0
        left = self.verticalScrollBar().maximum() - self.verticalScrollBar().value()
        self.hidden_below.emit(left // height if height > 0 else 0)
