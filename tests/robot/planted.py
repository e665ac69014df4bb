"""Faults that the robot must find, to be planted into a window: each is or was easily made."""

from collections.abc import Callable, Iterable
from typing import Final

from annotator.store import Project
from annotator.ui.article.minimap import Minimap
from annotator.ui.article.span_view import SpanView
from annotator.ui.lists.row_list import RowList


def _rows() -> None:
    """A list moves its scroll bar and nothing else."""
    RowList.scrollContentsBy = lambda self, dx, dy: None  # type: ignore[method-assign]


def _map() -> None:
    """The map does not follow the page."""
    Minimap._follow_scroll = lambda self: None  # type: ignore[method-assign]


def _pick() -> None:
    """What is picked in the text is not painted."""
    SpanView._update_keys = lambda self, keys: None  # type: ignore[method-assign]


def _saving() -> None:
    """Every edit is called saved, and none is."""
    Project.apply = lambda self, key, annotator, edit: None  # type: ignore[method-assign]


_FAULTS: Final[dict[str, Callable[[], None]]] = {
    "rows": _rows,
    "map": _map,
    "pick": _pick,
    "saving": _saving,
}


def plant(names: Iterable[str]) -> None:
    """Let this process have these faults from now on."""
    for name in names:
        _FAULTS[name]()
