"""The features of a window, made and given to one another: all that is around the article."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from annotator.ui.idle_steps import imports
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.window_context import WindowContext

IMPORTED_FIRST: Final = (
    "annotator.core.unannotated",
    "annotator.core.suggestion",
    "annotator.core.rejection",
    "annotator.core.edits",
    "annotator.ui.actions.keymap",
    "annotator.ui.article.accessibility",
    "annotator.ui.article.layer_toggle",
    "annotator.ui.status_bar",
    "annotator.ui.article.annotation_controller",
    "annotator.ui.lists.row_drawing",
    "annotator.ui.lists.article_model",
    "annotator.ui.lists.article_delegate",
    "annotator.ui.lists.selection_synced_list",
    "annotator.ui.lists.article_panel",
    "annotator.ui.lists.entity_model",
    "annotator.ui.lists.entity_delegate",
    "annotator.ui.lists.entity_picker",
    "annotator.ui.lists.entity_list",
    "annotator.ui.lists.side_panel",
    "annotator.ui.lists.panels",
    "annotator.ui.article.actions",
    "annotator.ui.article.minimap",
    "annotator.ui.article.text_settings_actions",
    "annotator.ui.trash.actions",
    "annotator.ui.article.parts",
    "annotator.ui.search.actions",
    "annotator.ui.review.actions",
    "annotator.ui.scheme_editor.actions",
    "annotator.ui.backups.actions",
    "annotator.core.adjudication",
    "annotator.ui.suggestions.controller",
    "annotator.ui.suggestions.actions",
)
"""Modules that the features need, those first that others import: each is one short step."""


class Workspace(QObject):
    """The features of a window on a project, made one after the other.

    None of them is to be used before `build` has made all. What is seen of them appears at the
    end, at once: a splitter or a bar in between would lay the text out again and again.
    """

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._steps = self._make()
        self._error: Exception | None = None
        self.complete = False
        """Whether all features are made."""

    def build_next(self) -> bool:
        """Make the next feature, or a part of it; return whether more are missing.

        Raises StoreError, now and from now on, if the project cannot be read.
        """
        if self._error is not None:
            raise self._error
        try:
            next(self._steps)
        except StopIteration:
            self.complete = True
        except Exception as error:
            self._error = error
            raise
        return not self.complete

    def build(self) -> None:
        """Make all features that are still missing. Raises StoreError as `build_next`."""
        while not self.complete:
            self.build_next()

    def _make(self) -> Iterator[None]:
        """Make the features, in steps of a few milliseconds each."""
        yield from imports(IMPORTED_FIRST)
        yield from self._make_article()
        yield from self._make_dialogs()
        yield from self._make_bars()
        yield from self._begin()

    def _make_article(self) -> Iterator[None]:
        """Make the lists, and what is about the open article."""
        context = self._context
        from annotator.ui.actions.keymap import Keymap
        from annotator.ui.article.parts import ArticleParts
        from annotator.ui.lists.panels import ListPanels
        from annotator.ui.trash.actions import TrashActions

        self.actions = context.registry
        self.keymap = Keymap(self.actions, context.settings)
        self.lists = ListPanels(context)
        for _ in self.lists.make():
            yield
        self.trash = TrashActions(context, self.lists.articles)
        yield
        self.article = ArticleParts(context, self.lists, self.trash)
        for _ in self.article.make():
            yield

    def _make_dialogs(self) -> Iterator[None]:
        """Make the features that are in menus and dialogs."""
        context = self._context
        from annotator.ui.printing.actions import PrintActions
        from annotator.ui.search.actions import SearchActions

        self.search = SearchActions(context)
        PrintActions(context)
        yield
        from annotator.ui.scheme_editor.actions import SchemeActions

        self.scheme = SchemeActions(context)
        self.article.label_actions.used.connect(self.scheme.show_label)
        yield
        from annotator.ui.review.actions import ReviewActions

        self.review = ReviewActions(context, self.lists.side)
        yield
        from annotator.ui.import_export.actions import FileActions

        self.files = FileActions(context, self.review.ask_open_or_merge)
        yield
        from annotator.ui.backups.actions import BackupActions

        self.backups = BackupActions(context)
        yield
        from annotator.ui.help.actions import HelpActions
        from annotator.ui.preferences.actions import PreferencesActions

        PreferencesActions(context, self.lists.articles, self.files.set_annotator)
        HelpActions(context, self.keymap)
        yield

    def _make_bars(self) -> Iterator[None]:
        """Make the suggestions, and what is shown at the edges of the window."""
        context = self._context
        from annotator.ui.suggestions.actions import SuggestionActions

        self.suggestions = SuggestionActions(context, self.lists.articles)
        yield
        from annotator.ui.actions.pane_shortcuts import PaneShortcuts
        from annotator.ui.status_bar import StatusBar

        self.status_bar = StatusBar(context, self.article.labels)
        self.status_bar.hide()
        PaneShortcuts(context, self.status_bar)
        yield
        from annotator.ui.change_watcher import ChangeWatcher
        from annotator.ui.jobs.progress import JobProgress

        self._progress = JobProgress(context.window, context.theme, self._middle())
        self._watcher = ChangeWatcher(
            context.window,
            context.session,
            reload=context.reload_wanted.emit,
            at_rest=lambda: context.view.selection() is None,
        )
        self._connect()
        yield

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
        above = self._context.outer_splitter.parentWidget()
        assert above is not None
        middle = above.layout()
        assert isinstance(middle, QVBoxLayout)
        return middle

    def _connect(self) -> None:
        context, session = self._context, self._context.session
        session.scheme_changed.connect(self._follow_scheme)
        session.error_occurred.connect(self.show_failure)
        session.jobs.started.connect(self._progress.follow)
        context.theme_changed.connect(self._progress.set_theme)
        self.actions.keys_changed.connect(self.status_bar.show_keys)
        self.actions.keys_changed.connect(self.article.show_keys)

    def _begin(self) -> Iterator[None]:
        """Show the current state, once all features are there."""
        from annotator.ui.actions.menus import fill_menu_bar

        context = self._context
        menus = fill_menu_bar(context.window.menuBar(), self.actions)
        yield
        self.article.fill(menus)
        self.files.fill(menus)
        yield
        self.keymap.load()
        yield
        self.actions.refresh()
        yield
        self.suggestions.show_in(self.status_bar)
        self.article.begin()
        self.review.report_comments()
        yield
        middle = self._middle()
        for _ in self.lists.show():
            yield  # each panel is styled and painted by itself
        middle.insertWidget(middle.indexOf(context.outer_splitter), self.search.bar)
        context.window.setStatusBar(self.status_bar)
        self.status_bar.show()
        self.scheme.show_what_was_open()
        self.files.begin()

    def _follow_scheme(self) -> None:
        """Follow another scheme: make the actions of its labels, give them keys, show these."""
        self.article.label_actions.follow_scheme()
        self.suggestions.follow_scheme()
        self.keymap.load()
        self.status_bar.set_scheme(self._context.session.scheme, self.article.labels)
        self.article.follow_labels()
