"""A child process in which untrusted files are read.

The libraries that read them are large and partly written in C. If a file makes one of them crash,
hang or use all memory, only that file must fail, not the window or the import so far.
"""

import json
import pickle
import queue
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
from annotator.core.message_json import message_from_json, message_to_json
from annotator.formats.base import call_directly
from annotator.services.piped_process import PipedProcess, answer_requests

SECONDS: Final = 60.0
MEMORY: Final = 2 << 30
"""Bytes of address space; no limit where the system does not support one (Windows)."""
_LARGEST_ANSWER: Final = 1 << 30
_POLL_SECONDS: Final = 0.05


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
        self._child: PipedProcess | None = None

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
        first = self._child is None
        child = self._child = self._child or PipedProcess(
            __name__, self._memory, largest_answer=_LARGEST_ANSWER
        )
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

    def _answer(self, child: PipedProcess) -> dict[str, Any]:
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


def serve(memory: int, lifeline: int | None = None) -> None:
    """Run the child process with this much memory; see `PipedProcess`."""
    _limit(memory)
    answer_requests(_Calls().answer, lifeline)


class _Calls:
    """Calls functions in the child process, with what the parent has sent once for all of them."""

    def __init__(self) -> None:
        self._kept: tuple[Any, ...] = ()

    def answer(self, request: bytes) -> bytes | None:
        function, arguments = pickle.loads(request)
        if function is None:
            self._kept = arguments
            return None
        return json.dumps(_result(function, (*self._kept, *arguments))).encode()


def _result(function: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    try:
        return {"result": call_directly(function, *arguments)}
    except AnnotatorError as error:
        return {"fault": message_to_json(error.message)}


def _limit(memory: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
