"""The actions that mark with any label of the scheme, chosen by typing."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QAction

from annotator.ui.article.view import ArticleView
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme

MOST_IN_MENU: Final = 6
"""More labels than this would push the other actions off a small screen."""
MOST_IN_SUBMENU: Final = 20
"""How many more labels fit on a small screen; others are found by typing."""


class LabelActions:
    """One method for each action id; see the table in `actions`."""

    def __init__(
        self,
        session: Session,
        view: ArticleView,
        look: Callable[[], Theme],
        labels: Callable[[], Mapping[str, QAction]],
        everywhere: Callable[[], Mapping[str, QAction]],
    ) -> None:
        self._session = session
        self._view = view
        self._look = look
        self._labels = labels
        self._everywhere = everywhere

    def mark_as(self) -> None:
        """Ask for a label, and do what its shortcut does."""
        self._ask(self._labels())

    def mark_as_everywhere(self) -> None:
        """Ask for a label, and mark every occurrence with it."""
        self._ask(self._everywhere())

    def _ask(self, actions: Mapping[str, QAction]) -> None:
        from annotator.ui.lists.label_picker import LabelPicker

        entity = self._session.picked_entity()

        def choose(label: str) -> None:
            self._view.setFocus()
            actions[label].trigger()

        picker = LabelPicker(self._session.scheme, self._look(), choose, self._view)
        picker.open_at(self._place(), entity.label if entity is not None else "")

    def _place(self) -> QRect:
        """Return where the selection or the caret is, on the screen."""
        span = self._view.selection()
        cursor = self._view.textCursor()
        cursor.setPosition(self._view.to_units(span[0] if span else self._view.caret()))
        rect = self._view.cursorRect(cursor)
        corner: QPoint = self._view.viewport().mapToGlobal(rect.topLeft())
        return QRect(corner, QSize(1, rect.height()))
