"""A project on disk for each test, and what to put into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.store import Project
from tests.store.samples import SCHEME, record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    """An empty project."""
    with Project.create(path, SCHEME) as project:
        yield project


@pytest.fixture
def key(project: Project) -> int:
    """The key of an article nobody has annotated, `samples.TEXT`."""
    with project.importing() as target:
        target.add(record("a1"))
    key = project.key_of("a1")
    assert key is not None
    return key
