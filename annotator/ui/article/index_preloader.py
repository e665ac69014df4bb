"""Prepares an article for its first edit while the window is idle."""

import gc
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from annotator.ui.session import Session

_SLICE: Final = 0.002
"""Seconds at a time, which is the longest that a key press has to wait."""
_MANY: Final = 20_000
"""From this many mentions, Python should not search them for cycles during an edit."""


class IndexPreloader(QObject):
    """Builds the indexes of each article that is opened, in short slices.

    For 100,000 spans that takes 0.1 s, which would otherwise be part of the first edit; and Python
    would search them for cycles now and then, which takes 60 ms each time.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps: Iterator[None] = iter(())
        self._frozen = False
        # An interval of 0: it times out when all other events are handled.
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._continue)
        session.article_opened.connect(self._begin)
        self._begin()

    @property
    def done(self) -> bool:
        """Whether the current article is prepared."""
        return not self._pause.isActive()

    @Slot()
    def _begin(self) -> None:
        annotation = self._session.annotation
        self._steps = iter(()) if annotation is None else annotation.preload_indexes()
        self._pause.start()

    @Slot()
    def _continue(self) -> None:
        until = perf_counter() + _SLICE
        for _ in self._steps:
            if perf_counter() >= until:
                self._pause.start()
                return
        self._freeze_if_large()

    def _freeze_if_large(self) -> None:
        """Keep a large article out of the garbage collector's way, as long as it is open."""
        annotation = self._session.annotation
        large = annotation is not None and len(annotation.mentions) >= _MANY
        if large or self._frozen:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        self._frozen = large
