"""Fitting windows and dialogs, with the frame of the desktop, onto their screen."""

from typing import Final

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen, QWindow

_USUAL_FRAME: Final = QSize(0, 48)
"""The assumed width and height of a frame, which is unknown before a window is shown."""
_WITHOUT_SCREEN: Final = ("offscreen", "minimal")
"""Platforms that render to memory, where windows may have any size."""
_FILLING: Final = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
_FITTED: Final = "annotator-fitted"


def available_window_size(screen: QScreen) -> QSize:
    """Return the largest size of a new window on this screen, assuming a frame of usual size."""
    return screen.availableSize() - _USUAL_FRAME


class ScreenFit(QObject):
    """A helper that fits each window onto its screen once, when the size of its frame is known.

    A window may be too large or off the screen: because of the size it asks for, or because its
    position was saved on another screen. Later changes by the user are kept.
    """

    def __init__(self, application: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if application.platformName() not in _WITHOUT_SCREEN:
            application.focusWindowChanged.connect(self._fit_once)

    def _fit_once(self, window: QWindow | None) -> None:
        if window is None or window.parent() is not None or window.property(_FITTED):
            return
        if window.windowStates() & _FILLING or window.frameMargins().isNull():
            return
        window.setProperty(_FITTED, True)
        fit_to_screen(window)


def fit_to_screen(window: QWindow) -> None:
    """Reduce the window to the available size of its screen, and move it onto the screen."""
    available = window.screen().availableGeometry().marginsRemoved(window.frameMargins())
    current = window.geometry()
    size = current.size().boundedTo(available.size()).expandedTo(window.minimumSize())
    place = current.topLeft()
    place.setX(
        max(available.left(), min(place.x(), available.left() + available.width() - size.width()))
    )
    place.setY(
        max(available.top(), min(place.y(), available.top() + available.height() - size.height()))
    )
    if size != current.size():
        window.resize(size)
    if place != current.topLeft():
        window.setPosition(place)
