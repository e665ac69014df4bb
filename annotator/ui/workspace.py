"""The parts of the window around the article: lists, actions, menus, bars and progress."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QMessageBox, QSplitter, QVBoxLayout, QWidget

from annotator.core.edit import Edit
from annotator.core.message import Message
from annotator.core.models import Head
from annotator.store import ArticleOrder, Progress
from annotator.ui.actions.key_labels import action_key_text
from annotator.ui.actions.keymap import Keymap
from annotator.ui.actions.pane_shortcuts import PaneShortcuts
from annotator.ui.actions.registry import (
    SPECS,
    make_actions,
    make_label_actions,
    make_label_all_actions,
)
from annotator.ui.article.accessibility import SpanAnnouncer, announce
from annotator.ui.article.actions import ArticleActions
from annotator.ui.article.article_header import ArticleHeader
from annotator.ui.article.entity_actions import EntityActions
from annotator.ui.article.index_preloader import IndexPreloader
from annotator.ui.article.label_actions import MOST_IN_MENU, MOST_IN_SUBMENU, LabelActions
from annotator.ui.article.minimap import Minimap
from annotator.ui.article.navigation import Navigator
from annotator.ui.article.relabel_actions import RelabelActions
from annotator.ui.article.selection_bar import SelectionBar
from annotator.ui.article.text_settings_actions import TextSettingsActions
from annotator.ui.article.view import ArticleView
from annotator.ui.backups.actions import BackupActions
from annotator.ui.backups.save_failure import SaveFailure
from annotator.ui.change_watcher import ChangeWatcher
from annotator.ui.help.actions import HelpActions
from annotator.ui.i18n.translation import tr, tr_message
from annotator.ui.import_export.actions import FileActions
from annotator.ui.import_export.import_cleanup import ImportCleanup
from annotator.ui.import_export.recent_menu import RecentMenu
from annotator.ui.jobs.progress import JobProgress
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.preferences.actions import PreferencesActions, PreferenceTargets
from annotator.ui.preferences.view_actions import ViewActions
from annotator.ui.printing.actions import PrintActions
from annotator.ui.review.actions import ReviewActions, ReviewContext
from annotator.ui.scheme_editor.actions import SchemeActions
from annotator.ui.search.actions import SearchActions
from annotator.ui.search.find_bar import FindBar
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.status_bar import StatusBar
from annotator.ui.suggestions.actions import SuggestionActions
from annotator.ui.theme.theme import Theme
from annotator.ui.trash.actions import TrashActions, TrashContext
from annotator.ui.trash.undo_toast import UndoToast
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.widgets.plain_text import (
    PlainMessageBox,
    escape_mnemonic,
    set_tool_tip,
    strip_mnemonics,
)
from annotator.ui.widgets.toast import Toast
from annotator.ui.window_layout import LayoutParts, WindowLayout


class WindowContext(NamedTuple):
    """A window that holds only the article, and the callbacks that its actions use."""

    window: QMainWindow
    session: Session
    view: ArticleView
    header: ArticleHeader
    panes: QSplitter
    desk: QSplitter
    settings: Settings
    open_project: Callable[[Path], None]
    use_look: Callable[[str], None]


class Workspace(QObject):
    """The parts of a window around the article, created and connected to one another."""

    def __init__(self, context: WindowContext, theme: Theme) -> None:
        super().__init__(context.window)
        self._context = context
        window, session, view = context.window, context.session, context.view
        self._pane_states: list[tuple[QSplitter, list[int], QWidget, bool]] = []
        self.side_panel = SidePanel(session, theme, partial(self._insert_pane, context.desk, 1))
        self.article_panel = ArticlePanel(
            session,
            theme,
            partial(self._insert_pane, context.panes, 0),
            order=context.settings.order_in(session.project.path),
        )
        self.navigator = Navigator(session, view)
        self.entity_actions = EntityActions(window, session, view, theme)
        self.article_actions = ArticleActions(
            window, session, view, self.side_panel, self.article_panel, self.navigator
        )
        self.file_actions = FileActions(
            window, session, context.settings, context.open_project, self._reload
        )
        self.toast = Toast(view)
        self.minimap = Minimap(view, theme)
        SpanAnnouncer(view)
        self.index_preloader = IndexPreloader(session, self)
        self.window_layout = WindowLayout(
            window,
            context.desk,
            LayoutParts(
                context.header, self.article_panel, self.side_panel, self.minimap, self.toast
            ),
        )
        self.find_bar = FindBar(session, view, theme)
        self._theme = theme
        help_actions = HelpActions(window, context.settings, self.look)
        view_actions = ViewActions(window, self.article_panel, context.settings, context.use_look)
        preferences = PreferencesActions(
            window,
            view,
            context.settings,
            PreferenceTargets(self.file_actions.work_as, view_actions.choose, context.open_project),
            self.look,
        )
        self.backup_actions = BackupActions(
            window, session, context.settings, context.open_project, self.look
        )
        self.undo_toast = UndoToast(view)
        self.label_actions = LabelActions(
            session, view, self.look, lambda: self.labels, lambda: self.labels_all
        )
        self.trash_actions = self._make_trash_actions()
        self.scheme_actions = SchemeActions(window, session, context.settings, self.look)
        desk = ReviewContext(window, session, view, context.desk, self.side_panel)
        self.review_actions = ReviewActions(desk, context.settings, self.look, self._reload)
        self.file_actions.open_or_merge = self.review_actions.ask_open_or_merge
        self.suggestion_actions = SuggestionActions(
            window, session, view, self.article_panel, context.settings, theme
        )
        followers = (
            self.suggestion_actions,
            self.scheme_actions,
            self.review_actions,
            TextSettingsActions(window, session, view, self.window_layout, context.settings),
            view_actions,
        )
        groups = (
            self.article_actions,
            self.navigator,
            self.entity_actions,
            self.file_actions,
            SearchActions(window, session, view, self.find_bar, context.settings, self.look),
            RelabelActions(window, session, self.look),
            self.label_actions,
            PrintActions(window, session, view),
            self.backup_actions,
            self.trash_actions,
            help_actions,
            preferences,
            *followers,
        )
        self.actions = make_actions(window, groups)
        self._everywhere = QMenu(tr("Mark e&verywhere"), window)
        self._more_labels = QMenu(tr("More labels"), window)
        self._make_labels()
        self.keymap = Keymap(self.actions, self._marking(), context.settings, self)
        help_actions.keymap = self.keymap
        self.status_bar = StatusBar(
            session.scheme,
            self.labels,
            self.actions,
            window,
            read_only=session.project.read_only,
        )
        self.selection_bar = SelectionBar(view, session, self.labels, self.actions, theme)
        self.rescue = SaveFailure(window, session, context.settings, context.open_project)
        self._watching = ChangeWatcher(
            window, session, reload=self._reload, at_rest=lambda: view.selection() is None
        )
        self._progress = JobProgress(window, theme, self._middle())
        session.jobs.started.connect(self._progress.follow)
        self._place_parts(theme)
        self._fill_menus()
        self._connect()
        for follower in followers:
            follower.follow_with(self.actions)
        self.suggestion_actions.take_hold(self.status_bar, lambda: self.labels)
        self._pane_shortcuts = PaneShortcuts(window, session, view, self.status_bar, self.actions)
        self._begin()

    def _begin(self) -> None:
        """Show the current state, once all parts are in place. Raises StoreError."""
        session = self._context.session
        self._show_progress(session.project.progress(session.annotator))
        self._enable()
        self.scheme_actions.show_what_was_open()
        ImportCleanup(session, self)

    def set_theme(self, theme: Theme) -> None:
        """Paint everything in this theme from now on."""
        self._theme = theme
        themed = (
            self.side_panel,
            self.article_panel,
            self.selection_bar,
            self.entity_actions,
            self.find_bar,
            self.minimap,
            self.scheme_actions,
            self.review_actions,
            self.suggestion_actions,
            self._progress,
        )
        for part in themed:
            part.set_theme(theme)
        self._context.header.set_actions(self.actions, theme)

    def look(self) -> Theme:
        """Return the theme that everything is painted in now."""
        return self._theme

    def may_close(self, close: Callable[[], object]) -> bool:
        """Ask about a running job and pending edits; return False if the window is to stay open.

        `close` is called later if the job is to end first.
        """
        if self._context.session.jobs.running() and not self._may_end_job(close):
            return False
        return self.rescue.may_close()

    def _may_end_job(self, close: Callable[[], object]) -> bool:
        box = PlainMessageBox(
            QMessageBox.Icon.Question,
            "Annotator",
            tr("A job is still running in this project."),
            parent=self._context.window,
        )
        box.setInformativeText(
            tr("If it is cancelled, nothing of it is kept; what you have annotated is saved.")
        )
        role = QMessageBox.ButtonRole
        wait = box.addButton(tr("Close when it is &done"), role.AcceptRole)
        stop = box.addButton(tr("&Cancel it and close"), role.DestructiveRole)
        box.addButton(tr("&Keep the window open"), role.RejectRole)
        box.setDefaultButton(wait)
        jobs = self._context.session.jobs
        jobs.ended.connect(box.accept)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        if jobs.running() is None:  # it has ended in the meantime
            return clicked in (None, wait, stop)
        if clicked is wait:
            jobs.ended.connect(close, Qt.ConnectionType.QueuedConnection)
        return clicked is stop

    def clear_away(self) -> None:
        """End the running jobs and reset what the next start must not restore, before closing."""
        self._watching.stop()
        self.window_layout.set_alone(alone=False)
        self._context.session.jobs.close()

    def _make_trash_actions(self) -> TrashActions:
        context = self._context
        trash_context = TrashContext(
            context.window,
            context.session,
            self.article_panel,
            self.undo_toast,
            self._reload,
        )
        actions = TrashActions(
            trash_context,
            context.settings,
            self.look,
            lambda: action_key_text(self.actions["undo"]),
        )
        self.article_actions.undo_first = actions.take_back
        return actions

    def _insert_pane(self, splitter: QSplitter, index: int, pane: QWidget) -> None:
        """Replace an empty pane with this one, hidden until it is filled."""
        empty = splitter.widget(index)
        assert empty is not None
        self._pane_states.append((splitter, splitter.sizes(), pane, empty.isVisibleTo(splitter)))
        empty.hide()  # otherwise Qt would show the pane at once
        splitter.replaceWidget(index, pane)
        empty.deleteLater()

    def _place_parts(self, theme: Theme) -> None:
        for splitter, sizes, pane, shown in self._pane_states:
            pane.setVisible(shown)
            splitter.setSizes(sizes)
        middle = self._middle()
        middle.insertWidget(middle.indexOf(self._context.panes), self.find_bar)
        self._context.window.setStatusBar(self.status_bar)
        self._context.header.set_actions(self.actions, theme)

    def _middle(self) -> QVBoxLayout:
        """Return the layout between the bar at the top of the window and the one at the bottom."""
        above = self._context.panes.parentWidget()
        assert above is not None
        middle = above.layout()
        assert isinstance(middle, QVBoxLayout)
        return middle

    def _fill_menus(self) -> None:
        menus: dict[str, QMenu] = {}
        for spec in SPECS:
            menu = menus.get(spec.menu)
            if menu is None:
                menu = menus[spec.menu] = self._context.window.menuBar().addMenu(tr(spec.menu))
            if spec.breaks:
                menu.addSeparator()
            menu.addAction(self.actions[spec.id])
        self._annotate = menus["&Annotate"]
        self._annotate.insertMenu(self._annotate.actions()[0], self._more_labels)
        self._annotate.insertMenu(self._annotate.actions()[1], self._everywhere)
        self._list_labels()
        context = self._context
        path = context.session.project.path
        self.recent = RecentMenu(context.settings, context.open_project, path, context.window)
        after_open = menus["&File"].actions()[len(("new_project", "open_project"))]
        menus["&File"].insertMenu(after_open, self.recent)
        menus["&Edit"].aboutToShow.connect(self._title_undo)

    def _make_labels(self) -> None:
        window, scheme = self._context.window, self._context.session.scheme
        self.labels = make_label_actions(window, scheme, self.article_actions.mark)
        self.scheme_actions.follow_labels(self.labels)
        self.labels_all = make_label_all_actions(window, scheme, self.entity_actions.mark_all)

    def _marking(self) -> dict[str, QAction]:
        """Return all actions that mark with a label, by their object names."""
        marking = (*self.labels.values(), *self.labels_all.values())
        return {action.objectName(): action for action in marking}

    def _list_labels(self) -> None:
        labels, marking_all = list(self.labels.values()), list(self.labels_all.values())
        first, rest = labels[:MOST_IN_MENU], labels[MOST_IN_MENU:]
        self._annotate.insertActions(self._more_labels.menuAction(), first)
        self._more_labels.clear()
        self._more_labels.addActions(rest[:MOST_IN_SUBMENU])
        self._more_labels.menuAction().setVisible(bool(rest))
        self._everywhere.clear()
        self._everywhere.addActions(marking_all[:MOST_IN_SUBMENU])
        if len(marking_all) > MOST_IN_SUBMENU:
            more = self._everywhere.addAction(tr("More labels…"))
            more.triggered.connect(lambda _checked: self.label_actions.mark_as_everywhere())

    def _follow_scheme(self) -> None:
        """Follow another scheme: rebuild the label actions, their keys and colours."""
        for action in self._marking().values():
            # It is deleted only after the event; until then its shortcut would be ambiguous.
            action.setShortcuts([])
            menus = (self._annotate, self._more_labels, self._everywhere)
            for holder in (self._context.window, *menus):
                holder.removeAction(action)
            action.deleteLater()
        self._make_labels()
        self._list_labels()
        self.keymap.follow_labels(self.actions, self._marking())
        self.status_bar.set_scheme(self._context.session.scheme, self.labels)
        self.selection_bar.set_labels(self.labels)
        self._context.view.viewport().update()
        self.minimap.draw_marks()

    def _connect(self) -> None:
        session = self._context.session
        session.scheme_changed.connect(self._follow_scheme)
        session.article_opened.connect(self._follow_article)
        session.edited.connect(self._follow_edit)
        session.saved.connect(self.status_bar.show_saved)
        session.pending_edits.changed.connect(self.status_bar.show_waiting)
        session.said.connect(self._say)
        session.failed.connect(self.show_failure)
        self.article_panel.article_chosen.connect(self._open_chosen)
        self.article_panel.sorted_by.connect(self._keep_order)
        self.side_panel.place_activated.connect(self._context.view.reveal)
        self.side_panel.page_wanted.connect(self._context.view.setFocus)
        self.article_panel.page_wanted.connect(self._context.view.setFocus)
        self.keymap.changed.connect(self._show_keys)

    def _open_chosen(self, key: int) -> None:
        """Open the chosen article and focus its text, so that no key acts on the list any more."""
        if self._context.session.open_article(key):
            self._context.view.setFocus()

    def _keep_order(self, order: ArticleOrder) -> None:
        self._context.settings.set_order_in(self._context.session.project.path, order)

    def _say(self, message: str) -> None:
        self.status_bar.say(message)
        announce(self._context.window, message)
        if self.window_layout.alone:
            self.toast.say(message)

    def _show_keys(self) -> None:
        for part in (self.status_bar, self.selection_bar, self._pane_shortcuts):
            part.show_keys()
        self._context.header.set_actions(self.actions, self._theme)

    def _follow_article(self) -> None:
        self.selection_bar.hide()
        self.status_bar.show_opened()
        self.status_bar.show_waiting(len(self._context.session.pending_edits))
        self._enable()

    def _enable(self) -> None:
        opened = self._context.session.article is not None
        for spec in SPECS:
            if spec.needs_article:
                self.actions[spec.id].setEnabled(opened)

    def _follow_edit(self, edit: Edit) -> None:
        if any(isinstance(change.item, Head) for change in edit.changes):
            self._show_done()

    def _show_done(self) -> None:
        session = self._context.session
        progress = session.ask(lambda project: project.progress(session.annotator), None)
        if progress is not None:
            self._show_progress(progress)

    def _show_progress(self, progress: Progress) -> None:
        finished = progress.counts["done"] + progress.counts["skipped"]
        self._context.header.show_progress(finished, progress.total)

    def _reload(self) -> None:
        """Reload everything after an import or a change of annotator."""
        self.article_panel.reload()
        self._show_done()

    def _title_undo(self) -> None:
        undo, redo = self._context.session.next_titles()
        of_trash = self.trash_actions.next_undo_title()
        titles = (
            ("undo", tr("&Undo"), of_trash or _text(undo)),
            ("redo", tr("&Redo"), _text(redo)),
        )
        for id_, word, title in titles:
            action = self.actions[id_]
            action.setText(_titled(word, title) if title else word)
            set_tool_tip(action, strip_mnemonics(action.text()))

    def show_failure(self, sentence: str) -> None:
        """Show in a dialog what the disk or a project refuses."""
        show_error(self._context.window, "Annotator", sentence)


def _text(title: Message | None) -> str:
    return "" if title is None else tr_message(title)


def _titled(word: str, title: str) -> str:
    return f"{word}: {escape_mnemonic(title)}"
