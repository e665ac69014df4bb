"""The answer of a command, and the progress bar."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TextIO

from annotator.services.job import Progress, ignore_progress

if TYPE_CHECKING:
    from annotator.core.message import Message

_BAR_WIDTH: Final = 24
_SECONDS_BETWEEN: Final = 0.1


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """The result of a command for people (`lines`) and for programs (`data`).

    `complaints` are printed on stderr, one line each.
    """

    lines: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)
    code: int = 0
    complaints: tuple[str, ...] = ()


def show(answer: CommandOutput, *, as_json: bool) -> int:
    """Print the answer and return its exit code."""
    if as_json:
        import json

        narrow = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        print(json.dumps(answer.data, ensure_ascii=narrow, default=str))
    else:
        for line in answer.lines:
            print(line)
    for complaint in answer.complaints:
        print(f"annotator: {' '.join(complaint.split())}", file=sys.stderr)
    return answer.code


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a progress bar on stderr while the block runs, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield ignore_progress
        return
    bar = _Bar(sys.stderr)
    try:
        yield bar.show
    finally:
        bar.clear()


@contextmanager
def stop_requests() -> Iterator[list[int]]:
    """Provide a list to which Ctrl+C and other requests to end add the number of their signal.

    The block looks into it from time to time. A second request ends it at once, by
    KeyboardInterrupt.
    """
    stops: list[int] = []

    def request(number: int, _frame: FrameType | None) -> None:
        stops.append(number)
        if len(stops) > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stops
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Bar:
    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._next = 0.0

    def show(self, done: int, total: int | None, what: "Message | str") -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _SECONDS_BETWEEN
        self._terminal.write(f"\r\x1b[K{_bar_text(done, total)} {str(what)[:50]}")
        self._terminal.flush()

    def clear(self) -> None:
        self._terminal.write("\r\x1b[K")
        self._terminal.flush()


def _bar_text(done: int, total: int | None) -> str:
    if not total:
        return f"{done:,}"
    share = min(done / total, 1.0)
    filled = round(share * _BAR_WIDTH)
    return f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {share:4.0%}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 article`, `2 articles`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sized(number: int) -> str:
    """Return a number of bytes: `48 kB`, `12.3 MB`."""
    return f"{number / 1e6:,.1f} MB" if number >= 1_000_000 else f"{number / 1e3:,.0f} kB"
