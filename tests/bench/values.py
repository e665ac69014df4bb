"""`python -m tests.bench.values [--plantings N] [--checked N] [--windows N]`: wrong values.

First every value of `tests.planting` goes into every column once, and all roads are walked. Then N
plantings by chance, several in one project, from the seed on, and all roads again; then N more,
many in one project, which `check` alone has to name. At last N projects are opened in the real
window, with several plantings in each. What a road does not tell in a sentence, and what `check`
does not find, is printed with what was planted.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.trials import quick_folder
from tests.planting import Planting, Rig, all_plantings, chance_planting

_ROWS_PER_INSERT = (1, 1, 2, 3, 5, 8, 13)
_CHECKED = 60
_DOORS = ("project", "generation")
"""With a wrong value in these a project is refused when it is opened, in a sentence."""


class Tally:
    """Counts what was planted, and prints what was found."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began = time.monotonic()
        self.plantings = self.projects = self.faults = 0

    def add(self, number: int, fault: str) -> None:
        self.plantings += number
        self.projects += 1
        if fault:
            self.faults += 1
            print(fault, flush=True)

    def end(self) -> int:
        took = time.monotonic() - self._began
        print(f"{self._what}: {self.plantings:,} plantings in {self.projects:,} projects, "
              f"{self.faults} faults, {took:.0f} s", flush=True)  # fmt: skip
        return self.faults


def distinct(rig: Rig) -> int:
    """Each planting by itself."""
    tally = Tally("each value in each column")
    for planting in all_plantings():
        tally.add(1, rig.fault(planting, thorough=tally.projects % 8 == 0))
    return tally.end()


def by_chance(rig: Rig, number: int, seed: int) -> int:
    """Several together; those that show a fault are tried alone, to name the one at fault."""
    tally = Tally("by chance, on all roads")
    for together in _some(rig, number, seed, lambda chance: chance.choice(_ROWS_PER_INSERT)):
        fault = rig.fault(*together, thorough=tally.projects % 8 == 0)
        if fault and len(together) > 1:
            alone = filter(None, (rig.fault(one) for one in together))
            fault = next(alone, fault)
        tally.add(len(together), fault)
    return tally.end()


def checked(rig: Rig, number: int, seed: int) -> int:
    """Many together, each in a column of its own, for `check` to name.

    Only such as the tables take: SQLite itself names the others, and then no more is looked at.
    """
    tally = Tally("by chance, in check")
    for together in _some(rig, number, seed + 1, lambda _chance: _CHECKED):
        strict = [one for one in together if rig.ground.is_strict(one) and one.table not in _DOORS]
        apart = [*{(one.table, one.column): one for one in strict}.values()]
        tally.add(len(apart), rig.unnamed(*apart))
    return tally.end()


def _some(
    rig: Rig, number: int, seed: int, size: Callable[[random.Random], int]
) -> Iterator[list[Planting]]:
    chance, left = random.Random(seed), number
    while left > 0:
        together = [chance_planting(chance, rig.ground.stock) for _ in range(size(chance))]
        left -= len(together)
        yield together


def in_window(number: int, seed: int) -> int:
    """Open so many spoiled projects in the real window, and look at everything there."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.ui.spoiled import look_at_all, some_spoiled

    tally = Tally("in the window")
    with tempfile.TemporaryDirectory() as name:
        for path, together in some_spoiled(Path(name), number, seed):
            tally.add(len(together), look_at_all(path, together))
    return tally.end()


def main() -> int:
    """Plant as much as was asked for; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=values")
    parser.add_argument("--plantings", type=int, default=0, help="so many by chance, on all roads")
    parser.add_argument("--checked", type=int, default=0, help="so many by chance, in check alone")
    parser.add_argument("--windows", type=int, default=0, help="so many projects in the window")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skip-distinct", action="store_true", help="not each value by itself")
    options = parser.parse_args()
    faults = 0
    with quick_folder() as folder:
        rig = Rig(folder)
        if not options.skip_distinct:
            faults += distinct(rig)
        if options.plantings:
            faults += by_chance(rig, options.plantings, options.seed)
        if options.checked:
            faults += checked(rig, options.checked, options.seed)
    if options.windows:
        faults += in_window(options.windows, options.seed)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
