"""The message after a move to the trash, over the page for a while, with an Undo button."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from annotator.ui.article.accessibility import announce
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.overlay import Overlay
from annotator.ui.widgets.plain_text import PlainLabel

_SHOWN_MS: Final = 10_000
_FROM_BOTTOM: Final = 28
_FROM_SIDES: Final = 24


class UndoToast(QFrame):
    """A message at the lower edge of its parent. Never takes the focus: undo has its own key."""

    undo_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self.setObjectName("notice")
        self.setAccessibleName(tr("Message"))
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        self._key = PlainLabel()
        self._key.setObjectName("key")
        self._key.setAccessibleName(tr("Key"))
        self.undo = QPushButton(tr("Undo"))
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo.setCursor(Qt.CursorShape.PointingHandCursor)
        self.undo.clicked.connect(self.undo_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 10, 8)
        layout.setSpacing(12)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._key, 0, Qt.AlignmentFlag.AlignVCenter)
        self._floating = Overlay(self, parent, self._place, _SHOWN_MS)
        self.hide()

    def words(self) -> str:
        """Return the text of the message."""
        return self._words.text()

    def say(self, text: str, key: str) -> None:
        """Show this text for a while, with the key for undo."""
        self._words.setText(text)
        self._key.setText(key)
        self._key.setVisible(bool(key))
        self._floating.show()
        announce(self, text)

    def _place(self) -> None:
        room = max(1, self._page.width() - 2 * _FROM_SIDES)
        self._words.setWordWrap(False)
        width = self.sizeHint().width()
        self._words.setWordWrap(width > room)
        width = min(width, room)
        height = self.heightForWidth(width) if width == room else self.sizeHint().height()
        x = (self._page.width() - width) // 2
        self.setGeometry(x, self._page.height() - height - _FROM_BOTTOM, width, height)
