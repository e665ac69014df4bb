"""How a job says how far it is and learns that it is no longer wanted."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

Progress = Callable[[int, int | None, str], None]
"""Called with what is done, the whole (None if unknown) and what is being worked on."""

Cancelled = Callable[[], bool]
"""Asked between two records; once it says true the job leaves things as they were."""


class Stopped(Exception):  # no error: somebody wanted it
    """Unwinds a cancelled job, so that its transaction is rolled back."""


def unseen(_done: int, _total: int | None, _what: str) -> None:
    """A progress that nobody looks at."""


def never() -> bool:
    """For jobs that nobody can cancel."""
    return False


def stopping(cancelled: Cancelled) -> Callable[[], None]:
    """What a job calls between two steps: it raises Stopped once the job is no longer wanted."""

    def look() -> None:
        if cancelled():
            raise Stopped

    return look


_BETWEEN_COLLECTIONS: Final = (50_000, 50, 100)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Python looks for circles of garbage less often in the block, where there are none.

    A job on ten thousand records makes millions of values, and looking costs an eighth of it.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
