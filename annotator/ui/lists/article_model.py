"""The model of the article list, which reads its rows page by page."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from annotator.core.edit import Edit
from annotator.core.models import Head, Status
from annotator.store import ArticleOrder, ArticleRow, Marker, Project, StoreError
from annotator.ui.i18n.translation import tr, tr_error, tr_later
from annotator.ui.lists.article_keys import PAGE, AllKeys, ArticleKeys, FirstKeys, ListedKeys
from annotator.ui.lists.row_drawing import one_line
from annotator.ui.session import Session

if TYPE_CHECKING:  # not needed for the first paint of the window
    from annotator.store import FilteredKeys

ARTICLE_ROLE: Final = Qt.ItemDataRole.UserRole
STATUS_LABELS: Final[dict[Status, str]] = {
    "todo": tr_later("To do"),
    "doing": tr_later("Doing"),
    "done": tr_later("Done"),
    "skipped": tr_later("Skipped"),
}
_PAGES: Final = 12
_PATIENCE_S: Final = 0.006
"""Seconds of finding rows between two looks at what else happens in the window."""
_FEW: Final = 20
"""Articles are looked up in the order one by one where a filter leaves fewer than a twentieth."""

_Index = QModelIndex | QPersistentModelIndex


class ArticleModel(QAbstractListModel):
    """Articles in some order, filtered by text and status.

    `ARTICLE_ROLE` gives the `ArticleRow` of an index, None if it cannot be read. The status
    of the current article follows the session's edits; everything else is updated by `reload`.
    Without a filter, only the rows in sight are read, whatever the size of the project. With one,
    the first rows are there at once, and the others come as they are found: `is_complete` says
    whether all have.
    """

    completed = Signal()
    """Emitted once the last rows of a filter have come after the first ones."""

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        *,
        order: ArticleOrder = "imported",
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._text = ""
        self._status: Status | None = None
        self._marker: Marker | None = None
        self._order = order
        self._uncertainty: dict[int, float] = {}
        self._keys: ArticleKeys = ListedKeys([], ascending=True)
        self._pages: dict[int, dict[int, ArticleRow]] = {}
        self._search: FilteredKeys | None = None
        self._found: list[int] = []
        """The articles that the filter has found, in the order of their import."""
        self._next_step = QTimer(self)
        self._next_step.setSingleShot(True)
        self._next_step.setInterval(0)
        self._next_step.timeout.connect(self._find_more)
        session.edit_applied.connect(self._follow)
        self.reload()

    @property
    def is_complete(self) -> bool:
        """Whether all rows are there; if not, more will be inserted at the end."""
        return self._search is None

    def show_only(self, text: str, status: Status | None, marker: Marker | None = None) -> None:
        """Show the articles that contain `text`, have `status` and flags or notes (any if None)."""
        if (text, status, marker) != (self._text, self._status, self._marker):
            self._text, self._status, self._marker = text, status, marker
            self.reload()

    @property
    def order(self) -> ArticleOrder:
        """What the articles are sorted by, among those of equal uncertainty."""
        return self._order

    def sort_by(self, order: ArticleOrder) -> None:
        """Show the articles in this order."""
        self._order = order
        self.reload()

    def put_first(self, doubts: dict[int, float]) -> None:
        """Show the articles of greatest uncertainty first, the others in their order."""
        self._uncertainty = doubts
        self.reload()

    def reload(self) -> None:
        """Read everything again."""
        self.beginResetModel()
        self._pages.clear()
        self._next_step.stop()
        self._search = None
        self._keys = self._read_keys()
        self.endResetModel()

    @Slot()
    def complete(self) -> None:
        """Find all that is missing, however long it takes."""
        self._find_more(patience=float("inf"))

    def find_first(self) -> None:
        """Find the first row, if there is any, however long it takes."""
        while not (self.is_complete or self.rowCount()):
            self._find_more()

    def _find_more(self, *, patience: float = _PATIENCE_S) -> None:
        """Find some more rows of the filter, and go on when other things were done."""
        if self._search is None:
            return
        self._next_step.stop()
        keys = self._found_keys(patience)
        if self._is_moved:
            self._found += keys
            if self.is_complete:
                self.beginResetModel()
                self._pages.clear()
                self._keys = self._in_order(self._found)
                self.endResetModel()
        elif keys:
            first = len(self._found)
            self._pages.pop(first // PAGE, None)  # it has more rows now
            self.beginInsertRows(QModelIndex(), first, first + len(keys) - 1)
            self._found += keys
            self.endInsertRows()
        if self.is_complete:
            self.completed.emit()

    def _found_keys(self, patience: float) -> list[int]:
        """Return the next keys that fit the filter; there will be more unless `is_complete`."""
        if self._search is None:
            return []
        try:
            # Only the time of this thread counts, however busy the computer is.
            page = self._search.page(None, patience, clock=time.thread_time)
        except StoreError as error:
            self._search = None
            self._session.error_occurred.emit(tr_error(error))
            return []
        if page.is_last:
            self._search = None
        else:
            self._next_step.start()
        return page.keys

    def _in_order(self, keys: list[int]) -> ArticleKeys:
        """Return these articles, as ascending keys, in the order of the list."""
        if not self._is_moved:
            return ListedKeys(keys, ascending=True)
        try:
            positions = self._session.project.article_positions(self._order)
        except StoreError as error:
            self._session.error_occurred.emit(tr_error(error))
            return ListedKeys([], ascending=True)
        everything = AllKeys(positions, self._report_quietly)
        return ListedKeys(self._sorted(keys, everything), ascending=False)

    @property
    def _is_moved(self) -> bool:
        return self._order != "imported" or bool(self._uncertainty)

    def _read_keys(self) -> ArticleKeys:
        if self._is_filtered:
            from annotator.store import ArticleFilter

            wanted = ArticleFilter(self._session.annotator, self._text, self._status, self._marker)
            self._search = self._session.ask(lambda project: project.filtered(wanted), None)
            self._found = self._found_keys(_PATIENCE_S)
            return self._in_order(self._found)
        try:
            everything = AllKeys(
                self._session.project.article_positions(self._order), self._report_quietly
            )
        except StoreError as error:
            self._session.error_occurred.emit(tr_error(error))
            return ListedKeys([], ascending=True)
        if self._uncertainty:
            # Those of equal uncertainty are in their order, as the others are.
            rows = everything.rows_of([*self._uncertainty])
            return FirstKeys(sorted(rows, key=lambda key: self._rank(key, rows[key])), everything)
        return everything

    @property
    def _is_filtered(self) -> bool:
        return bool(self._text.strip() or self._status or self._marker)

    def _sorted(self, keys: list[int], everything: AllKeys) -> list[int]:
        """Return the ascending keys in the order of the list."""
        if self._order == "imported" and not self._uncertainty:
            return keys
        if self._order == "imported":
            rows = {key: row for row, key in enumerate(keys)}
        elif len(keys) < len(everything) // _FEW:
            rows = everything.rows_of(keys)
        else:
            rows = {key: row for row, key in enumerate(everything.keys(0, len(everything)))}
        last = len(everything)
        return sorted(keys, key=lambda key: self._rank(key, rows.get(key, last)))

    def _rank(self, key: int, row: int) -> tuple[float, int]:
        """Return the sort key by uncertainty; articles without one come last."""
        return -self._uncertainty.get(key, -1.0), row

    def _report_quietly(self, error: StoreError) -> None:
        # Rows are read while painting, when no dialog may be shown.
        self._session.status_message.emit(tr_error(error))

    def key_at(self, row: int) -> int:
        """Return the key of the article in this row; 0, which no article has, if there is none."""
        return next(iter(self._keys.keys(row, row + 1)), 0)

    def keys_in(self, first: int, last: int) -> Sequence[int]:
        """Return the keys of the articles from the row `first` to the row `last`."""
        return self._keys.keys(first, last + 1)

    def row_of(self, key: int | None) -> int | None:
        """Return the row of the article, None if it is not shown."""
        return None if key is None else self._keys.row_of(key)

    def neighbour(self, step: int, *, only_open: bool = False) -> int | None:
        """Return the key of the article after (`step` 1) or before (-1) the current one.

        None at the end of the list. With `only_open`, articles that are done or skipped are
        left out, and the search continues at the other end: None means that none is open.
        """
        self.complete()
        here, name = self._session.article_key, self._session.annotator
        beyond, around = self._rows_ahead(step)
        if not only_open:
            return self.key_at(beyond[0]) or None if beyond else None
        if not self._is_moved and not self._text and self._marker is None:
            return self._session.ask(lambda found: found.next_open_article(name, here, step), None)
        if self._status is None or self._is_moved:
            return self._first_open(chain(self._keys_by_page(beyond), self._keys_by_page(around)))
        # The filter hides what is open.
        keys = sorted(key for status in ("todo", "doing") for key in self._find_keys(status))
        keys = [key for key in keys if key != here]
        return _key_beside(keys, here, step) or _key_beside(keys, None, step)

    def _rows_ahead(self, step: int) -> tuple[range, range]:
        """Return the rows from the current article to the end of the list, and the others."""
        here, count = self._session.article_key, self.rowCount()
        row = self.row_of(here)
        if row is not None:
            before, after = row - 1, row + 1
        elif here is None or (beside := self._keys.row_from(here)) is None:
            before, after = count - 1, 0
        else:  # the filter hides it
            before, after = beside - 1, beside
        if step > 0:
            return range(after, count), range(after)
        return range(before, -1, -1), range(count - 1, before, -1)

    def _keys_by_page(self, rows: range) -> Iterator[int]:
        """Yield the keys in these rows, which are read as they are asked for."""
        while rows:
            page, rows = rows[:PAGE], rows[PAGE:]
            keys = self._keys.keys(min(page), max(page) + 1)
            yield from keys if page.step > 0 else reversed(keys)

    def _first_open(self, keys: Iterable[int]) -> int | None:
        """Return the first of the keys that is open and not the current one, read by the page."""
        here, name = self._session.article_key, self._session.annotator
        left = (key for key in keys if key != here)
        while page := [*islice(left, PAGE)]:
            ask = partial(Project.open_among, keys=page, annotator=name)
            found = self._session.ask(ask, set[int]())
            if found:
                return next(key for key in page if key in found)
        return None

    def reload_without(self, gone: Collection[int]) -> int | None:
        """Read everything again after articles were removed; return the key to go on with.

        It is the next one in the list after the first that was removed, else the last one, else
        the nearest that the filter hides; None if the project has no article.
        """
        removed = [row for row in map(self.row_of, gone) if row is not None]
        self.reload()
        if count := self.rowCount():
            return self.key_at(min(min(removed, default=count), count - 1)) or None
        nearest = min(gone, default=0)
        return self._session.ask(lambda project: project.nearest_article(nearest), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._keys):
            return None
        row = self._row(index.row())
        if row is None or role == ARTICLE_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            markers = (tr("flagged") if row.flagged else "", tr("with a note") if row.noted else "")
            words = (
                title_of(row),
                row.source,
                row.published,
                tr(STATUS_LABELS[row.status]),
                *markers,
            )
            return ", ".join(word for word in words if word)
        return None

    def changed(self, key: int | None) -> None:
        """Notify the view that the row of this article has changed, if it is shown."""
        row = self.row_of(key)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    @Slot(object)
    def _follow(self, edit: Edit) -> None:
        heads = [change.after for change in edit.changes if isinstance(change.after, Head)]
        key = self._session.article_key
        row = self.row_of(key)
        if not heads or key is None or row is None:
            return
        page = self._pages.get(row // PAGE, {})
        if key in page:
            head = heads[-1]
            page[key] = replace(
                page[key],
                status=head.status,
                flagged=bool(head.flags),
                noted=bool(head.notes),
            )
        self.changed(key)

    def _row(self, row: int) -> ArticleRow | None:
        number = row // PAGE
        if number not in self._pages:
            if len(self._pages) >= _PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[number] = self._read(self._keys.keys(number * PAGE, (number + 1) * PAGE))
        return self._pages[number].get(self.key_at(row))

    def _read(self, keys: Sequence[int]) -> dict[int, ArticleRow]:
        try:
            rows = self._session.project.article_rows(keys, self._session.annotator)
        except StoreError as error:
            self._report_quietly(error)
            return {}
        return {row.key: row for row in rows}

    def _find_keys(self, status: Status | None) -> list[int]:
        """Return the keys that fit the filter with this status, ascending."""
        try:
            return self._session.project.article_keys(
                annotator=self._session.annotator,
                text=self._text,
                status=status,
                marker=self._marker,
            )
        except StoreError as error:
            self._session.error_occurred.emit(tr_error(error))
            return []


def title_of(row: ArticleRow) -> str:
    """Return the title in one line, or the id of an article without one."""
    return one_line(row.title) or row.id


def _key_beside(keys: list[int], here: int | None, step: int) -> int | None:
    """Return the key next to `here`, which need not be among the ascending `keys` itself."""
    if here is None:
        place = 0 if step > 0 else len(keys) - 1
    else:
        place = bisect_right(keys, here) if step > 0 else bisect_left(keys, here) - 1
    return keys[place] if 0 <= place < len(keys) else None
