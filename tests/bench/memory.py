"""The memory of this process and no other: its peak, what it holds now, what of it is in use."""

import ctypes
import gc
import os
import re
import resource
import sys
import tempfile
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_BLOCKS: Final = re.compile(rb"# bytes in allocated blocks *= *([\d,]+)")


def peak_mb() -> float:
    """The most memory this process has held at once, in MB.

    On Linux `ru_maxrss` starts at what the parent held when it started this process, so a child
    of a large benchmark would be measured as large; the high-water mark of its own memory is not.
    """
    if _STATUS.is_file():
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def resident() -> int:
    """Bytes of this process in memory now, as Linux tells them, free space in its heap included."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def live() -> int | None:
    """Bytes in use: what malloc has handed out, and Python's own small blocks beside it.

    None where the C library cannot tell; glibc can from 2.33 on. Collects garbage first.
    """
    gc.collect()
    malloc = _malloc_bytes()
    return None if malloc is None else malloc + _block_bytes()


class _Mallinfo2(ctypes.Structure):
    """`struct mallinfo2` of glibc's <malloc.h>."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost",
        )
    ]  # fmt: skip


def _malloc_bytes() -> int | None:
    try:
        ask = ctypes.CDLL(None).mallinfo2
    except (OSError, TypeError, AttributeError):
        return None
    ask.restype = _Mallinfo2
    told = ask()
    return int(told.uordblks) + int(told.hblkhd)


def _block_bytes() -> int:
    """What objects of up to 512 bytes take: Python maps their arenas itself, past malloc."""
    # Python tells it nowhere but on the standard error of the process.
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as told:
        os.dup2(told.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        told.seek(0)
        found = _BLOCKS.search(told.read())
    return int(found[1].replace(b",", b"")) if found else 0
