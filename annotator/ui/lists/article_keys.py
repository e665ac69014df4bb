"""The keys of the articles in a list by row, read only as far as they are needed."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from annotator.store import ArticlePositions, StoreError

PAGE: Final = 200
"""Rows that are read at once."""


class ArticleKeys(Protocol):
    """Which article is in which row."""

    def __len__(self) -> int: ...

    def keys(self, first: int, last: int) -> Sequence[int]:
        """Return the keys in the rows from `first` to before `last`, as far as they can be read."""
        ...

    def row_of(self, key: int) -> int | None:
        """Return the row of an article, None if it is not among these."""
        ...

    def row_from(self, key: int) -> int | None:
        """Return the first row with this key or a later one; None if rows are not in that order."""
        ...


class AllKeys:
    """All articles of a project in some order, by the page; what was read is kept."""

    def __init__(self, positions: ArticlePositions, on_error: Callable[[StoreError], None]) -> None:
        self._positions = positions
        self._on_error = on_error
        self._pages: dict[int, list[int]] = {}
        self._rows: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._positions)

    def keys(self, first: int, last: int) -> Sequence[int]:
        last = min(last, len(self))
        if last - first > PAGE:
            return self._read(first, last - first)
        found: list[int] = []
        for number in range(first // PAGE, -(-last // PAGE)):
            found += self._page(number)
        start = first // PAGE * PAGE
        return found[first - start : last - start]

    def row_of(self, key: int) -> int | None:
        if key not in self._rows:
            place = self._place(key)
            if place is not None:
                self._page(place // PAGE)
        return self._rows.get(key)

    def row_from(self, key: int) -> int | None:
        try:
            return self._positions.count_before(key)
        except StoreError as error:
            self._on_error(error)
            return None

    def rows_of(self, keys: Sequence[int]) -> dict[int, int]:
        """Return the rows of those of the articles that are there."""
        try:
            return self._positions.positions(keys)
        except StoreError as error:
            self._on_error(error)
            return {}

    def _place(self, key: int) -> int | None:
        return self.rows_of((key,)).get(key)

    def _page(self, number: int) -> list[int]:
        if number not in self._pages:
            first = number * PAGE
            page = self._read(first, PAGE)
            if not page:  # perhaps it can be read later
                return page
            self._pages[number] = page
            self._rows.update((key, first + place) for place, key in enumerate(page))
        return self._pages[number]

    def _read(self, first: int, count: int) -> list[int]:
        try:
            return self._positions.keys(first, count)
        except StoreError as error:
            self._on_error(error)
            return []


class ListedKeys:
    """Some articles, which are known already."""

    def __init__(self, keys: Sequence[int], *, ascending: bool) -> None:
        self._keys = keys
        self._rows = None if ascending else {key: row for row, key in enumerate(keys)}

    def __len__(self) -> int:
        return len(self._keys)

    def keys(self, first: int, last: int) -> Sequence[int]:
        return self._keys[first:last]

    def row_of(self, key: int) -> int | None:
        if self._rows is not None:
            return self._rows.get(key)
        row = bisect_left(self._keys, key)
        return row if self._keys[row : row + 1] == [key] else None

    def row_from(self, key: int) -> int | None:
        return bisect_left(self._keys, key) if self._rows is None else None


class FirstKeys:
    """All articles, some of which come first: the others follow in their order."""

    def __init__(self, first: Sequence[int], others: AllKeys) -> None:
        rows = others.rows_of(first)
        self._first = ListedKeys([key for key in first if key in rows], ascending=False)
        self._others = others
        self._left_out = sorted(rows.values())
        # So many of the others come before each of those that were left out.
        self._before = [row - place for place, row in enumerate(self._left_out)]

    def __len__(self) -> int:
        return len(self._others)

    def keys(self, first: int, last: int) -> Sequence[int]:
        count = len(self._first)
        found = [*self._first.keys(first, min(last, count))]
        at, end = max(first - count, 0), min(last, len(self)) - count
        while at < end:
            place = bisect_right(self._before, at)
            until = min(end, self._before[place]) if place < len(self._before) else end
            found += self._others.keys(at + place, until + place)
            at = until
        return found

    def row_of(self, key: int) -> int | None:
        row = self._first.row_of(key)
        if row is not None:
            return row
        row = self._others.row_of(key)
        return None if row is None else row - bisect_left(self._left_out, row) + len(self._first)

    def row_from(self, key: int) -> int | None:
        return None
