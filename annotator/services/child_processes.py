"""Processes beside this one that do a share of its work, and end with it."""

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait


def pool_of(count: int) -> ProcessPoolExecutor:
    """A pool of so many fresh processes, with none of our threads and database handles.

    They end with this process even where it is killed: what waits for work that nobody will send
    would otherwise wait, and hold its memory, until the machine is switched off.
    """
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_end_with_the_parent
    )


def _end_with_the_parent() -> None:
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
