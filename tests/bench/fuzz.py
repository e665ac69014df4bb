"""`python -m tests.bench.fuzz [--seconds N]`: spoil the golden files and read them again.

Whatever is in a file, its reader answers with articles or one FormatError that names it. Anything
else is printed with the seed that brings it back.
"""

import argparse
import io
import random
import time
import traceback
import warnings
from pathlib import Path
from typing import Final

from annotator.formats import Context, FormatError, find_format
from tests.formats.articles.reading import SUFFIXES

GOLDEN: Final = Path(__file__).parents[1] / "golden"
_PIECES: Final = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"<", b"&#0;", b"<!ENTITY a 'b'>", b"\r\n\r\n", b'"', b"{",
    b"=?utf-8?b?", b"%%EOF", b"PK\3\4", b"Content-Length: 99999999\r\n", b"From ", b"\x1f\x8b",
)  # fmt: skip


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to eight changes: cut, doubled, overwritten, something put in."""
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


def read_spoiled(name: str, seed: int) -> str | None:
    """Read one spoiled golden file; the traceback of anything that is no FormatError in words."""
    data = (GOLDEN / f"{name}{SUFFIXES[name]}").read_bytes()
    path = Path(f"news{SUFFIXES[name]}")
    try:
        for found in find_format(name).read(
            io.BytesIO(spoiled(data, random.Random(seed))), Context(path)
        ):
            text = found.record.article.text
            text.encode()
            if "\r" in text or "\0" in text or not text:
                return f"the text is not settled: {text[:80]!r}"
    except FormatError as error:
        return None if str(error).startswith(f"{path}: ") and "\n" not in str(error) else str(error)
    except Exception:
        return traceback.format_exc()
    return None


def main() -> None:
    """Spoil and read until the time is up."""
    parser = argparse.ArgumentParser(prog="tests.bench.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    end, seed = time.monotonic() + options.seconds, options.seed
    while time.monotonic() < end:
        for name in SUFFIXES:
            fault = read_spoiled(name, seed)
            if fault:
                print(f"{name}, seed {seed}:\n{fault}", flush=True)
        seed += 1
    print(f"{seed - options.seed:,} spoiled files of each of {len(SUFFIXES)} formats")


if __name__ == "__main__":
    main()
