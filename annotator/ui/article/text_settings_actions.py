"""The actions for text settings, layers, badges, focus mode and the place of the lists."""

from PySide6.QtGui import QKeySequence

from annotator.core.edit import Edit
from annotator.core.models import Mention, Quote
from annotator.ui.actions.action import Action, Menu
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.window_context import WindowContext
from annotator.ui.window_layout import WindowLayout


class TextSettingsActions:
    """The actions on how the text is shown, and what around it. All settings are saved."""

    def __init__(self, context: WindowContext, layout: WindowLayout) -> None:
        self._view = context.view
        self._layout = layout
        self._settings = context.settings
        self._registry = registry = context.registry
        context.view.reading_changed.connect(self._follow)
        context.session.edited.connect(self._show_layer_of)
        registry.add((*self._text_actions(), *self._layer_actions(), *self._window_actions()))

    def _text_actions(self) -> list[Action]:
        keys, menu = QKeySequence.StandardKey, Menu.VIEW
        return [
            Action("zoom_in", tr("&Zoom in"), self.zoom_in, menu, (keys.ZoomIn, "Ctrl+=")),
            Action("zoom_out", tr("Zoom &out"), self.zoom_out, menu, (keys.ZoomOut,)),
            Action(
                "zoom_reset",
                tr("Reset zoom"),
                self.zoom_reset,
                menu,
                ("Ctrl+0",),
                also=tr_later("reset 100 default"),
            ),
            Action("show_reading", tr("&Reading…"), self.show_reading, menu, ("F7",)),
        ]

    def _layer_actions(self) -> list[Action]:
        view, menu = self._view, Menu.VIEW
        return [
            Action(
                "layer_quotes",
                tr("Show quotes"),
                self.layer_quotes,
                menu,
                ("Ctrl+Alt+1",),
                checked=lambda: view.reading.quotes,
            ),
            Action(
                "layer_entities",
                tr("Show entit&ies"),
                self.layer_entities,
                menu,
                ("Ctrl+Alt+2",),
                checked=lambda: view.reading.entities,
            ),
            Action(
                "layer_links",
                tr("Show lin&ks"),
                self.layer_links,
                menu,
                ("Ctrl+Alt+3",),
                checked=lambda: view.reading.links,
            ),
            Action(
                "show_badges",
                tr("Show la&bel tabs"),
                self.show_badges,
                menu,
                ("Ctrl+Alt+4",),
                checked=lambda: view.reading.badges,
            ),
        ]

    def _window_actions(self) -> list[Action]:
        layout, menu = self._layout, Menu.VIEW
        return [
            Action(
                "focus_mode",
                tr("Focus mode"),
                self.focus_mode,
                menu,
                ("F11",),
                checked=lambda: layout.alone,
                also=tr_later("full screen distraction"),
            ),
            Action(
                "show_lists",
                tr("Quote and entity lists"),
                self.show_lists,
                menu,
                ("Shift+F9",),
                checked=lambda: layout.lists_shown,
            ),
            Action(
                "lists_below",
                tr("Lists belo&w the text"),
                self.lists_below,
                menu,
                ("Ctrl+F9",),
                checked=lambda: layout.below,
            ),
            Action(
                "show_minimap",
                tr("&Minimap"),
                self.show_minimap,
                menu,
                checked=lambda: layout.minimap_shown,
            ),
        ]

    def show_reading(self) -> None:
        """Open the popup with all text settings."""
        from annotator.ui.article.text_settings_popup import TextSettingsPopup

        TextSettingsPopup(self._view, self._registry).show_over_text()

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
        key = self._registry.key_or_title("focus_mode")
        self._layout.set_alone(alone=not self._layout.alone, key=key)
        self._view.setFocus()

    def lists_below(self) -> None:
        """Move the lists below the text, or back beside it."""
        self._layout.set_below(below=not self._layout.below)
        self._settings.set_choice("lists_below", on=self._layout.below)

    def show_lists(self) -> None:
        """Hide the lists of quotes and entities, or show them again."""
        self._layout.show_lists(shown=not self._layout.lists_shown)

    def show_minimap(self) -> None:
        """Hide the map beside the scroll bar, or show it again."""
        self._layout.show_minimap(shown=not self._layout.minimap_shown)
        self._settings.set_choice("no_minimap", on=not self._layout.minimap_shown)

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
        self._registry.refresh_soon()
