"""Opening the files that people name or drop, whatever they are."""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from annotator.formats.base import FormatError

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_OF_THE_SYSTEM: Final = (Path("/proc"), Path("/sys"))
_LONGEST_SMALL_TEXT: Final = 16 << 20


def open_file(path: Path) -> BinaryIO:
    """The file for reading. Raises OSError, and FormatError for what is no ordinary file.

    A pipe or a device might never answer or never end, so it is not even opened. An open project
    is not either: closing it would let go of the locks that SQLite holds for the whole process.
    """
    _refuse_odd(path, path.stat())
    if Path(f"{path}-shm").exists():
        raise FormatError(f"{path}: this is a project that is open; merge it instead")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0))
    try:
        _refuse_odd(path, os.fstat(handle))  # it may have become another one meanwhile
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_text(path: Path) -> str:
    """The UTF-8 text of a small file that somebody named, such as a template or a scheme.

    Raises OSError, UnicodeDecodeError, and FormatError for one that is no ordinary file or large.
    """
    with open_file(path) as source:
        data = source.read(_LONGEST_SMALL_TEXT + 1)
    if len(data) > _LONGEST_SMALL_TEXT:
        raise FormatError(f"{path}: larger than {_LONGEST_SMALL_TEXT >> 20} MB")
    return data.decode("utf-8")


def is_readable_file(path: Path) -> bool:
    """Whether `open_file` would open it, as far as can be told without opening it."""
    try:
        _refuse_odd(path, path.stat())
    except (OSError, ValueError, FormatError):
        return False
    return True


def _refuse_odd(path: Path, found: os.stat_result) -> None:
    for is_kind, what in _KINDS:
        if is_kind(found.st_mode):
            raise FormatError(f"{path}: this is {what} and no file; save what it gives as a file")
    if not stat.S_ISREG(found.st_mode):
        raise FormatError(f"{path}: this is no ordinary file; save what it gives as a file")
    if any(place.is_mount() and place.stat().st_dev == found.st_dev for place in _OF_THE_SYSTEM):
        raise FormatError(f"{path}: this is made by the system and no file; copy it first")


class Snapshot:
    """Tells whether an open file is still what it was."""

    def __init__(self, path: Path, source: BinaryIO) -> None:
        self._path = path
        self._source = source
        self._before = self._now()

    def refuse_change(self) -> None:
        """Raises FormatError if something was written into it since."""
        now = self._now()
        if now is not None and now != self._before:
            raise FormatError(
                f"{self._path}: it changed while it was read; nothing of it was taken, "
                "so import it again when nothing writes into it any more"
            )

    def _now(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(self._source.fileno())
        except (OSError, ValueError, AttributeError):  # unpacked in memory, or closed by a library
            return None
        return found.st_size, found.st_mtime_ns
