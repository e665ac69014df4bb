"""Lays out the rest of a long text in short slices."""

from time import perf_counter
from typing import Final

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QTimerEvent
from PySide6.QtGui import QTextDocument

_SLICE: Final = 0.004
"""Seconds of layout at a time."""
_STEP: Final = 1000
"""How many UTF-16 units are laid out before the clock is looked at."""


class LazyLayout(QObject):
    """Takes the place of the steps in which Qt lays out what is not visible yet.

    Each of Qt's own steps is twice as long as the one before, up to 200,000 characters, for which
    a key press would wait several frames. It keeps the timer and everything else of Qt.
    """

    def __init__(self, document: QTextDocument, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._laid_out = 0
        document.documentLayout().installEventFilter(self)

    def restart(self) -> None:
        """Begin at the start of the text, because all of it is to be laid out again."""
        self._laid_out = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QTimerEvent) and _is_of_steps(watched, event.timerId()):
            return self._lay_out_some()
        return False

    def _lay_out_some(self) -> bool:
        """Lay out some of the text; return False if all of it was laid out."""
        length = self._document.characterCount()
        if self._laid_out >= length:
            return False
        until = perf_counter() + _SLICE
        while self._laid_out < length and perf_counter() < until:
            block = self._document.findBlock(min(self._laid_out + _STEP, length - 1))
            self._document.documentLayout().blockBoundingRect(block)  # lays out all up to it
            self._laid_out = block.position() + block.length()
        return True


def _is_of_steps(layout: QObject, timer_id: int) -> bool:
    """Return whether it is the timer of Qt's steps; the other one, without a delay, is not."""
    timers = QAbstractEventDispatcher.instance().registeredTimers(layout)
    return any(timer.timerId == timer_id and timer.interval > 0 for timer in timers)
