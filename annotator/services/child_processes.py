"""Child processes that end with this process."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, Final

_POLL_SECONDS: Final = 0.05


class WorkerEnded(Exception):
    """A worker has ended before it answered: it was killed, or the memory was full."""


class Worker:
    """A new process that calls one function after another.

    Unlike that of a pool, its end is noticed even if it comes in the middle of an answer. It ends
    with this process.
    """

    def __init__(self) -> None:
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self.process = context.Process(target=_serve, args=(there,), daemon=True)
        self.process.start()
        there.close()

    def ask(self, function: Callable[[], Any]) -> None:
        """Have it call a function that can be pickled; only once the last call is answered.

        Raises WorkerEnded.
        """
        try:
            self._here.send(function)
        except OSError as error:
            raise WorkerEnded from error

    def answer(self, poll: Callable[[], None]) -> Any:
        """Return what the function returns; `poll` is called while it takes time.

        Raises what the function raises, and WorkerEnded.
        """
        try:
            while not self._here.poll(_POLL_SECONDS):
                poll()
            result, error = self._here.recv()
        except (EOFError, OSError) as ended:
            raise WorkerEnded from ended
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self._here.close()


def _serve(there: Connection) -> None:
    _end_with_the_parent()
    with suppress(EOFError, OSError, KeyboardInterrupt):  # the parent decides what Ctrl+C ends
        while True:
            there.send(_result(there.recv()))


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
