"""A child process that calls one function after another, for values that are costly to send.

Unlike those of multiprocessing it does not run the main module of its parent again, and its end is
noticed even in the middle of an answer.
"""

import json
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Final

_POLL_SECONDS: Final = 0.05
_LENGTH: Final = struct.Struct(">Q")
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from annotator.services.worker import serve; serve()"
)


class WorkerEnded(Exception):
    """A worker has ended before it answered: it was killed, or the memory was full."""


class Worker:
    """A new process. It ends with this one, at the latest after the call that it is in."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, function: Callable[[], Any]) -> None:
        """Have it call a function that can be pickled; only once the last call is answered.

        Raises WorkerEnded.
        """
        assert self.process.stdin is not None
        try:
            _write(self.process.stdin, pickle.dumps(function, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise WorkerEnded from error

    def answer(self, poll: Callable[[], None]) -> Any:
        """Return what the function returns; `poll` is called while it takes time.

        Raises what the function raises, and WorkerEnded.
        """
        while True:
            try:
                data = self._answers.get(timeout=_POLL_SECONDS)
                break
            except queue.Empty:
                poll()
        if data is None:
            raise WorkerEnded
        result, error = pickle.loads(data)
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """Kill the process, whatever it does, and wait until it has ended."""
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
                self._answers.put(_read(self.process.stdout))
        self._answers.put(None)


def serve() -> None:
    """Run the process: answer calls until the parent closes the pipe or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl+C ends
    with os.fdopen(os.dup(1), "wb") as answers, suppress(EOFError, OSError):
        os.dup2(2, 1)  # what a library prints must not reach the answers
        while True:
            result = _result(pickle.loads(_read(sys.stdin.buffer)))
            _write(answers, pickle.dumps(result, pickle.HIGHEST_PROTOCOL))


def _result(function: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return function(), None
    except Exception as error:
        return None, error


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    (length,) = _LENGTH.unpack(_read_exactly(pipe, _LENGTH.size))
    return _read_exactly(pipe, length)


def _read_exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data
