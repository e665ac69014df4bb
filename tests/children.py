"""Children of a process: waiting until they work, and which of them go on after it has ended."""

import time

import pytest

psutil = pytest.importorskip("psutil")
_BUSY_S = 0.5
"""CPU time by which a child has begun its work, and is no longer starting."""
_LONGEST_S = 120.0


def working_children(pid: int) -> list["psutil.Process"]:
    """Return all children of the process, as soon as one of them is at work."""
    end = time.monotonic() + _LONGEST_S
    while time.monotonic() < end:
        found = psutil.Process(pid).children(recursive=True)
        if any(child.cpu_times().user > _BUSY_S for child in found):
            return found
        time.sleep(0.05)
    raise AssertionError("its children do nothing")


def running_after(seconds: float, children: list["psutil.Process"]) -> list["psutil.Process"]:
    """Return those that still run after so many seconds, which are ended then."""
    psutil.wait_procs(children, timeout=seconds)
    left = [child for child in children if _runs(child)]
    for child in left:
        child.kill()
    return left


def _runs(process: "psutil.Process") -> bool:
    """Whether it runs; one that only waits for its exit code to be read does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
