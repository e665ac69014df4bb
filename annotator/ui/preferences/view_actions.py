"""The actions that change what is shown and how."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.settings import Settings

THEME_ACTIONS: Final = {
    "system": "follow_system",
    "light": "light_theme",
    "dark": "dark_theme",
    "light-contrast": "light_contrast",
    "dark-contrast": "dark_contrast",
}


class ViewActions:
    """The actions on the view, one method for each action id; see the table in `actions`."""

    def __init__(
        self,
        window: QWidget,
        articles: ArticlePanel,
        settings: Settings,
        use_look: Callable[[str], None],
    ) -> None:
        self._window = window
        self._articles = articles
        self._settings = settings
        self._use_look = use_look
        self._actions: Mapping[str, QAction] = {}

    def follow_with(self, actions: Mapping[str, QAction]) -> None:
        """Keep the actions of the themes checked according to the settings."""
        self._actions = actions
        self._check()

    def close(self) -> None:
        self._window.close()

    def show_articles(self) -> None:
        self._articles.setVisible(not self._articles.isVisible())

    def filter_articles(self) -> None:
        self._articles.setVisible(True)
        self._articles.focus_filter()

    def follow_system(self) -> None:
        self.choose("system")

    def light_theme(self) -> None:
        self.choose("light")

    def dark_theme(self) -> None:
        self.choose("dark")

    def light_contrast(self) -> None:
        self.choose("light-contrast")

    def dark_contrast(self) -> None:
        self.choose("dark-contrast")

    def choose(self, look: str) -> None:
        """Use this theme everywhere, now and after a restart."""
        self._settings.look = look
        self._use_look(look)
        self._check()

    def _check(self) -> None:
        for look, id_ in THEME_ACTIONS.items():
            self._actions[id_].setChecked(look == self._settings.look)
