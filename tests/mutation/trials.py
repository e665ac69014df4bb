"""Mutants, which tests may notice each, and what came of running them."""

import ast
import difflib
import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple, Self

from tests.mutation.changes import Change, Place, changes_of, place_of
from tests.mutation.parts import LEFT_OUT, ROOT, TESTS, modules
from tests.mutation.same import reason

NOT_COPIED: Final = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "docs")
PATIENCE: Final = 25.0
"""Seconds of CPU time, as recorded without a mutant, of the tests that are run for one mutant."""


class Mutant(NamedTuple):
    """A change of one module, whose text is `source`. `same` says why it changes nothing, if a
    person found that."""

    module: str
    source: bytes
    change: Change
    place: Place
    same: str


class Result(NamedTuple):
    """`tests` says how many may notice the mutant, `by` which one did."""

    mutant: Mutant
    outcome: str
    seconds: float
    tests: int
    by: str


# Mutants


def all_mutants(only: str = "") -> list[Mutant]:
    """All small changes of all modules that have this in their path."""
    found = []
    for module in modules(only):
        source = (ROOT / module).read_bytes()
        tree = ast.parse(source)
        for change in changes_of(source):
            why = reason(module, source, change)
            found.append(Mutant(module, source, change, place_of(tree, change.line), why))
    return found


def sample(mutants: list[Mutant], trials: int, seed: int) -> list[Mutant]:
    """So many of them, by chance; those that are known to change nothing are among them."""
    return random.Random(seed).sample(mutants, min(trials, len(mutants)))


def difference(mutant: Mutant) -> str:
    """The lines that the mutant changes, as a diff without its head."""
    old = mutant.source.decode().splitlines()
    new = mutant.change.applied(mutant.source).decode().splitlines()
    return "\n".join(list(difflib.unified_diff(old, new, lineterm="", n=0))[3:])


# The tests of a mutant


class Runs:
    """What the tests run when nothing is changed."""

    def __init__(self, recorded: Path) -> None:
        found = json.loads(recorded.read_text(encoding="utf-8"))
        self.failing = [name for name, _, failed, _ in found["tests"] if failed]
        self._tests: list[tuple[str, float, bool, bool]] = found["tests"]
        self._lines: dict[str, dict[int, list[int]]] = {
            module: {int(line): tests for line, tests in lines.items()}
            for module, lines in found["lines"].items()
        }
        self._texts = {
            module: (ROOT / module).read_text(encoding="utf-8").splitlines()
            for module in self._lines
        }

    def of(self, mutant: Mutant) -> dict[str, float]:
        """The tests that may notice the mutant, with their seconds: the quickest first, and as
        much time for the tests of one file, which are alike, as for those of another. Those that
        use an attribute which gets its value there come before the others.

        A line that runs when the module is imported concerns all tests of the module. A process
        that a test starts may run the line as the tests beside it do, or be the only one to run it.
        """
        module, place = mutant.module, mutant.place
        if place.names:
            numbers = self._of_names(mutant, place.names)
        else:
            numbers = self._of_lines(module, place.lines)
        if not numbers:
            known = not self._lines.get(module, {}).keys().isdisjoint(place.lines)
            numbers = self._of_lines(module, None) if known else self._starting()
        files = {_file(self._tests[number][0]) for number in numbers}
        numbers |= {one for one in self._starting() if _file(self._tests[one][0]) in files}
        using = self._of_names(mutant, place.attributes) & numbers
        return self._in_turns(using) | self._in_turns(numbers - using)

    def _in_turns(self, numbers: set[int]) -> dict[str, float]:
        named = (self._tests[number] for number in numbers)
        quickest = sorted((cpu, name) for name, cpu, failed, _ in named if not failed)
        took: dict[str, float] = defaultdict(float)
        turns = []
        for cpu, name in quickest:
            took[_file(name)] += cpu
            turns.append((took[_file(name)], cpu, name))
        return {name: cpu for _, cpu, name in sorted(turns)}

    def _starting(self) -> set[int]:
        return {number for number, test in enumerate(self._tests) if test[3]}

    def _of_lines(self, module: str, lines: Iterable[int] | None) -> set[int]:
        known = self._lines.get(module, {})
        return {test for line in lines or known for test in known.get(line, ())}

    def _of_names(self, mutant: Mutant, names: frozenset[str]) -> set[int]:
        """The tests that run a line with one of these names, but for the one that gives it a
        value: wherever the line is, or in the same module for names that are for it alone."""
        own = {name for name in names if name.startswith("_")}
        return {
            test
            for module, lines in self._lines.items()
            if (known := names if module == mutant.module else names - own)
            for pattern in [re.compile(rf"\b({'|'.join(map(re.escape, known))})\b")]
            for line, tests in lines.items()
            if tests and (module != mutant.module or line not in mutant.place.lines)
            if pattern.search(self._texts[module][line - 1])
            for test in tests
        }


def _file(test: str) -> str:
    return test.partition("::")[0]


def within(tests: dict[str, float], seconds: float) -> dict[str, float]:
    """The first of the tests, as many as take so long together, but one at least."""
    found: dict[str, float] = {}
    for name, cpu in tests.items():
        if found and sum(found.values()) + cpu > seconds:
            break
        found[name] = cpu
    return found


# Trials


class Copy:
    """A copy of the tree, with a server of tests in it."""

    def __init__(self, folder: Path) -> None:
        self._tree = Path(shutil.copytree(ROOT, folder, ignore=NOT_COPIED))
        environment = os.environ | {
            "PYTHONPATH": str(self._tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "COVERAGE_CORE": "ctrace",
            "QT_QPA_PLATFORM": "offscreen",
        }
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.server"],
            cwd=self._tree,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()

    def record(self, file: Path) -> None:
        """Run all tests, and write which lines they run."""
        paths = [*TESTS, *(f"--ignore={path}" for path in LEFT_OUT)]
        self._ask(paths, {}, 3600, str(file))
        if not file.is_file():
            raise SystemExit("The tests could not be run without a mutant.")

    def tried(self, mutant: Mutant, tests: dict[str, float]) -> Result:
        """Put the mutant in, run its tests, and take it out again."""
        path = self._tree / mutant.module
        times, began = path.stat(), time.monotonic()
        path.write_bytes(mutant.change.applied(mutant.source))
        try:
            outcome, by = self.run(within(tests, PATIENCE))
        finally:
            path.write_bytes(mutant.source)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # its bytecode fits again
        return Result(mutant, outcome, time.monotonic() - began, len(tests), by)

    def run(self, tests: dict[str, float]) -> tuple[str, str]:
        """The outcome of these tests, and the one that failed."""
        limits = {name: 5 + 10 * cpu for name, cpu in tests.items()}
        paths = list(dict.fromkeys(map(_file, tests)))
        return self._ask(paths, limits, 120 + 6 * sum(tests.values()))

    def _ask(
        self, paths: list[str], tests: dict[str, float], seconds: float, record: str = ""
    ) -> tuple[str, str]:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps((paths, tests, seconds, record)) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        if not answer:
            raise SystemExit("The server of tests has ended.")
        outcome, by, _ = json.loads(answer)
        return outcome, by


def tried(
    chosen: list[Mutant], runs: Runs, folder: Path, jobs: int, seconds: float
) -> Iterator[Result]:
    """Try them, each job in a copy of its own, until all are tried or the time is up; then run
    what failed without a mutant once more, to see that it was the mutants that it noticed."""
    until, noticed = time.monotonic() + seconds, dict[str, float]()
    with ExitStack() as stack, ThreadPoolExecutor(jobs) as pool:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(jobs):
            copies.put(stack.enter_context(Copy(folder / str(number))))

        def one(mutant: Mutant) -> Result | None:
            tests = runs.of(mutant)
            if not tests:
                return Result(mutant, "survived", 0, 0, "")
            if time.monotonic() > until:
                return None
            copy = copies.get()
            try:
                return copy.tried(mutant, tests)
            finally:
                copies.put(copy)

        for done in as_completed([pool.submit(one, mutant) for mutant in chosen]):
            if (result := done.result()) is not None:
                if result.outcome == "killed" and result.by:
                    noticed[result.by] = runs.of(result.mutant).get(result.by, 0)
                yield result
        if noticed:
            outcome, by = copies.get().run(noticed)
            if outcome != "survived":
                raise SystemExit(f"Without a mutant {by} {outcome}: the results are worth nothing.")
