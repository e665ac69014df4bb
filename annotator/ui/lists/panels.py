"""The panels with lists at both sides of the text, put into the outer_splitter of the window."""

from collections.abc import Iterator

from PySide6.QtWidgets import QSplitter, QWidget

from annotator.store import ArticleOrder
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.window_context import WindowContext


class ListPanels:
    """The list of articles, and the lists of the quotes and entities of the open one.

    `make` makes them, `show` puts them into the window.
    """

    def __init__(self, context: WindowContext) -> None:
        self._context = context

    def make(self) -> Iterator[None]:
        """Make the panels, in steps."""
        context = self._context
        session, registry, view = context.session, context.registry, context.view
        self.side = SidePanel(session, context.theme, registry, self._hold)
        yield
        self.articles = ArticlePanel(
            session,
            context.theme,
            registry,
            self._hold,
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

    def show(self) -> Iterator[None]:
        """Show the panels that were shown when the window was closed, one with each step."""
        _insert(self._context.text_splitter, 1, self.side)
        yield
        _insert(self._context.outer_splitter, 0, self.articles)
        yield

    def _hold(self, panel: QWidget) -> None:
        """Keep a panel hidden in the window until it is shown."""
        panel.hide()
        panel.setParent(self._context.window)

    def _open(self, key: int) -> None:
        """Open the chosen article and focus its text, so that no key acts on the list any more."""
        if self._context.session.open_article(key):
            self._context.view.setFocus()

    def _keep_order(self, order: ArticleOrder) -> None:
        self._context.settings.set_order_in(self._context.session.project.path, order)


def _insert(splitter: QSplitter, index: int, panel: QWidget) -> None:
    """Put this panel in the place of an empty pane, as wide and as visible as that."""
    empty = splitter.widget(index)
    assert empty is not None
    sizes, shown = splitter.sizes(), empty.isVisibleTo(splitter)
    empty.hide()  # otherwise Qt would show the panel at once
    splitter.replaceWidget(index, panel)
    empty.deleteLater()
    panel.setVisible(shown)
    splitter.setSizes(sizes)
