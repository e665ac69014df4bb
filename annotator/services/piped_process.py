"""A child process that gets requests and gives answers through pipes, and ends with its parent.

Unlike those of multiprocessing it does not run the main module of its parent again, and its end is
noticed even in the middle of an answer.
"""

import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Final

from annotator.services.child_processes import kill_when_closed

_LENGTH: Final = struct.Struct(">Q")
_PROGRAM: Final = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).serve(*map(int, sys.argv[3:]))"
)


class PipedProcess:
    """A new process in which the function `serve` of a module answers requests.

    It ends with this process, even if that is killed, whatever it is doing.
    """

    def __init__(self, module: str, *arguments: int, largest_answer: int | None = None) -> None:
        """Start the process.

        Args:
            module: The name of the module. Its `serve` calls `answer_requests`, and gets the
                arguments and, where the system has it, the lifeline that this function wants.
            arguments: The first arguments of `serve`.
            largest_answer: The most bytes of an answer that are read; a longer one is the last.
        """
        # Nothing is written to this pipe: the child ends when this process no longer has it open.
        self._lifelines = os.pipe() if os.name == "posix" else ()
        own = self._lifelines[:1]
        program = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path), module]
        try:
            self.process = subprocess.Popen(
                [*program, *map(str, (*arguments, *own))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=own,
            )
        except BaseException:
            self._close_lifelines()
            raise
        self.answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        """The answers in their order, and None after the last."""
        self._largest_answer = largest_answer
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, request: bytes) -> None:
        """Send a request. Raises OSError if the process has ended."""
        assert self.process.stdin is not None
        _write(self.process.stdin, request)

    def end(self) -> None:
        """Kill the process, whatever it does, and wait until it has ended."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # flushing buffered data to a process that has ended
                    pipe.close()
        self._close_lifelines()

    def _close_lifelines(self) -> None:
        for end in self._lifelines:
            os.close(end)
        self._lifelines = ()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with suppress(EOFError, OSError):
            while True:
                self.answers.put(_read(self.process.stdout, self._largest_answer))
        self.answers.put(None)


def answer_requests(answer: Callable[[bytes], bytes | None], lifeline: int | None) -> None:
    """Answer the requests to this process until the parent closes the pipes or ends.

    Args:
        answer: Called with each request; None is no answer. What it raises ends the process.
        lifeline: The descriptor of a pipe for `kill_when_closed`; None where there is none.
    """
    if lifeline is not None:
        kill_when_closed(lifeline)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl+C ends
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not reach the answers
        with suppress(OSError):
            while True:
                made = answer(requests.get())
                if made is not None:
                    _write(answers, made)


def _receive(requests: "queue.SimpleQueue[bytes]") -> None:
    """Put each request into the queue, and end the process at once after the last.

    A call may take minutes, and nobody waits for it any more.
    """
    try:
        while True:
            requests.put(_read(sys.stdin.buffer))
    finally:
        os._exit(0)


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
