"""Child processes that end with this process, however it ends."""

import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait


class ProcessPool(ProcessPoolExecutor):
    """A pool of new processes that share no threads or database handles with this one.

    They end with this process even if it is killed, whatever they are doing. Ctrl+C does not
    interrupt them: this process decides what it ends.
    """

    def __init__(self, count: int) -> None:
        context = get_context("spawn")
        lifeline, self._own_end = context.Pipe(duplex=False)
        self._lifeline = lifeline  # each process gets it when it starts
        super().__init__(
            count, mp_context=context, initializer=_end_with_the_parent, initargs=(lifeline,)
        )

    def kill(self) -> None:
        """End all processes at once, whatever they are doing, and wait until they have ended."""
        self._own_end.close()
        self.shutdown(cancel_futures=True)


def process_pool(count: int) -> ProcessPool:
    """Return a pool of so many processes."""
    return ProcessPool(count)


def kill_when_closed(pipe: int) -> None:
    """Have the system kill this process once nobody has the other end of the pipe open any more.

    A process that keeps that end to itself and never writes thereby takes this one with it, even
    if a C library holds Python's lock here. `PR_SET_PDEATHSIG` would follow the thread that
    started this process, which may end long before its process does. Only Linux can do this; on
    other systems nothing happens.

    Args:
        pipe: The descriptor of the end for reading.
    """
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(pipe, fcntl.F_GETFL)
        fcntl.fcntl(pipe, fcntl.F_SETFL, flags | os.O_ASYNC)
        # The signal comes with a change; the other end may have been closed before.
        if wait([pipe], timeout=0):
            os._exit(1)


def _end_with_the_parent(lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kill_when_closed(lifeline.fileno())
    threading.Thread(target=_exit_after, args=(lifeline,), name="parent", daemon=True).start()


def _exit_after(lifeline: Connection) -> None:
    wait([lifeline])
    os._exit(1)
