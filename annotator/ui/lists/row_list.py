"""A list view whose cost depends on the visible rows, however many its model has."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Slot,
)
from PySide6.QtGui import QHoverEvent, QPainter, QPaintEvent, QPalette, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

_Index = QModelIndex | QPersistentModelIndex
_Hint = QAbstractItemView.ScrollHint
_Step = QAbstractItemView.CursorAction
_STEPS = {_Step.MoveDown: 1, _Step.MoveNext: 1, _Step.MoveUp: -1, _Step.MovePrevious: -1}


class RowList(QListView):
    """Rows of one height, one below the other, as wide as the list.

    QListView asks the model for each of its rows whenever one is added or removed, which takes
    13 ms with 5,000 rows. Here places follow from the height of the first row; only while rows are
    hidden is there a list of the remaining ones. Selection, editing, dragging and accessibility are
    Qt's own.

    Rows that come or go move the pixels of those below them, so that only rows that changed are
    painted; for that the viewport paints its whole background itself.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pitch = 0
        self._filtered = False
        self._shown: list[int] | None = None
        self._hovered = QPersistentModelIndex()
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_StaticContents)

    # Rows and their places

    def setRowHidden(self, row: int, hide: bool) -> None:
        self._filtered = self._filtered or hide
        super().setRowHidden(row, hide)

    def _count(self) -> int:
        """Return how many rows are shown."""
        if self._shown is not None:
            return len(self._shown)
        return self._row_count()

    def _row_count(self) -> int:
        model = cast("QAbstractItemModel | None", self.model())
        return model.rowCount() if model is not None else 0

    def _row(self, place: int) -> int:
        return place if self._shown is None else self._shown[place]

    def _place(self, row: int) -> int | None:
        """Return the place of a row among those that are shown; None if it is hidden."""
        if self._shown is None:
            return row
        place = bisect_left(self._shown, row)
        return place if self._shown[place : place + 1] == [row] else None

    def _index(self, place: int) -> QModelIndex:
        return self.model().index(self._row(place), 0)

    def _place_at(self, y: int) -> int:
        """Return the place at this height of the viewport, perhaps before or after all rows."""
        return (y + self.verticalOffset()) // max(1, self._pitch)

    def _places_in(self, rect: QRect) -> range:
        """Return the places that a part of the viewport shows."""
        last = min(self._place_at(rect.bottom()), self._count() - 1)
        return range(max(0, self._place_at(rect.top())), last + 1)

    def _rect_of(self, first: int, last: int) -> QRect:
        """Return the rectangle of the places `first` to `last` in the viewport."""
        top = first * self._pitch - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), (last - first + 1) * self._pitch)

    # Qt's view interface

    def doItemsLayout(self) -> None:
        rows = self._row_count()
        if self._filtered:
            shown = [row for row in range(rows) if not self.isRowHidden(row)]
            self._filtered = len(shown) < rows
            self._shown = shown if self._filtered else None
        self._pitch = self.sizeHintForRow(0) if rows else 0
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(self._pitch)
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._count() * self._pitch - height))
        QAbstractItemView.updateGeometries(self)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRect(self, index: _Index) -> QRect:
        self.executeDelayedItemsLayout()
        place = self._place(index.row()) if index.isValid() else None
        return QRect() if place is None else self._rect_of(place, place)

    def indexAt(self, point: QPoint) -> QModelIndex:
        self.executeDelayedItemsLayout()
        place = self._place_at(point.y())
        return self._index(place) if 0 <= place < self._count() else QModelIndex()

    def scrollTo(self, index: _Index, hint: _Hint = _Hint.EnsureVisible) -> None:
        rect, height = self.visualRect(index), self.viewport().height()
        if not rect.isValid():
            return
        bar = self.verticalScrollBar()
        above, below = rect.top() < 0, rect.bottom() >= height
        to_see = hint == _Hint.EnsureVisible
        if hint == _Hint.PositionAtTop or (to_see and above):
            bar.setValue(bar.value() + rect.top())
        elif hint == _Hint.PositionAtBottom or (to_see and below):
            bar.setValue(bar.value() + min(rect.top(), rect.bottom() - height + 1))
        elif hint == _Hint.PositionAtCenter:
            bar.setValue(bar.value() + rect.top() - (height - rect.height()) // 2)

    def moveCursor(self, action: _Step, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        self.executeDelayedItemsLayout()
        count, current = self._count(), self.currentIndex()
        if not count:
            return QModelIndex()
        here = self._place(current.row()) if current.isValid() else None
        page = max(1, self.viewport().height() // max(1, self._pitch) - 1)
        steps = {
            **_STEPS,
            _Step.MovePageDown: page,
            _Step.MovePageUp: -page,
            _Step.MoveHome: -count,
            _Step.MoveEnd: count,
        }
        place = 0 if here is None else here + steps.get(action, 0)
        return self._index(min(max(place, 0), count - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select from the row at one corner to that at the other; none if a corner is on no row."""
        first, last = sorted(self._place_at(y) for y in (rect.top(), rect.bottom()))
        found = QItemSelection()
        if first >= 0 and last < self._count():
            step = last - first + 1 if self._shown is None else 1  # hidden rows are in between
            for place in range(first, last + 1, step):
                found.select(self._index(place), self._index(place + step - 1))
        self.selectionModel().select(found, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        if self._shown is None:
            for part in selection.toList():
                region += self._rect_of(part.top(), part.bottom()) & self.viewport().rect()
            return region
        for place in self._places_in(self.viewport().rect()):
            if selection.contains(self._index(place)):
                region += self._rect_of(place, place)
        return region

    # Size, and rows that come, go or change

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.viewport().update()
            return
        # In another height, each row is as it was, but for the one that the lower edge cuts.
        for height in (event.oldSize().height(), event.size().height()):
            self._update_row_at(height - 1)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        before = cast("QAbstractItemModel | None", self.model())
        if before is not None:
            before.rowsRemoved.disconnect(self._close_gap)
        super().setModel(model)
        if model is not None:
            model.rowsRemoved.connect(self._close_gap)

    def rowsInserted(self, parent: _Index, first: int, last: int) -> None:
        if not self._moves_pixels():
            super().rowsInserted(parent, first, last)
            return
        # QListView would lay out all rows again.
        QAbstractItemView.rowsInserted(self, parent, first, last)
        self.updateGeometries()
        self._shift(first, last - first + 1)

    def rowsAboutToBeRemoved(self, parent: _Index, first: int, last: int) -> None:
        if not self._moves_pixels():
            super().rowsAboutToBeRemoved(parent, first, last)
            return
        # QListView would lay out all rows again.
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, first, last)

    def dataChanged(self, first: _Index, last: _Index, roles: Sequence[int] = ()) -> None:
        if first == last or not first.isValid() or self._shown is not None:
            # QListView would lay out all rows again, although they all keep their height.
            QAbstractItemView.dataChanged(self, first, last, roles)
            return
        # QAbstractItemView would ask where each of the rows is.
        self.viewport().update(self._rect_of(first.row(), last.row()) & self.viewport().rect())

    @Slot(QModelIndex, int, int)
    def _close_gap(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Move the rows below removed ones up."""
        if self._moves_pixels():
            self.updateGeometries()
            self._shift(first, first - last - 1)

    def _moves_pixels(self) -> bool:
        """Return whether rows that come or go just move those below them."""
        editing = self.state() == QAbstractItemView.State.EditingState
        return self._pitch > 0 and not self._filtered and self.isVisible() and not editing

    def _shift(self, first: int, count: int) -> None:
        """Move the pixels of the rows from the place `first` on down by `count` rows, or up."""
        viewport = self.viewport()
        below = self._rect_of(first, max(first, self._count())) & viewport.rect()
        below.setBottom(viewport.rect().bottom())
        if below.isValid():
            viewport.scroll(0, count * self._pitch, below)
            self._update_cut_rows(count * self._pitch)

    def _update_cut_rows(self, by: int) -> None:
        """Paint the rows anew that the edges of the viewport cut, or did before they moved.

        They have moved down `by` pixels. Where a curve is cut, Qt paints its edge differently.
        """
        area = self.viewport().rect()
        for y in (area.top(), area.bottom(), area.top() + by, area.bottom() + by):
            self._update_row_at(y)

    def _update_row_at(self, y: int) -> None:
        place = self._place_at(y)
        if 0 <= place < self._count():
            self.viewport().update(self._rect_of(place, place))

    # Painting

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scroll the contents, with open editors, and paint what becomes visible.

        QListView would do nothing: it scrolls by row positions that it has not calculated here.
        """
        self.viewport().scroll(dx, dy)
        self._update_cut_rows(dy)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            left = event.type() == QEvent.Type.HoverLeave
            place = QModelIndex() if left else self.indexAt(event.position().toPoint())
            self._hovered = QPersistentModelIndex(place)
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.executeDelayedItemsLayout()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        palette = option.palette
        palette.setCurrentColorGroup(QPalette.ColorGroup.Normal)  # in an inactive window as well
        option.palette = palette
        usual = option.state
        focus = self.hasFocus() or self.viewport().hasFocus()
        painter = QPainter(self.viewport())
        try:
            viewport = self.viewport()
            painter.fillRect(event.rect(), viewport.palette().brush(viewport.backgroundRole()))
            for place in self._places_in(event.rect()):
                option.rect = self._rect_of(place, place)
                if not event.region().intersects(option.rect):
                    continue  # it is between two rows that are to be painted
                index = self._index(place)
                option.state = usual | self._state(index, focus=focus)
                self._paint_row(painter, option, index)
        finally:
            painter.end()

    def _state(self, index: QModelIndex, *, focus: bool) -> QStyle.StateFlag:
        state = QStyle.StateFlag.State_None
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        if focus and index == self.currentIndex():
            state |= QStyle.StateFlag.State_HasFocus
        if index == self._hovered:
            state |= QStyle.StateFlag.State_MouseOver
        return state

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Paint around the editor of the row, if it has one, as it may be transparent in parts."""
        editor = self.indexWidget(index)
        if editor is not None:
            painter.setClipRegion(QRegion(option.rect).subtracted(QRegion(editor.geometry())))
        self.itemDelegate().paint(painter, option, index)
        painter.setClipping(False)
