"""Everything around the article: lists, actions, menus, bars, the worker. Decides nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QProgressDialog, QSplitter, QVBoxLayout

from annotator.core.edit import Edit
from annotator.core.models import Head
from annotator.ui.actions import SPECS, make_actions, make_label_actions
from annotator.ui.article.view import ArticleView
from annotator.ui.background import Worker
from annotator.ui.desk_deeds import DeskDeeds
from annotator.ui.dialogs import show_problem
from annotator.ui.file_deeds import FileDeeds
from annotator.ui.find.bar import FindBar
from annotator.ui.find_deeds import FindDeeds
from annotator.ui.footer import Footer
from annotator.ui.header import Header
from annotator.ui.help_deeds import HelpDeeds
from annotator.ui.keyboard.keymap import Keymap
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.selection_bar import SelectionBar
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.theme import Theme
from annotator.ui.view_deeds import ViewDeeds

_STEP: Final = 1024


class Room(NamedTuple):
    """A window with nothing but the article in it, and what its actions may call."""

    window: QMainWindow
    session: Session
    view: ArticleView
    header: Header
    panes: QSplitter
    settings: Settings
    open_project: Callable[[Path], None]
    use_look: Callable[[str], None]


class Furniture(QObject):
    """The parts of a window besides the article, put together and talking to one another."""

    def __init__(self, room: Room, theme: Theme) -> None:
        super().__init__(room.window)
        self._room = room
        window, session, view = room.window, room.session, room.view
        self.side = SidePanel(session, theme)
        self.articles = ArticlePanel(session, theme)
        self.worker = Worker(self)
        self.desk_deeds = DeskDeeds(window, session, view, self.side, self.articles)
        self.file_deeds = FileDeeds(
            window, session, self.worker, room.settings, room.open_project, self._reload
        )
        view_deeds = ViewDeeds(window, view, self.articles, room.settings, room.use_look)
        self.find_bar = FindBar(session, view, theme)
        self._theme = theme
        find_deeds = FindDeeds(self.find_bar)
        help_deeds = HelpDeeds(window, room.settings, lambda: self._theme)
        deeds = (self.desk_deeds, self.file_deeds, view_deeds, find_deeds, help_deeds)
        self.actions = make_actions(window, deeds)
        self.labels = make_label_actions(window, session.scheme, self.desk_deeds.mark)
        self.keymap = Keymap(self.actions, self.labels, room.settings, self)
        help_deeds.keymap = self.keymap
        self.footer = Footer(session.scheme, self.labels, self.actions, theme)
        self.bar = SelectionBar(view, session.scheme, self.labels, self.actions, theme)
        self._progress: QProgressDialog | None = None
        self._place(room.panes, theme)
        self._fill_menus()
        self._connect()
        self._show_done()
        self._enable()
        self.footer.show_opened()

    def set_theme(self, theme: Theme) -> None:
        """Paint everything in this look from now on."""
        self._theme = theme
        for part in (self.side, self.articles, self.footer, self.bar, self.find_bar):
            part.set_theme(theme)
        self._room.header.set_actions(self.actions, theme)

    def clear_away(self) -> None:
        """End the running job, before the window closes."""
        self.worker.stop()
        self._hide_progress()

    def _place(self, panes: QSplitter, theme: Theme) -> None:
        sizes = panes.sizes()
        for index, pane in ((0, self.articles), (2, self.side)):
            empty = panes.widget(index)
            shown = empty is not None and empty.isVisibleTo(panes)
            panes.replaceWidget(index, pane)
            pane.setVisible(shown)
            if empty is not None:
                empty.deleteLater()
        panes.setSizes(sizes)
        above = panes.parentWidget()
        middle = above.layout() if above is not None else None
        if isinstance(middle, QVBoxLayout):
            middle.insertWidget(middle.indexOf(panes), self.find_bar)
        self._room.window.setStatusBar(self.footer)
        self._room.header.set_actions(self.actions, theme)

    def _fill_menus(self) -> None:
        menus: dict[str, QMenu] = {}
        for spec in SPECS:
            menu = menus.get(spec.menu)
            if menu is None:
                menu = menus[spec.menu] = self._room.window.menuBar().addMenu(spec.menu)
            if spec.breaks:
                menu.addSeparator()
            menu.addAction(self.actions[spec.id])
        first = menus["&Annotate"].actions()[0]
        menus["&Annotate"].insertActions(first, list(self.labels.values()))
        menus["&Edit"].aboutToShow.connect(self._name_undo)

    def _connect(self) -> None:
        session = self._room.session
        session.article_opened.connect(self._follow_article)
        session.edited.connect(self._follow_edit)
        session.saved.connect(self.footer.show_saved)
        session.said.connect(self.footer.say)
        session.failed.connect(self.show_failure)
        self.articles.article_chosen.connect(session.open_article)
        self.side.place_activated.connect(self._room.view.reveal)
        self.keymap.changed.connect(self._show_keys)
        self.worker.progressed.connect(self._show_progress)
        self.worker.finished.connect(self._hide_progress)
        self.worker.failed.connect(self._hide_progress)

    def _show_keys(self) -> None:
        for part in (self.footer, self.bar):
            part.show_keys()
        self._room.header.set_actions(self.actions, self._theme)

    def _follow_article(self) -> None:
        self.bar.hide()
        self.footer.show_opened()
        self._enable()

    def _enable(self) -> None:
        opened = self._room.session.article is not None
        for spec in SPECS:
            if spec.needs_article:
                self.actions[spec.id].setEnabled(opened)

    def _follow_edit(self, edit: Edit) -> None:
        if any(isinstance(change.item, Head) for change in edit.changes):
            self._show_done()

    def _show_done(self) -> None:
        progress = self._room.session.project.progress(self._room.session.annotator)
        finished = progress.counts["done"] + progress.counts["skipped"]
        self._room.header.show_progress(finished, progress.total)

    def _reload(self) -> None:
        """After an import or under another name: everything anew."""
        self.articles.reload()
        self._show_done()

    def _name_undo(self) -> None:
        undo, redo = self._room.session.next_titles()
        for id_, word, title in (("undo", "&Undo", undo), ("redo", "&Redo", redo)):
            self.actions[id_].setText(f"{word}: {title.replace('&', '&&')}" if title else word)

    def show_failure(self, sentence: str) -> None:
        """Say in a dialog what the disk or a project refuses."""
        show_problem(self._room.window, "Annotator", sentence)

    def _show_progress(self, done: int, total: int, words: str) -> None:
        if self._progress is None:
            self._progress = QProgressDialog(words, "Cancel", 0, 0, self._room.window)
            self._progress.setWindowTitle("Annotator")
            # An import writes each file in one transaction: an edit could only wait for it.
            self._progress.setWindowModality(Qt.WindowModality.WindowModal)
            self._progress.setMinimumDuration(400)
            self._progress.canceled.connect(self.worker.cancel)
        # Steps of 1,024, since a large file counts more bytes than Qt's int holds.
        self._progress.setMaximum(total // _STEP + 1 if total else 0)
        self._progress.setValue(min(done, total) // _STEP)
        self._progress.setLabelText(words)

    def _hide_progress(self) -> None:
        if self._progress is not None:
            self._progress.deleteLater()
            self._progress = None
