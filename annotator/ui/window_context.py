"""What every feature of a window may use: the window, its project, its first parts, its theme."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow, QSplitter

from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.article_header import ArticleHeader
from annotator.ui.article.view import ArticleView
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme


class FirstParts(NamedTuple):
    """What a window shows before its features are made."""

    view: ArticleView
    header: ArticleHeader
    panes: QSplitter
    """The list of articles, and `desk`."""
    desk: QSplitter
    """The text, and the lists of its quotes and entities."""


class WindowContext(QObject):
    """The one thing that each feature of a window is made with.

    Features ask for what concerns the program or all of the window by its signals, and give the
    parts that belong to them alone to one another.
    """

    open_wanted = Signal(Path)
    """Emitted with the path of a project that is to be open instead of this one."""
    look_wanted = Signal(str)
    """Emitted with the name of a theme that all windows are to have."""
    reload_wanted = Signal()
    """Emitted after an import, a merge or a change of annotator: lists are to be read again."""
    theme_changed = Signal(object)
    """Emitted with the `Theme` that everything is painted in from now on."""

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        settings: Settings,
        theme: Theme,
        parts: FirstParts,
    ) -> None:
        super().__init__(window)
        self.window = window
        self.session = session
        self.settings = settings
        self.registry = ActionRegistry(window, session)
        self.view, self.header, self.panes, self.desk = parts
        self._theme = theme

    @property
    def theme(self) -> Theme:
        """The theme that everything is painted in now."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Have everything painted in this theme from now on."""
        self._theme = theme
        self.theme_changed.emit(theme)
