"""Finding formats by name and files by content; the format that other packages bring."""

import io
import sys
from pathlib import Path

import pytest

from annotator.formats import Context, FormatError, find_format, format_of, formats

GOLDEN = Path(__file__).parents[1] / "golden"
BINARY = {"spacy", "parquet", "datasets", "xlsx"}
"""Their bytes change with the library that writes them; `test_clients` reads them."""
FORMATS = {format_.name: format_ for format_ in formats()}


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_golden_file(name):
    if name not in BINARY:
        assert list(GOLDEN.glob(f"{name}.*")) or list((GOLDEN / name).iterdir())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_some_way_and_declares_its_losses(name):
    format_ = FORMATS[name]
    assert format_.title
    assert format_.suffixes
    assert format_.reads or format_.writes
    assert all(isinstance(words, str) and words for words in format_.loses)
    assert len(set(format_.loses)) == len(format_.loses)
    assert format_.loses or format_.name == "native" or not format_.writes


def test_an_unknown_format_is_answered_with_the_known_ones():
    with pytest.raises(FormatError, match=r"no format 'bratt'; known are native, prodigy, "):
        find_format("bratt")


def test_the_half_that_a_format_lacks_is_refused_in_words():
    with pytest.raises(FormatError, match="html-copy can only be written"):
        find_format("html-copy").read(io.BytesIO(), Context(Path("x")))
    with pytest.raises(FormatError, match="text can only be read"):
        find_format("text").write([], io.BytesIO())


@pytest.mark.parametrize(
    ("name", "data", "format_"),
    [
        ("a.jsonl", b'\n{"format": "annotator/1"}\n', "native"),
        ("a.jsonl", b'\xef\xbb\xbf{"format":"annotator/1"}', "native"),
        ("a.data", b'{"format" :  "annotator/1"}', "native"),
        ("a.jsonl", b'{"article": {"text": "' + b"x" * 100_000, "native"),
        ("A.TXT", b"Floods rise", "text"),
        ("a.text", b"Floods rise", "text"),
    ],
)
def test_a_file_is_told_by_its_content_before_its_name(tmp_path, name, data, format_):
    assert format_of(file(tmp_path, name, data)).name == format_


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.jsonl", b'{"words": "x", "spans": []}\n'), ("a.xyz", b"x"), ("a.jsonl", b"")],
)
def test_a_file_in_no_known_format_is_answered_with_the_readable_ones(tmp_path, name, data):
    with pytest.raises(
        FormatError, match=r"say on the command line with --format which it is of native, "
    ):
        format_of(file(tmp_path, name, data))


@pytest.fixture
def other_package(tmp_path, monkeypatch):
    """A package on the path with a format of its own, and one that does not load."""
    file(
        tmp_path,
        "shouting.py",
        b"from annotator.formats import Format\n"
        b"class Shouting(Format):\n"
        b"    name, title, suffixes, reads = 'shouting', 'LOUD', ('.loud', '.txt'), True\n",
    )
    info = tmp_path / "shouting-1.dist-info"
    info.mkdir()
    file(info, "METADATA", b"Metadata-Version: 2.1\nName: shouting\nVersion: 1\n")
    points = b"shouting = shouting:Shouting\nbroken = nowhere:Class\nnative = shouting:Shouting\n"
    file(info, "entry_points.txt", b"[annotator.formats]\n" + points)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("shouting", None)


@pytest.mark.usefixtures("other_package")
def test_another_package_brings_a_format_by_an_entry_point(tmp_path):
    assert find_format("shouting").title == "LOUD"
    assert format_of(file(tmp_path, "a.loud", b"HEY")).name == "shouting"


@pytest.mark.usefixtures("other_package")
def test_a_file_that_two_formats_claim_is_asked_about(tmp_path):
    with pytest.raises(
        FormatError,
        match="could be text or shouting; give it a suffix that only one of them has, or say",
    ):
        format_of(file(tmp_path, "a.txt", b"x"))


@pytest.mark.usefixtures("other_package")
def test_a_package_that_does_not_load_leaves_the_others_alone():
    found = {format_.name: format_ for format_ in formats()}
    assert "nowhere:Class does not load" in found["broken"].title
    assert not found["broken"].reads
    assert found["native"].title != "LOUD"
