"""The button for the order of the article list."""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from annotator.store import ARTICLE_ORDERS, ArticleOrder
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.theme.icons import icon
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import set_tool_tip, strip_mnemonics

_WORDS: Final[dict[ArticleOrder, str]] = {
    "imported": tr_later("As &imported"),
    "title": tr_later("By &title"),
    "newest": tr_later("&Newest first"),
    "oldest": tr_later("&Oldest first"),
    "shortest": tr_later("&Shortest first"),
}


class OrderButton(QToolButton):
    """A button with a menu of the orders; in the accent colour if the order is not the default."""

    chosen = Signal(str)
    """Emitted with another `ArticleOrder` that was chosen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._order = ARTICLE_ORDERS[0]
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIconSize(QSize(15, 15))
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._actions: dict[ArticleOrder, QAction] = {}
        for order in ARTICLE_ORDERS:
            action = QAction(tr(_WORDS[order]), group)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, order=order: self.chosen.emit(order))
            menu.addAction(action)
            self._actions[order] = action
        self.setMenu(menu)
        self.show_order(self._order)

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._theme = theme
        usual = self._order == ARTICLE_ORDERS[0]
        self.setIcon(icon("arrow-up-down", theme.muted if usual else theme.accent))

    def show_order(self, order: ArticleOrder) -> None:
        """Show that the articles are in this order."""
        self._order = order
        self._actions[order].setChecked(True)
        text = tr("Order of the articles: {1}", strip_mnemonics(tr(_WORDS[order])))
        self.setAccessibleName(text)
        set_tool_tip(self, text)
        self.set_theme(self._theme)
