"""The ends of a program that nobody clicks: signals, a logout, a display that goes away."""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_SIGNALS: Final = ("SIGTERM", "SIGHUP", "SIGINT")


class TerminationSignals(QObject):
    """Turns the signals that ask a process to end into a signal of Qt, in the event loop.

    Python runs its handlers between two of its own steps only, so an idle window would not see
    one: a socket wakes the event loop. Where a system lacks a signal, it is left out.
    """

    requested = Signal(int)
    """The number of the signal."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: dict[int, Any] = {}
        self._wakeup_before = -1
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.setEnabled(False)
        self._notifier.activated.connect(self._drain)

    def install(self) -> None:
        """Take over the signals until `remove`; only the main thread may."""
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._notifier.setEnabled(True)
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, self._handle)

    def remove(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        self._read.close()
        self._write.close()

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self.requested.emit(number)

    def _drain(self) -> None:
        try:
            self._read.recv(64)
        except BlockingIOError:
            return


class LossOfDisplay:
    """Calls a function when the C library's `exit` is called under a running event loop.

    Qt does that when the X server has gone. Then neither `exec` returns nor are Python's own
    exit handlers run, and a thread that still works would abort the process. For Linux with
    glibc, where the display is another program; elsewhere it does nothing.
    """

    def __init__(self, at_end: Callable[[], object]) -> None:
        self._at_end: Callable[[], object] | None = at_end
        self._callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self._run)
        # The handler is known to the C library as that of a shared object at this address.
        self._object = ctypes.create_string_buffer(1)
        library = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._library = library if hasattr(library, "gnu_get_libc_version") else None

    def install(self) -> None:
        """Wait for it until `remove`, which has to come before Python itself ends."""
        if self._library is not None:
            self._library["__cxa_atexit"](self._callback, None, self._object)

    def remove(self) -> None:
        """Take the handler back."""
        self._at_end = None
        if self._library is not None:
            # Calls the handler, as if the shared object were unloaded, and forgets it.
            self._library["__cxa_finalize"](self._object)

    def _run(self, _argument: object) -> None:
        at_end, self._at_end = self._at_end, None
        if at_end is None:
            return
        try:
            at_end()
        finally:
            # Past this point Qt would tear down objects of a display that is no more.
            os._exit(1)
