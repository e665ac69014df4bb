"""Getting an article ready for its first edit in the moments when nothing else happens."""

import gc
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from annotator.ui.session import Session

_SLICE: Final = 0.002
"""Seconds at a time: a key that comes meanwhile waits no longer."""
_MANY: Final = 20_000
"""Mentions of an article that Python had better not look through for cycles in an edit."""


class IndexPreloader(QObject):
    """Builds the look-ups of each article that comes on the desk, in short slices.

    For 100,000 spans that takes 0.1 s, which would otherwise be part of the first edit; and Python
    would look through them for cycles now and then, which takes 60 ms each time.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps: Iterator[None] = iter(())
        self._set_aside = False
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
        self._spare_the_collector()

    def _spare_the_collector(self) -> None:
        """Keep what a large article is made of out of its way, as long as the article is open."""
        annotation = self._session.annotation
        large = annotation is not None and len(annotation.mentions) >= _MANY
        if large or self._set_aside:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        self._set_aside = large
