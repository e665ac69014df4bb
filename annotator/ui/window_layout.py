"""The window layout: lists beside or below the text, or only the page."""

from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from annotator.ui.article.article_header import ArticleHeader
from annotator.ui.article.minimap import Minimap
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.widgets.toast import Toast


class LayoutParts(NamedTuple):
    """The parts that can be shown and hidden."""

    header: ArticleHeader
    articles: ArticlePanel
    side: SidePanel
    minimap: Minimap
    toast: Toast


class WindowLayout(QObject):
    """Shows, hides and moves the parts. `text_splitter` has the text and the lists."""

    def __init__(self, window: QMainWindow, text_splitter: QSplitter, parts: LayoutParts) -> None:
        super().__init__(window)
        self._window = window
        self._text_splitter = text_splitter
        self._parts = parts
        self._hidden_parts: list[QWidget] = []
        self._was_full_screen = False
        self._sizes: dict[Qt.Orientation, list[int]] = {}
        self._parts.side.set_side_by_side(side_by_side=self.below)

    @property
    def alone(self) -> bool:
        """Whether only the page is shown."""
        return bool(self._hidden_parts)

    @property
    def below(self) -> bool:
        """Whether the lists are below the text."""
        return self._text_splitter.orientation() == Qt.Orientation.Vertical

    @property
    def minimap_shown(self) -> bool:
        """Whether the map beside the scroll bar is shown."""
        return self._parts.minimap.wanted

    def show_minimap(self, *, shown: bool) -> None:
        """Show or hide the map beside the scroll bar."""
        self._parts.minimap.show_or_hide(shown=shown)

    @property
    def lists_shown(self) -> bool:
        return self._parts.side.isVisibleTo(self._text_splitter)

    def set_alone(self, *, alone: bool, key: str = "") -> None:
        """Show only the page, on the whole screen, or restore what was shown before.

        `key` restores it; a message says so.
        """
        if alone == self.alone:
            return
        if alone:
            parts = (
                self._window.menuBar(),
                self._window.statusBar(),
                self._parts.header,
                self._parts.articles,
                self._parts.side,
            )
            self._hidden_parts = [part for part in parts if part.isVisible()]
            self._was_full_screen = self._window.isFullScreen()
        for part in self._hidden_parts:
            part.setVisible(not alone)
        if not alone:
            self._hidden_parts = []
        if not self._was_full_screen:
            state = self._window.windowState()
            self._window.setWindowState(state ^ Qt.WindowState.WindowFullScreen)
        if alone:
            self._parts.toast.say(tr("{1} brings everything back.", key))

    def set_below(self, *, below: bool) -> None:
        """Put the lists below the text, side by side, or beside it, one above the other."""
        self._sizes[self._text_splitter.orientation()] = self._text_splitter.sizes()
        orientation = Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal
        self._text_splitter.setOrientation(orientation)
        self._parts.side.set_side_by_side(side_by_side=below)
        self._text_splitter.setSizes(
            self._sizes.get(orientation, default_sizes(self._text_splitter))
        )

    def show_lists(self, *, shown: bool) -> None:
        """Show or hide the lists of quotes and entities."""
        self._parts.side.setVisible(shown)


def default_sizes(text_splitter: QSplitter) -> list[int]:
    """Return the sizes of text and lists before the user moves the line between them, in pixels."""
    if text_splitter.orientation() == Qt.Orientation.Vertical:
        lists = max(220, text_splitter.height() // 3)
        return [max(1, text_splitter.height() - lists), lists]
    return [max(1, text_splitter.width() - _BESIDE), _BESIDE]


_BESIDE: Final = 350
