"""Sees from outside which files are opened, whoever opens them: Linux's inotify."""

import ctypes
import os
import struct
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

_OPENED: Final = 0x20
_EVENT: Final = struct.Struct("iIII")
_ROOM: Final = 1 << 16

needs_inotify = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has inotify"
)


class Opens:
    """Counts how often each of these files is opened while the block runs.

    An open is counted when it has happened, not later, so there is nothing to wait for.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)
        self._handle = self._checked(self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._names: dict[int, str] = {}
        self._seen: Counter[str] = Counter()
        for path in paths:
            watch = self._library.inotify_add_watch(self._handle, os.fsencode(path), _OPENED)
            self._names[self._checked(watch)] = path.name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Watch no longer."""
        os.close(self._handle)

    def take(self) -> Counter[str]:
        """How often each was opened since the last call, by its name."""
        while True:
            try:
                data = os.read(self._handle, _ROOM)
            except BlockingIOError:
                found, self._seen = self._seen, Counter()
                return found
            at = 0
            while at < len(data):
                watch, _mask, _cookie, length = _EVENT.unpack_from(data, at)
                self._seen[self._names.get(watch, "?")] += 1
                at += _EVENT.size + length

    @staticmethod
    def _checked(result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result
