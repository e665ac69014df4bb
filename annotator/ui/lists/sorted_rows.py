"""Sorted rows of a list model, which notify Qt of each change exactly."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex

V = TypeVar("V")
SortKey = tuple[Any, ...]
"""What rows are sorted by; ends in an id, so that no two rows have the same place."""


def runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of adjacent rows in an ascending sequence, as first and last row of each."""
    for _, group in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        block = [row for _, row in group]
        yield block[0], block[-1]


class SortedRows(Generic[V]):
    """Values sorted by their places, found in O(log n)."""

    def __init__(self, model: QAbstractListModel) -> None:
        self._model = model
        self._places: list[SortKey] = []
        self._values: list[V] = []

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, row: int) -> V:
        return self._values[row]

    def fill(self, pairs: Iterable[tuple[SortKey, V]]) -> None:
        """Replace everything; the caller notifies Qt of the reset."""
        ordered = sorted(pairs, key=lambda pair: pair[0])
        self._places = [place for place, _ in ordered]
        self._values = [value for _, value in ordered]

    def first_from(self, place: SortKey) -> int:
        """Return the row of `place`, or of the first one after it."""
        return bisect_left(self._places, place)

    def insert(self, pairs: Sequence[tuple[SortKey, V]]) -> None:
        """Insert rows that are adjacent in the order."""
        if not pairs:
            return
        row = self.first_from(pairs[0][0])
        self._model.beginInsertRows(QModelIndex(), row, row + len(pairs) - 1)
        self._places[row:row] = [place for place, _ in pairs]
        self._values[row:row] = [value for _, value in pairs]
        self._model.endInsertRows()

    def remove(self, first: int, last: int) -> None:
        """Remove the rows `first` to `last`."""
        if last < first:
            return
        self._model.beginRemoveRows(QModelIndex(), first, last)
        del self._places[first : last + 1]
        del self._values[first : last + 1]
        self._model.endRemoveRows()

    def move(self, first: int, last: int, places: Sequence[SortKey]) -> int:
        """Give the rows `first` to `last` new, adjacent places; return their new first row."""
        size = last - first + 1
        target = self.first_from(places[0])
        if first <= target <= last + 1:
            self._places[first : last + 1] = places
            return first
        self._model.beginMoveRows(QModelIndex(), first, last, QModelIndex(), target)
        values = self._values[first : last + 1]
        del self._places[first : last + 1]
        del self._values[first : last + 1]
        row = target if target < first else target - size
        self._places[row:row] = places
        self._values[row:row] = values
        self._model.endMoveRows()
        return row

    def set(self, row: int, value: V) -> None:
        """Replace the value of a row; the caller notifies Qt with `changed`."""
        self._values[row] = value

    def changed(self, first: int, last: int) -> None:
        """Notify Qt that the rows `first` to `last` have changed."""
        if first <= last:
            self._model.dataChanged.emit(self._model.index(first), self._model.index(last))

    def sync(self, first: int, last: int, pairs: Sequence[tuple[SortKey, V]]) -> int:
        """Turn the rows `first` to `last` into `pairs` in the fewest steps; return the last row."""
        wanted = {place for place, _ in pairs}
        removed = [row for row in range(first, last + 1) if self._places[row] not in wanted]
        for start, end in reversed(list(runs(removed))):
            self.remove(start, end)
        remaining = set(self._places[first : last + 1 - len(removed)])
        added = [row for row, (place, _) in enumerate(pairs) if place not in remaining]
        for start, end in runs(added):
            self.insert(pairs[start : end + 1])
        for row, (_, value) in enumerate(pairs, first):
            self._values[row] = value
        return first + len(pairs) - 1

    def resort(self, pairs: Iterable[tuple[SortKey, V]]) -> None:
        """Put the same values in another order; selection and current row move with them."""
        old = list(self._values)
        self._model.layoutAboutToBeChanged.emit()
        before = self._model.persistentIndexList()
        self.fill(pairs)
        row_of = {id(value): row for row, value in enumerate(self._values)}
        after = [self._model.index(row_of[id(old[index.row()])]) for index in before]
        self._model.changePersistentIndexList(before, after)
        self._model.layoutChanged.emit()
