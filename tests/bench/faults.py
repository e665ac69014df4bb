"""`python -m tests.bench.faults [--trials N] [--calls | --power]`: misfortunes, again and again.

Editing is killed N times at random. Every operation of `tests.faults` is killed right before and
right after its counted steps, at most N of these moments, and then N times at random; then N
editors work while other processes meddle with their project (`tests.meddling`).

With --calls every call by which an operation changes files fails in turn, comes short or is the
last one, in each of the ways of `tests.faults.trials.FAULTS`, and every call by which it reads one
fails. With --power the power fails N times in each operation.

What leaves a lost edit, half an import or a damaged file is printed; then it ends with 1.
"""

import argparse
import random
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from annotator.store import Project
from tests.faults.calls import library, why_not
from tests.faults.forks import Forks
from tests.faults.operations import OPERATIONS
from tests.faults.trials import FAULTS, READING, Trials, quick_folder
from tests.killing import edit_until_killed
from tests.meddling import Meddling
from tests.store.samples import SCHEME, record


def edits(folder: Path, number: int, seed: int) -> int:
    """Kill an editor so often; how many acknowledged edits there were, none of them lost."""
    path = folder / "news.db"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
    chance, stored = random.Random(seed), 0
    for _ in range(number):
        acknowledged = edit_until_killed(path, stored, chance.randint(1, 60))
        with Project.open(path) as project:
            stored = len(project.annotation(1, "ada").entities)
            assert acknowledged <= stored <= acknowledged + 1, "an edit was lost"
            assert project.check() == []
    return stored


def meddled_with(folder: Path, number: int, seed: int) -> tuple[int, int]:
    """Let so many editors be meddled with; their edits, and how often they were told of harm."""
    edits = told = 0
    for trial in range(number):
        place = folder / str(trial)
        place.mkdir(parents=True)
        editor = Meddling(place, random.Random(seed + trial))
        editor.run(60)
        edits += editor.end()
        told += editor.told
        shutil.rmtree(place)
    return edits, told


def kills(folder: Path, most: int, seed: int) -> None:
    """Kill every operation at its steps, and by chance."""
    chance = random.Random(seed)
    with Forks() as forks:
        for operation in OPERATIONS:
            if not operation.survives_anything:
                continue
            trials = Trials(forks, folder, operation, 8)
            moments = [*trials.moments()]
            chosen = sorted(chance.sample(moments, min(most, len(moments))))
            for moment in sorted({*chosen, *trials.few_moments()}):
                trials.kill(moment)
            longer = Trials(forks, folder / "longer", operation, 150)
            before = sum(longer.kill_by_chance(longer.moment(chance)) for _ in range(most))
            print(
                f"{operation.name}: {len(chosen)} kills at {len(trials.whole.steps)} steps, {most} "
                f"at random, {before} of them before its end; nothing lost, nothing half-done",
                flush=True,
            )


class Figures(NamedTuple):
    """How often an operation was tried with one kind of misfortune, and what went wrong with it."""

    operation: str
    misfortune: str
    tried: int
    refused: int
    wrong: list[str]

    def __str__(self) -> str:
        counts = f"{self.tried} tried, {self.refused} refused, {len(self.wrong)} wrong"
        return "\n  ".join([f"{self.operation}: {self.misfortune}: {counts}", *self.wrong])


def calls_of(name: str) -> list[Figures]:
    """Every call of the operation, with everything that can go wrong with it."""
    found = []
    with quick_folder() as folder, Forks(library(folder)) as forks:
        (operation,) = (operation for operation in OPERATIONS if operation.name == name)
        trials = Trials(forks, folder, operation, 4)
        for fault in (*FAULTS, READING):
            if fault.action.startswith("kill") and not operation.survives_anything:
                continue
            number = trials.calls(fault.kinds)
            refused, wrong = 0, []
            for at in range(1, number + 1):
                try:
                    refused += bool(trials.fail(fault, at).refused)
                except AssertionError as error:
                    wrong.append(str(error))
            found.append(Figures(name, str(fault), number, refused, wrong))
    return found


def power_of(name: str, number: int, seed: int) -> list[Figures]:
    """The power fails so often in the operation."""
    with quick_folder() as folder, Forks(library(folder)) as forks:
        (operation,) = (operation for operation in OPERATIONS if operation.name == name)
        trials, wrong = Trials(forks, folder, operation, 8), []
        for trial in range(number):
            try:
                trials.fail_power(random.Random(seed + trial))
            except AssertionError as error:
                wrong.append(str(error))
        return [Figures(name, "power", number, 0, wrong)]


def everywhere(jobs: int, job: Callable[..., list[Figures]], names: list[str], *more: int) -> int:
    """Do the job for each operation, and print what comes of it; 1 if anything was wrong."""
    tried = wrong = 0
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(job, name, *more) for name in names]
        for done in as_completed(waiting):
            for figures in done.result():
                print(figures, flush=True)
                tried += figures.tried
                wrong += len(figures.wrong)
    print(f"{tried:,} tried, {wrong} wrong")
    return 1 if wrong else 0


def main() -> int:
    """Do what is asked for, and print a line for each kind of operation."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=faults")
    parser.add_argument(
        "--trials", type=int, default=100, help="kills or failures of each operation"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--calls", action="store_true", help="every call to the system in turn")
    parser.add_argument("--power", action="store_true", help="power failures")
    parser.add_argument("--jobs", type=int, default=2, help="for these two, so many at once")
    parser.add_argument(
        "--operation", action="append", help="only this one, of --calls and --power"
    )
    options = parser.parse_args()
    operations = [
        operation
        for operation in OPERATIONS
        if operation.name in (options.operation or [operation.name])
    ]
    if (options.calls or options.power) and (why := why_not()):
        print(why)
        return 0
    if options.calls:
        return everywhere(options.jobs, calls_of, [operation.name for operation in operations])
    if options.power:
        names = [operation.name for operation in operations if operation.survives_anything]
        return everywhere(options.jobs, power_of, names, options.trials, options.seed)
    with quick_folder() as folder:
        began = time.monotonic()
        stored = edits(folder, options.trials, options.seed)
        print(f"edit: {options.trials} kills, {stored:,} acknowledged edits, none lost", flush=True)
        kills(folder, options.trials, options.seed)
        made, told = meddled_with(folder / "meddling", options.trials, options.seed)
        print(
            f"meddling: {options.trials} editors, {made:,} edits and articles, told {told} times "
            f"that the file was written over; nothing lost, nothing else written there",
            flush=True,
        )
        print(f"{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
