"""The program in a process of its own, with the probe that answers for it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import annotator
from tests.robot.display import Display, Photograph

ROOT: Final = Path(annotator.__file__).resolve().parent.parent
_PATIENCE: Final = 120.0
"""Seconds for an answer of the window on a machine with a lot of other things to do."""
_TO_REST: Final = 30.0
"""Seconds after which the window is looked at although something in it still moves."""


class WindowGone(Exception):
    """The program has ended, or no longer answers; with the last that it said."""


class Window:
    """One life of the program on a display. `acknowledgements` is what it called saved in it.

    `planted` are names from `tests.robot.planted`, with commas between them.
    """

    def __init__(
        self,
        display: Display,
        home: Path,
        arguments: Sequence[str],
        life: int,
        planted: str = "",
    ) -> None:
        self._display = display
        self.acknowledgements = home / f"saved{life}.jsonl"
        self.acknowledgements.touch()
        self._said = home / f"said{life}.log"
        ours, theirs = socket.socketpair()
        with theirs, self._said.open("wb") as words:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.robot.probe", str(theirs.fileno())),
                    *(str(self.acknowledgements), planted, *arguments),
                ],
                env=environment(display, home),
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        ours.settimeout(_PATIENCE)
        self._ear = ours
        self._lines = ours.makefile("rb")

    def wait_until_open(self) -> None:
        """Wait until the window is there with everything in it. Raises WindowGone."""
        deadline = time.monotonic() + _PATIENCE
        while self.look()["main"] is None:
            if time.monotonic() > deadline:
                raise WindowGone("no window came")
            time.sleep(0.05)

    def look(self) -> dict[str, Any]:
        """What there is to click at, and what is open. Raises WindowGone."""
        answer: dict[str, Any] = self._ask("look")
        return answer

    def words(self, seed: int) -> list[Any]:
        """Where some words of the page begin and end. Raises WindowGone."""
        answer: list[Any] = self._ask("words", seed=seed)
        return answer

    def lists(self) -> dict[str, Any] | None:
        """What the lists show of the article. Raises WindowGone."""
        answer: dict[str, Any] | None = self._ask("lists")
        return answer

    def rest(self) -> bool:
        """Wait until nothing changes on the screen; False if something still moves after long.

        Never makes the window paint: two photographs with a pause of the window are the same,
        and its queue of events is empty.
        """
        deadline = time.monotonic() + _TO_REST
        before: Photograph | None = None
        while True:
            busy = self._ask("rest")["busy"]
            now = self._display.photograph()
            if not busy and before is not None and now == before:
                return True
            if time.monotonic() > deadline:
                return False
            before = now

    def before_and_after_painting(self) -> tuple[Photograph, Photograph]:
        """The screen as it is, and with everything painted anew while the program stands still."""
        self._ask("hold")
        before = self._display.photograph()
        self._say("repaint")
        after = self._display.photograph()
        self._say("go on")
        return before, after

    def kill(self) -> None:
        """End it at once with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        self._bury()

    def wait_until_closed(self) -> int:
        """The exit code, once it has ended by itself. Raises WindowGone if it does not."""
        try:
            code = self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired as late:
            raise WindowGone("it was told to quit and goes on") from late
        self._bury()
        return code

    def said(self) -> str:
        """What it wrote to its standard output and errors."""
        return self._said.read_text(encoding="utf-8", errors="replace")

    def _bury(self) -> None:
        self.process.wait()
        self._lines.close()
        self._ear.close()

    def _ask(self, what: str, **more: Any) -> Any:
        return self._say({"ask": what, **more})

    def _say(self, what: Any) -> Any:
        try:
            self._ear.sendall(json.dumps(what).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise WindowGone(f"{error}\n{self.said()}") from error
        if not line:
            raise WindowGone(f"it ended with {self.process.wait()}\n{self.said()}")
        return json.loads(line)


def environment(display: Display, home: Path) -> dict[str, str]:
    """The environment of the program and of those that work beside it: a home of their own."""
    homes = {f"XDG_{name}_HOME": str(home / name.lower()) for name in _HOMES}
    more = {"HOME": str(home), "LOGNAME": "ada", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    kept = {name: value for name, value in display.environment().items() if name != "LANGUAGE"}
    return kept | homes | more | {"TMPDIR": os.environ.get("TMPDIR", "/tmp")}


_HOMES: Final = ("CONFIG", "DATA", "STATE", "CACHE")
