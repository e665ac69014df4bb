"""Work in steps that are run while nothing else waits for the event loop."""

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

_SLICE: Final = 0.004
"""Seconds of steps at a time: with the last step, a key press waits less than for a frame."""


class IdleSteps(QObject):
    """Runs an iterator step by step, a few milliseconds at a time; each `next` is one step.

    `slice_s` is how many seconds of steps are run before other events are handled.
    """

    def __init__(self, parent: QObject, slice_s: float = _SLICE) -> None:
        super().__init__(parent)
        self._slice = slice_s
        self._steps: Iterator[object] = iter(())
        # An interval of 0: it times out when all other events are handled.
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._continue)

    @property
    def done(self) -> bool:
        """Whether all steps are done."""
        return not self._pause.isActive()

    def begin(self, steps: Iterator[object]) -> None:
        """Run these steps from now on, in place of those that are left."""
        self._steps = steps
        self._pause.start()

    def stop(self) -> None:
        """Run no more steps."""
        self._pause.stop()
        self._steps = iter(())

    @Slot()
    def _continue(self) -> None:
        until = perf_counter() + self._slice
        steps = self._steps
        for _ in steps:
            if self._steps is not steps:
                return  # a step has begun other ones
            if perf_counter() >= until:
                self._pause.start()
                return


def imports(names: Iterable[str]) -> Iterator[None]:
    """Import the modules that are not imported yet, each of them in a step."""
    for name in names:
        if name not in sys.modules:
            import_module(name)
            yield
