"""A message over the page for a few seconds, for windows without a status bar."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.overlay import Overlay
from annotator.ui.widgets.plain_text import PlainLabel

_SHOWN_MS: Final = 4000
_FROM_BOTTOM: Final = 28


class Toast(PlainLabel):
    """A message at the lower edge of its parent that takes neither focus nor clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self._page = parent
        self.setObjectName("toast")
        self.setAccessibleName(tr("Message"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._floating = Overlay(self, parent, self._place, _SHOWN_MS)
        self.hide()

    def say(self, text: str) -> None:
        """Show this text for a few seconds."""
        self.setText(text)
        self._floating.show()

    def _place(self) -> None:
        parent = self._page
        self.adjustSize()
        x = (parent.width() - self.width()) // 2
        self.move(max(0, x), parent.height() - self.height() - _FROM_BOTTOM)
