"""Everything that is about the open article: its actions, and what lies over and beside it."""

from collections.abc import Iterator, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from annotator.ui.actions.action import Menu
from annotator.ui.article.accessibility import SpanAnnouncer
from annotator.ui.article.actions import ArticleActions
from annotator.ui.article.entity_actions import EntityActions
from annotator.ui.article.index_preloader import IndexPreloader
from annotator.ui.article.label_actions import LabelActions
from annotator.ui.article.minimap import Minimap
from annotator.ui.article.navigation import Navigator
from annotator.ui.article.relabel_actions import RelabelActions
from annotator.ui.article.selection_bar import SelectionBar
from annotator.ui.article.text_settings_actions import TextSettingsActions
from annotator.ui.article.undo_actions import UndoActions
from annotator.ui.lists.panels import ListPanels
from annotator.ui.trash.actions import TrashActions
from annotator.ui.widgets.toast import Toast
from annotator.ui.window_context import WindowContext
from annotator.ui.window_layout import LayoutParts, WindowLayout


class ArticleParts:
    """The parts of the window that are about the open article, and follow it; `make` makes them."""

    def __init__(self, context: WindowContext, lists: ListPanels, trash: TrashActions) -> None:
        self._context = context
        self._lists = lists
        self._trash = trash

    def make(self) -> Iterator[None]:
        """Make the parts, in steps."""
        context, lists, trash = self._context, self._lists, self._trash
        session, view, registry = context.session, context.view, context.registry
        self.toast = Toast(view)
        self.minimap = Minimap(view, context.theme)
        self.index_preloader = IndexPreloader(session, context)
        SpanAnnouncer(view)
        self.window_layout = WindowLayout(
            context.window,
            context.text_splitter,
            LayoutParts(context.header, lists.articles, lists.side, self.minimap, self.toast),
        )
        yield
        navigator = Navigator(session, view, registry)
        entities = EntityActions(context)
        article = ArticleActions(context, lists, navigator)
        self.label_actions = LabelActions(context, article.mark, entities.mark_all)
        yield
        self._undo = UndoActions(session, trash, registry)
        RelabelActions(context)
        TextSettingsActions(context, self.window_layout)
        self.selection_bar = SelectionBar(view, session, self.labels, registry, context.theme)
        yield
        for part in (self.minimap, entities, self.selection_bar):
            context.theme_changed.connect(part.set_theme)
        context.theme_changed.connect(self._show_header)
        session.article_progress.changed.connect(context.header.show_progress)
        session.article_opened.connect(self.selection_bar.hide)
        session.status_message.connect(self._say)
        view.selection_settled.connect(registry.refresh_soon)

    @property
    def labels(self) -> Mapping[str, QAction]:
        """The actions that mark with a label, by its name."""
        return self.label_actions.labels

    def fill(self, menus: Mapping[Menu, QMenu]) -> None:
        """Put the labels into their menu, and what would be undone into the titles."""
        self.label_actions.fill(menus[Menu.ANNOTATE], self._context.window)
        self._undo.name_in(menus[Menu.EDIT])

    def begin(self) -> None:
        """Show how many articles are done. Raises StoreError."""
        self._context.header.show_progress(self._context.session.article_progress.read())

    def follow_labels(self) -> None:
        """Show the labels of another scheme, once their actions and keys are there."""
        self.selection_bar.set_labels(self.labels)
        self._context.view.viewport().update()
        self.minimap.draw_marks()

    def show_keys(self) -> None:
        """Show the keys that the actions have now."""
        self.selection_bar.show_keys()
        self._show_header()

    def _show_header(self) -> None:
        self._context.header.set_actions(self._context.registry, self._context.theme)

    def _say(self, message: str) -> None:
        if self.window_layout.alone:  # the status bar is hidden
            self.toast.say(message)
