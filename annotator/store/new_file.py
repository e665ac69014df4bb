"""Creation of a new project file, which gets its name once it is complete."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from annotator.core.file_names import temporary_name
from annotator.core.message import message
from annotator.files import remove_temporary, sync_folder
from annotator.store.database import connect
from annotator.store.errors import DiskError, ProjectExists, disk_io_error, translated_errors


@contextmanager
def taking_name(path_to: Path) -> Iterator[Path]:
    """Yield a temporary path for a new project, which is renamed to `path_to` after the block.

    A project with that name is therefore complete; if the block raises or the program is killed,
    there is none.

    Raises:
        ProjectExists: Something exists at `path_to`, or appears there in the meantime.
        DiskError: The file cannot be written.
    """
    if path_to.exists():
        raise _exists_error(path_to)
    partial = partial_beside(path_to)
    try:
        yield partial
        _checkpoint(partial)
        _rename_without_replacing(partial, path_to)
        sync_folder(path_to.parent)
    except FileExistsError as error:
        raise _exists_error(path_to) from error
    except OSError as error:
        raise DiskError(
            message(
                "{1} could not be written: {2}; choose another folder", path_to, str(error.strerror)
            )
        ) from error
    finally:
        remove_project_files(partial)


def _exists_error(path: Path) -> ProjectExists:
    return ProjectExists(message("{1} exists already; open it, or choose another name", path))


def _rename_without_replacing(partial: Path, path_to: Path) -> None:
    """Rename the file without replacing one of that name that was made in the meantime."""
    try:
        os.link(partial, path_to)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        path_to.touch(exist_ok=False)
        try:
            partial.replace(path_to)
        except OSError:
            remove_temporary(path_to)
            raise


def _checkpoint(partial: Path) -> None:
    """Copy the log into the file, because only the file is renamed.

    SQLite closes a file even if it could not copy all of the log.
    """
    log = Path(f"{partial}-wal")
    if not log.exists() or not log.stat().st_size:
        return
    with translated_errors(partial), closing(connect(partial)) as reopened:
        busy, *_ = reopened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy or (log.exists() and log.stat().st_size):
        raise disk_io_error(partial)


def partial_beside(path: Path) -> Path:
    """Return a temporary name for a file that will replace `path` or be read into it."""
    return path.with_name(temporary_name(path.name, f"{uuid4().hex[:8]}.partial"))


def remove_project_files(project: Path) -> None:
    """Remove a project and SQLite's files beside it, as far as the system allows."""
    remove_temporary(*(Path(f"{project}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")))
