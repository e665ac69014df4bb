"""A project to try things out on: a real article half annotated, and some short ones to do."""

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

    Raises StoreError if there is a file already, and OSError; nothing is left behind then.
    """
    from annotator.store import Project

    path.parent.mkdir(parents=True, exist_ok=True)
    with Project.create(path, find_scheme("news")) as project:
        report = import_files(project, example_files(), annotator=annotator)
    for file in report.failed:
        path.unlink(missing_ok=True)
        raise file.error or AssertionError("a file that failed has an error")


def example_files() -> list[Path]:
    """What the example is made of, in order: the texts, then the annotations of the first."""
    folder = resource("resources", "example")
    texts = [*sorted(resource("seeds").glob("*.txt")), *sorted(folder.glob("*.txt"))]
    return [*texts, folder / _ANNOTATIONS]


def annotator_name() -> str:
    """The name under which this computer's user annotates until they choose another."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or no user database
        return "annotator"


def example_location() -> Path:
    """Where the example project lies unless a path is given: the user's folder for data."""
    return data_folder() / "annotator" / "example.annotator"


def data_folder() -> Path:
    """Where this system keeps what programs make for their user."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
