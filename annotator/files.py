"""Files of other people, opened so that no project that is open here comes to harm.

SQLite locks a project by POSIX locks, which belong to the process: closing any descriptor of the
file, whoever opened it, drops them all. The next program that has the project open then takes
itself for the only one, and deletes the log that this one goes on writing to. So nothing but
SQLite may open a file that SQLite has open here, by whatever name, or put another in its place.

Which files these are is asked of the system, which knows all descriptors of the process. On
Windows locks belong to a handle, and nobody can replace a file that is open: there is nothing to
ask there, and no file counts as open.
"""

import errno
import os
import stat
import struct
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from annotator.core.errors import AnnotatorError

Identity = tuple[int, int]
"""The device a file lies on and its number there, the same by whatever name it goes."""

_DESCRIPTORS: Final = ("/proc/self/fd", "/dev/fd")
_FIRST: Final = 3
"""The descriptors before it are the streams that the shell gave the program."""
_MOST: Final = 4096
_READING: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC", "O_NOCTTY")
)
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_OF_THE_SYSTEM: Final = (Path("/proc"), Path("/sys"))
_LONGEST_SMALL: Final = 256 << 20
_PROJECT: Final = b"SQLite format 3\0"
_BESIDE: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", struct.pack("=I", 3007000))
"""How a log begins, in either order of bytes, and the shared memory beside it."""


class FileRefused(AnnotatorError, OSError):
    """A file that must not be touched, and was not.

    An OSError as well: whoever is ready for a file that cannot be opened is ready for this one.
    """

    why: str

    def __init__(self, path: Path) -> None:
        OSError.__init__(self, errno.EBUSY, self.why, str(path))

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}; choose another file"


class NoOrdinaryFile(FileRefused):
    """A pipe, a device or the like, which might never answer or never end."""

    def __init__(self, path: Path, why: str) -> None:
        self.why = why
        super().__init__(path)

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


class FileIsTooLarge(NoOrdinaryFile):
    """More than is read at once."""


class FileIsOpen(FileRefused):
    """SQLite has the file open in this process.

    `again` tells whether SQLite may open it once more under this name: it is a project, and not
    what lies beside one, nor a hard link to one, which SQLite takes for another project.
    """

    def __init__(self, path: Path, *, again: bool = False) -> None:
        super().__init__(path)
        self.again = again

    why = "it is a project that is open here, or belongs to one"


class FileChanged(FileRefused):
    """Somebody wrote into a file while it was read."""

    why = "it changed while it was read"

    def __str__(self) -> str:
        return (
            f"{self.filename}: {self.strerror}; nothing of it was taken, so import it again when "
            "nothing writes into it any more"
        )


class FileIsProject(FileRefused):
    """Another file would have taken the place of a project."""

    why = "it is a project, which no other file may replace"


def open_files() -> frozenset[Identity]:
    """The files that SQLite has open in this process."""
    return frozenset(_held())


def is_open(path: Path) -> bool:
    """Whether SQLite has the file open in this process, under this name or another."""
    try:
        return bool(_held(_identity(path.stat())))
    except (OSError, ValueError):
        return False


def refuse_open(path: Path) -> None:
    """Raises FileIsOpen if SQLite has the file open in this process."""
    with suppress(FileNotFoundError):
        found = _identity(path.stat())
        held = _held(found)
        if held:
            raise FileIsOpen(path, again=_is_again(path, held[found]))


def refuse_project(path: Path) -> None:
    """Raises FileIsOpen as `refuse_open`, and FileIsProject for one that is not open."""
    if path.is_file():
        with open_to_read(path) as file:
            if file.read(len(_PROJECT)) == _PROJECT:
                raise FileIsProject(path)


def refuse_open_inside(folder: Path) -> None:
    """Raises FileIsOpen if SQLite has a file open that lies in this folder, at any depth."""
    held = open_files()
    for where, _folders, names in os.walk(folder) if held else ():
        for path in (Path(where, name) for name in names):
            with suppress(FileNotFoundError):
                if _identity(path.stat()) in held:
                    raise FileIsOpen(path)


@contextmanager
def open_to_read(path: Path, held: Collection[Identity] | None = None) -> Iterator[BinaryIO]:
    """The file for reading. Raises FileIsOpen, NoOrdinaryFile and OSError.

    A pipe or a device might never answer or never end, so it is not even opened. Asking the
    system takes a tenth of a millisecond: for many files `held` is what `open_files` said before.
    What SQLite has opened since then is refused as well.
    """
    refuse_odd(path)
    if held is None:
        refuse_open(path)
    elif _identity(path.stat()) in held:
        raise FileIsOpen(path)
    descriptor = os.open(path, _READING)
    try:
        _refuse_kind(path, os.fstat(descriptor))  # it may have become another one meanwhile
        if _is_shared(descriptor):
            raise FileIsOpen(path)
        with open(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        # One that SQLite has opened meanwhile stays open: closing it would drop SQLite's locks.
        if not _is_shared(descriptor):
            os.close(descriptor)


def is_readable_file(path: Path) -> bool:
    """Whether `open_to_read` would open it if it is not a project, without opening it."""
    try:
        refuse_odd(path)
    except (OSError, ValueError):
        return False
    return True


def refuse_odd(path: Path) -> None:
    """Raises NoOrdinaryFile for a folder, a pipe, a device and the like, and OSError."""
    _refuse_kind(path, path.stat())


def read_bytes(path: Path, most: int = _LONGEST_SMALL) -> bytes:
    """All of a small file, such as a template or a scheme.

    Raises FileIsOpen, NoOrdinaryFile, FileIsTooLarge for one of more than `most` bytes, OSError.
    """
    with open_to_read(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FileIsTooLarge(path, f"larger than {most >> 20} MB")
    return data


def read_text(path: Path) -> str:
    """All of a small file, as UTF-8, with LF at each end of a line.

    Raises what `read_bytes` raises, and UnicodeDecodeError.
    """
    return read_bytes(path).decode().replace("\r\n", "\n").replace("\r", "\n")


def clear_away(*paths: Path) -> None:
    """Remove passing files as far as the system lets: what was done with them has been done."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Have what was made or renamed there survive a power cut, where the disk knows how to."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class Snapshot:
    """Tells whether an open file is still what it was."""

    def __init__(self, path: Path, source: BinaryIO) -> None:
        self._path = path
        self._source = source
        self._before = self._now()

    def refuse_change(self) -> None:
        """Raises FileChanged if something was written into it since."""
        now = self._now()
        if now is not None and now != self._before:
            raise FileChanged(self._path)

    def _now(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(self._source.fileno())
        except (OSError, ValueError, AttributeError):  # unpacked in memory, or closed by a library
            return None
        return found.st_size, found.st_mtime_ns


def _refuse_kind(path: Path, found: os.stat_result) -> None:
    for is_kind, what in _KINDS:
        if is_kind(found.st_mode):
            raise NoOrdinaryFile(path, f"this is {what} and no file; save what it gives as a file")
    if not stat.S_ISREG(found.st_mode):
        raise NoOrdinaryFile(path, "this is no ordinary file; save what it gives as a file")
    if any(place.is_mount() and place.stat().st_dev == found.st_dev for place in _OF_THE_SYSTEM):
        raise NoOrdinaryFile(path, "this is made by the system and no file; copy it first")


def _is_shared(descriptor: int) -> bool:
    """Whether SQLite has the file of this descriptor open as well."""
    found = os.fstat(descriptor)
    try:
        may_be = _is_sqlite(descriptor, found)
    except OSError:  # whoever reads it is told; whoever has read it needs to know no more
        may_be = True
    return may_be and bool(_held(_identity(found), besides=descriptor))


def _held(wanted: Identity | None = None, besides: int = -1) -> dict[Identity, int]:
    """The files that SQLite has open in this process, each with a descriptor of it.

    If one is wanted, only that one.
    """
    held: dict[Identity, int] = {}
    for descriptor in _descriptors():
        if descriptor < _FIRST or descriptor == besides:
            continue
        try:
            found = os.fstat(descriptor)
            if wanted in (None, _identity(found)) and _is_sqlite(descriptor, found):
                held[_identity(found)] = descriptor
        except OSError:  # it was closed meanwhile
            continue
    return held


def _descriptors() -> Iterable[int]:
    if os.name != "posix":
        return ()
    for folder in _DESCRIPTORS:
        with suppress(OSError):
            numbers = [*map(int, os.listdir(folder))]  # noqa: PTH208  # numbers, no files
            if len(numbers) > _FIRST:  # some systems list the first three only
                return numbers
    return range(_FIRST, min(os.sysconf("SC_OPEN_MAX"), _MOST))


def _is_again(path: Path, descriptor: int) -> bool:
    """Whether the file that is open is a project, and open under this name."""
    try:
        if os.pread(descriptor, len(_PROJECT), 0) != _PROJECT:
            return False
        name = os.readlink(f"{_DESCRIPTORS[0]}/{descriptor}")  # noqa: PTH115  # it is no path yet
    except OSError:  # a system that does not tell names
        return True
    return name == os.path.realpath(path)


def _is_sqlite(descriptor: int, found: os.stat_result) -> bool:
    """Whether this may be a file of SQLite's: an empty one becomes what is written first."""
    if os.name != "posix" or not stat.S_ISREG(found.st_mode):
        return False
    head = os.pread(descriptor, len(_PROJECT), 0)
    return not head or head == _PROJECT or head[:4] in _BESIDE


def _identity(found: os.stat_result) -> Identity:
    return found.st_dev, found.st_ino
