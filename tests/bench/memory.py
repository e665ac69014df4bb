"""The peak memory of this process, and of no other."""

import resource
import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


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
