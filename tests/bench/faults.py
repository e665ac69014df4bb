"""`python -m tests.bench.faults [--trials N] [--calls] [--power]`: misfortunes, again and again.

Editing is killed N times at random. Every deed of `tests.faults` is killed right before and right
after its counted steps, at most N of these moments, and then N times at random; then N editors work
while other processes meddle with their project (`tests.meddling`). A trial that leaves a lost edit,
half an import or a damaged file ends the run with what it left.
"""

import argparse
import random
import shutil
import time
from pathlib import Path

from annotator.store import Project
from tests.faults.deeds import DEEDS
from tests.faults.forks import Forks
from tests.faults.trials import Trials, quick_folder
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
    """Kill every deed at its steps, and by chance."""
    chance = random.Random(seed)
    with Forks() as forks:
        for deed in DEEDS:
            if not deed.turn:
                continue
            trials = Trials(forks, folder, deed, 8)
            moments = [*trials.moments()]
            chosen = sorted(chance.sample(moments, min(most, len(moments))))
            for moment in sorted({*chosen, *trials.few_moments()}):
                trials.kill(moment)
            longer = Trials(forks, folder / "longer", deed, 150)
            before = sum(longer.kill_by_chance(longer.moment(chance)) for _ in range(most))
            print(
                f"{deed.name}: {len(chosen)} kills at {len(trials.whole.steps)} steps, {most} at "
                f"random, {before} of them before its end; nothing lost, nothing half-done",
                flush=True,
            )


def main() -> None:
    """Kill, look, and print a line for each kind of deed."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=faults")
    parser.add_argument("--trials", type=int, default=100, help="kills of each deed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
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


if __name__ == "__main__":
    main()
