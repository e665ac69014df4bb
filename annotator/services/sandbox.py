"""A child process in which untrusted files are read.

The libraries that read them are large and partly written in C. If a file makes one of them crash,
hang or use all memory, only that file must fail, not the window or the import so far.
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
from types import TracebackType
from typing import IO, Any, Final, Self

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
from annotator.core.message_json import message_from_json, message_to_json
from annotator.formats.base import call_directly
from annotator.services.child_processes import kill_when_closed

SECONDS: Final = 60.0
MEMORY: Final = 2 << 30
"""Bytes of address space; no limit where the system does not support one (Windows)."""
_LARGEST_ANSWER: Final = 1 << 30
_POLL_SECONDS: Final = 0.05
_LENGTH: Final = struct.Struct(">Q")
# multiprocessing would run the parent's main module again in its children.
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from annotator.services.sandbox import serve; serve(*map(int, sys.argv[2:]))"
)


class Sandbox:
    """A context manager that calls module-level functions in a child process.

    The child starts with the first call and ends with the block, or with this process, even if
    that is killed.
    """

    def __init__(
        self,
        poll: Callable[[], None],
        *,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        kept: tuple[Any, ...] = (),
    ) -> None:
        """Prepare the sandbox without starting the child.

        Args:
            poll: Called several times a second while the child works; if it raises, the child
                is ended.
            seconds: The time limit of one call.
            memory: The memory limit of the child, in bytes.
            kept: The first arguments of each function; they are sent to the child once.
        """
        self._poll = poll
        self._seconds = seconds
        self._memory = memory
        self._kept = kept
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._end()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return the function's result after a round trip through JSON (tuples become lists).

        Raises AnnotatorError with a message for whatever the function raised, for a crash, and
        when the call takes too long.
        """
        first, self._child = self._child is None, self._child or _Child(self._memory)
        child = self._child
        try:
            if first and self._kept:
                child.ask(pickle.dumps((None, self._kept)))
            child.ask(pickle.dumps((function, arguments)))
            answer = self._answer(child)
        except (EOFError, OSError, ValueError) as error:
            self._end()
            raise AnnotatorError(
                verbatim("reading it took the reader down; the file is damaged or made to do harm")
            ) from error
        except BaseException:
            self._end()
            raise
        if "fault" in answer:
            raise AnnotatorError(message_from_json(answer["fault"]))
        return answer["result"]

    def _answer(self, child: "_Child") -> dict[str, Any]:
        waited = 0.0
        while True:
            try:
                data = child.answers.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                self._poll()
                waited += _POLL_SECONDS
                if waited > self._seconds:
                    raise AnnotatorError(
                        verbatim(
                            f"reading it takes longer than {self._seconds:g} seconds; "
                            "it was given up"
                        )
                    ) from None
                continue
            if data is None:
                raise EOFError
            answer: dict[str, Any] = json.loads(data)
            return answer

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """The child process, and the thread that waits for its answers."""

    def __init__(self, memory: int) -> None:
        # Nothing is written to this pipe: the child ends when this process no longer has it open.
        self._lifelines = os.pipe() if os.name == "posix" else ()
        own = self._lifelines[:1]
        program = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path), str(memory)]
        try:
            self._process = subprocess.Popen(
                [*program, *map(str, own)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=own,
            )
        except BaseException:
            self._close_lifelines()
            raise
        self.answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, request: bytes) -> None:
        """Send a request. Raises OSError if the process has ended."""
        assert self._process.stdin is not None
        _write(self._process.stdin, request)

    def end(self) -> None:
        """Kill the process and wait until it has ended."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # flushing buffered data to a process that has ended
                    pipe.close()
        self._close_lifelines()

    def _close_lifelines(self) -> None:
        for end in self._lifelines:
            os.close(end)
        self._lifelines = ()

    def _listen(self) -> None:
        """Put each answer into the queue, and None after the last."""
        assert self._process.stdout is not None
        with suppress(EOFError, OSError):
            while True:
                self.answers.put(_read(self._process.stdout, _LARGEST_ANSWER))
        self.answers.put(None)


def serve(memory: int, lifeline: int | None = None) -> None:
    """Run the child process: answer calls, and end when the parent has closed the pipes.

    `lifeline` is the descriptor of a pipe for `kill_when_closed`.
    """
    if lifeline is not None:
        kill_when_closed(lifeline)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl+C ends
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not reach the answers
        _limit(memory)
        kept: tuple[Any, ...] = ()
        with suppress(OSError):
            while True:
                function, arguments = pickle.loads(requests.get())
                if function is None:
                    kept = arguments
                    continue
                _write(answers, json.dumps(_result(function, (*kept, *arguments))).encode())


def _receive(requests: "queue.SimpleQueue[bytes]") -> None:
    """Put each request into the queue, and end the process at once after the last.

    A call may take minutes, and nobody waits for it any more.
    """
    try:
        while True:
            requests.put(_read(sys.stdin.buffer))
    finally:
        os._exit(0)


def _result(function: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    try:
        return {"result": call_directly(function, *arguments)}
    except AnnotatorError as error:
        return {"fault": message_to_json(error.message)}


def _limit(memory: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


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
