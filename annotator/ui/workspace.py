"""The features of a window, made and given to one another: all that is around the article."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from annotator.ui.actions.keymap import Keymap
from annotator.ui.actions.menus import fill_menu_bar
from annotator.ui.actions.pane_shortcuts import PaneShortcuts
from annotator.ui.article.parts import ArticleParts
from annotator.ui.backups.actions import BackupActions
from annotator.ui.change_watcher import ChangeWatcher
from annotator.ui.help.actions import HelpActions
from annotator.ui.import_export.actions import FileActions
from annotator.ui.jobs.progress import JobProgress
from annotator.ui.lists.panels import ListPanels
from annotator.ui.preferences.actions import PreferencesActions
from annotator.ui.printing.actions import PrintActions
from annotator.ui.review.actions import ReviewActions
from annotator.ui.scheme_editor.actions import SchemeActions
from annotator.ui.search.actions import SearchActions
from annotator.ui.status_bar import StatusBar
from annotator.ui.suggestions.actions import SuggestionActions
from annotator.ui.trash.actions import TrashActions
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.window_context import WindowContext


class Workspace(QObject):
    """The features of a window on a project. Raises StoreError if that cannot be read."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self.actions = context.registry
        self.keymap = Keymap(self.actions, context.settings)
        self.lists = ListPanels(context)
        self.trash = TrashActions(context, self.lists.articles)
        self.article = ArticleParts(context, self.lists, self.trash)
        self.search = SearchActions(context)
        PrintActions(context)
        self.scheme = SchemeActions(context)
        self.article.label_actions.used.connect(self.scheme.show_label)
        self.review = ReviewActions(context, self.lists.side)
        self.files = FileActions(context, self.review.ask_open_or_merge)
        self.backups = BackupActions(context)
        PreferencesActions(context, self.lists.articles, self.files.work_as)
        HelpActions(context, self.keymap)
        self.suggestions = SuggestionActions(context, self.lists.articles)
        self.status_bar = StatusBar(context, self.article.labels)
        PaneShortcuts(context, self.status_bar)
        middle = self._middle()
        self._progress = JobProgress(context.window, context.theme, middle)
        self._watcher = ChangeWatcher(
            context.window,
            context.session,
            reload=context.reload_wanted.emit,
            at_rest=lambda: context.view.selection() is None,
        )
        self.lists.show()
        middle.insertWidget(middle.indexOf(context.panes), self.search.bar)
        context.window.setStatusBar(self.status_bar)
        menus = fill_menu_bar(context.window.menuBar(), self.actions)
        self.article.fill(menus)
        self.files.fill(menus)
        self._connect()
        self._begin()

    def may_close(self, close: Callable[[], object]) -> bool:
        """Ask about a running job and pending edits; return False if the window is to stay open.

        `close` is called later if the job is to end first.
        """
        return self._progress.may_close(self._context.session.jobs, close) and (
            self.backups.rescue.may_close()
        )

    def clear_away(self) -> None:
        """End the running jobs and reset what the next start must not restore, before closing."""
        self._watcher.stop()
        self.actions.stop()
        self.article.window_layout.set_alone(alone=False)
        self._context.session.jobs.close()

    def show_failure(self, sentence: str) -> None:
        """Show in a dialog what the disk or a project refuses."""
        show_error(self._context.window, "Annotator", sentence)

    def _middle(self) -> QVBoxLayout:
        """Return the layout between the bar at the top of the window and the one at the bottom."""
        above = self._context.panes.parentWidget()
        assert above is not None
        middle = above.layout()
        assert isinstance(middle, QVBoxLayout)
        return middle

    def _connect(self) -> None:
        context, session = self._context, self._context.session
        session.scheme_changed.connect(self._follow_scheme)
        session.failed.connect(self.show_failure)
        session.jobs.started.connect(self._progress.follow)
        context.theme_changed.connect(self._progress.set_theme)
        self.actions.keys_changed.connect(self.status_bar.show_keys)
        self.actions.keys_changed.connect(self.article.show_keys)

    def _begin(self) -> None:
        """Show the current state, once all features are there."""
        self.keymap.load()
        self.suggestions.show_in(self.status_bar)
        self.article.begin()
        self.actions.refresh()
        self.review.report_remarks()
        self.scheme.show_what_was_open()
        self.files.begin()

    def _follow_scheme(self) -> None:
        """Follow another scheme: make the actions of its labels, give them keys, show these."""
        self.article.label_actions.follow_scheme()
        self.suggestions.follow_scheme()
        self.keymap.load()
        self.status_bar.set_scheme(self._context.session.scheme, self.article.labels)
        self.article.follow_labels()
