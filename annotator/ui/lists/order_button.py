"""The button that says in which order the articles are listed."""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from annotator.store import ARTICLE_ORDERS, ArticleOrder
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.theme.icons import icon
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import set_tool_tip, without_mnemonics

_WORDS: Final[dict[ArticleOrder, str]] = {
    "imported": tr_later("As &imported"),
    "title": tr_later("By &title"),
    "newest": tr_later("&Newest first"),
    "oldest": tr_later("&Oldest first"),
    "shortest": tr_later("&Shortest first"),
}


class OrderButton(QToolButton):
    """Offers the orders in a menu, in the accent colour while the order is another than usual."""

    chosen = Signal(str)
    """Another `ArticleOrder` was chosen."""

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
        """Take on another look."""
        self._theme = theme
        usual = self._order == ARTICLE_ORDERS[0]
        self.setIcon(icon("arrow-up-down", theme.muted if usual else theme.accent))

    def show_order(self, order: ArticleOrder) -> None:
        """Say that the articles are in this order."""
        self._order = order
        self._actions[order].setChecked(True)
        words = tr("Order of the articles: {1}", without_mnemonics(tr(_WORDS[order])))
        self.setAccessibleName(words)
        set_tool_tip(self, words)
        self.set_theme(self._theme)
