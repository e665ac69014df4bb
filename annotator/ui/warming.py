"""Getting an article ready for its first edit in the moments when nothing else happens."""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from annotator.ui.session import Session

_SLICE: Final = 0.002
"""Seconds at a time: a key that comes meanwhile waits no longer."""


class Warming(QObject):
    """Builds the look-ups of each article that comes on the desk, in short slices.

    For 100,000 spans that takes 0.1 s, which would otherwise be part of the first edit.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps: Iterator[None] = iter(())
        # Of no length: it is over when the window has answered everything else.
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._go_on)
        session.article_opened.connect(self._begin)
        self._begin()

    @property
    def done(self) -> bool:
        """Whether the article on the desk is ready."""
        return not self._pause.isActive()

    @Slot()
    def _begin(self) -> None:
        annotation = self._session.annotation
        self._steps = iter(()) if annotation is None else annotation.warming()
        self._pause.start()

    @Slot()
    def _go_on(self) -> None:
        until = perf_counter() + _SLICE
        for _ in self._steps:
            if perf_counter() >= until:
                self._pause.start()
                return
