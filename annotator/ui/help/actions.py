"""The actions for help: finding an action, the keys, the log, and the about dialog."""

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMainWindow

from annotator.ui.actions.keymap import Keymap
from annotator.ui.i18n.translation import tr
from annotator.ui.settings import Settings, log_path
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.dialogs import show_error


class HelpActions:
    """The actions for help, one method for each action id; see the table in `actions`.

    `look` returns the theme in which a dialog opens.
    """

    def __init__(self, window: QMainWindow, settings: Settings, look: Callable[[], Theme]) -> None:
        self._window = window
        self._settings = settings
        self._theme = look
        self.keymap: Keymap | None = None
        """Set once the actions are made."""

    def palette(self) -> None:
        from annotator.ui.actions.palette import Palette

        if self.keymap is not None:
            found = [c for c in self.keymap.commands if c.id != "palette"]
            Palette(found, self._settings, self._theme(), self._window).open_over(self._window)

    def shortcut_sheet(self) -> None:
        from annotator.ui.actions.shortcut_sheet import ShortcutSheet

        if self.keymap is not None:
            sheet = ShortcutSheet(self.keymap.commands, self._theme(), self._window)
            sheet.change_wanted.connect(self.change_keys)
            sheet.open()

    def show_log(self) -> None:
        """Open the log with the desktop's program for text files."""
        path = log_path()
        url = QUrl.fromLocalFile(str(path))
        if not path.exists() or not QDesktopServices.openUrl(url):
            show_error(
                self._window, "Annotator", tr("The log is {1}; nothing here opens it.", path)
            )

    def about(self) -> None:
        from annotator.ui.help.about_dialog import AboutDialog

        icon = QGuiApplication.windowIcon()
        AboutDialog(icon, self._theme(), self._window).open()

    def change_keys(self) -> None:
        from annotator.ui.actions.shortcut_dialog import ShortcutDialog

        if self.keymap is not None:
            menus = [action.text() for action in self._window.menuBar().actions()]
            ShortcutDialog(self.keymap, menus, self._theme(), self._window).open()
