"""`make bench ARGS="mutants [--trials N] [--seconds N] [--seed N] [--jobs N] [--only WORD]"`.

Changes the program in one small place, runs the tests that run that place, and takes the change
back, again and again: the tests are measured by what they let through; see `tests.mutation`. Each
mutant lives in a copy of the tree in a temporary folder; the working tree is only read. The mutants
are chosen by the seed, so that a run can be repeated. A mutant that survives is printed with its
place and its difference; whether it is a gap in the tests or changes nothing, a person decides.
"""

import argparse
import importlib.util
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutation.parts import PARTS
from tests.mutation.trials import Copy, Result, Runs, all_mutants, difference, sample, tried


def main() -> None:
    """Choose mutants, try them, and print those that survive and the rate."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=mutants")
    parser.add_argument("--trials", type=int, default=300, help="how many mutants are tried")
    parser.add_argument("--seconds", type=float, default=3600, help="begin none after so long")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    parser.add_argument("--only", default="", help="modules with this in their path")
    parser.add_argument("--runs", type=Path, help="what tests run: kept there, or taken from there")
    options = parser.parse_args()
    if not hasattr(os, "fork") or importlib.util.find_spec("coverage") is None:
        raise SystemExit(
            "This bench needs coverage (`pip install coverage`) and a system with fork."
        )
    mutants = all_mutants(options.only)
    if not mutants:
        raise SystemExit(f"No module has {options.only!r} in its path.")
    chosen = sample(mutants, options.trials, options.seed)
    print(f"{len(chosen)} of {len(mutants):,} mutants, seed {options.seed}", flush=True)
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = _runs(options.runs or folder / "runs.json", folder)
        for one in tried(chosen, runs, folder, options.jobs, options.seconds):
            results.append(one)
            print(_line(one), flush=True)
    if results:
        print(_table(results))


def _runs(file: Path, folder: Path) -> Runs:
    """Which lines the tests run, recorded now or before."""
    if not file.is_file():
        began = time.monotonic()
        with Copy(folder / "recorded") as copy:
            copy.record(file)
        print(f"{time.monotonic() - began:.0f} s: which lines the tests run", flush=True)
    found = Runs(file)
    for name in found.failing:
        print(f"left out, since it does not pass without a mutant: {name}")
    return found


def _line(one: Result) -> str:
    mutant = one.mutant
    line = (
        f"{one.outcome:9} {one.seconds:5.1f} s of {one.tests:4} tests  "
        f"{mutant.module}:{mutant.change.line}  {mutant.change.kind}"
    )
    if one.outcome != "survived":
        return f"{line}  {one.by}"
    same = f"\nchanges nothing: {mutant.same}" if mutant.same else ""
    return f"{line}\n{difference(mutant)}{same}"


def _table(results: list[Result]) -> str:
    """For each kind of change, each part and all: how many were killed, timed out and survived.

    Those that change nothing are counted in no rate, but in a column of their own.
    """
    heads = ("tried", "killed", "timed out", "survived", "same", "caught")
    lines = [f"{'':20}" + "".join(f"{head:>11}" for head in heads)]
    kinds = sorted({one.mutant.change.kind for one in results})
    rows = {kind: [one for one in results if one.mutant.change.kind == kind] for kind in kinds}
    for part in PARTS:
        rows[part] = [one for one in results if one.mutant.module.split("/")[1] == part]
    for name, found in (rows | {"all": results}).items():
        count = Counter("same" if _is_same(one) else one.outcome for one in found)
        number = count.total() - count["same"]
        caught = (count["killed"] + count["timed out"]) / number if number else 1
        figures = (len(found), *(count[head] for head in heads[1:-1]))
        lines.append(f"{name:20}" + "".join(f"{n:11}" for n in figures) + f"{caught:11.1%}")
    return "\n".join(lines)


def _is_same(one: Result) -> bool:
    """Not those that a test notices nevertheless: what was said of them is wrong."""
    return bool(one.mutant.same) and one.outcome == "survived"


if __name__ == "__main__":
    main()
