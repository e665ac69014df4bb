"""Whatever changes a project or makes a file, killed at a counted step: all of it, or nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.forks import Forks
from tests.faults.operations import OPERATIONS, Operation
from tests.faults.trials import Trials, quick_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
ARTICLES = 4
DECIDED = [operation for operation in OPERATIONS if operation.survives_anything]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forks:
        yield forks


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.mark.parametrize("operation", DECIDED, ids=[operation.name for operation in DECIDED])
def test_a_program_killed_in_the_middle_leaves_all_or_nothing(
    forks: Forks, operation: Operation, folder: Path
) -> None:
    """`make bench ARGS="faults"` kills right before and right after each of the steps."""
    trials = Trials(forks, folder, operation, ARTICLES)
    for moment in trials.few_moments():
        trials.kill(moment)
