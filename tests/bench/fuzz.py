"""`make bench ARGS="fuzz [--seconds N] [--format F] [--structure] [--coverage]"`: spoiled files.

Whatever is in a file, its reader answers with articles or one FormatError that names it, within
a few seconds and with bounded memory. Anything else is printed with the seed that brings it back.
`--structure` makes only changes after which a file is still JSON, XML, a table or a package.
`--coverage` lets atheris choose the changes by what they make the program run, and imports what it
kept: nothing of a file that is refused may stay, and `check` has nothing to say about the rest.
"""

import argparse
import atexit
import contextlib
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator.core.native_reader import parse
from annotator.core.record import Record
from annotator.formats import Context, Format, FormatError, find_format, formats
from annotator.formats.base import call_directly
from annotator.services.sandbox import Sandbox
from tests.bench.fuzz_packed import spoil_inside
from tests.bench.fuzz_structure import restructured
from tests.formats.articles.reading import SUFFIXES

GOLDEN: Final = Path(__file__).parents[1] / "golden"
PATIENCE: Final = 20
"""Seconds for one small file: more is a hang."""
_MEMORY: Final = 4 << 30
_TO_IMPORT: Final = 0.25
"""The share of the time of `--coverage` in which files are imported."""
_STOPS: Final = 8
_PIECES: Final = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"<", b"&#0;", b"<!ENTITY a 'b'>", b"\r\n\r\n", b'"', b"{",
    b"=?utf-8?b?", b"%%EOF", b"PK\3\4", b"Content-Length: 99999999\r\n", b"From ", b"\x1f\x8b",
    b"null", b"-1", b"1e999", b"99999999999999999999", b"[[[[", b"\\ud800", b"\t", b"B-", b"#",
)  # fmt: skip


class Hung(BaseException):
    """A file took too long. No `Exception`, which readers and imports take for a broken file."""


class Sample(NamedTuple):
    """A sound file of a format, and the name it would have."""

    data: bytes
    path: Path


@cache
def samples() -> dict[str, Sample]:
    """One for each format that is read from a single file."""
    found = {
        name: Sample((GOLDEN / f"{name}{suffix}").read_bytes(), Path(f"news{suffix}"))
        for name, suffix in SUFFIXES.items()
    }
    native = (GOLDEN / "native.jsonl").read_bytes()
    found["native"] = Sample(native, Path("news.jsonl"))
    records = [parse(line) for line in native.splitlines()]
    for format_ in formats():
        if format_.name not in found and format_.reads:
            kept = [one for one in records if one.annotation is not None or format_.bare]
            found[format_.name] = _written(format_, kept)
    return found


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    """Sound files of a format: its sample, and those kept of it and its dialects."""
    sample = samples()[name]
    found = [sample.data]
    for folder in sorted(GOLDEN.glob(f"{name}*")):
        if folder.is_dir() and not find_format(name).folder:
            files = sorted(folder.rglob(f"*{sample.path.suffix}"))
            found += [path.read_bytes() for path in files]
    return tuple(data for data in dict.fromkeys(found) if fault_of(name, data) is None)


def _written(format_: Format, records: list[Record]) -> Sample:
    """A sound file that the format writes, beside what it needs to be read."""
    if not format_.folder:
        out = io.BytesIO()
        format_.write(iter(records), out)
        return Sample(out.getvalue(), Path(f"news{format_.suffixes[0]}"))
    folder = Path(tempfile.mkdtemp(prefix="annotator-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    format_.write_folder(iter(records), folder)
    files = (path for path in folder.rglob("*") if path.suffix in format_.suffixes)
    path = max(files, key=lambda file: file.stat().st_size)
    return Sample(path.read_bytes(), path)


def spoiled(data: bytes, chance: random.Random, structure: float = 0.5) -> bytes:
    """The file with one to eight changes.

    The share `structure` of those that have one keep their syntax and get other values, keys or
    orders. In the others bytes are cut, doubled, overwritten or put in; half of those of packed
    files are inside.
    """
    if chance.random() < structure and (made := restructured(data, chance)) is not None:
        return made
    inside = spoil_inside(data, chance.randrange, lambda part: _changed(part, chance))
    return _changed(data, chance) if inside is None or chance.random() < 0.5 else inside


def _changed(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made) + 1)
        end = min(len(made), at + chance.choice([1, 2, 8, 64, 512]))
        change = chance.randrange(5)
        if change == 0:
            del made[at:end]
        elif change == 1:
            made[at:at] = made[at:end]
        elif change == 2:
            made[at:end] = chance.randbytes(end - at)
        elif change == 3:
            made[at:at] = chance.choice(_PIECES)
        elif at < len(made):
            made[at] ^= 1 << chance.randrange(8)
    return bytes(made)


def read_spoiled(
    name: str, seed: int, call: Callable[..., Any] = call_directly, structure: float = 0.5
) -> str | None:
    """Read one spoiled sound file of the format; what is wrong about the answer."""
    chance = random.Random(f"{name} {seed}")
    data = spoiled(chance.choice(seeds(name)), chance, structure)
    return fault_of(name, data, call)


def fault_of(name: str, data: bytes, call: Callable[..., Any] = call_directly) -> str | None:
    """Read these bytes: None if that gives settled texts with sound spans, or one sentence."""
    path = samples()[name].path
    context = Context(path, call=call)
    if path.is_file():
        path.write_bytes(data)
    try:
        for found in find_format(name).read(io.BytesIO(data), context):
            if fault := _unsettled(found.record.article.text):
                return fault
    except FormatError as error:
        words = str(error)
        return None if words.startswith(f"{path}: ") and "\n" not in words else words
    except (Exception, Hung):
        return traceback.format_exc()
    return None


def _unsettled(text: str) -> str | None:
    text.encode()
    odd = "\r" in text or "\0" in text or not text
    return f"the text is not settled: {text[:80]!r}" if odd else None


@contextlib.contextmanager
def limits(memory: int = _MEMORY) -> Iterator[None]:
    """A file that takes too long or too much memory is a fault, where the system can tell.

    `memory` is bytes of address space.
    """
    if os.name != "posix":
        yield
        return
    import resource

    def late(*_: object) -> None:
        raise Hung(f"it took more than {PATIENCE} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, before[1]))
    signal.signal(signal.SIGALRM, late)
    try:
        yield
    finally:
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_AS, before)


def by_chance(names: list[str], seconds: float, seed: int, structure: float = 0.5) -> int:
    """Spoil and read until the time is up; how many faults there were."""
    end, first, faults = time.monotonic() + seconds, seed, 0
    spent = dict.fromkeys(names, 0.0)
    counts = dict.fromkeys(names, 0)
    with limits(), Sandbox(lambda: None) as isolation:
        while time.monotonic() < end:
            # Formats that are read quickly get as much time as the slow ones.
            name = min(names, key=spent.__getitem__)
            began = time.monotonic()
            for _ in range(20):
                signal.alarm(PATIENCE)
                fault = read_spoiled(name, seed + counts[name], isolation.call, structure)
                signal.alarm(0)
                if fault:
                    faults += 1
                    print(f"{name}, seed {seed + counts[name]}:\n{fault}", flush=True)
                counts[name] += 1
            spent[name] += time.monotonic() - began
    for name in names:
        print(f"{name}: {counts[name]:,} from seed {first}")
    print(f"{sum(counts.values()):,} spoiled files of {len(names)} formats, {faults} faults")
    return faults


def by_coverage(names: list[str], seconds: float) -> int:
    """Let atheris choose the files, with the same time for each format; how many faults."""
    faults, share = 0, seconds / len(names)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            runs, kept, stops = _guided(name, share * (1 - _TO_IMPORT), Path(folder))
            done = _python("fuzz_imports", name, f"{share * _TO_IMPORT:.1f}", folder)
            last = (done.stdout.splitlines() or [""])[-1]
            print(f"{name}: {runs:,} runs, {kept} files kept, {stops} stops; {last}", flush=True)
            if done.returncode:
                faults += 1
                print(done.stdout[-3000:], done.stderr[-3000:], flush=True)
    print(f"{len(names)} formats by coverage, {faults} with faults")
    return faults


def _guided(name: str, seconds: float, folder: Path) -> tuple[int, int, int]:
    """Feed one format, and begin anew after each stop; runs, files kept and stops.

    A stop need not be a fault: pyarrow and others run in a process of their own in the program,
    where a crash costs a file. Whether it is one is seen when what stopped it is imported.
    """
    end, runs, stops = time.monotonic() + seconds, 0, 0
    while (left := end - time.monotonic()) >= 1 and stops < _STOPS:
        done = _python("fuzz_coverage", name, str(round(left)), str(folder))
        if not (folder / "corpus").is_dir():
            raise SystemExit(f"{name} was not fed at all:\n{done.stderr[-3000:]}")
        counted = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        counts = re.findall(r"^#(\d+)\t", done.stderr, re.MULTILINE)
        runs += int(counted[1]) if counted else int(counts[-1] if counts else 0)
        if done.returncode == 0:
            break
        stops += 1
        why = re.search(
            r"ERROR: libFuzzer: .*|.*(?:Error|Exception): .*", done.stdout + done.stderr
        )
        print(f"{name} stopped: {why[0] if why else done.stderr[-500:]}", flush=True)
    return runs, sum(1 for _ in (folder / "corpus").iterdir()), stops


def _python(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"tests.bench.{module}", *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def main() -> int:
    """Feed until the time is up; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=sorted(samples()), help="only this one")
    parser.add_argument("--coverage", action="store_true", help="let atheris choose the changes")
    parser.add_argument(
        "--structure", action="store_true", help="only other values, keys, orders and depths"
    )
    parser.add_argument("--models", action="store_true", help="trained models instead of files")
    options = parser.parse_args()
    if options.models:
        from tests.bench.fuzz_models import by_chance as spoil_models

        return 1 if spoil_models(options.seconds, options.seed) else 0
    warnings.simplefilter("ignore")
    names = [options.format] if options.format else sorted(samples())
    if options.coverage:
        return 1 if by_coverage(names, options.seconds) else 0
    structure = 1.0 if options.structure else 0.5
    return 1 if by_chance(names, options.seconds, options.seed, structure) else 0


if __name__ == "__main__":
    sys.exit(main())
