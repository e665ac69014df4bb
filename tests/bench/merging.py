"""Merging what two people have done in the same articles into one project."""

import time
from pathlib import Path

from annotator.core.record import Record
from annotator.services.merging import merge_files
from annotator.store import Project
from tests.bench.samples import project_with
from tests.bench.zipf import records

_COUNTS = (1_000, 4_000)
"""The larger one must not take longer for each annotation."""


def rates(home: Path, runs: int) -> dict[int, list[float]]:
    """Annotations a second of CPU of merging ben's project into ada's, by their number."""
    return {count: [_rate(home, count, run) for run in range(runs)] for count in _COUNTS}


def _rate(home: Path, count: int, run: int) -> float:
    name = f"{count}-{run}.annotator"
    hers = (Record(one.article, "ada", one.annotation) for one in records(count))
    his = (Record(one.article, "ben", one.annotation) for one in records(count))
    path, other = project_with(home / f"ada-{name}", hers), project_with(home / f"ben-{name}", his)
    with Project.open(path) as project:
        began = time.process_time()
        report = merge_files(project, [other])
        seconds = time.process_time() - began
    assert len(report.merged) == count, report.counts()
    return count / seconds
