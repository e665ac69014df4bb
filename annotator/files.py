"""Opening files of the user without harm to a project that is open in this process.

SQLite locks a project by POSIX locks, which belong to the process: closing any descriptor of the
file, whatever opened it, releases them all. The next program that opens the project then finds no
lock and deletes the log that this one continues to write to. So nothing but SQLite may open a file
that SQLite has open in this process, by whatever name, or replace it.

The open files are found by asking the system for all descriptors of the process. On Windows locks
belong to a handle, and a file that is open cannot be replaced: nothing has to be checked there, and
no file counts as open.
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
from annotator.core.message import Message, message, verbatim

Identity = tuple[int, int]
"""The device of a file and its number there, the same for all names of the file."""

_DESCRIPTORS: Final = ("/proc/self/fd", "/dev/fd")
_FIRST_DESCRIPTOR: Final = 3
"""The descriptors before it are the standard streams."""
_MAX_DESCRIPTORS: Final = 4096
_READING: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC", "O_NOCTTY")
)
_KINDS: Final = (
    (stat.S_ISDIR, message("a folder")),
    (stat.S_ISFIFO, message("a pipe")),
    (stat.S_ISSOCK, message("a socket")),
    (stat.S_ISCHR, message("a device")),
    (stat.S_ISBLK, message("a device")),
)
_SYSTEM_FOLDERS: Final = (Path("/proc"), Path("/sys"))
_MAX_SMALL_FILE: Final = 256 << 20
_PROJECT: Final = b"SQLite format 3\0"
_LOG_AND_SHARED_MEMORY: Final = (
    b"\x37\x7f\x06\x82",
    b"\x37\x7f\x06\x83",
    struct.pack("=I", 3007000),
)
"""The beginning of a log, in either byte order, and of the shared memory beside it."""


class FileRefused(AnnotatorError, OSError):
    """A file that must not be touched; nothing was done with it.

    It is an OSError too, so that code that handles files that cannot be opened handles it as well.
    """

    why: Message

    def __init__(self, path: Path) -> None:
        OSError.__init__(self, errno.EBUSY, str(self.why), str(path))
        self.message = self._message(path)

    def __str__(self) -> str:
        return str(self.message)

    def _message(self, path: Path) -> Message:
        return message("{1}: {2}; choose another file", path, self.why)


class NotRegularFile(FileRefused):
    """A pipe, a device or the like, reading of which might block or never end."""

    def __init__(self, path: Path, why: Message) -> None:
        self.why = why
        super().__init__(path)

    def _message(self, path: Path) -> Message:
        return message("{1}: {2}", path, self.why)


class FileIsTooLarge(NotRegularFile):
    """A file that is larger than what may be read at once."""


class FileIsOpen(FileRefused):
    """SQLite has the file open in this process.

    `again` is true if SQLite may open it a second time under this name: it is a project, not one of
    the files beside one, nor a hard link to one, which SQLite treats as another project.
    """

    def __init__(self, path: Path, *, again: bool = False) -> None:
        super().__init__(path)
        self.again = again

    why = message("it is a project that is open here, or belongs to one")


class FileChanged(FileRefused):
    """Another program wrote to a file while it was read."""

    why = message("it changed while it was read")

    def _message(self, path: Path) -> Message:
        return message(
            "{1}: {2}; nothing of it was taken, so import it again when "
            "nothing writes into it any more",
            path,
            self.why,
        )


class FileIsProject(FileRefused):
    """Another file would have replaced a project."""

    why = message("it is a project, which no other file may replace")


def reason_of(error: OSError) -> Message:
    """Return why the system, or this module, did not do something with a file."""
    if isinstance(error, FileRefused):
        return error.why
    return verbatim(error.strerror or str(error))


def open_files() -> frozenset[Identity]:
    """Return the files that SQLite has open in this process."""
    return frozenset(_open_in_sqlite())


def is_open(path: Path) -> bool:
    """Return whether SQLite has the file open in this process, under this name or another."""
    try:
        return bool(_open_in_sqlite(_identity(path.stat())))
    except (OSError, ValueError):
        return False


def check_not_open(path: Path) -> None:
    """Raise FileIsOpen if SQLite has the file open in this process."""
    with suppress(FileNotFoundError):
        found = _identity(path.stat())
        held = _open_in_sqlite(found)
        if held:
            raise FileIsOpen(path, again=_can_open_again(path, held[found]))


def check_not_project(path: Path) -> None:
    """Raise FileIsOpen as `check_not_open` does, and FileIsProject for a project that is not
    open.
    """
    if path.is_file():
        with open_to_read(path) as file:
            if file.read(len(_PROJECT)) == _PROJECT:
                raise FileIsProject(path)


def check_folder_not_open(folder: Path) -> None:
    """Raise FileIsOpen if SQLite has a file open in this folder, at any depth."""
    held = open_files()
    for where, _folders, names in os.walk(folder) if held else ():
        for path in (Path(where, name) for name in names):
            with suppress(FileNotFoundError):
                if _identity(path.stat()) in held:
                    raise FileIsOpen(path)


@contextmanager
def open_to_read(path: Path, held: Collection[Identity] | None = None) -> Iterator[BinaryIO]:
    """Open the file for reading.

    A pipe or a device might block or never end, so it is not opened. Asking the system for the open
    files takes a tenth of a millisecond: for many files, pass the earlier result of `open_files` as
    `held`. Files that SQLite has opened since then are refused as well.

    Raises:
        FileIsOpen: SQLite has the file open in this process.
        NoOrdinaryFile: It is a folder, a pipe, a device or the like.
        OSError: It cannot be opened.
    """
    check_regular_file(path)
    if held is None:
        check_not_open(path)
    elif _identity(path.stat()) in held:
        raise FileIsOpen(path)
    descriptor = os.open(path, _READING)
    try:
        _check_kind(path, os.fstat(descriptor))  # it may have been replaced meanwhile
        if _is_open_in_sqlite(descriptor):
            raise FileIsOpen(path)
        with open(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        # If SQLite has opened it meanwhile, it stays open: closing it would release the locks.
        if not _is_open_in_sqlite(descriptor):
            os.close(descriptor)


def is_readable_file(path: Path) -> bool:
    """Return whether `open_to_read` would open it if it is not a project, without opening it."""
    try:
        check_regular_file(path)
    except (OSError, ValueError):
        return False
    return True


def check_regular_file(path: Path) -> None:
    """Raise NoOrdinaryFile for a folder, a pipe, a device and the like, and OSError."""
    _check_kind(path, path.stat())


def read_bytes(path: Path, most: int = _MAX_SMALL_FILE) -> bytes:
    """Return the content of a small file, such as a template or a scheme.

    Raises what `open_to_read` raises, and FileIsTooLarge for a file of more than `most` bytes.
    """
    with open_to_read(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FileIsTooLarge(path, message("larger than {1} MB", str(most >> 20)))
    return data


def read_text(path: Path) -> str:
    """Return the content of a small file in UTF-8, with LF line ends.

    Raises what `read_bytes` raises, and UnicodeDecodeError.
    """
    return read_bytes(path).decode().replace("\r\n", "\n").replace("\r", "\n")


def remove_temporary(*paths: Path) -> None:
    """Remove temporary files as far as the system allows; errors are ignored."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make new and renamed files there survive a power cut, if the disk supports that."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class Snapshot:
    """The state of an open file, to notice changes of it."""

    def __init__(self, path: Path, source: BinaryIO) -> None:
        self._path = path
        self._source = source
        self._before = self._now()

    def refuse_change(self) -> None:
        """Raise FileChanged if the file was written to since."""
        now = self._now()
        if now is not None and now != self._before:
            raise FileChanged(self._path)

    def _now(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(self._source.fileno())
        except (OSError, ValueError, AttributeError):  # in memory, or closed by a library
            return None
        return found.st_size, found.st_mtime_ns


def _check_kind(path: Path, found: os.stat_result) -> None:
    for is_kind, what in _KINDS:
        if is_kind(found.st_mode):
            raise NotRegularFile(
                path, message("this is {1} and no file; save what it gives as a file", what)
            )
    if not stat.S_ISREG(found.st_mode):
        raise NotRegularFile(
            path, message("this is no ordinary file; save what it gives as a file")
        )
    if any(
        folder.is_mount() and folder.stat().st_dev == found.st_dev for folder in _SYSTEM_FOLDERS
    ):
        raise NotRegularFile(path, message("this is made by the system and no file; copy it first"))


def _is_open_in_sqlite(descriptor: int) -> bool:
    """Return whether SQLite has the file of this descriptor open as well."""
    found = os.fstat(descriptor)
    try:
        is_candidate = _may_be_sqlite(descriptor, found)
    except OSError:  # the reader gets the error; after reading it does not matter
        is_candidate = True
    return is_candidate and bool(_open_in_sqlite(_identity(found), besides=descriptor))


def _open_in_sqlite(wanted: Identity | None = None, besides: int = -1) -> dict[Identity, int]:
    """Return the files that SQLite has open in this process, each with a descriptor of it.

    If `wanted` is given, only that file is looked for.
    """
    held: dict[Identity, int] = {}
    for descriptor in _descriptors():
        if descriptor < _FIRST_DESCRIPTOR or descriptor == besides:
            continue
        try:
            found = os.fstat(descriptor)
            if wanted in (None, _identity(found)) and _may_be_sqlite(descriptor, found):
                held[_identity(found)] = descriptor
        except OSError:  # it was closed meanwhile
            continue
    return held


def descriptors_of(file: Identity | None) -> dict[int, os.stat_result]:
    """Return the descriptors by which this process has the file open, with what they refer to.

    Empty where the system cannot tell. No file is opened or closed.
    """
    found: dict[int, os.stat_result] = {}
    for descriptor in _descriptors():
        with suppress(OSError):  # it was closed meanwhile
            state = os.fstat(descriptor)
            if _identity(state) == file:
                found[descriptor] = state
    return found


def _descriptors() -> Iterable[int]:
    if os.name != "posix":
        return ()
    for folder in _DESCRIPTORS:
        with suppress(OSError):
            numbers = [*map(int, os.listdir(folder))]  # noqa: PTH208  # numbers, no files
            if len(numbers) > _FIRST_DESCRIPTOR:  # some systems list only the first three
                return numbers
    return range(_FIRST_DESCRIPTOR, min(os.sysconf("SC_OPEN_MAX"), _MAX_DESCRIPTORS))


def _can_open_again(path: Path, descriptor: int) -> bool:
    """Return whether the open file is a project that is open under this name."""
    try:
        if os.pread(descriptor, len(_PROJECT), 0) != _PROJECT:
            return False
        name = os.readlink(f"{_DESCRIPTORS[0]}/{descriptor}")  # noqa: PTH115  # it is no path yet
    except OSError:  # the system does not give names
        return True
    return name == os.path.realpath(path)


def _may_be_sqlite(descriptor: int, found: os.stat_result) -> bool:
    """Return whether this may be a file of SQLite; an empty file may become one."""
    if os.name != "posix" or not stat.S_ISREG(found.st_mode):
        return False
    header = os.pread(descriptor, len(_PROJECT), 0)
    return not header or header == _PROJECT or header[:4] in _LOG_AND_SHARED_MEMORY


def _identity(found: os.stat_result) -> Identity:
    return found.st_dev, found.st_ino
