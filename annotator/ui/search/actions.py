"""The actions for searching in the open article and in the whole project."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from annotator.core.text_search import TextQuery
from annotator.store import Hit, StoreError
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.conditions import article_open
from annotator.ui.i18n.translation import tr, tr_error, tr_later
from annotator.ui.search.find_bar import FindBar
from annotator.ui.search.index_completion import IndexCompletion
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.ui.search.project_search_dialog import ProjectSearchDialog


class SearchActions:
    """The actions for searching."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._window, self._session = context.window, context.session
        self._view, self._settings = context.view, context.settings
        self.bar = FindBar(context.session, context.view, context.theme, context.registry)
        context.theme_changed.connect(self.bar.set_theme)
        self._finder: ProjectSearchDialog | None = None
        context.registry.add(self.actions())
        IndexCompletion(context.session, context)

    def actions(self) -> list[Action]:
        """Return the actions for searching in the article and in the project."""
        bar, menu, opened = self.bar, Menu.EDIT, (article_open(self._session),)
        return [
            Action(
                "find",
                tr("F&ind in the article…"),
                bar.open,
                menu,
                (QKeySequence.StandardKey.Find,),
                opened,
                also=tr_later("search"),
            ),
            Action("find_next", tr("Find ne&xt"), partial(bar.step, 1), menu, ("F3",), opened),
            Action(
                "find_previous",
                tr("Find pre&vious"),
                partial(bar.step, -1),
                menu,
                ("Shift+F3",),
                opened,
            ),
            Action(
                "find_in_project",
                tr("Find in the &project…"),
                self.find_in_project,
                menu,
                ("Ctrl+Shift+F",),
                also=tr_later("search all articles"),
            ),
        ]

    def find_in_project(self) -> None:
        if self._finder is None:
            from annotator.ui.search.project_search_dialog import ProjectSearchDialog

            self._finder = ProjectSearchDialog(
                self._session, self._settings, self._context.theme, self._window
            )
            self._finder.chosen.connect(self._open_hit)
        self._finder.set_theme(self._context.theme)
        article, selection = self._session.article, self._view.selection()
        text = article.text[slice(*selection)] if article and selection else ""
        try:
            self._finder.open_for(text)
        except StoreError as error:
            self._session.error_occurred.emit(tr_error(error))

    def _open_hit(self, hit: Hit, sought: TextQuery) -> None:
        """Open the article with the hit selected; for text, also search the query in it."""
        if hit.key != self._session.article_key and not self._session.open_article(hit.key):
            return
        self._window.activateWindow()
        if sought and not hit.label:
            self.bar.show_hit(sought, hit.start)
            return
        self._view.setFocus()
        if hit.start < hit.end:
            self._view.select(hit.start, hit.end)
        self._view.reveal(hit.start, hit.end)
        self._view.selection_settled.emit()
