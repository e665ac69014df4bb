"""The action that shows the preferences and applies the changes."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from annotator.store import StoreError
from annotator.ui.actions.action import Action, Menu
from annotator.ui.i18n.translation import tr, tr_error, tr_later
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.preferences.view_actions import ViewActions
from annotator.ui.widgets.plain_text import strip_mnemonics
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.ui.preferences.dialog import Preferences


class PreferencesActions:
    """The action for the preferences."""

    def __init__(
        self, context: WindowContext, articles: ArticlePanel, set_annotator: Callable[[str], None]
    ) -> None:
        self._context = context
        self._session, self._settings = context.session, context.settings
        self._set_annotator = set_annotator
        self._views = ViewActions(context, articles)
        context.registry.add(
            [
                Action(
                    "preferences",
                    tr("Preference&s…"),
                    self.preferences,
                    Menu.FILE,
                    ("Ctrl+,",),
                    also=tr_later("settings options language font"),
                )
            ]
        )

    def preferences(self) -> None:
        from annotator.ui.preferences.dialog import Preferences, PreferencesDialog
        from annotator.ui.preferences.view_actions import theme_titles

        settings, session = self._settings, self._session
        try:
            names = session.project.annotators()
        except StoreError as error:
            session.failed.emit(tr_error(error))
            return
        now = Preferences(
            annotator=session.annotator,
            look=settings.look,
            language=settings.language,
            reading=self._context.view.reading,
            idle_seconds=settings.idle_seconds,
            leads=settings.leads,
        )
        dialog = PreferencesDialog(
            now,
            names,
            [(strip_mnemonics(title), look) for look, title in theme_titles().items()],
            self._context.theme,
            self._context.window,
        )
        if dialog.exec() == PreferencesDialog.DialogCode.Accepted:
            self._use(now, dialog.chosen())
        dialog.deleteLater()

    def _use(self, before: "Preferences", wanted: "Preferences") -> None:
        settings = self._settings
        settings.leads = wanted.leads
        settings.idle_seconds = wanted.idle_seconds
        self._session.set_pause(wanted.idle_seconds)
        if wanted.reading != before.reading:
            self._context.view.set_reading(wanted.reading)
        if wanted.look != before.look:
            self._views.choose(wanted.look)
        if wanted.annotator != before.annotator:
            self._set_annotator(wanted.annotator)
        settings.language = wanted.language
        settings.save()
        if wanted.language != before.language:
            # A window is translated only when it is made; this one must outlive the dialog first.
            path = self._session.project.path
            QTimer.singleShot(0, partial(self._context.open_wanted.emit, path))
