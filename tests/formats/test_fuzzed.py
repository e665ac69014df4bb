"""Spoiled files of every format, the same ones in each run; `make bench ARGS=fuzz` reads more."""

import io
import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.formats import Context, FormatError, find_format, formats
from annotator.services.sandbox import Sandbox
from tests.bench.fuzz import fault_of, read_spoiled, samples, seeds, spoiled
from tests.bench.fuzz_imports import import_faults
from tests.formats.articles.reading import SUFFIXES

SEEDS = range(25)
READ = sorted(format_.name for format_ in formats() if format_.reads)
OTHERS = sorted(set(READ) - SUFFIXES.keys())


@pytest.fixture(scope="module")
def isolation() -> Iterator[Sandbox]:
    """What an import reads in: pyarrow takes the process down with some of these files."""
    with Sandbox(lambda: None) as isolation:
        yield isolation


@pytest.mark.parametrize("name", OTHERS)
def test_a_spoiled_file_gives_records_or_one_sentence(name, isolation):
    assert [fault for seed in SEEDS if (fault := read_spoiled(name, seed, isolation.call))] == []


@pytest.mark.parametrize("name", READ)
def test_of_a_spoiled_file_a_project_takes_all_or_nothing(name, tmp_path):
    data = samples()[name].data
    files = [spoiled(data, random.Random(f"{name} {seed}")) for seed in range(10)]
    assert import_faults(name, files, tmp_path) == []


def test_every_format_that_is_read_is_fuzzed_from_sound_files():
    assert sorted(samples()) == READ
    assert [name for name in samples() if not seeds(name)] == []


def refused(name: str, data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        list(find_format(name).read(io.BytesIO(data), Context(Path("x.dat"))))
    words = str(caught.value)
    assert words.startswith("x.dat: ")
    assert "\n" not in words
    return words


# What the bench has found so far:


def test_a_nul_in_conll_is_refused_with_its_line():
    assert "line 2: a NUL character" in refused("conll", b"Ann -X- O O\nsa\0id -X- O O\n")


def test_conll_with_a_byte_order_mark_is_read_without_it():
    source = io.BytesIO("\ufeffAnn -X- O O\n".encode())
    (found,) = find_format("conll").read(source, Context(Path("x.conll")))
    assert found.record.article.text == "Ann"


def test_tei_in_an_encoding_that_nobody_knows_is_refused():
    assert "unknown encoding" in refused("tei", b'<?xml version="1.0" encoding="UTF-88"?><TEI/>')


@pytest.mark.parametrize("name", ["w3c", "labelstudio"])
def test_a_file_that_is_no_json_is_named(name):
    assert "this is no JSON" in refused(name, b'{"items": [}')


def test_a_task_without_data_is_refused_with_the_name_of_the_file():
    assert "it has no data" in refused("labelstudio", json.dumps([{"annotations": []}]).encode())


@pytest.mark.parametrize("name", ["uima", "uima-json"])
def test_a_spoiled_head_of_a_cas_is_refused(name, tmp_path):
    sample = samples()[name]
    data = sample.data.replace(b"&quot;status&quot;", b"&quot;status")
    data = data.replace(rb"\"status\"", rb"\"status")
    assert data != sample.data
    context = Context(sample.path)
    with pytest.raises(FormatError, match="this is no JSON"):
        list(find_format(name).read(io.BytesIO(data), context))


def test_a_parquet_file_that_takes_the_reader_down_costs_only_that_file(isolation, tmp_path):
    path = tmp_path / "x.parquet"
    sound = samples()["parquet"].data
    refusals = []
    for cut in range(8, len(sound), max(1, len(sound) // 60)):
        path.write_bytes(sound[:cut] + b"\xff" * 8 + sound[cut + 8 :])
        with path.open("rb") as source:
            try:
                list(find_format("parquet").read(source, Context(path, call=isolation.call)))
            except FormatError as error:
                refusals.append(str(error))
    assert len(refusals) > 10
    assert all(words.startswith(f"{path}: ") and "\n" not in words for words in refusals)


def test_a_table_without_a_head_is_refused_in_one_short_sentence():
    row = '"{}","One day.\n\n{}"\n'
    data = "".join(row.format(name, "So it went. " * 900 + name) for name in ("a1", "a2"))
    words = refused("csv-articles", data.encode())
    assert words.endswith("--text COLUMN: a1, One day. So it went. So it went. So it w…")


@pytest.mark.parametrize("name", [b"m1", b"article", b"facts"])
def test_a_docbin_that_lacks_one_of_its_strings_is_refused_or_read(name):
    sound = zlib.decompress(samples()["spacy"].data)
    packed = bytes([0xA0 + len(name)]) + name
    assert packed in sound
    data = sound.replace(packed, packed[:1] + b"?" * len(name))
    assert fault_of("spacy", zlib.compress(data)) is None


def test_a_docbin_whose_strings_do_not_name_its_spans_is_refused_with_its_document():
    sound = zlib.decompress(samples()["spacy"].data)
    data = sound.replace(b"\xa2m1", b"\xa2??")
    assert "document 1 is damaged (" in refused("spacy", zlib.compress(data))
