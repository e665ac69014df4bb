"""The actions that undo and redo, with the titles of what they would do now."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from annotator.ui.actions.action import Action, Condition, Menu
from annotator.ui.actions.conditions import writable
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_message
from annotator.ui.session import Session
from annotator.ui.trash.actions import TrashActions
from annotator.ui.widgets.plain_text import escape_mnemonic


class UndoActions:
    """Undo and redo. What was moved to the trash last is undone before the edits of the article."""

    def __init__(self, session: Session, trash: TrashActions, registry: ActionRegistry) -> None:
        self._session = session
        self._trash = trash
        self._registry = registry
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return undo and redo."""
        keys = QKeySequence.StandardKey
        able = writable(self._session)
        can_undo = Condition(self._can_undo, tr("Nothing to undo."))
        can_redo = Condition(self._session.can_redo, tr("Nothing to redo."))
        return [
            Action("undo", tr("&Undo"), self.undo, Menu.EDIT, (keys.Undo,), (able, can_undo)),
            Action(
                "redo",
                tr("&Redo"),
                self._session.redo,
                Menu.EDIT,
                (keys.Redo, "Ctrl+Y"),
                (able, can_redo),
            ),
        ]

    def name_in(self, menu: QMenu) -> None:
        """Name what would be undone and redone whenever this menu opens."""
        menu.aboutToShow.connect(self._name)

    def undo(self) -> None:
        """Bring back what was moved to the trash last, or else take back the last edit."""
        if not self._trash.take_back():
            self._session.undo()

    def _can_undo(self) -> bool:
        return self._trash.next_undo_title() is not None or self._session.can_undo()

    def _name(self) -> None:
        undo, redo = (title and tr_message(title) for title in self._session.next_titles())
        undo = self._trash.next_undo_title() or undo
        for id_, word, title in (("undo", tr("&Undo"), undo), ("redo", tr("&Redo"), redo)):
            self._registry.set_title(id_, f"{word}: {escape_mnemonic(title)}" if title else word)
