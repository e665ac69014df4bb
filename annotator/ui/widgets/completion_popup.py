"""A popup with a line edit above a list of matching answers."""

from PySide6.QtCore import QAbstractItemModel, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QFrame, QStyledItemDelegate, QVBoxLayout, QWidget

from annotator.ui.widgets.completion_list import CompletionList
from annotator.ui.widgets.line_edit import LineEdit

_ROWS = 8
_WIDTH = 320


class CompletionPopup(QFrame):
    """`line` above `view`, as high as the answers. Enter or a click chooses one, Esc closes.

    Subclasses fill the model when the line changes, and then call `fit`.
    """

    closed = Signal()
    """The popup was closed, with an answer or without."""

    def __init__(
        self, model: QAbstractItemModel, delegate: QStyledItemDelegate, parent: QWidget | None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("picker")
        model.setParent(self)
        self.line = LineEdit(self)
        self.view = CompletionList(self.line, model, delegate, _ROWS)
        self.view.left.connect(self.hide)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self.view)

    def fit(self) -> None:
        """Set the size to that of the line and the answers."""
        self.view.fit()
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(_WIDTH, self.sizeHint().height())

    def show_below(self, place: QRect) -> None:
        """Show below `place` (global), or above it if there is no room, and focus the line."""
        self.fit()
        screen = QGuiApplication.screenAt(place.center()) or QGuiApplication.primaryScreen()
        free = screen.availableGeometry()
        x = min(place.left(), free.right() - self.width())
        y = place.bottom() + 4
        if y + self.height() > free.bottom():
            y = place.top() - 4 - self.height()
        self.move(max(free.left(), x), max(free.top(), y))
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
