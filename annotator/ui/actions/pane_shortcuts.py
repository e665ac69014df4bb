"""The shortcuts of the pane with the focus: the status bar shows them, and no others delete."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from annotator.ui.actions.fixed_shortcuts import HINTS
from annotator.ui.i18n.translation import tr
from annotator.ui.session import Session
from annotator.ui.status_bar import StatusBar

_DELETING: Final = ("quotes", "entities")
"""The lists in which Del deletes the selected rows."""


class PaneShortcuts(QObject):
    """Follows the focus: the status bar shows the keys of the pane that has it.

    What is selected in the text is deleted from the page, and by Del from the lists. In other
    panes these keys delete nothing, as the user does not think of the text there.
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        page: QWidget,
        footer: StatusBar,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._page = page
        self._footer = footer
        self._actions = actions
        window.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def show_keys(self) -> None:
        """Show the keys that the actions have now."""
        self._follow(None, QApplication.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # It reaches the window if no widget on the way uses the key.
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if not self._would_delete(event):
            return False
        self._session.said.emit(tr("This key deletes nothing here: click the text first."))
        event.accept()
        return True

    def _would_delete(self, event: QKeyEvent) -> bool:
        """Return whether the key would delete what is selected in the text, from another pane."""
        focus, pressed = QApplication.focusWidget(), QKeySequence(event.keyCombination())
        if focus is None or focus is self._page:
            return False
        if pressed not in self._actions["delete"].shortcuts():
            return False
        in_list = focus.objectName() in _DELETING
        return not in_list or pressed == QKeySequence(Qt.Key.Key_Backspace)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None or now.window() is not self._window:
            return  # a popup or a dialog has the focus for a while
        if now is self._page:
            self._footer.show_part(None)
            return
        hints = HINTS.get(now.objectName(), ())
        self._footer.show_part([(key.keys, tr(key.does)) for key in hints])
