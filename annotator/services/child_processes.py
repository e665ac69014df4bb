"""Child processes that end with this process."""

import json
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import IO, Any, Final

_POLL_SECONDS: Final = 0.05
_LARGEST_ANSWER: Final = 1 << 30
_LENGTH: Final = struct.Struct(">Q")
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from importlib import import_module; "
    "getattr(import_module(sys.argv[2]), sys.argv[3])(*sys.argv[4:])"
)


class ChildEnded(Exception):
    """A child process has ended before it answered: it was killed, or the memory was full."""


class Child:
    """A new Python process that answers one request after another, both of them bytes.

    It does not run the main module of this one again, as those of multiprocessing do. Its end is
    noticed even in the middle of an answer, and it ends with this process.
    """

    def __init__(self, serve: Callable[..., None], *arguments: object) -> None:
        """Start a process that calls `serve`, a function of a module, with these as text."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path)),
                *(serve.__module__, serve.__name__, *map(str, arguments)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, request: bytes) -> None:
        """Send a request; only once the last one is answered. Raises ChildEnded."""
        assert self.process.stdin is not None
        try:
            _write(self.process.stdin, request)
        except (OSError, ValueError) as error:
            raise ChildEnded from error

    def answer(self, seconds: float) -> bytes | None:
        """Return the answer; None if there is none after so many seconds. Raises ChildEnded."""
        try:
            found = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if found is None:
            raise ChildEnded
        return found

    def end(self) -> None:
        """Kill the process and wait until it has ended."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # flushing buffered data to a process that has ended
                    pipe.close()

    def _listen(self) -> None:
        """Put each answer into the queue, and None after the last."""
        assert self.process.stdout is not None
        with suppress(EOFError, OSError):
            while True:
                self._answers.put(_read(self.process.stdout, _LARGEST_ANSWER))
        self._answers.put(None)


def requests_of_parent() -> Iterator[tuple[bytes, Callable[[bytes], None]]]:
    """Yield, in a Child, each request and the function to answer it with, until the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl+C ends
    requests = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not reach the answers
        with suppress(EOFError, OSError):
            while True:
                yield _read(requests), partial(_write, answers)


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes], limit: int | None = None) -> bytes:
    (length,) = _LENGTH.unpack(_read_exactly(pipe, _LENGTH.size))
    if limit is not None and length > limit:
        raise EOFError
    return _read_exactly(pipe, length)


def _read_exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


class Worker:
    """A new process that calls one function after another."""

    def __init__(self) -> None:
        self._child = Child(serve_calls)
        self.process = self._child.process

    def ask(self, function: Callable[[], Any]) -> None:
        """Have it call a function that can be pickled; only once the last call is answered.

        Raises ChildEnded.
        """
        self._child.ask(pickle.dumps(function, pickle.HIGHEST_PROTOCOL))

    def answer(self, poll: Callable[[], None]) -> Any:
        """Return what the function returns; `poll` is called while it takes time.

        Raises what the function raises, and ChildEnded.
        """
        while (data := self._child.answer(_POLL_SECONDS)) is None:
            poll()
        result, error = pickle.loads(data)
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """End the process, whatever it does."""
        self._child.end()


def serve_calls() -> None:
    """Run a Worker's process."""
    for request, answer in requests_of_parent():
        answer(pickle.dumps(_result(pickle.loads(request)), pickle.HIGHEST_PROTOCOL))


def _result(function: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return function(), None
    except Exception as error:
        return None, error


def process_pool(count: int) -> ProcessPoolExecutor:
    """Return a pool of new processes that share no threads or database handles with this one.

    They end with this process even if it is killed; otherwise they would wait for work, and keep
    their memory, until the machine is switched off.
    """
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_end_with_the_parent
    )


def _end_with_the_parent() -> None:
    threading.Thread(target=_exit_after_parent, name="parent", daemon=True).start()


def _exit_after_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
