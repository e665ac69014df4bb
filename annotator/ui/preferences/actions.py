"""The action that shows the preferences and applies the changes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from annotator.store import StoreError
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr, tr_error, tr_later
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import strip_mnemonics

if TYPE_CHECKING:
    from annotator.ui.preferences.dialog import Preferences


class PreferenceTargets(NamedTuple):
    """Functions of other menus: changing the annotator or the theme, and opening a project."""

    work_as: Callable[[str], None]
    choose_look: Callable[[str], None]
    open_project: Callable[[Path], None]


class PreferencesActions:
    """The action for the preferences."""

    def __init__(
        self,
        window: QWidget,
        view: ArticleView,
        settings: Settings,
        hands: PreferenceTargets,
        look: Callable[[], Theme],
        registry: ActionRegistry,
    ) -> None:
        self._window = window
        self._session = view.session
        self._view = view
        self._settings = settings
        self._functions = hands
        self._theme = look
        registry.add(
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
            reading=self._view.reading,
            idle_seconds=settings.idle_seconds,
            leads=settings.leads,
        )
        dialog = PreferencesDialog(
            now,
            names,
            [(strip_mnemonics(title), look) for look, title in theme_titles().items()],
            self._theme(),
            self._window,
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
            self._view.set_reading(wanted.reading)
        if wanted.look != before.look:
            self._functions.choose_look(wanted.look)
        if wanted.annotator != before.annotator:
            self._functions.work_as(wanted.annotator)
        settings.language = wanted.language
        settings.save()
        if wanted.language != before.language:
            # A window is translated only when it is made; this one must outlive the dialog first.
            QTimer.singleShot(0, lambda: self._functions.open_project(self._session.project.path))
