"""One process that has everything loaded, and forks a child for each operation.

So an operation that is killed, or whose disk refuses, costs some milliseconds. Nothing is open in
the parent of the children: they start alike.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import annotator
from tests.faults.operations import OPERATIONS, Operation, is_sentence
from tests.faults.steps import Moment, counted

ROOT: Final = Path(annotator.__file__).resolve().parent.parent
_NAMED: Final = {operation.name: operation for operation in OPERATIONS}


class Outcome(NamedTuple):
    """How a child ended: its exit code as `subprocess` has it, and what it had said by then.

    `said` is what the operation has reported, one after the other; `steps` are those it took, and
    `died` is the one at which it was killed. `calls` were counted, and `struck` is the one that
    failed.
    """

    code: int
    done: bool
    said: tuple[Any, ...] = ()
    steps: tuple[str, ...] = ()
    calls: int = 0
    struck: str = ""
    died: str = ""
    refused: str = ""
    bug: str = ""


class Forks:
    """Does operations in children; use it as a context. `preload` is a library for the process."""

    def __init__(self, preload: Path | None = None) -> None:
        more = {"PYTHONPATH": str(ROOT), "ANNOTATOR_DEBUG": "1", "LOGNAME": "ada"}
        more["PYTHONDONTWRITEBYTECODE"] = "1"  # or the first operation would write more files
        if preload is not None:
            more["LD_PRELOAD"] = str(preload)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forks"],
            cwd=ROOT,
            env=os.environ | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._process.wait()

    def do(self, operation: Operation, folder: Path, **how: Any) -> Outcome:
        """Do it there; `how` is for `_child`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"operation": operation.name, "folder": str(folder), **how}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        listed = {name: tuple(answer.get(name, ())) for name in ("steps", "said")}
        return Outcome(**answer | listed)


def _serve() -> None:
    """Read orders from stdin until it ends, and answer each on stdout."""
    with tempfile.TemporaryDirectory() as name:
        said = Path(name) / "said"
        for line in sys.stdin:
            order = json.loads(line)
            said.write_bytes(b"")
            if order.pop("here", False):  # so that the children find everything loaded
                _child(said, **order)
                gc.collect()
                gc.freeze()  # children share what they never look at
                status = 0
            else:
                status = _forked(said, order)
            answer: dict[str, Any] = {"code": status, "done": False, "said": []}
            for words in map(json.loads, said.read_text("utf-8").splitlines()):
                answer["said"] += words.pop("said", [])
                answer |= words
            print(json.dumps(answer), flush=True)


def _forked(said: Path, order: dict[str, Any]) -> int:
    killed_after = order.pop("seconds", None)
    child = os.fork()
    if not child:
        code = 1
        try:
            _child(said, **order)
            code = 0
        finally:
            os._exit(code)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, 9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _child(
    said: Path,
    operation: str,
    folder: str,
    kill: tuple[int, bool] | None = None,
    count: bool = False,
    fault: Mapping[str, Any] | None = None,
) -> None:
    """Do the operation: with its steps counted, and ended at one of them, or with a fault.

    `fault` is for `tests.faults.calls.armed`.
    """
    from tests.faults.calls import armed, mark

    place = Path(folder)
    os.environ |= {
        "XDG_DATA_HOME": f"{folder}/data",
        "XDG_CONFIG_HOME": f"{folder}/config",
        "TMPDIR": f"{folder}",
    }
    tempfile.tempdir = folder
    file = os.open(said, os.O_WRONLY | os.O_APPEND)

    def report(**words: Any) -> None:
        os.write(file, f"{json.dumps(words)}\n".encode())

    def say(what: Any) -> None:
        report(said=[what])
        mark(what)

    def die(step: str) -> None:
        report(died=step)
        os.kill(os.getpid(), signal.SIGKILL)

    moment = None if kill is None else Moment(*kill)
    watched = counted(moment, die) if count or kill else nullcontext([])
    ended: dict[str, Any]
    with armed(place, fault) as calls, watched as steps:
        try:
            _NAMED[operation].do(place, say)
            ended = {"done": True}
        except Exception as error:
            told = is_sentence(error)
            ended = {"refused" if told else "bug": _words(error, told=told)}
    mark("end")
    if count:
        ended["steps"] = steps
    report(**ended, **calls())
    os.close(file)


def _words(error: Exception, *, told: bool) -> str:
    if told:
        return f"{type(error).__name__}: {error}"
    return "".join(traceback.format_exception(error))


if __name__ == "__main__":
    _serve()
