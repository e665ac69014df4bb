"""Prepares an article for its first edit while the window is idle."""

import gc
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, Slot

from annotator.ui.idle_steps import IdleSteps
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
        self._frozen = False
        self._steps = IdleSteps(self, _SLICE)
        session.article_opened.connect(self._begin)
        self._begin()

    @property
    def done(self) -> bool:
        """Whether the current article is prepared."""
        return self._steps.done

    @Slot()
    def _begin(self) -> None:
        self._steps.begin(self._prepare())

    def _prepare(self) -> Iterator[None]:
        annotation = self._session.annotation
        if annotation is not None:
            yield from annotation.preload_indexes()
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
