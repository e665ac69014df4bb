"""Whether a file has been opened by anybody, told by the kernel (inotify)."""

import ctypes
import os
import sys
from pathlib import Path

_OPENED = 0x20
_NONBLOCK = os.O_NONBLOCK if hasattr(os, "O_NONBLOCK") else 0


class FileProbe:
    """Watches one file from now on; `was_opened` says, and forgets, what has happened."""

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._events = libc.inotify_init1(_NONBLOCK)
        watched = libc.inotify_add_watch(self._events, os.fsencode(path), _OPENED)
        if min(self._events, watched) < 0:
            raise OSError(ctypes.get_errno(), "inotify cannot watch", str(path))

    def was_opened(self) -> bool:
        """Whether anybody has opened the file since the last time this was asked."""
        try:
            return bool(os.read(self._events, 65536))
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Watch no longer."""
        os.close(self._events)


def can_probe() -> bool:
    """Whether this system tells of opened files in this way."""
    return sys.platform == "linux"
