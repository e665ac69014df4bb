"""A child process that calls one function after another, for values that are costly to send."""

import pickle
import queue
from collections.abc import Callable
from typing import Any, Final

from annotator.services.piped_process import PipedProcess, answer_requests

_POLL_SECONDS: Final = 0.05


class WorkerEnded(Exception):
    """A worker has ended before it answered: it was killed, or the memory was full."""


class Worker:
    """A new process, which ends with this one, even if that is killed."""

    def __init__(self) -> None:
        self._child = PipedProcess(__name__)
        self.process = self._child.process

    def ask(self, function: Callable[[], Any]) -> None:
        """Have it call a function that can be pickled; only once the last call is answered.

        Raises WorkerEnded.
        """
        try:
            self._child.ask(pickle.dumps(function, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise WorkerEnded from error

    def answer(self, poll: Callable[[], None]) -> Any:
        """Return what the function returns; `poll` is called while it takes time.

        Raises what the function raises, and WorkerEnded.
        """
        while True:
            try:
                data = self._child.answers.get(timeout=_POLL_SECONDS)
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
        self._child.end()


def serve(lifeline: int | None = None) -> None:
    """Run the process; see `PipedProcess`."""
    answer_requests(_called, lifeline)


def _called(request: bytes) -> bytes:
    return pickle.dumps(_result(pickle.loads(request)), pickle.HIGHEST_PROTOCOL)


def _result(function: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return function(), None
    except Exception as error:
        return None, error
