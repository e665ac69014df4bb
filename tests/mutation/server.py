"""`python -m tests.mutation.server`, in a copy of the tree: runs tests in forks of itself.

Each line of the input is a `Task` in JSON, each line of the output its `Answer`. What the tests
need besides the program is imported once, before the forks; nothing of the program is, since each
fork shall import what is in the copy at that moment.
"""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import chardet  # noqa: F401
import hypothesis.strategies  # noqa: F401
import orjson  # noqa: F401
import pydantic  # noqa: F401
import PySide6.QtTest
import PySide6.QtWidgets  # noqa: F401
import pytest
import regex  # noqa: F401
from hypothesis import Phase, settings

_STARTS: Final = {"os.fork", "os.posix_spawn", "subprocess.Popen"}
MEMORY: Final = 6 << 30
"""Bytes that a fork may take; a change can make a loop endless."""


class Task(NamedTuple):
    """Run the tests of `paths`: these, in this order, each with so many seconds of CPU time, up to
    the first that fails; or all of them, and record in the file `record` what they run."""

    paths: list[str]
    tests: dict[str, float]
    seconds: float
    record: str = ""


class Answer(NamedTuple):
    """`by` names the test that failed or took too long, as far as it came to one."""

    outcome: str
    by: str
    seconds: float


class Chosen:
    """A plugin: the tests of a task in their order, each with its limit."""

    def __init__(self, tests: dict[str, float], report: int) -> None:
        self._tests = tests
        self._report = report

    def pytest_collectstart(self) -> None:
        _without_shrinking()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = {name: at for at, name in enumerate(self._tests)}
        items[:] = sorted(
            (item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid]
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        os.pwrite(self._report, item.nodeid.encode().ljust(1000), 0)
        # The signal ends this process, also where C code or a test would hold an exception back.
        signal.setitimer(signal.ITIMER_PROF, self._tests[item.nodeid])
        return (yield)


class Recorder:
    """A plugin: which lines each test runs, how long it takes, whether it fails, and whether it
    starts other processes, whose lines are not seen."""

    def __init__(self, file: str) -> None:
        from coverage import Coverage

        self._file = Path(file)
        self._coverage = Coverage(data_file=None, include=["annotator/*"], config_file=False)
        self._seconds: dict[str, float] = {}
        self._failed: set[str] = set()
        self._skipped: set[str] = set()
        self._starting: set[str] = set()
        self._current = ""
        sys.addaudithook(self._notice)  # for good, in a fork that is only for this
        self._coverage.start()  # before the first import of the program

    def pytest_collectstart(self) -> None:
        _without_shrinking()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self._coverage.switch_context(item.nodeid)
        self._current, began = item.nodeid, _cpu_seconds()
        try:
            return (yield)
        finally:
            self._seconds[item.nodeid] = _cpu_seconds() - began

    def _notice(self, event: str, _: object) -> None:
        if event in _STARTS:
            self._starting.add(self._current)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        elif report.skipped:
            self._skipped.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        data, here = self._coverage.get_data(), Path.cwd()
        run = [name for name in self._seconds if name not in self._skipped]
        number = {name: at for at, name in enumerate(run)}
        lines = {
            Path(file).relative_to(here).as_posix(): {
                line: [number[name] for name in names if name in number]
                for line, names in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        tests = [
            (name, self._seconds[name], name in self._failed, name in self._starting)
            for name in run
        ]
        self._file.write_text(json.dumps({"tests": tests, "lines": lines}), encoding="utf-8")


def _cpu_seconds() -> float:
    """Those of this process, and of those it has started and seen end."""
    return sum(os.times()[:4])


def _without_shrinking() -> None:
    """As the profile of the folder says, but without the search for the smallest that fails.

    Both profiles of the tests choose the same examples in every run.
    """
    settings.register_profile("mutants", settings(phases=(Phase.explicit, Phase.generate)))
    settings.load_profile("mutants")


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        print(json.dumps(_answer(Task(*json.loads(line)))), flush=True)


def _answer(task: Task) -> Answer:
    report = os.memfd_create("report")
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _run(task, report)
    status = _waited(child, began + task.seconds)
    by = os.pread(report, 1000, 0).decode().strip()
    os.close(report)
    outcome = _outcome(status)
    return Answer(outcome, by, time.monotonic() - began)


def _waited(child: int, until: float) -> int | None:
    """The status of the child, or None if it had to be ended."""
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            _end_group(child)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    _end_group(child)
    os.waitpid(child, 0)
    return None


def _end_group(child: int) -> None:
    """End what the tests have started, and the child itself if it still runs."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def _outcome(status: int | None) -> str:
    """A status above 1 is that of tests that could not even be imported, which is noticed too."""
    if status in (None, -signal.SIGPROF):
        return "timed out"
    passed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return "survived" if status in passed else "killed"


def _run(task: Task, report: int) -> None:
    """Run the tests as a process group of its own, and end."""
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    imported = "ignore::pytest.PytestAssertRewriteWarning"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", imported]
    if task.record:
        sys.dont_write_bytecode = False  # so that the later forks need not compile it all
        plugin: object = Recorder(task.record)
    else:
        plugin = Chosen(task.tests, report)
        options.append("-x")
    status = 1
    try:
        status = pytest.main([*options, *task.paths], plugins=[plugin])
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
