"""The actions that change what is shown and how."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from annotator.ui.article.view import ArticleView
from annotator.ui.dialogs import show_about
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.settings import Settings

_USUAL_SIZE = 17


class ViewDeeds:
    """One method for each action id; see the table in `actions`."""

    def __init__(
        self,
        window: QWidget,
        view: ArticleView,
        articles: ArticlePanel,
        settings: Settings,
        use_look: Callable[[str], None],
    ) -> None:
        self._window = window
        self._view = view
        self._articles = articles
        self._settings = settings
        self._use_look = use_look

    def close(self) -> None:
        self._window.close()

    def show_articles(self) -> None:
        self._articles.setVisible(not self._articles.isVisible())

    def filter_articles(self) -> None:
        self._articles.setVisible(True)
        self._articles.focus_filter()

    def zoom_in(self) -> None:
        self._zoom(self._view.font_size() + 1)

    def zoom_out(self) -> None:
        self._zoom(self._view.font_size() - 1)

    def zoom_reset(self) -> None:
        self._zoom(_USUAL_SIZE)

    def follow_system(self) -> None:
        self._choose("system")

    def light_theme(self) -> None:
        self._choose("light")

    def dark_theme(self) -> None:
        self._choose("dark")

    def about(self) -> None:
        show_about(self._window)

    def _choose(self, look: str) -> None:
        self._settings.look = look
        self._use_look(look)

    def _zoom(self, pixels: int) -> None:
        self._view.set_font_size(pixels)
        self._settings.font_size = self._view.font_size()
