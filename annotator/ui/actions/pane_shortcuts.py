"""The shortcuts of the pane with the focus: the status bar shows them, and no others delete."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from annotator.ui.actions.fixed_shortcuts import FIXED
from annotator.ui.actions.registry import KeyHint
from annotator.ui.i18n.translation import tr
from annotator.ui.status_bar import StatusBar
from annotator.ui.window_context import WindowContext


class PaneShortcuts(QObject):
    """Follows the focus: the status bar shows the keys of the pane that has it.

    What is selected in the text is deleted from the page, and from the lists by their own keys. In
    other panes the key for it deletes nothing, as the user does not think of the text there.
    """

    def __init__(self, context: WindowContext, status_bar: StatusBar) -> None:
        window, registry = context.window, context.registry
        super().__init__(window)
        self._window = window
        self._session = context.session
        self._page = context.view
        self._status_bar = status_bar
        self._registry = registry
        window.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        registry.keys_changed.connect(self.show_keys)

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
        return pressed in self._registry["delete"].shortcuts()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None or now.window() is not self._window:
            return  # a popup or a dialog has the focus for a while
        if now is self._page:
            self._status_bar.show_part(None)
            return
        scope = self._registry.scope_of(now)
        fixed = [KeyHint(row.keys[:1], tr(row.hint)) for row in FIXED.get(scope, ()) if row.hint]
        self._status_bar.show_part([*self._registry.hints(scope), *fixed])
