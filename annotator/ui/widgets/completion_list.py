"""The list below the line edit of a popup, controlled by the keys of that line."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QStyledItemDelegate


class CompletionList(QListView):
    """A list for a line edit, which keeps the focus: arrow and page keys move, Enter chooses."""

    taken = Signal(QModelIndex)
    """A row was chosen, by Enter or a click."""
    left = Signal()
    """Esc was pressed."""

    def __init__(
        self, line: QLineEdit, model: QAbstractItemModel, delegate: QStyledItemDelegate, rows: int
    ) -> None:
        """Create the list below `line`.

        `rows` is the largest number of visible rows, and the step of the page keys.
        """
        super().__init__(line.parentWidget())
        self._rows = rows
        self.setModel(model)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self.taken)
        line.installEventFilter(self)

    def fit(self) -> None:
        """Set the height to that of the rows there are now."""
        rows = min(max(1, self.model().rowCount()), self._rows)
        self.setFixedHeight(rows * self.sizeHintForRow(0) + 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        steps: dict[int, int] = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: self._rows,
            Qt.Key.Key_PageUp: -self._rows,
        }
        if key in steps:
            last = self.model().rowCount() - 1
            row = min(max(0, self.currentIndex().row() + steps[key]), last)
            self.setCurrentIndex(self.model().index(row, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return False
        return True
