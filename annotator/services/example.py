"""The example project: a real article, partly annotated, and some short unannotated ones."""

from pathlib import Path

from annotator.resources import resource
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.services.user import data_folder

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


def example_location() -> Path:
    """Return the default path of the example project, in the user's data folder."""
    return data_folder() / "annotator" / "example.annotator"
