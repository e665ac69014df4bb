"""The menu of recent projects."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from annotator.ui.i18n.translation import tr
from annotator.ui.settings import Settings
from annotator.ui.widgets.plain_text import escape_mnemonic, set_tool_tip

_DIGITS: Final = 9


class RecentMenu(QMenu):
    """Filled each time it opens; projects whose file no longer exists are left out."""

    def __init__(
        self, settings: Settings, open_project: Callable[[Path], None], here: Path, parent: QWidget
    ) -> None:
        super().__init__(tr("Open &recent"), parent)
        self._settings = settings
        self._open = open_project
        self._here = here.resolve()
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """List the other projects, the most recent first."""
        self.clear()
        found = [path for path in self._settings.recent_projects if path.exists()]
        others = [path for path in found if path != self._here]
        for number, path in enumerate(others, start=1):
            key = f"&{number}  " if number <= _DIGITS else ""
            action = QAction(
                f"{key}{escape_mnemonic(path.stem)}    {escape_mnemonic(_short(path.parent))}",
                self,
            )
            set_tool_tip(action, str(path))
            action.triggered.connect(lambda _=False, path=path: self._open(path))
            self.addAction(action)
        if not others:
            self.addAction(tr("No other project yet")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(tr("&Forget these")).triggered.connect(self._settings.forget_projects)


def _short(folder: Path) -> str:
    """Return the folder, with ~ for the user's home folder."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
