"""The golden records in every format, byte for byte; `tests/golden` says what each looks like."""

import io
from pathlib import Path

import pytest

from annotator.core.native_reader import parse
from annotator.formats import Format, find_format, formats

GOLDEN = Path(__file__).parents[1] / "golden"
BINARY = {"spacy", "parquet", "datasets", "xlsx"}
"""Their bytes change with the library; the real clients read them in `test_clients`."""
OPTIONS = {
    "conll-quotes": ("conll", {"layer": "quotes"}),
    "conll-iob1": ("conll", {"scheme": "IOB1"}),
    "csv-texts": ("csv", {"texts": "yes"}),
    "doccano-plain": ("doccano", {"shape": "plain"}),
    "instruct-qa": ("instruct", {"shape": "qa"}),
    "instruct-bio": ("instruct", {"shape": "bio"}),
}
WRITERS = sorted({f.name for f in formats() if f.writes} - BINARY - {"native"})


def sample(format_: Format):
    lines = (GOLDEN / "native.jsonl").read_bytes().splitlines()
    found = [parse(line) for line in lines]
    return [record for record in found if record.annotation is not None or format_.bare]


def files(format_: Format, folder: Path) -> dict[str, bytes]:
    if not format_.folder:
        out = io.BytesIO()
        format_.write(iter(sample(format_)), out)
        return {f"{format_.name}{format_.suffixes[0]}": out.getvalue()}
    format_.write_folder(iter(sample(format_)), folder)
    format_.write_cover(folder, [])
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", [*WRITERS, *OPTIONS])
def test_the_golden_records_look_as_they_always_did(name, tmp_path):
    format_name, options = OPTIONS.get(name, (name, {}))
    found = files(find_format(format_name).with_options(options), tmp_path)
    place = GOLDEN / name
    if format_name == "prodigy":
        assert found == {"prodigy.jsonl": (GOLDEN / "prodigy.jsonl").read_bytes()}
        return
    wanted = {p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*.*")}
    assert set(found) == set(wanted)
    for path, data in found.items():
        assert data.decode() == wanted[path].decode(), path


@pytest.mark.parametrize("name", sorted(BINARY))
def test_a_format_without_a_golden_file_is_read_by_its_client(name):
    tests = (Path(__file__).parent / "test_clients.py").read_text("utf-8")
    assert f'"{name}"' in tests
