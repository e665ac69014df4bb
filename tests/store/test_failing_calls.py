"""Every call to the system may fail: it is told in a sentence, and nothing is lost or half-done.

So is a power failure, with what was not flushed yet torn, reordered or lost. `make bench
ARGS="faults --calls"` lets every call fail in turn, `--power` the power fail again and again.
"""

import random
from collections.abc import Callable

import pytest

from tests.faults.calls import why_not
from tests.faults.operations import OPERATIONS, Operation
from tests.faults.trials import FAULTS, READING, WRITING, Fault, Trials

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be done")
SURVIVING = [operation for operation in OPERATIONS if operation.survives_anything]
BY_NAME = {operation.name: operation for operation in OPERATIONS}
FOUND_WRONG = [
    # The copy was given its name, though its log could not be worked into it.
    ("whole project", "write .whole.db", Fault("fail")),
    # What was done was reported as failed when only tidying up had.
    ("backup", "unlink .copy.db", Fault("fail")),
    ("export", "unlink out.jsonl.losses", Fault("fail")),
    ("export of a folder", "rmdir .out", Fault("fail")),
    ("rescue file", "unlink .rescue", Fault("fail")),
    # It was told in two lines.
    ("backup", "read .copy.db", READING),
    # All of it was in the project, and it was said that nothing was.
    ("import", "read in.jsonl", READING),
]


@pytest.mark.parametrize("operation", SURVIVING, ids=[operation.name for operation in SURVIVING])
def test_a_power_failure_takes_nothing_that_was_reported_as_done(
    trials_of: Callable[[Operation], Trials], operation: Operation
) -> None:
    trials = trials_of(operation)
    chance = random.Random(operation.name)
    for _ in range(3):
        trials.fail_power(chance)


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.name for operation in OPERATIONS])
def test_a_call_that_fails_is_told_and_leaves_nothing_half_done(
    trials_of: Callable[[Operation], Trials], operation: Operation
) -> None:
    trials = trials_of(operation)
    chance = random.Random(operation.name)
    number = trials.calls()
    for fault in chance.sample(FAULTS[:-2], 2):
        trials.fail(fault, chance.randint(1, number))


@pytest.mark.parametrize(("name", "call", "fault"), FOUND_WRONG)
def test_what_failing_calls_once_did_wrong_stays_right(
    trials_of: Callable[[Operation], Trials], name: str, call: str, fault: Fault
) -> None:
    trials = trials_of(BY_NAME[name])
    at = trials.last_call(call, fault.kinds)
    assert trials.fail(fault, at).struck.startswith(call)


def test_a_page_that_a_full_disk_took_by_half_is_not_taken_for_one_of_another_file(
    trials_of: Callable[[Operation], Trials],
) -> None:
    trials = trials_of(BY_NAME["edit, short log"])
    half = Fault("short", "ENOSPC", WRITING, lasting=True, kinds=WRITING)
    into_the_file = trials.writes_to("news.db")
    # Seven checkpoints write six pages each: by fives, every page is among them, each in another.
    for at in [*into_the_file[::5], into_the_file[-1]]:
        outcome = trials.fail(half, at)
        assert outcome.struck == "write news.db"
        assert "overwritten" not in outcome.refused
    assert len(into_the_file) > 10
