"""The actions for searching in the open article and in the whole project."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from annotator.core.text_search import TextQuery
from annotator.store import Hit, StoreError
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr_error
from annotator.ui.search.find_bar import FindBar
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme

if TYPE_CHECKING:
    from annotator.ui.search.project_search_dialog import ProjectSearchDialog


class SearchActions:
    """The actions for searching, one method for each action id; see the table in `actions`."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        view: ArticleView,
        bar: FindBar,
        settings: Settings,
        look: Callable[[], Theme],
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._bar = bar
        self._settings = settings
        self._look = look
        self._finder: ProjectSearchDialog | None = None

    def find(self) -> None:
        self._bar.open()

    def find_next(self) -> None:
        self._bar.step(1)

    def find_previous(self) -> None:
        self._bar.step(-1)

    def find_in_project(self) -> None:
        if self._finder is None:
            from annotator.ui.search.project_search_dialog import ProjectSearchDialog

            self._finder = ProjectSearchDialog(
                self._session, self._settings, self._look(), self._window
            )
            self._finder.chosen.connect(self._open_hit)
        self._finder.set_theme(self._look())
        article, selection = self._session.article, self._view.selection()
        text = article.text[slice(*selection)] if article and selection else ""
        try:
            self._finder.open_for(text)
        except StoreError as error:
            self._session.failed.emit(tr_error(error))

    def _open_hit(self, hit: Hit, sought: TextQuery) -> None:
        """Open the article with the hit selected; for text, also search the query in it."""
        if hit.key != self._session.article_key and not self._session.open_article(hit.key):
            return
        self._window.activateWindow()
        if sought and not hit.label:
            self._bar.show_hit(sought, hit.start)
            return
        self._view.setFocus()
        if hit.start < hit.end:
            self._view.select(hit.start, hit.end)
        self._view.reveal(hit.start, hit.end)
        self._view.selection_settled.emit()
