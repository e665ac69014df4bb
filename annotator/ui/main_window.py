"""The main window: the article first, everything around it right after the first paint."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QUrl
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from annotator.store import Project, StoreError
from annotator.ui.article.article_header import ArticleHeader
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import escape_window_title
from annotator.ui.widgets.screen_fit import available_window_size

if TYPE_CHECKING:
    from annotator.ui.window_context import WindowContext
    from annotator.ui.workspace import Workspace

_MAX_TRIES: Final = 100
"""How many unreadable articles are skipped to find a readable one."""
_SIZE: Final = QSize(1440, 900)
_WIDTHS: Final = [270, 830, 350]
_HEIGHTS: Final = [560, 260]
"""The heights of text and lists if the lists are below the text, in pixels."""
_MENU_HEIGHT: Final = 24
_ROOM_FOR_ARTICLES: Final = 1600
_INPUT: Final = frozenset(
    (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress)
)


class MainWindow(QMainWindow):
    """The window on one project, which is closed with it.

    Lists, actions and bars are its `workspace`, which the first call of `build_workspace` makes:
    the article is painted before any of it is even imported.
    """

    def __init__(
        self,
        project: Project,
        annotator: str,
        settings: Settings,
        theme: Theme,
        *,
        open_project: Callable[[Path], None],
        use_theme: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.project = project
        self._theme = theme
        self.settings = settings
        self._open_project = open_project
        self._use_theme = use_theme
        self.session = Session(project, annotator, self)
        self.session.set_pause(settings.idle_seconds)
        self.view = ArticleView(self.session, theme, reading=settings.reading)
        self.view.keep_map_room(kept=not settings.choice("no_minimap"))
        self.header = ArticleHeader()
        self.ended = False
        """Whether the project is closed, so that nothing can be done here any more."""
        self._context: WindowContext | None = None
        self._workspace: Workspace | None = None
        self._dragged_urls: list[QUrl] = []
        self._input = _InputFilter(self)
        self._build()
        self._restore_state()
        self.session.article_opened.connect(self._show_title)

    @property
    def workspace(self) -> "Workspace":
        """The parts around the article; made now if they are not there yet."""
        return self.build_workspace()

    def build_workspace(self) -> "Workspace":
        """Put lists, actions, menus and bars into the window, those that are not there yet.

        Raises StoreError if the project cannot be read.
        """
        workspace = self._begin_workspace()
        workspace.build()
        self._input.stop()
        return workspace

    @property
    def complete(self) -> bool:
        """Whether the workspace is there with all its features."""
        return self._workspace is not None and self._workspace.complete

    def build_next(self) -> bool:
        """Make the next part of the workspace; return whether more are missing.

        Raises StoreError if the project cannot be read.
        """
        if self.ended:
            return False
        more = self._begin_workspace().build_next()
        if not more:
            self._input.stop()
        return more

    def _begin_workspace(self) -> "Workspace":
        if self._workspace is None:
            from annotator.ui.window_context import FirstParts, WindowContext
            from annotator.ui.workspace import Workspace

            parts = FirstParts(self.view, self.header, self.outer_splitter, self.text_splitter)
            context = WindowContext(self, self.session, self.settings, self._theme, parts)
            context.open_wanted.connect(self._open_project)
            context.theme_wanted.connect(self._use_theme)
            self._context = context
            self._workspace = Workspace(context)
        return self._workspace

    def set_theme(self, theme: Theme) -> None:
        """Paint everything in this theme from now on."""
        self._theme = theme
        self.view.set_theme(theme)
        if self._context is not None:
            self._context.set_theme(theme)

    def open_last_article(self) -> list[str]:
        """Open the article that was open last, else the first one that can be read.

        Returns a message about the first article that cannot be read, if any. Raises StoreError if
        the articles cannot be listed.
        """
        reported: list[str] = []
        listening = self.session.error_occurred.connect(reported.append)
        last = self.settings.last_article(self.project.path)
        key = self.project.key_of(last) if last else None
        if key is None or not self.session.open_article(key):
            keys = self.project.first_articles(_MAX_TRIES)
            if not any(map(self.session.open_article, keys)):
                self.session.open_article(None)
        self.session.error_occurred.disconnect(listening)
        return reported[:1]

    def restore_place(self) -> None:
        """Restore selection and scroll position of the last time, if that article is open."""
        article, path = self.session.article, self.project.path
        if article is not None and article.id == self.settings.last_article(path):
            self.view.go_to(self.settings.last_place(path))

    def _build(self) -> None:
        below = self.settings.choice("lists_below")
        self._left, self._right = QWidget(), QWidget()
        self.text_splitter = _splitter(self.view, self._right, grows=0)
        self.text_splitter.setOrientation(
            Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal
        )
        self.outer_splitter = _splitter(self._left, self.text_splitter, grows=1)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.outer_splitter, 1)
        self.setCentralWidget(middle)
        self.menuBar().setFixedHeight(_MENU_HEIGHT)
        self.menuBar().setAccessibleName(tr("Menus"))
        self.setAcceptDrops(True)
        name = tr("{1} — Annotator", self.project.path.stem)
        name = tr("{1} (read-only)", name) if self.project.read_only else name
        self.setWindowTitle(escape_window_title(name))

    def _restore_state(self) -> None:
        if not self.restoreGeometry(self.settings.state("window")):
            self.resize(_SIZE.boundedTo(available_window_size(QGuiApplication.primaryScreen())))
        self.text_splitter.setSizes(
            _HEIGHTS if self.settings.choice("lists_below") else _WIDTHS[1:]
        )
        self.text_splitter.restoreState(self.settings.state(self._text_splitter_state()))
        if not self.outer_splitter.restoreState(self.settings.state("panes")):
            self.outer_splitter.setSizes([_WIDTHS[0], sum(_WIDTHS[1:])])
            several = self.project.has_several_articles()
            wide = self.width() >= _ROOM_FOR_ARTICLES
            self._left.setVisible(several and wide)
        else:  # restoring a splitter shows its panes
            self._left.setVisible(self.settings.choice("articles"))
            self._right.setVisible(not self.settings.choice("no_lists"))

    def _save_state(self) -> None:
        self.settings.set_state("window", self.saveGeometry())
        self.settings.set_choice("articles", on=_is_shown(self.outer_splitter, 0))
        self.settings.set_choice("no_lists", on=not _is_shown(self.text_splitter, 1))
        self.settings.set_state("panes", self.outer_splitter.saveState())
        self.settings.set_state(self._text_splitter_state(), self.text_splitter.saveState())
        rescued = self.workspace.backups.rescue.saved_as if self.complete else None
        path = (rescued or self.project.path).resolve()
        self.settings.last_project = path
        self.settings.remember_project(path)
        if self.session.article is not None:
            self.settings.set_last_article(self.project.path, self.session.article.id)
            self.settings.set_last_place(self.project.path, self.view.place())
        self.settings.save()

    def _text_splitter_state(self) -> str:
        return "desk-below" if self.settings.choice("lists_below") else "desk"

    def _show_title(self) -> None:
        self.header.show_article(self.session.article)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._accept_drop(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().urls() != self._dragged_urls:
            # The previous drag never ended: its program has ended.
            self._accept_drop(event)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = self._accept_drop(event)
        if paths:
            self.workspace.files.import_paths(paths)

    def _accept_drop(self, event: QDropEvent) -> list[Path]:
        """Accept a copy of the files that can be read, else say why not; return these files."""
        from annotator.ui.import_export.drops import read_drop

        self._dragged_urls = event.mimeData().urls()
        found = read_drop(event.mimeData())
        if found.paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()
            if event.source() is None:
                self.session.status_message.emit(found.why_not)
        return found.paths

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        # When a popup opens, Qt takes the mouse from what was under it, but does not repaint it.
        # It need not be under it any more: a widget that moves away keeps the mouse till then.
        for widget in self.findChildren(QWidget):
            if widget.testAttribute(Qt.WidgetAttribute.WA_Hover) and widget.isVisible():
                widget.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.ended:
            self.session.about_to_leave.emit()
        asked = self._complete_workspace() if not self.ended else None
        if asked is not None and not asked.may_close(self.close):
            event.ignore()
            return
        self.end()
        super().closeEvent(event)

    def _complete_workspace(self) -> "Workspace | None":
        """Return the workspace, completed if it was begun; None if there is none or it failed."""
        if self._workspace is None:
            return None
        try:
            return self.build_workspace()
        except StoreError:
            return None

    def keep(self) -> None:
        """Save the working time and the state of the window for the next start."""
        if self.ended:
            return
        if not (self.project.file.is_gone() or self.project.file.is_overwritten):
            self.session.record_working_time()
        self._save_state()

    def end(self) -> None:
        """End the running jobs and close the project, without asking; a second call does nothing.

        Pending edits are tried once more, and written to a rescue file if that fails.
        """
        if self.ended:
            return
        workspace = self._complete_workspace()
        self.session.about_to_leave.emit()
        if workspace is not None:
            workspace.clear_away()
            kept = workspace.backups.rescue.keep()
            if kept is not None:
                self.settings.notice = tr(
                    "What you had annotated last in {1} could not be saved, and the program was "
                    "ended: it is in {2}. Import that file to have it back.",
                    self.project.path,
                    kept,
                )
        self.keep()
        self.ended = True
        self.session.pending_edits.give_up()  # nothing is retried in a closed project
        self.project.close()


class _InputFilter(QObject):
    """Completes the workspace of a window before its first key press or click is handled."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watched: tuple[QObject, ...] = (window, window.view, window.view.viewport())
        for widget in self._watched:
            widget.installEventFilter(self)

    def stop(self) -> None:
        """Watch no more."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = ()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._watched and event.type() in _INPUT and not self._window.ended:
            try:
                self._window.build_workspace()
            except StoreError:  # reported at the next step, which cannot be made either
                return True
        return False


def _splitter(*panes: QWidget, grows: int) -> QSplitter:
    """Return a splitter with the panes side by side; the one at this index takes extra space."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for pane in panes:
        splitter.addWidget(pane)
    splitter.handle(1).setAccessibleName(tr("Move the border"))
    splitter.setStretchFactor(grows, 1)
    return splitter


def _is_shown(splitter: QSplitter, index: int) -> bool:
    pane = splitter.widget(index)
    return pane is not None and not pane.isHidden()
