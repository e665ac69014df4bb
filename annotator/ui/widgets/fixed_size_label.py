"""Room for a label whose words change all the time."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class FixedSizeLabel(QWidget):
    """Holds a label of one line in place of it in a layout.

    With other words in a label, Qt lays out everything up to the window anew; here only if the
    label needs another size.
    """

    def __init__(self, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        label.setParent(self)
        self.setSizePolicy(label.sizePolicy())
        self._told = self._needed()

    def sizeHint(self) -> QSize:
        return self._label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._label.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._tell()
        # The label sends it where this is in sight, as nothing here lays the label out.
        if event.type() == QEvent.Type.LayoutRequest:
            self._tell()
            return True
        return super().event(event)

    def _tell(self) -> None:
        needed = self._needed()
        if needed != self._told:
            self._told = needed
            self.updateGeometry()

    def _needed(self) -> tuple[int, int]:
        hint = self._label.sizeHint()
        ignored = self.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        return 0 if ignored else hint.width(), hint.height()
