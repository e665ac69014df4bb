"""`make golden [ARGS="NAME ..."]`: write the golden records in every format, or in those named.

What a format writes is compared with these files byte for byte by `tests/formats/test_golden.py`.
Look at the difference before it is committed: a format that changes what it writes breaks what
others built on it.
"""

import io
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from annotator.core.native_reader import parse
from annotator.core.record import Record
from annotator.formats import Format, find_format, formats

GOLDEN: Final = Path(__file__).parent / "golden"
BINARY: Final = {"spacy", "parquet", "datasets", "xlsx"}
"""Their bytes change with the library; the real clients read them in `test_clients`."""
OPTIONS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "conll-quotes": ("conll", {"layer": "quotes"}),
    "conll-iob1": ("conll", {"scheme": "IOB1"}),
    "csv-texts": ("csv", {"texts": "yes"}),
    "doccano-plain": ("doccano", {"shape": "plain"}),
    "instruct-qa": ("instruct", {"shape": "qa"}),
    "instruct-bio": ("instruct", {"shape": "bio"}),
}
"""By the name of a folder: a format, and the options with which it is written there."""
WRITERS: Final = sorted({f.name for f in formats() if f.writes} - BINARY - {"native"})
NAMES: Final = [*WRITERS, *OPTIONS]


def sample(format_: Format) -> list[Record]:
    """Return the golden records that the format can write."""
    lines = (GOLDEN / "native.jsonl").read_bytes().splitlines()
    found = [parse(line) for line in lines]
    return [record for record in found if record.annotation is not None or format_.bare]


def written(name: str) -> dict[str, bytes]:
    """Return what the format of this name makes of the golden records, by file name."""
    format_name, options = OPTIONS.get(name, (name, {}))
    format_ = find_format(format_name).with_options(options)
    if not format_.folder:
        out = io.BytesIO()
        format_.write(iter(sample(format_)), out)
        return {f"{format_.name}{format_.suffixes[0]}": out.getvalue()}
    with TemporaryDirectory() as name_:
        folder = Path(name_)
        format_.write_folder(iter(sample(format_)), folder)
        format_.write_cover(folder, [])
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }


def kept(name: str) -> dict[str, bytes]:
    """Return the golden files of this name, by file name."""
    if name == "prodigy":
        return {"prodigy.jsonl": (GOLDEN / "prodigy.jsonl").read_bytes()}
    folder = GOLDEN / name
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def main(names: list[str]) -> int:
    """Write the golden files of these names, of all without any; 2 for a name that is none."""
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
        return 2
    for name in names or NAMES:
        files = written(name)
        if files == (kept(name) if (GOLDEN / name).exists() or name == "prodigy" else {}):
            continue
        folder = GOLDEN if name == "prodigy" else GOLDEN / name
        if folder != GOLDEN:
            shutil.rmtree(folder, ignore_errors=True)
        for file, content in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        print(f"written: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
