"""An X server of one's own, for tests that need a real screen."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PATIENCE: Final = 60.0
"""Seconds that a server or window manager may take on a machine with other things to do."""


def missing(*programs: str) -> str | None:
    """Why there can be no display with these programs here, in words; None where there can."""
    if not sys.platform.startswith("linux"):
        return "an X server that draws into memory is there for Linux only"
    lacking = [name for name in ("Xvfb", *programs) if shutil.which(name) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else None


@contextmanager
def x_display(
    width: int = 1000, height: int = 700, options: Sequence[str] = ()
) -> Iterator[dict[str, str]]:
    """Start a server of this size, with a free number that it finds itself, and end it.

    What a program needs in its environment to show itself there, and nowhere else. Raises
    RuntimeError with the server's words if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="display-") as folder:
        log = Path(folder) / "server.log"
        reading, writing = os.pipe()
        screen = ["-screen", "0", f"{width}x{height}x24"]
        command = ["Xvfb", "-displayfd", str(writing), *screen, "-nolisten", "tcp", *options]
        with os.fdopen(reading, "rb") as answer:
            try:
                end = start(command, log, os.environ, keep=(writing,))
            finally:
                os.close(writing)
            try:
                ready, _, _ = select.select([answer], [], [], PATIENCE)
                number = answer.readline().strip() if ready else b""
                if not number:
                    raise RuntimeError(log.read_text(errors="replace"))
                kept = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
                own = {"DISPLAY": f":{number.decode()}", "QT_QPA_PLATFORM": "xcb"}
                yield kept | own | {"XDG_SESSION_TYPE": "x11"}
            finally:
                end()


def start(
    command: Sequence[str], log: Path, environment: Mapping[str, str], *, keep: Sequence[int] = ()
) -> Callable[[], None]:
    """Start a program that writes what it says into a file; what is returned ends it.

    It is a session of its own, so that nothing that is sent to this process's group reaches it,
    and it ends with this process. `keep` are descriptors that it inherits.
    """
    follow = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
    with log.open("wb") as words:
        process = subprocess.Popen(
            [*follow, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            pass_fds=keep,
            start_new_session=True,
        )

    def end() -> None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is not None:
                return
            os.killpg(process.pid, sign)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                continue

    return end
