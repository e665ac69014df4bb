"""A helper that shows a widget over the page for a limited time."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class Overlay(QObject):
    """A widget over a page for some milliseconds, positioned by `place`."""

    def __init__(
        self, widget: QWidget, page: QWidget, place: Callable[[], object], shown_ms: int
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._place = place
        self._timer = QTimer(self, singleShot=True, interval=shown_ms)
        self._page = page
        self._timer.timeout.connect(widget.hide)

    def show(self) -> None:
        """Show the widget, and hide it after its time."""
        self._page.installEventFilter(self)  # not before: it costs time at each event of the page
        self._place()
        self._widget.show()
        self._widget.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._widget.isVisible():
            self._place()
        return False
