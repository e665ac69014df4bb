"""A container for a label whose text changes often."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class FixedSizeLabel(QWidget):
    """A container for a label of one line in a layout.

    When the text of a label changes, Qt lays out all its parents again; this widget limits that
    to changes of the label's size.
    """

    def __init__(self, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        label.setParent(self)
        self.setSizePolicy(label.sizePolicy())
        self._reported = self._needed_size()

    def sizeHint(self) -> QSize:
        return self._label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._label.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._report_size()
        # A visible label sends this to its parent, since no layout here handles it.
        if event.type() == QEvent.Type.LayoutRequest:
            self._report_size()
            return True
        return super().event(event)

    def _report_size(self) -> None:
        needed = self._needed_size()
        if needed != self._reported:
            self._reported = needed
            self.updateGeometry()

    def _needed_size(self) -> tuple[int, int]:
        hint = self._label.sizeHint()
        ignored = self.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        return 0 if ignored else hint.width(), hint.height()
