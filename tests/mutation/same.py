"""Changes that change nothing anybody could see, as a person found: they are no gap of the tests.

Each is known by its module, its line and what becomes of it, not by where the line is; if the
line changes, somebody has to look again.
"""

from typing import Final

from tests.mutation.changes import Change

SAME: Final[dict[tuple[str, str, str], str]] = {}
"""By module, line and changed line, without the space around them: why it is the same."""


def reason(module: str, source: bytes, change: Change) -> str:
    """Why the change changes nothing, or nothing if it is not known to."""
    before = source[: change.start].rpartition(b"\n")[2]
    after = source[change.end :].partition(b"\n")[0]
    old = before + source[change.start : change.end] + after
    new = before + change.new + after
    key = module.removeprefix("annotator/"), old.decode().strip(), new.decode().strip()
    return SAME.get(key, "")
