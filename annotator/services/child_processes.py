"""Child processes that end with this process, however it ends."""

import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait


def process_pool(count: int) -> ProcessPoolExecutor:
    """Return a pool of new processes that share no threads or database handles with this one.

    They end with this process even if it is killed, whatever they are doing.
    """
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_end_with_the_parent
    )


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
        import signal

        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(pipe, fcntl.F_GETFL)
        fcntl.fcntl(pipe, fcntl.F_SETFL, flags | os.O_ASYNC)
        # The signal comes with a change; the other end may have been closed before.
        if wait([pipe], timeout=0):
            os._exit(1)


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        kill_when_closed(parent.sentinel)
        threading.Thread(
            target=_exit_after, args=(parent.sentinel,), name="parent", daemon=True
        ).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
