"""`make bench ARGS=growth`: how the work of every text algorithm grows, on texts made for it.

Prints each algorithm and family of texts on which twice the text is more than 2.5 times the work,
and fails then. `--seconds` tries made-up units as well, for so long; `--only` measures the
algorithms whose names hold these words.
"""

import argparse
import random
import sys
import time
from functools import partial

from tests.growing import FAMILIES, UNITS, Growth, algorithms, growth

_PIECES = (
    *"aA1 .,;:!?\"'“”‘’«»()-—\n\t<>&*_/",
    "said ",
    "he ",
    "Lee ",
    "to ",
    "that ",
    "\u0301",
    "و",
)


def main() -> int:
    """Measure, print what is steep, and return how that went."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=growth")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--family", default="")
    parser.add_argument("--first", type=int, default=500, help="the shortest text")
    parser.add_argument("--enough", type=float, default=0.05, help="seconds that tell enough")
    chosen = parser.parse_args()
    wanted = {
        name: work
        for name, work in algorithms().items()
        if any(words in name for words in chosen.only.split(","))
    }
    families = {name: made for name, made in FAMILIES.items() if chosen.family in name}
    steep = 0
    for name, work in wanted.items():
        began = time.thread_time()
        for family, text in families.items():
            steep += _tell(
                name, family, growth(work, text, first=chosen.first, enough_s=chosen.enough)
            )
        print(f"{name}: {time.thread_time() - began:.1f} s", file=sys.stderr, flush=True)
    chance = random.Random(chosen.seed)
    end = time.monotonic() + chosen.seconds
    tried = 0
    while wanted and time.monotonic() < end:
        unit = "".join(chance.choices(_PIECES, k=chance.randint(1, 6)))
        name = chance.choice(list(wanted))
        repeated = partial(lambda unit, n: (unit * (n // len(unit) + 1))[:n], unit)
        steep += _tell(
            name,
            repr(unit),
            growth(wanted[name], repeated, first=chosen.first, enough_s=chosen.enough),
        )
        tried += 1
    pairs = len(wanted) * len(families) + tried
    print(
        f"{pairs} pairs, {steep} of them steep; "
        f"{tried} units were made up besides {len(UNITS)} (seed {chosen.seed})"
    )
    return 1 if steep else 0


def _tell(name: str, family: str, found: Growth) -> int:
    if found.steep:
        print(
            f"{name} on {family}: ×{found.factor:.2f}; {found.size:,}: {found.seconds:.3f} s",
            flush=True,
        )
    return int(found.steep)


if __name__ == "__main__":
    sys.exit(main())
