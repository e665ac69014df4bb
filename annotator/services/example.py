"""The example project: a real article, partly annotated, and some short unannotated ones."""

import getpass
import os
import sys
from pathlib import Path

from annotator.resources import resource
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme

_ANNOTATIONS = "annotations.jsonl"


def make_example(path: Path, annotator: str) -> None:
    """Make the example project with its annotations under the name `annotator`.

    Raises StoreError if the file exists, and OSError; no new file is left then.
    """
    from annotator.store import Project

    path.parent.mkdir(parents=True, exist_ok=True)
    with Project.create(path, find_scheme("news")) as project:
        report = import_files(project, example_files(), annotator=annotator)
    for file in report.failed:
        path.unlink(missing_ok=True)
        raise file.error or AssertionError("a file that failed has an error")


def example_files() -> list[Path]:
    """Return the files of the example: the texts, then the annotations of the first one."""
    folder = resource("resources", "example")
    texts = [*sorted(resource("seeds").glob("*.txt")), *sorted(folder.glob("*.txt"))]
    return [*texts, folder / _ANNOTATIONS]


def annotator_name() -> str:
    """Return the default annotator name: the login name of the user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or no user database
        return "annotator"


def example_location() -> Path:
    """Return the default path of the example project, in the user's data folder."""
    return data_folder() / "annotator" / "example.annotator"


def data_folder() -> Path:
    """Return the folder for the user's application data on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
