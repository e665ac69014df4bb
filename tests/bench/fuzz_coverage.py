"""One reader under atheris, which looks what each input makes the program run; see `fuzz`.

`python -m tests.bench.fuzz_coverage FORMAT SECONDS FOLDER`: what goes wrong is left in the folder.
"""

import os
import sys
import warnings
from pathlib import Path

import atheris

# Before anything of the program is imported: only what is instrumented guides the choice.
with atheris.instrument_imports(include=["annotator"]):
    from tests.bench.fuzz import PATIENCE, fault_of, samples

    samples()


def main(name: str, seconds: str, folder: str) -> None:
    """Feed until the time is up; the process then ends."""

    def one_input(data: bytes) -> None:
        if fault := fault_of(name, data):
            raise AssertionError(fault)

    warnings.simplefilter("ignore")
    (Path(folder) / "sample").write_bytes(samples()[name].data)
    os.chdir(folder)
    options = [f"-max_total_time={seconds}", f"-timeout={PATIENCE}", "-rss_limit_mb=4096"]
    atheris.Setup([name, *options, folder], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
