"""Counts the steps by which an operation changes files, and ends the process at one of them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, NamedTuple

from annotator.store import file_guard, generations
from annotator.store.database import Database

COMMIT: Final = "COMMIT"
_WRITING: Final = Database.writing.__wrapped__.__code__
_LOOKS: Final = frozenset({file_guard.__file__, generations.__file__})
"""How often these look at the file is a matter of time."""
_OF_CONNECTION: Final = frozenset(
    "execute executemany executescript commit rollback backup close".split()
)
_OF_SYSTEM: Final = frozenset(
    "replace rename link symlink unlink remove rmdir mkdir truncate ftruncate fsync fdatasync "
    "open write".split()
)
_OF_FILE: Final = frozenset("write writelines flush truncate close".split())
_STEPS: Final = {
    "Connection": _OF_CONNECTION,
    "Cursor": _OF_CONNECTION,
    "posix": _OF_SYSTEM,
    "FileIO": _OF_FILE,
    "BufferedWriter": _OF_FILE,
    "BufferedRandom": _OF_FILE,
    "TextIOWrapper": _OF_FILE,
    "_io": frozenset({"open"}),
}


class Moment(NamedTuple):
    """Right before a step (the first is 1), or right after it."""

    step: int
    after: bool = False

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} step {self.step}"


@contextmanager
def counted(deadly: Moment | None, die: Callable[[str], None]) -> Iterator[list[str]]:
    """The names of the steps that are taken in the block; at the moment `die` gets that of its.

    A step is a call of SQLite, or of what makes, fills, moves or removes a file.
    """
    taken: list[str] = []
    open_steps: list[int] = []

    def look(frame: FrameType, event: str, called: Any) -> None:
        if not event.startswith("c_"):
            return
        name = _name(frame, called)
        if not name:
            return
        if event == "c_call":
            taken.append(name)
            open_steps.append(len(taken))
            moment = Moment(len(taken))
        else:
            moment = Moment(open_steps.pop(), after=True)
        if moment == deadly:
            sys.setprofile(None)
            die(name)

    sys.setprofile(look)
    try:
        yield taken
    finally:
        sys.setprofile(None)


def _name(frame: FrameType, called: Any) -> str:
    owner = getattr(called, "__self__", None)
    kind = getattr(owner, "__name__", "") or type(owner).__name__
    name = getattr(called, "__name__", "")
    if name not in _STEPS.get(kind, ()) or frame.f_code.co_filename in _LOOKS:
        return ""
    if frame.f_code is _WRITING and name == "execute":
        return COMMIT
    return f"{kind}.{name}"
