"""The panels with lists at both sides of the text, put into the panes of the window."""

from functools import partial

from PySide6.QtWidgets import QSplitter, QWidget

from annotator.store import ArticleOrder
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.window_context import WindowContext


class ListPanels:
    """The list of articles, and the lists of the quotes and entities of the open one."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._panes: list[tuple[QSplitter, list[int], QWidget, bool]] = []
        session, registry, view = context.session, context.registry, context.view
        self.side = SidePanel(
            session, context.theme, registry, partial(self._insert, context.desk, 1)
        )
        self.articles = ArticlePanel(
            session,
            context.theme,
            registry,
            partial(self._insert, context.panes, 0),
            order=context.settings.order_in(session.project.path),
        )
        self.side.place_activated.connect(view.reveal)
        self.side.page_wanted.connect(view.setFocus)
        self.articles.page_wanted.connect(view.setFocus)
        self.articles.article_chosen.connect(self._open)
        self.articles.sorted_by.connect(self._keep_order)
        context.reload_wanted.connect(self.articles.reload)
        for panel in (self.side, self.articles):
            context.theme_changed.connect(panel.set_theme)

    def show(self) -> None:
        """Show the panels that were shown when the window was closed, as wide as they were."""
        for splitter, sizes, panel, shown in self._panes:
            panel.setVisible(shown)
            splitter.setSizes(sizes)

    def _insert(self, splitter: QSplitter, index: int, panel: QWidget) -> None:
        """Replace an empty pane with this panel, hidden until it is filled."""
        empty = splitter.widget(index)
        assert empty is not None
        self._panes.append((splitter, splitter.sizes(), panel, empty.isVisibleTo(splitter)))
        empty.hide()  # otherwise Qt would show the panel at once
        splitter.replaceWidget(index, panel)
        empty.deleteLater()

    def _open(self, key: int) -> None:
        """Open the chosen article and focus its text, so that no key acts on the list any more."""
        if self._context.session.open_article(key):
            self._context.view.setFocus()

    def _keep_order(self, order: ArticleOrder) -> None:
        self._context.settings.set_order_in(self._context.session.project.path, order)
