"""One reader under atheris, which looks what each input makes the program run; see `fuzz`.

`python -m tests.bench.fuzz_coverage FORMAT SECONDS FOLDER` starts with sound files of the format.
What it kept because it ran something new stays in `FOLDER/corpus`, what stopped it - a traceback, a
hang, a crash, too much memory - in `FOLDER/found`. What a child process would do in an import is
done in this one, since only here can be seen what is run.
"""

import random
import sys
import warnings
from pathlib import Path
from typing import Final

import atheris

# Before anything of the program is imported: only what is instrumented guides the choice.
with atheris.instrument_imports(include=["annotator"]):
    from tests.bench.fuzz import PATIENCE, fault_of, samples, seeds
    from tests.bench.fuzz_packed import spoil_inside

    samples()

MEMORY_MB: Final = 1_500
"""What a process takes that has all libraries and a small file in it is less than half of that."""
_INSIDE: Final = 0.8
"""The share of changes to packed files that go into what is packed."""


def main(name: str, seconds: str, folder: str) -> None:
    """Feed until the time is up; the process then ends."""
    warnings.simplefilter("ignore")
    corpus, found = Path(folder) / "corpus", Path(folder) / "found"
    for place in (corpus, found):
        place.mkdir(exist_ok=True)
    sound = seeds(name)
    for number, data in enumerate(sound):
        (corpus / f"seed-{number}").write_bytes(data)

    def one_input(data: bytes) -> None:
        if fault := fault_of(name, data):
            raise AssertionError(fault)

    options = [
        f"-max_total_time={seconds}",
        f"-timeout={PATIENCE}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-artifact_prefix={found}/",
        f"-max_len={4 * max(map(len, sound))}",
        "-print_final_stats=1",
    ]
    atheris.Setup([name, *options, str(corpus)], one_input, custom_mutator=_change)
    atheris.Fuzz()


def _change(data: bytes, most: int, seed: int) -> bytes:
    chance = random.Random(seed)
    if chance.random() < _INSIDE:
        inside = spoil_inside(data, chance.randrange, lambda part: atheris.Mutate(part, most))
        if inside is not None and len(inside) <= most:
            return inside
    changed: bytes = atheris.Mutate(data, most)
    return changed


if __name__ == "__main__":
    main(*sys.argv[1:])
