"""Files that somebody prepared, or that a disk has spoiled, are refused in a sentence."""

import io
import json
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.core.errors import AnnotatorError
from annotator.formats import Context, FormatError, Unit, docbin, find_format, formats
from tests.examples import examples

READERS = [f.name for f in formats() if f.reads and f.writes]
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
)
SECRET = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def read(name: str, data: bytes, path: Path = Path("x.dat"), **more) -> list:
    context = Context(path, **more)
    return [found.record for found in find_format(name).read(io.BytesIO(data), context)]


@pytest.mark.parametrize("doctype", [BOMB, SECRET])
@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("tei", b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>&a;</body></text></TEI>'),
        ("uima", b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&a;</xmi:XMI>'),
    ],
)
def test_xml_with_a_document_type_is_refused_unexpanded(name, root, doctype):
    with pytest.raises(FormatError, match=r"x\.dat: this XML cannot be read"):
        read(name, doctype + root)


def test_tei_nested_deeper_than_any_stack_is_read_all_the_same():
    deep = 20_000
    body = b"<seg>" * deep + b"Ann." + b"</seg>" * deep
    tei = b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>' + body + b"</body></text></TEI>"
    (record,) = read("tei", tei)
    assert record.article.text == "Ann."


def test_pieces_of_a_mark_that_go_round_in_a_circle_are_refused():
    tei = (
        b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>'
        b'<said xml:id="a" next="#b">Ann</said><said xml:id="b" prev="#a" next="#a">Bob</said>'
        b"</body></text></TEI>"
    )
    with pytest.raises(FormatError, match="go round in a circle"):
        read("tei", tei)


def test_a_docbin_that_unpacks_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    pytest.importorskip("spacy")
    assert docbin._LARGEST_UNPACKED == 1 << 30
    monkeypatch.setattr(docbin, "_LARGEST_UNPACKED", 1 << 26)  # a gigabyte takes seconds
    packer = zlib.compressobj()
    begin = packer.flush(zlib.Z_FULL_FLUSH)
    # Packed by itself, a piece can be said again without packing it again.
    piece = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = begin + piece * 5
    assert len(packed) < 1 << 19
    with pytest.raises(FormatError, match="more than 1 GB"):
        read("spacy", packed)


def test_json_nested_deeper_than_any_stack_is_refused():
    deep = b"[" * 100_000
    for name in ("prodigy", "doccano", "labelstudio", "w3c"):
        with pytest.raises(FormatError, match=r"JSON|no task|has the text"):
            read(name, b'{"text": "x", "spans": ' + deep)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=examples(6), deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_but_never_a_bug(name, data):
    with suppress(AnnotatorError):
        read(name, data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.sampled_from(["", "Ann", "CONTENT", "a"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "start",
                    "end",
                    "label",
                    "text",
                    "value",
                    "type",
                    "id",
                    "labels",
                    "result",
                    "entities",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("prodigy", lambda v: {"text": "Ann said so.", "meta": v, "spans": [v], "relations": [v]}),
        ("doccano", lambda v: {"text": "Ann said so.", "entities": [v], "relations": [v]}),
        ("doccano", lambda v: {"text": "Ann said so.", "label": v}),
        ("labelstudio", lambda v: [{"data": {"text": "Ann."}, "annotations": [{"result": [v]}]}]),
        ("labelstudio", lambda v: [{"data": v, "annotations": [v]}]),
        ("w3c", lambda v: {"items": [{"motivation": "describing", "target": "a",
                                      "body": {"value": "Ann."}}, v]}),
        ("w3c", lambda v: {"items": [{"motivation": "describing", "target": "a",
                                      "body": {"value": "Ann."}},
                                     {"target": {"source": "a", "selector": v}, "body": v}]}),
    ],
)  # fmt: skip
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[*HealthCheck])
@given(value=VALUES)
def test_any_json_in_the_right_place_is_read_or_refused_but_never_a_bug(name, around, value):
    with suppress(AnnotatorError):
        read(name, json.dumps(around(value)).encode(), annotator="ada")


@pytest.mark.parametrize(
    "line", ["T1\tX 0", "E1\t", "R1\tX Arg1", "?", "T1\tX 0 99\ty", "#1\tx\ty"]
)
def test_each_line_of_brat_that_cannot_be_read_is_named(tmp_path, line):
    (tmp_path / "a.txt").write_text("Ann said so.", "utf-8")
    path = tmp_path / "a.ann"
    data = f"T9\tPERSON 0 3\tAnn\n{line}\n".encode()
    with pytest.raises(FormatError, match=r"a\.ann: line 2: "):
        read("brat", data, path, annotator="ada")


def test_brat_without_its_text_says_what_is_missing(tmp_path):
    with pytest.raises(FormatError, match=r"put the \.txt there"):
        read("brat", b"", tmp_path / "a.ann")


EMOJI = {"text": "😀 Ann said so.", "entities": [
    {"id": 1, "label": "PERSON", "start_offset": 3, "end_offset": 6}
]}  # fmt: skip


def test_offsets_that_nothing_tells_are_asked_for_where_they_matter():
    line = json.dumps(EMOJI).encode()
    with pytest.raises(FormatError, match="say it with --offsets utf-16"):
        read("doccano", line, annotator="ada")
    (record,) = read("doccano", line, annotator="ada", offsets=Unit.UTF_16)
    assert [m.text for m in record.annotation.mentions.values()] == ["Ann"]
    (plain,) = read("doccano", line.replace(b"\\ud83d\\ude00", b"++"), annotator="ada")
    assert [m.text for m in plain.annotation.mentions.values()] == ["Ann"]


def test_the_unit_is_told_from_spans_that_bring_their_text():
    task = {"text": "😀 Ann said so.", "spans": [
        {"start": 3, "end": 6, "label": "PERSON", "text": "Ann"}
    ]}  # fmt: skip
    (record,) = read("prodigy", json.dumps(task).encode(), annotator="ada")
    assert [m.start for m in record.annotation.mentions.values()] == [2]


def test_spans_that_fit_the_text_in_no_unit_are_refused_by_name():
    task = {"text": "Bob said so.", "spans": [
        {"start": 0, "end": 3, "label": "PERSON", "text": "Ann"}
    ]}  # fmt: skip
    with pytest.raises(FormatError, match=r"line 1: \[0, 3\) is said to be 'Ann', but .* 'Bob'"):
        read("prodigy", json.dumps(task).encode(), annotator="ada")
