"""What a spoiled file leaves in a project: all of it or nothing, and nothing that a check finds.

`python -m tests.bench.fuzz_imports FORMAT SECONDS FOLDER` imports the files of the folder as the
program does, each reader in its process, and prints what is wrong. It ends with 1 for a fault.
"""

import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from annotator.services.importing import FileReport, import_files
from annotator.services.presets import find_scheme
from annotator.services.reading import ReaderBug
from annotator.store import Project
from tests.bench.fuzz import PATIENCE, Hung, limits, samples

_AT_ONCE: Final = 20
"""Files for each project: spoiled ones say that they are the same article with another text."""

_MEMORY: Final = 2 << 30
"""Bytes of address space: as much as the program gives a reader in its own process."""


def import_faults(name: str, files: Sequence[bytes], folder: Path) -> list[str]:
    """Import these files of a format into a new project; what is wrong with what that leaves."""
    paths = [_placed(name, data, folder / str(number)) for number, data in enumerate(files)]
    with Project.create(folder / "fuzzed.annotator", find_scheme("news")) as project:
        try:
            reports = import_files(
                project, paths, format=name, annotator="ann", progress=_another_file
            ).files
        except (Exception, Hung):
            return [traceback.format_exc()]
        faults = [fault for report in reports for fault in _report_faults(report)]
        if len(reports) != len(paths):
            faults.append(f"{len(reports)} of {len(paths)} files are told of")
        faults += _count_faults(project.path, reports)
        return faults + [problem.sentence for problem in project.check()]


def _placed(name: str, data: bytes, folder: Path) -> Path:
    """A file with these bytes, beside what a file of its format is read with."""
    sample = samples()[name].path
    if not sample.is_file():
        folder.mkdir(parents=True)
        path = folder / sample.name
    else:
        # The name of the folder may say whose annotations these are.
        shutil.copytree(sample.parent, folder / sample.parent.name)
        path = folder / sample.parent.name / sample.name
    path.write_bytes(data)
    return path


def _another_file(*_: object) -> None:
    """Each file has its own time, where there is a limit."""
    if os.name == "posix" and signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
        signal.alarm(PATIENCE)


def _report_faults(report: FileReport) -> list[str]:
    words = str(report.error or f"{report.path}: ")
    if isinstance(report.error, ReaderBug):
        return [f"a bug that only the last net caught: {words}"]
    sound = words.startswith(f"{report.path}: ") and "\n" not in words
    return [] if sound else [f"no sentence that names the file: {words!r}"]


def _count_faults(path: Path, reports: Sequence[FileReport]) -> list[str]:
    """What is in the project and was not told of, or the other way round."""
    told = (
        sum(report.articles for report in reports),
        sum(report.annotations for report in reports),
    )
    with closing(sqlite3.connect(path)) as connection:
        counts = "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM annotation)"
        stored = connection.execute(counts).fetchone()
    return [] if stored == told else [f"articles, annotations: {told} told, {stored} stored"]


def main(name: str, seconds: str, folder: str) -> int:
    """Import the files, a few at a time, until all are in or the time is up."""
    warnings.simplefilter("ignore")
    end, faults, done = time.monotonic() + float(seconds), 0, 0
    # What stopped the fuzzing comes first, the largest last.
    paths = sorted(Path(folder).rglob("*"), key=lambda path: (path.parent.name != "found", path))
    files = [path for path in paths if path.is_file()]
    with limits(_MEMORY):
        while done < len(files) and time.monotonic() < end:
            some = files[done : done + _AT_ONCE]
            with tempfile.TemporaryDirectory() as place:
                found = import_faults(name, [path.read_bytes() for path in some], Path(place))
            for fault in found:
                print(f"{name}, among {some[0].name} to {some[-1].name}: {fault}", flush=True)
            faults, done = faults + len(found), done + len(some)
    print(f"{done} imported, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
