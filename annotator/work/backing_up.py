"""A safe copy of a project while it is open."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.store import Project


def copy_project(project: "Project", out: Path | None = None) -> Path:
    """Copy the project, verified, to `out`: a new file, or a folder for a copy named by date.

    Without `out` the copy lies beside the project. Raises StoreError, nothing written then.
    """
    path = project.path
    if out is None or out.is_dir():
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        out = (out or path.parent) / f"{path.stem}-{stamp}{path.suffix}"
    project.backup(out)
    return out
