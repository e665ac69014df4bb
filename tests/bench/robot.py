"""`make bench ARGS="robot [--seconds N] [--seed N]"`: a robot works in the window, and watches.

On a virtual X display of its own, by key presses and mouse, in round after round of projects,
languages and looks; see `tests.robot`. Each fault leaves a folder with photographs and the actions
that led to it, which `--replay FOLDER` does again.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.robot.display import Display, missing
from tests.robot.robot import Outcome, Round, read_actions

_ACTIONS: Final = 150
"""In one round: few enough that what led to a fault can be done again while somebody waits."""


def main() -> int:
    """Work, and say what came of it; 1 for a fault, 2 where there can be no display."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=robot")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0, help="of the first round; then one more")
    parser.add_argument("--actions", type=int, default=_ACTIONS, help="in each round")
    parser.add_argument("--folder", type=Path, help="where faults are kept; default: a new one")
    parser.add_argument("--replay", type=Path, metavar="FOLDER", help="do again what led to it")
    options = parser.parse_args()
    why = missing()
    if why is not None:
        print(why)
        return 2
    folder = options.folder or Path(tempfile.mkdtemp(prefix="robot-"))
    began = time.monotonic()
    if options.replay is not None:
        found = _replay(options.replay, folder)
    else:
        found = _rounds(options, folder, began + options.seconds)
    print(f"{time.monotonic() - began:.0f} s\n{found.table()}")
    for fault in found.faults:
        print(fault)
    print(f"{len(found.faults)} faults")
    return 1 if found.faults else 0


def _rounds(options: argparse.Namespace, folder: Path, until: float) -> Outcome:
    found, seed = Outcome(), options.seed
    with Display() as display:
        while time.monotonic() < until:
            place = folder / f"round{seed}"
            outcome = Round(display, place, seed).work(options.actions, until)
            found.add(outcome)
            if not outcome.faults:
                shutil.rmtree(place)
            counts, left = found.counts, max(0, until - time.monotonic())
            print(
                f"round {seed}: {counts['actions']:,} actions, {counts['kills']} kills, "
                f"{counts['acknowledged edits']:,} edits, {len(found.faults)} faults; "
                f"{left:.0f} s to go",
                flush=True,
            )
            for fault in outcome.faults:
                print(fault, flush=True)
            seed += 1
    return found


def _replay(fault: Path, folder: Path) -> Outcome:
    about = json.loads((fault / "about.json").read_text(encoding="utf-8"))
    with Display(*about["screen"]) as display:
        found = Round(display, folder / "again", about["seed"])
        return found.replay(read_actions(fault / "actions.jsonl"))


if __name__ == "__main__":
    sys.exit(main())
