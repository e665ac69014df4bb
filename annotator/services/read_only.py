"""Opening a project for reading only, whatever version of the program made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.store import Project


@contextmanager
def open_read_only(path: Path) -> "Iterator[Project]":
    """Open the project for reading.

    If an older version of the program made it, an upgraded temporary copy is opened instead.
    Raises StoreError.
    """
    from annotator.store import Project, ProjectReadOnly, backup

    try:
        with Project.open(path, read_only=True) as project:
            yield project
            return
    except ProjectReadOnly:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            backup(path, copy)
            with Project.open(copy) as project:
                yield project
