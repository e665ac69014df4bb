"""Windows and dialogs that fit on their screen together with the frame the desktop gives them."""

from typing import Final

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen, QWindow

_USUAL_FRAME: Final = QSize(0, 48)
"""What a frame takes of width and height, about; no desktop tells before there is a window."""
_WITHOUT_SCREEN: Final = ("offscreen", "minimal")
"""Platforms that draw pictures, which may have any size."""
_FILLING: Final = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
_FITTED: Final = "annotator-fitted"


def room_for_window(screen: QScreen) -> QSize:
    """How large a new window may be on this screen, if its frame is as large as usual."""
    return screen.availableSize() - _USUAL_FRAME


class ScreenFit(QObject):
    """Brings each window of the application into its screen once, when its frame is known.

    A window may come too large or lie outside: it asks for a size of its own, or comes back to
    where it was on another screen. What a person makes of it later stays.
    """

    def __init__(self, application: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if application.platformName() not in _WITHOUT_SCREEN:
            application.focusWindowChanged.connect(self._look_at)

    def _look_at(self, window: QWindow | None) -> None:
        if window is None or window.parent() is not None or window.property(_FITTED):
            return
        if window.windowStates() & _FILLING or window.frameMargins().isNull():
            return
        window.setProperty(_FITTED, True)
        fit(window)


def fit(window: QWindow) -> None:
    """Make the window no larger than its screen leaves room for, and move it there."""
    room = window.screen().availableGeometry().marginsRemoved(window.frameMargins())
    now = window.geometry()
    size = now.size().boundedTo(room.size()).expandedTo(window.minimumSize())
    place = now.topLeft()
    place.setX(max(room.left(), min(place.x(), room.left() + room.width() - size.width())))
    place.setY(max(room.top(), min(place.y(), room.top() + room.height() - size.height())))
    if size != now.size():
        window.resize(size)
    if place != now.topLeft():
        window.setPosition(place)
