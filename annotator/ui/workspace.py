"""The parts of the window around the article: lists, actions, menus, bars and progress."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMessageBox, QSplitter, QVBoxLayout, QWidget

from annotator.core.edit import Edit
from annotator.core.models import Head
from annotator.store import ArticleOrder, Progress
from annotator.ui.actions.action import Menu
from annotator.ui.actions.keymap import Keymap
from annotator.ui.actions.menus import fill_menu_bar
from annotator.ui.actions.pane_shortcuts import PaneShortcuts
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.accessibility import SpanAnnouncer, announce
from annotator.ui.article.actions import ArticleActions
from annotator.ui.article.article_header import ArticleHeader
from annotator.ui.article.entity_actions import EntityActions
from annotator.ui.article.index_preloader import IndexPreloader
from annotator.ui.article.label_actions import LabelActions
from annotator.ui.article.minimap import Minimap
from annotator.ui.article.navigation import Navigator
from annotator.ui.article.relabel_actions import RelabelActions
from annotator.ui.article.selection_bar import SelectionBar
from annotator.ui.article.text_settings_actions import TextSettingsActions
from annotator.ui.article.undo_actions import UndoActions
from annotator.ui.article.view import ArticleView
from annotator.ui.backups.actions import BackupActions
from annotator.ui.backups.save_failure import SaveFailure
from annotator.ui.change_watcher import ChangeWatcher
from annotator.ui.help.actions import HelpActions
from annotator.ui.i18n.translation import tr
from annotator.ui.import_export.actions import FileActions, FileContext
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
from annotator.ui.widgets.plain_text import PlainMessageBox
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
        self._theme = theme
        window, session, view = context.window, context.session, context.view
        settings = context.settings
        self._pane_states: list[tuple[QSplitter, list[int], QWidget, bool]] = []
        self.actions = registry = ActionRegistry(window, session)
        self.keymap = Keymap(registry, settings)
        self.side_panel = SidePanel(
            session, theme, registry, partial(self._insert_pane, context.desk, 1)
        )
        self.article_panel = ArticlePanel(
            session,
            theme,
            registry,
            partial(self._insert_pane, context.panes, 0),
            order=settings.order_in(session.project.path),
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
        self.find_bar = FindBar(session, view, theme, registry)
        self._make_article_actions()
        self._make_project_actions()
        self._make_window_actions()
        self.suggestion_actions = SuggestionActions(
            window, view, self.article_panel, settings, theme, registry
        )
        self.status_bar = StatusBar(
            session.scheme,
            self.labels,
            registry,
            window,
            read_only=session.project.read_only,
        )
        self.selection_bar = SelectionBar(view, session, self.labels, registry, theme)
        self.rescue = SaveFailure(window, session, settings, context.open_project)
        self._watching = ChangeWatcher(
            window, session, reload=self._reload, at_rest=lambda: view.selection() is None
        )
        self._progress = JobProgress(window, theme, self._middle())
        session.jobs.started.connect(self._progress.follow)
        PaneShortcuts(window, session, view, self.status_bar, registry)
        self._place_parts()
        self._fill_menus()
        self._connect()
        self.keymap.load()
        self.suggestion_actions.show_in(self.status_bar)
        self._begin()

    @property
    def labels(self) -> Mapping[str, QAction]:
        """The actions that mark with a label, by its name."""
        return self.label_actions.labels

    def _make_article_actions(self) -> None:
        """Make the actions on the open article."""
        context, registry, theme = self._context, self.actions, self._theme
        window, session, view = context.window, context.session, context.view
        self.navigator = Navigator(session, view, registry)
        self.entity_actions = EntityActions(window, session, view, theme, registry)
        self.article_actions = ArticleActions(
            window, view, self.side_panel, self.article_panel, self.navigator, registry
        )
        self.label_actions = LabelActions(
            view, registry, self.look, self.article_actions.mark, self.entity_actions.mark_all
        )
        RelabelActions(window, session, self.look, registry)
        PrintActions(window, session, view, registry)
        SearchActions(window, view, self.find_bar, context.settings, self.look, registry)
        TextSettingsActions(window, session, view, self.window_layout, context.settings, registry)

    def _make_project_actions(self) -> None:
        """Make the actions on the project, its files and the work of others."""
        context, registry = self._context, self.actions
        window, session, settings = context.window, context.session, context.settings
        self._undo_toast: UndoToast | None = None
        self.trash_actions = TrashActions(
            TrashContext(
                window,
                session,
                self.article_panel,
                lambda: self.undo_toast,
                self._reload,
            ),
            settings,
            self.look,
            registry,
        )
        self._undo_actions = UndoActions(session, self.trash_actions, registry)
        self.backup_actions = BackupActions(
            window, session, settings, context.open_project, self.look, registry
        )
        self.scheme_actions = SchemeActions(window, session, settings, self.look, registry)
        self.label_actions.used.connect(self.scheme_actions.show_label)
        self.review_actions = ReviewActions(
            ReviewContext(window, session, context.view, context.desk, self.side_panel),
            settings,
            self.look,
            self._reload,
            registry,
        )
        self.file_actions = FileActions(
            FileContext(window, session, settings, context.open_project),
            self._reload,
            self.review_actions.ask_open_or_merge,
            registry,
        )

    def _make_window_actions(self) -> None:
        """Make the actions on the window itself, preferences and help."""
        context, registry = self._context, self.actions
        window, settings = context.window, context.settings
        views = ViewActions(window, self.article_panel, settings, context.use_look, registry)
        PreferencesActions(
            window,
            context.view,
            settings,
            PreferenceTargets(self.file_actions.work_as, views.choose, context.open_project),
            self.look,
            registry,
        )
        HelpActions(window, settings, self.look, registry, self.keymap)

    def _begin(self) -> None:
        """Show the current state, once all parts are in place. Raises StoreError."""
        session = self._context.session
        self._show_progress(session.project.progress(session.annotator))
        self.actions.refresh()
        self.review_actions.report_remarks()
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

    @property
    def undo_toast(self) -> UndoToast:
        """The message after a move to the trash, made at the first use."""
        if self._undo_toast is None:
            self._undo_toast = UndoToast(self._context.view)
            self._undo_toast.undo_wanted.connect(self.trash_actions.take_back)
        return self._undo_toast

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
        self.actions.stop()
        self.window_layout.set_alone(alone=False)
        self._context.session.jobs.close()

    def _insert_pane(self, splitter: QSplitter, index: int, pane: QWidget) -> None:
        """Replace an empty pane with this one, hidden until it is filled."""
        empty = splitter.widget(index)
        assert empty is not None
        self._pane_states.append((splitter, splitter.sizes(), pane, empty.isVisibleTo(splitter)))
        empty.hide()  # otherwise Qt would show the pane at once
        splitter.replaceWidget(index, pane)
        empty.deleteLater()

    def _place_parts(self) -> None:
        for splitter, sizes, pane, shown in self._pane_states:
            pane.setVisible(shown)
            splitter.setSizes(sizes)
        middle = self._middle()
        middle.insertWidget(middle.indexOf(self._context.panes), self.find_bar)
        self._context.window.setStatusBar(self.status_bar)

    def _middle(self) -> QVBoxLayout:
        """Return the layout between the bar at the top of the window and the one at the bottom."""
        above = self._context.panes.parentWidget()
        assert above is not None
        middle = above.layout()
        assert isinstance(middle, QVBoxLayout)
        return middle

    def _fill_menus(self) -> None:
        context = self._context
        menus = fill_menu_bar(context.window.menuBar(), self.actions)
        self.label_actions.fill(menus[Menu.ANNOTATE], context.window)
        self._undo_actions.name_in(menus[Menu.EDIT])
        path = context.session.project.path
        self.recent = RecentMenu(context.settings, context.open_project, path, context.window)
        after_open = menus[Menu.FILE].actions()[len(("new_project", "open_project"))]
        menus[Menu.FILE].insertMenu(after_open, self.recent)

    def _follow_scheme(self) -> None:
        """Follow another scheme: rebuild the label actions, their keys and colours."""
        self.label_actions.follow_scheme()
        self.suggestion_actions.follow_scheme()
        self.keymap.load()
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
        self.actions.keys_changed.connect(self._show_keys)
        self._context.view.selection_settled.connect(self.actions.refresh_soon)

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
        for part in (self.status_bar, self.selection_bar):
            part.show_keys()
        self._context.header.set_actions(self.actions, self._theme)

    def _follow_article(self) -> None:
        self.selection_bar.hide()
        self.status_bar.show_opened()
        self.status_bar.show_waiting(len(self._context.session.pending_edits))

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

    def show_failure(self, sentence: str) -> None:
        """Show in a dialog what the disk or a project refuses."""
        show_error(self._context.window, "Annotator", sentence)
