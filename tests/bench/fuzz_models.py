"""`make bench ARGS="fuzz --models [--seconds N] [--seed N]"`: spoiled models for the taggers.

Each is refused in a sentence, or it tags. A process that dies or hangs over one is a fault.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

from tests.suggest.spoiled_models import small_model, tried

_AT_ONCE: Final = 2_000
_PATIENCE: Final = 60.0
"""Seconds for fifty models."""


def by_chance(seconds: float, seed: int) -> int:
    """Spoil models until the time is up; how many took their process down, or hung."""
    began, done, passed, faults = time.monotonic(), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.crf"
        path.write_bytes(small_model())
        while time.monotonic() - began < seconds:
            some, fault = tried(path, seed + done, _AT_ONCE, _PATIENCE)
            done, passed = done + _AT_ONCE, passed + some
            if fault:
                faults += 1
                print(fault, flush=True)
    print(f"{done:,} spoiled models from seed {seed}, {passed:,} tagged all the same, "
          f"{faults} faults")  # fmt: skip
    return faults
