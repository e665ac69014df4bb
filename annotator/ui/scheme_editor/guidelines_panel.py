"""The panel with the guidelines, at the section for the selected item."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow

from annotator.core.models import Quote
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.label_menu import type_text
from annotator.ui.scheme_editor.guidelines_view import GuidelinesView
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme

_QUOTES = ("Quotes", "Quote", "Quotations", "Attributions", "Content")


class GuidelinesPanel(QDockWidget):
    """A panel that follows the selection while visible: an entity's label or a quote's type."""

    def __init__(self, session: Session, theme: Theme, window: QMainWindow) -> None:
        super().__init__(tr("Guidelines"), window)
        self.setObjectName("guidelines-panel")
        self.setAllowedAreas(
            Qt.DockWidgetArea.RightDockWidgetArea | Qt.DockWidgetArea.LeftDockWidgetArea
        )
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable
            | QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        self._session = session
        self._label: str | None = None
        self.page = GuidelinesView(theme)
        self.page.setMinimumWidth(280)
        self.setWidget(self.page)
        self.set_theme(theme)
        session.selected_item_changed.connect(self._follow)
        session.edit_applied.connect(self._follow)
        session.scheme_changed.connect(self.show_scheme)
        self.show_scheme()

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self.page.set_theme(theme)
        self.setStyleSheet(
            f"QDockWidget {{ color: {theme.text}; font-weight: 600; }}"
            f"QDockWidget::title {{ background: {theme.panel}; padding: 8px 12px;"
            f" border-bottom: 1px solid {theme.line}; text-align: left; }}"
        )

    def use_label(self, label: str) -> None:
        """Go to the section of this label, because the user annotates with it."""
        self._label = label
        self._follow()

    @Slot()
    def show_scheme(self) -> None:
        """Show the guidelines of the session's scheme."""
        self.page.show_markdown(self._session.scheme.guidelines)
        self._follow()

    @Slot()
    def _follow(self, _what: object = None) -> None:
        if self.isVisible() and (wanted := self._wanted_headings()):
            self.page.show_section(wanted)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _wanted_headings(self) -> list[str]:
        """Return the headings to show, the best first."""
        quote, entity = self._session.selected_quote(), self._session.selected_entity()
        if isinstance(quote, Quote):
            return [type_text(quote.type), *_QUOTES]
        name = entity.label if entity is not None else self._label
        if name is None:
            return []
        label = self._session.scheme.label(name)
        return [word for word in (label.section, label.title, label.name) if word]
