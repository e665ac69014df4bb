"""The actions for text settings, layers, badges, focus mode and the place of the lists."""

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from annotator.core.edit import Edit
from annotator.core.models import Mention, Quote
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.article.view import ArticleView
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.window_layout import WindowLayout


class TextSettingsActions:
    """One method for each action id; see the table in `actions`. All settings are saved."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        view: ArticleView,
        plan: WindowLayout,
        settings: Settings,
    ) -> None:
        self._window = window
        self._view = view
        self._plan = plan
        self._settings = settings
        self._actions: Mapping[str, QAction] = {}
        view.reading_changed.connect(self._follow)
        session.edited.connect(self._show_layer_of)

    def follow_with(self, actions: Mapping[str, QAction]) -> None:
        """Keep these actions checked according to the settings."""
        self._actions = actions
        self._check()

    def show_reading(self) -> None:
        """Open the popup with all text settings."""
        from annotator.ui.article.text_settings_popup import TextSettingsPopup

        TextSettingsPopup(self._view, self._actions).show_over_text()

    def zoom_in(self) -> None:
        self._resize(1)

    def zoom_out(self) -> None:
        self._resize(-1)

    def zoom_reset(self) -> None:
        self._view.set_reading(self._view.reading._replace(size=TextSettings().size))

    def layer_quotes(self) -> None:
        reading = self._view.reading
        self._view.set_reading(reading._replace(quotes=not reading.quotes))

    def layer_entities(self) -> None:
        reading = self._view.reading
        self._view.set_reading(reading._replace(entities=not reading.entities))

    def layer_links(self) -> None:
        reading = self._view.reading
        self._view.set_reading(reading._replace(links=not reading.links))

    def show_badges(self) -> None:
        reading = self._view.reading
        self._view.set_reading(reading._replace(badges=not reading.badges))

    def focus_mode(self) -> None:
        """Show only the page on the screen, or restore everything."""
        self._plan.set_alone(alone=not self._plan.alone)
        self._view.setFocus()
        self._check()

    def lists_below(self) -> None:
        """Move the lists below the text, or back beside it."""
        self._plan.set_below(below=not self._plan.below)
        self._settings.set_choice("lists_below", on=self._plan.below)
        self._check()

    def show_lists(self) -> None:
        """Hide the lists of quotes and entities, or show them again."""
        self._plan.show_lists(shown=not self._plan.lists_shown)
        self._check()

    def show_minimap(self) -> None:
        """Hide the map beside the scroll bar, or show it again."""
        self._plan.show_minimap(shown=not self._plan.minimap_shown)
        self._settings.set_choice("no_minimap", on=not self._plan.minimap_shown)
        self._check()

    def _resize(self, change: int) -> None:
        reading = self._view.reading
        self._view.set_reading(reading._replace(size=reading.size + change))

    def _show_layer_of(self, edit: Edit) -> None:
        """Show the layer of a mark that was just made."""
        made = [change.after for change in edit.changes if change.before is None]
        reading = self._view.reading
        wanted = reading._replace(
            entities=reading.entities or any(isinstance(item, Mention) for item in made),
            quotes=reading.quotes or any(isinstance(item, Quote) for item in made),
        )
        if wanted != reading:
            self._view.set_reading(wanted)

    def _follow(self) -> None:
        self._settings.reading = self._view.reading
        self._check()

    def _check(self) -> None:
        reading = self._view.reading
        for id_, on in {
            "layer_quotes": reading.quotes,
            "layer_entities": reading.entities,
            "layer_links": reading.links,
            "show_badges": reading.badges,
            "focus_mode": self._plan.alone,
            "lists_below": self._plan.below,
            "show_minimap": self._plan.minimap_shown,
            "show_lists": self._plan.lists_shown,
        }.items():
            if id_ in self._actions:
                self._actions[id_].setChecked(on)
