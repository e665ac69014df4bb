"""Termination that the user did not ask for in the window: signals, a lost display."""

import atexit
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
    """Turns the signals that ask a process to end into a Qt signal, in the event loop.

    Python runs its signal handlers only between two of its own instructions, so an idle window
    would not notice one: a socket wakes the event loop. Signals that the system lacks are left out.
    """

    requested = Signal(int)
    """Emitted with the number of the signal."""

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
        """Handle the signals until `remove`; only in the main thread."""
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._notifier.setEnabled(True)
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, self._handle)

    def remove(self) -> None:
        """Restore the previous signal handlers."""
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


class DisplayLoss:
    """Calls a function when the C library's `exit` is called in a running event loop.

    Qt calls `exit` when the X server has ended. Then neither does `exec` return nor are Python's
    own exit handlers run, and a thread that is still running would abort the process. Works on
    Linux with glibc, where the display is another program; elsewhere it does nothing.
    """

    def __init__(self, at_end: Callable[[], object]) -> None:
        self._at_end: Callable[[], object] | None = at_end
        self._callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self._run)
        # The C library registers the handler for a shared object at this address.
        self._object = ctypes.create_string_buffer(1)
        library = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._library = library if hasattr(library, "gnu_get_libc_version") else None

    def install(self) -> None:
        """Register the handler until `remove`, or until Python itself ends."""
        if self._library is not None:
            # Called after Python's own end, the handler would crash.
            atexit.register(self.remove)
            self._library["__cxa_atexit"](self._callback, None, self._object)

    def remove(self) -> None:
        """Unregister the handler."""
        self._at_end = None
        atexit.unregister(self.remove)
        if self._library is not None:
            # Calls the handler as if the shared object were unloaded, and unregisters it.
            self._library["__cxa_finalize"](self._object)

    def _run(self, _argument: object) -> None:
        at_end, self._at_end = self._at_end, None
        if at_end is None:
            return
        try:
            at_end()
        finally:
            # After this, Qt would destroy objects of a display that no longer exists.
            os._exit(1)
