"""Opening a project only to look into it, whatever version made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.store import Project


@contextmanager
def opened_to_look(path: Path) -> "Iterator[Project]":
    """The project for reading; of one that an older version made, a copy brought up to date.

    Raises StoreError.
    """
    from annotator.store import Project, ProjectReadOnly, backup

    try:
        with Project.open(path, read_only=True) as other:
            yield other
            return
    except ProjectReadOnly:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            backup(path, copy)
            with Project.open(copy) as other:
                yield other
