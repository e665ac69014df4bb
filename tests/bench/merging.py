"""Merging what two people have done in 1,000 articles into one project."""

import time
from pathlib import Path

from annotator.services.merging import merge_files
from annotator.store import Project
from tests.bench.samples import project_with, record

_ARTICLES = 1_000


def rates(home: Path, runs: int) -> list[float]:
    """Annotations a second of merging ben's project, 15 spans each, into ada's."""
    records = [record(f"a{n}", 3_000, 15, seed=n) for n in range(_ARTICLES)]
    theirs = [type(one)(one.article, "ben", one.annotation) for one in records]
    other = project_with(home / "ben.annotator", theirs)
    found = []
    for run in range(runs):
        path = project_with(home / f"ada{run}.annotator", records)
        with Project.open(path) as project:
            began = time.perf_counter()
            report = merge_files(project, [other])
            found.append(_ARTICLES / (time.perf_counter() - began))
        assert len(report.merged) == _ARTICLES, report.counts()
    return found
