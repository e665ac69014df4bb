"""The files to import in files, folders and zip files, opened safely and in a fixed order."""

import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.files import FileRefused, Identity, is_readable_file, open_files, open_to_read
from annotator.formats import FormatError
from annotator.formats.base import as_text

LARGEST_MEMBER: Final = 1 << 30
LARGEST_UNPACKED: Final = 16 << 30
"""The most bytes that all files in one zip file may have when unpacked."""
GREATEST_RATIO: Final = 200
"""Text packs 3 to 20 times; a file that packs better than this is a zip bomb."""
MOST_MEMBERS: Final = 200_000
_SMALL: Final = 1 << 20
_IN_MEMORY: Final = 16 << 20
_ZIP: Final = b"PK\3\4"
_DEEPEST: Final = 2


@dataclass(frozen=True, slots=True)
class Source:
    """One file to import.

    Attributes:
        path: The path to use in messages.
        stem: The string that article ids are made of.
        size: The number of bytes it counts in the progress.
        open: Opens the file for reading.
        named: Whether the user named this file, rather than the folder or zip file with it.
        fault: Why it cannot be opened, if so.
    """

    path: Path
    stem: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    named: bool = False
    fault: AnnotatorError | None = None


def total_size(paths: Iterable[Path]) -> int:
    """Return the number of bytes that these files and folders count in the progress."""
    total = 0
    for path in paths:
        with suppress(OSError):  # reported when the file is imported
            files = _files(path).files if path.is_dir() else [path]
            total += sum(file.stat().st_size for file in files if is_readable_file(file))
    return total


def sources(paths: Sequence[Path]) -> Iterator[Source]:
    """Yield every file in these files, folders and zip files, in the order of their names.

    Hidden files are left out, and so is the folder that a browser saves beside a page. A link in
    a folder to a file in the same folder counts as a file; links to folders are not followed, and
    a link to a file outside has a `fault`, so that the sender of a folder cannot get at other
    files of the user. A zip file in a zip file is opened, but not one inside that.
    """
    for path in paths:
        named = _on_disk(path, as_text(path.stem), named=True)
        try:
            is_folder = path.is_dir()
        except OSError as error:
            yield _faulty(named, error.strerror or str(error))
            continue
        yield from _in_folder(path) if is_folder else _expanded(named)


def _in_folder(folder: Path) -> Iterator[Source]:
    try:
        found = _files(folder)
    except OSError as error:
        source = _on_disk(Path(error.filename or folder), as_text(folder.name), named=True)
        yield _faulty(source, error.strerror or str(error))
        return
    already_open = open_files()
    names = [PurePosixPath(as_text(file.relative_to(folder).as_posix())) for file in found.files]
    for file, stem in zip(found.files, _stems(names), strict=True):
        source = _on_disk(file, stem, named=False, already_open=already_open)
        if file in found.outside:
            message = "this is a link to a file outside of the folder; import that file by its name"
            yield _faulty(source, message)
        else:
            yield from _expanded(source)


def _on_disk(
    path: Path, stem: str, *, named: bool, already_open: Collection[Identity] | None = None
) -> Source:
    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        with open_to_read(path, already_open) as source:
            yield source

    size = path.stat().st_size if is_readable_file(path) else 0
    return Source(path, stem, size, opened, named)


class _Found(NamedTuple):
    """The files of a folder and its subfolders, by name, and which of them link `outside` it."""

    files: list[Path]
    outside: frozenset[Path]


def _files(folder: Path) -> _Found:
    """Return the files of a folder and its subfolders.

    Without recursion, as folders may be nested deeper than Python allows calls to be.
    """
    found, outside = list[Path](), set[Path]()
    root = folder.resolve()
    seen = set[tuple[int, int]]()
    pending = [folder]
    while pending:
        path = pending.pop()
        if path is folder or (path.is_dir() and not path.is_symlink()):
            state = path.stat()
            # Before Python 3.12 a Windows junction is not seen as a link; it may form a cycle.
            identity = (state.st_dev, state.st_ino)
            if not state.st_ino or identity not in seen:
                seen.add(identity)
                pending += reversed(_importable_entries(path))
        elif path.is_file():
            found.append(path)
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                outside.add(path)
    return _Found(found, frozenset(outside))


def _importable_entries(folder: Path) -> list[Path]:
    """Return the entries of a folder that may be imported, by name."""
    entries = sorted(folder.iterdir(), key=lambda path: path.name)
    pages = {path.stem for path in entries if path.suffix.lower() in (".html", ".htm")}
    # The reader of a brat annotation reads its text as well.
    annotated = {path.stem for path in entries if path.suffix == ".ann"}
    return [
        entry
        for entry in entries
        if not entry.name.startswith(".")
        and not (entry.suffix == ".txt" and entry.stem in annotated)
        and not (_belongs_to_page(entry.name, pages) and entry.is_dir())
    ]


def _belongs_to_page(name: str, pages: set[str]) -> bool:
    """Return whether a folder holds the pictures of a saved page.

    That is `NAME_files` (in German `NAME-Dateien`) beside `NAME.html`.
    """
    return any(
        name.removesuffix(end) in pages for end in ("_files", "-Dateien") if name.endswith(end)
    )


def _stems(names: Sequence[PurePosixPath]) -> list[str]:
    """Return the names without suffix, except where that would make two of them equal."""
    plain = [str(name.with_suffix("")) for name in names]
    counts = Counter(plain)
    return [
        str(name) if counts[stem] > 1 else stem for name, stem in zip(names, plain, strict=True)
    ]


def _expanded(source: Source, depth: int = 0) -> Iterator[Source]:
    """Yield the source, or the files in it if it is a zip file."""
    if source.fault is not None or source.path.suffix.lower() != ".zip":
        yield source
        return
    try:
        with source.open() as file:
            if file.read(len(_ZIP)) != _ZIP:
                yield source
                return
            if depth == _DEEPEST:
                message = "a zip file in a zip file in a zip file is not opened; unpack it first"
                yield _faulty(source, message)
                return
            file.seek(0)
            yield from _members(source, file, depth)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        yield _faulty(source, f"the zip file is damaged ({error})")
    except FileRefused as error:
        yield replace(source, fault=error)
    except OSError as error:
        yield _faulty(source, error.strerror or str(error))


def _members(archive: Source, file: BinaryIO, depth: int) -> Iterator[Source]:
    with zipfile.ZipFile(file) as opened:
        members = [member for member in opened.infolist() if not member.is_dir()]
        message = _refusal(members)
        if message:
            yield _faulty(archive, message)
            return
        importable = sorted(
            (member for member in members if not _passed_over(member)),
            key=lambda member: member.filename,
        )
        names = [PurePosixPath(as_text(member.filename)) for member in importable]
        pages = {
            str(member_name.with_suffix(""))
            for member_name in names
            if member_name.suffix.lower() in (".html", ".htm")
        }
        for member, name, stem in zip(importable, names, _stems(names), strict=True):
            if not any(_belongs_to_page(str(parent), pages) for parent in name.parents):
                yield from _expanded(_member(archive, opened, member, stem), depth + 1)


def _refusal(members: Sequence[zipfile.ZipInfo]) -> str:
    """Return a message on why this zip file must not be opened; "" if it may be."""
    if len(members) > MOST_MEMBERS:
        return f"it holds more than {MOST_MEMBERS:,} files; it was not opened"
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        return f"it unpacks to more than {LARGEST_UNPACKED >> 30} GB; it was not opened"
    for member in members:
        if member.filename.startswith(("/", "\\")) or ".." in _parts(member):
            return f"it names a place outside of it ({member.filename[:80]}); it was not opened"
    return ""


def _passed_over(member: zipfile.ZipInfo) -> bool:
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    return is_link or any(part.startswith((".", "__MACOSX")) for part in _parts(member))


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    return PurePosixPath(member.filename.replace("\\", "/")).parts


def _member(archive: Source, opened: zipfile.ZipFile, member: zipfile.ZipInfo, stem: str) -> Source:
    path = archive.path / member.filename

    @contextmanager
    def unpacked() -> Iterator[BinaryIO]:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            _unpack(opened, member, copy, path)
            copy.seek(0)
            yield copy  # type: ignore[misc]  # has every method of a binary file

    return Source(path, stem, member.compress_size, unpacked)


def _unpack(opened: zipfile.ZipFile, member: zipfile.ZipInfo, copy: IO[bytes], path: Path) -> None:
    """Copy a member, up to the size that it states. Raises FormatError with its path."""
    if member.flag_bits & 1:
        raise FormatError(f"{path}: it is locked with a password; unpack it first")
    packed = max(member.compress_size, 1)
    if member.file_size > LARGEST_MEMBER or (
        member.file_size > _SMALL and member.file_size / packed > GREATEST_RATIO
    ):
        raise FormatError(f"{path}: it unpacks to far more than a text does; it was not opened")
    try:
        with opened.open(member) as source:
            # zipfile stops at the size that the directory of the zip file states.
            while piece := source.read(1 << 20):
                copy.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise FormatError(f"{path}: the zip file is damaged here ({error})") from error


def _faulty(source: Source, message: str) -> Source:
    error = FormatError(f"{source.path}: {message}")
    return Source(source.path, source.stem, source.size, source.open, source.named, error)
