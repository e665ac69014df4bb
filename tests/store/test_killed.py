"""Whatever changes a project or makes a file, killed at a counted step: all of it, or nothing."""

import os
from collections.abc import Callable

import pytest

from tests.faults.operations import OPERATIONS, Operation
from tests.faults.trials import Trials

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
DECIDED = [operation for operation in OPERATIONS if operation.survives_anything]


@pytest.mark.parametrize("operation", DECIDED, ids=[operation.name for operation in DECIDED])
def test_a_program_killed_in_the_middle_leaves_all_or_nothing(
    trials_of: Callable[[Operation], Trials], operation: Operation
) -> None:
    """`make bench ARGS="faults"` kills right before and right after each of the steps."""
    trials = trials_of(operation)
    for moment in trials.few_moments():
        trials.kill(moment)
