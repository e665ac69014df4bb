"""The protocol of jobs: reporting progress, and stopping when cancelled."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from annotator.core.message import Message

Progress = Callable[[int, int | None, Message | str], None]
"""Called with the amount done, the total (None if unknown) and what is being done.

A str is the name of the current item, which is shown as it is.
"""

Cancelled = Callable[[], bool]
"""Called between two records; once it returns True, the job stops.

What the job has changed by then is rolled back, unless its function says otherwise.
"""


class JobCancelled(Exception):  # not an error: the user cancelled the job
    """Raised to leave a cancelled job, so that its transaction is rolled back."""


def ignore_progress(_done: int, _total: int | None, _what: Message | str) -> None:
    """Ignore the progress."""


def never_cancelled() -> bool:
    """Return False, for jobs that cannot be cancelled."""
    return False


def cancellation_check(cancelled: Cancelled) -> Callable[[], None]:
    """Return a function to call between two steps: it raises Stopped once the job is cancelled."""

    def check() -> None:
        if cancelled():
            raise JobCancelled

    return check


_THRESHOLDS: Final = (50_000, 50, 100)


@contextmanager
def reduced_garbage_collection() -> Iterator[None]:
    """Run Python's cyclic garbage collection less often in the block, which makes no cycles.

    A job on ten thousand records makes millions of values, and the collections would take an
    eighth of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
