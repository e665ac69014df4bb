"""Writing of output files and folders: completely or not at all, without losing other files."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.core.file_names import temporary_name
from annotator.core.message import message
from annotator.files import check_folder_not_open, check_not_project, remove_temporary, sync_folder

_BUFFER: Final = 1 << 20
_MARK: Final = ".annotator-export"
"""The name of the file in each exported folder that allows a later export to replace it."""


class ExportError(AnnotatorError):
    """An export that cannot be made; no file was written or changed."""


def check_can_replace(out: Path, project: Path, *, folder: bool, overwrite: bool) -> None:
    """Raise ExportError or FileRefused if what is at `out` must not be replaced."""
    if not out.exists():
        return
    if out.samefile(project):
        raise ExportError(message("{1} is the project itself; export to another file", out))
    check_not_project(out)
    if out.is_dir() and not folder:
        raise ExportError(message("{1} is a folder; name a file in it", out))
    if folder and not out.is_dir():
        raise ExportError(
            message("{1} is a file; this format needs a folder, so name a new one", out)
        )
    if out.is_dir() and not any(out.iterdir()):
        return
    if not overwrite:
        what = "folder" if folder else "file"
        raise ExportError(
            message("{1} exists already", out).with_hint(
                f"; name another {what}, or replace it with --force"
            )
        )
    if out.is_dir() and not (out / _MARK).exists():
        raise ExportError(message("{1} holds other things than an export; name a new folder", out))
    check_folder_not_open(out)


def temporary_path(out: Path) -> Path:
    """Return the temporary path for a file that is renamed to `out` once it is complete."""
    return out.with_name(temporary_name(out.name, f"{os.getpid()}.part"))


@contextmanager
def atomic_file(out: Path) -> Iterator[Path]:
    """Provide a path to write to, which is renamed to `out` if the block succeeds.

    If it fails, what is at `out` stays and no other file is left. A device or stream is written
    directly. Raises FileRefused and OSError.
    """
    check_not_project(out)
    if out.exists() and not out.is_file():  # a stream or a device, which keeps its name
        yield out
        return
    part = temporary_path(out)
    try:
        yield part
        check_not_project(out)
        part.replace(out)
        sync_folder(out.parent)
    finally:
        remove_temporary(part)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Provide a new file that is flushed to disk at the end of the block."""
    with path.open("xb", buffering=_BUFFER) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def finish_folder(folder: Path, format: str) -> None:
    """Mark the folder as an export, and flush all files in it to disk."""
    (folder / _MARK).write_text(f"{format}\n", encoding="utf-8")
    for place, _, names in os.walk(folder):
        for name in names:
            with Path(place, name).open("rb+") as file:
                os.fsync(file.fileno())


def move_into_place(part: Path, out: Path) -> None:
    """Rename the complete file or folder to `out`, replacing what an earlier export left.

    Raises FileRefused and OSError; what is at `out` is unchanged then.
    """
    check_not_project(out)
    check_folder_not_open(out)
    if not part.is_dir() or not out.exists():
        part.replace(out)
        sync_folder(out.parent)
        return
    old = out.with_name(temporary_name(out.name, f"{os.getpid()}.old"))
    out.rename(old)
    try:
        part.rename(out)
    except OSError:
        old.rename(out)
        raise
    sync_folder(out.parent)
    shutil.rmtree(old, ignore_errors=True)


def clear(part: Path) -> None:
    """Remove what a failed export has left."""
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        remove_temporary(part)
