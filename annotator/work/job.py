"""How a job says how far it is and learns that it is no longer wanted."""

from collections.abc import Callable

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
