"""A project on disk for each test, and what to put into it."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotator.store import Project
from tests.store.samples import SCHEME, record

if TYPE_CHECKING:
    from tests.faults.operations import Operation
    from tests.faults.trials import Trials

_TRIED_ARTICLES = 4


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


@pytest.fixture(scope="session")
def trials_of() -> "Iterator[Callable[[Operation], Trials]]":
    """The trials of an operation, which is done once without any misfortune for all of them.

    Calls can be made to fail where `tests.faults.calls.why_not` has no reason against it.
    """
    from tests.faults.calls import library, why_not
    from tests.faults.forks import Forks
    from tests.faults.trials import Trials, quick_folder

    with (
        quick_folder() as folder,
        Forks(None if why_not() else library(folder)) as forks,
    ):
        yield cache(lambda operation: Trials(forks, folder, operation, _TRIED_ARTICLES))
