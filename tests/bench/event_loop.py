"""What an operation costs the thread of the window: to the paint, and until it is idle again.

CPU time of that thread alone: what other programs of the machine take is not in it, what this
program defers behind a timer is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

THINKING_S: Final = 0.3
_STILL_S: Final = 0.1
_STILL_MS: Final = 1.5
"""A window that does less than this in `_STILL_S` is idle; its caret and its clock go on."""
_LONGEST_S: Final = 30.0
_ALL: Final = QEventLoop.ProcessEventsFlag.AllEvents
_WAIT: Final = QEventLoop.ProcessEventsFlag.WaitForMoreEvents


class Cost(NamedTuple):
    """Milliseconds: CPU of the window's thread, but for `wall`, the clock's time to the paint."""

    painted: float
    """From the key until the window has painted what it changes."""
    after: float
    """From then on until the window is idle."""
    longest: float
    """The longest slice of `after`: so long a key pressed meanwhile waits."""
    wall: float


@contextmanager
def paints_counted(kind: type[QWidget]) -> Iterator[list[int]]:
    """Count the paint events of widgets of this kind, in the one item of the list."""
    count, original = [0], kind.paintEvent

    def paint(widget: Any, event: Any) -> None:
        original(widget, event)
        count[0] += 1

    kind.paintEvent = paint  # type: ignore[method-assign]
    try:
        yield count
    finally:
        kind.paintEvent = original  # type: ignore[method-assign]


def cost(operation: Callable[[], object], paints: Sequence[int]) -> Cost:
    """Do the operation, wait until `paints` grows and until the window is idle again."""
    before, began, cpu = paints[0], time.perf_counter(), time.thread_time()
    operation()
    while paints[0] == before:
        QCoreApplication.processEvents(_ALL)
        if time.perf_counter() - began > _LONGEST_S:
            raise TimeoutError("nothing was painted: what is measured does not happen")
    painted, wall = time.thread_time() - cpu, time.perf_counter() - began
    after, longest = idle()
    return Cost(painted * 1000, after * 1000, longest * 1000, wall * 1000)


def idle() -> tuple[float, float]:
    """Think for 0.3 s, and on until the window is idle; CPU seconds, whole and longest slice."""
    total, longest = _wait(THINKING_S)
    end = time.monotonic() + _LONGEST_S
    while time.monotonic() < end:
        used, slice_ = _wait(_STILL_S)
        if used * 1000 < _STILL_MS:
            break
        total, longest = total + used, max(longest, slice_)
    return total, longest


def _wait(seconds: float) -> tuple[float, float]:
    """Let the window answer what comes for so long; CPU seconds, and those of the longest slice."""
    due = [False]
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(lambda: due.__setitem__(0, True))
    timer.start(int(seconds * 1000))
    total = longest = 0.0
    while not due[0]:
        began = time.thread_time()
        QCoreApplication.processEvents(_WAIT)
        used = time.thread_time() - began
        total, longest = total + used, max(longest, used)
    return total, longest
