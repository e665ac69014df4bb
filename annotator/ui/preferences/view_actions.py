"""The actions that change what is shown and how."""

from functools import partial
from typing import Final

from annotator.ui.actions.action import Action, Menu
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.window_context import WindowContext

_THEME_IDS: Final = {
    "system": "follow_system",
    "light": "light_theme",
    "dark": "dark_theme",
    "light-contrast": "light_contrast",
    "dark-contrast": "dark_contrast",
}
"""The ids of the actions by theme."""


class ViewActions:
    """The actions on the list of articles and on the theme."""

    def __init__(self, context: WindowContext, articles: ArticlePanel) -> None:
        self._context = context
        self._articles = articles
        self._settings = context.settings
        self._registry = registry = context.registry
        registry.add((*self._window_actions(), *self._theme_actions()))

    def _window_actions(self) -> list[Action]:
        return [
            Action("close", tr("&Quit"), self._context.window.close, Menu.FILE, ("Ctrl+Q",)),
            Action("filter_articles", tr("&Filter articles"), self._filter, Menu.VIEW, ("Ctrl+L",)),
            Action("show_articles", tr("&Article list"), self._show_articles, Menu.VIEW, ("F9",)),
        ]

    def _theme_actions(self) -> list[Action]:
        also = {
            "dark": tr_later("night mode theme"),
            "light": tr_later("day mode theme"),
        }
        return [
            Action(
                _THEME_IDS[look],
                title,
                partial(self.choose, look),
                Menu.VIEW,
                checked=partial(self._is_chosen, look),
                also=also.get(look, ""),
            )
            for look, title in theme_titles().items()
        ]

    def choose(self, look: str) -> None:
        """Use this theme everywhere, now and after a restart."""
        self._settings.look = look
        self._context.look_wanted.emit(look)
        self._registry.refresh()

    def _is_chosen(self, look: str) -> bool:
        return look == self._settings.look

    def _show_articles(self) -> None:
        self._articles.setVisible(not self._articles.isVisible())

    def _filter(self) -> None:
        self._articles.setVisible(True)
        self._articles.focus_filter()


def theme_titles() -> dict[str, str]:
    """Return the titles of the themes by their names in the settings."""
    return {
        "system": tr("&System colours"),
        "light": tr("&Light"),
        "dark": tr("&Dark"),
        "light-contrast": tr("&High contrast, light"),
        "dark-contrast": tr("High contrast, dark"),
    }
