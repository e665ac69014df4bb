"""The actions for help: finding an action, the keys, the log, and the about dialog."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.commands import Command
from annotator.ui.actions.keymap import Keymap
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.settings import log_path
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.window_context import WindowContext


class HelpActions:
    """The actions for help.

    `look` returns the theme in which a dialog opens.
    """

    def __init__(self, context: WindowContext, keymap: Keymap) -> None:
        self._context = context
        self._window, self._settings = context.window, context.settings
        self._registry = registry = context.registry
        self._keymap = keymap
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions of the menu "Help", but for the guidelines."""
        menu, shortcuts = Menu.HELP, tr_later("shortcuts hotkeys keyboard")
        return [
            Action("palette", tr("&Find an action…"), self.palette, menu, ("Ctrl+K",)),
            Action(
                "shortcut_sheet", tr("&Keys"), self.shortcut_sheet, menu, ("?",), also=shortcuts
            ),
            Action("change_keys", tr("&Change keys…"), self.change_keys, menu, also=shortcuts),
            Action(
                "show_log", tr("Show the &log"), self.show_log, menu, also=tr_later("errors debug")
            ),
            Action("about", tr("&About Annotator"), self.about, menu),
        ]

    def palette(self) -> None:
        from annotator.ui.actions.palette import Palette

        self._registry.refresh()
        found = [c for c in self._registry.commands() if c.id != "palette" and _is_listed(c)]
        Palette(found, self._settings, self._context.theme, self._window).open_over(self._window)

    def shortcut_sheet(self) -> None:
        from annotator.ui.actions.shortcut_sheet import ShortcutSheet

        sheet = ShortcutSheet(self._registry.commands(), self._context.theme, self._window)
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
        AboutDialog(icon, self._context.theme, self._window).open()

    def change_keys(self) -> None:
        from annotator.ui.actions.shortcut_dialog import ShortcutDialog

        menus = [action.text() for action in self._window.menuBar().actions()]
        ShortcutDialog(self._keymap, menus, self._context.theme, self._window).open()


def _is_listed(command: Command) -> bool:
    """Return whether the palette lists it: in a menu, or it can be done in a pane now."""
    own = not command.reason and not command.spec.keys_of
    return command.spec.menu is not None or own
