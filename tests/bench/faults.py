"""`python -m tests.bench.faults [--trials N]`: kill the program at random points, again and again.

Every deed of `tests.killing` and editing itself are killed N times each; then N editors work while
other processes meddle with their project (`tests.meddling`). A trial that leaves a lost edit, half
an import or a damaged file ends the run with what it left.
"""

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

from annotator.store import Project
from tests.killing import DEEDS, edit_until_killed, trials
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


def main() -> None:
    """Kill, look, and print a line for each kind of deed."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=faults")
    parser.add_argument("--trials", type=int, default=100, help="kills of each deed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        stored = edits(Path(name), options.trials, options.seed)
        print(f"edit: {options.trials} kills, {stored:,} acknowledged edits, none lost", flush=True)
        for deed in DEEDS:
            place = Path(name) / deed.name
            place.mkdir()
            done = list(trials(deed, place, options.trials, options.seed))
            late = sum(done)
            print(
                f"{deed.name}: {len(done)} kills, {len(done) - late} before it had said that it "
                f"was done, nothing lost, nothing half-done",
                flush=True,
            )
        made, told = meddled_with(Path(name) / "meddling", options.trials, options.seed)
        print(
            f"meddling: {options.trials} editors, {made:,} edits and articles, told {told} times "
            f"that the file was written over; nothing lost, nothing else written there",
            flush=True,
        )
        print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
