"""Pools of child processes that end with this process."""

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait


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
