"""`python -m tests.bench.values [--seconds N] [--trials N]`: wrong values in every column.

Without either, every value of `tests.planting` goes into every column once. With them, values by
chance go in, from the seed on. What a road does not tell in a sentence, and what `check` does not
find, is printed with what was planted.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from tests.planting import Planting, Rig, all_plantings, chance_planting


def by_chance(seed: int) -> Iterator[Planting]:
    """Any values in any columns, for ever; each by its own seed."""
    for number in count(seed):
        yield chance_planting(random.Random(number))


def main() -> int:
    """Plant until all is done or the time is up; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=values")
    parser.add_argument("--seconds", type=float, default=0, help="for so long, by chance")
    parser.add_argument("--trials", type=int, default=0, help="so many, by chance")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began, done, faults = time.monotonic(), 0, 0
    plantings: Iterator[Planting] = all_plantings()
    if options.seconds or options.trials:
        plantings = islice(by_chance(options.seed), options.trials or None)
    with tempfile.TemporaryDirectory() as name:
        rig = Rig(Path(name))
        for done, planting in enumerate(plantings, start=1):  # told in the end
            if fault := rig.fault(planting, thorough=done % 8 == 0):
                faults += 1
                print(fault, flush=True)
            if options.seconds and time.monotonic() - began > options.seconds:
                break
    print(f"{done:,} values from seed {options.seed}, {faults} faults, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
