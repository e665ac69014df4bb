"""doccano's importer, Label Studio's validator and the TEI's schema take what we write."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from annotator.core.native_reader import parse
from annotator.core.offsets import Utf16Offsets
from annotator.core.record import Record
from annotator.formats import find_format
from annotator.formats.graph import graph_of
from tests.clients.environments import ALLOWED, NotMade, python_of

GOLDEN = Path(__file__).parents[1] / "golden"
HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get(ALLOWED) != "1",
        reason=f"installs other tools; run it with: make clients ({ALLOWED}=1)",
    ),
]


@pytest.fixture(params=["golden", "corpus"])
def given(request) -> list[Record]:
    """Three records with everything that is hard, or a whole news corpus."""
    if request.param == "golden":
        path = GOLDEN / "native.jsonl"
    else:
        path = request.getfixturevalue("shared") / "corpora" / "polnear_dev.jsonl"
    return [parse(line) for line in path.read_bytes().splitlines()]


def asked(tool: str, *arguments: object) -> dict:
    """What the tool's script printed last."""
    try:
        python = python_of(tool)
    except NotMade as why:
        pytest.skip(f"no environment for {tool}: {why}")
    command = [str(python), "-W", "ignore", str(HERE / f"{tool}.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def file_of(name: str, given: list[Record], folder: Path, **options: str) -> Path:
    format_ = find_format(name).with_options(options)
    path = folder / f"out{format_.suffixes[0]}"
    with path.open("xb") as out:
        format_.write(iter(given), out)
    return path


def spans_of(record: Record) -> list[tuple[int, int, str]]:
    """Mentions and parts of quotes, in UTF-16 units."""
    offsets = Utf16Offsets(record.article.text)
    marks = graph_of(record.annotation).marks if record.annotation else ()
    return sorted((offsets.to_units(m.start), offsets.to_units(m.end), m.label) for m in marks)


@pytest.mark.parametrize(
    ("shape", "task"), [("relations", "RelationExtraction"), ("plain", "SequenceLabeling")]
)
def test_doccano_imports_every_text_span_and_relation(given, tmp_path, shape, task):
    path = file_of("doccano", given, tmp_path, shape=shape)
    answer = asked("doccano", path, task, tmp_path)
    assert answer["errors"] == []
    assert [e["text"] for e in answer["examples"]] == [r.article.text for r in given]
    for example, record in zip(answer["examples"], given, strict=True):
        assert sorted(map(tuple, example["spans"])) == spans_of(record)
        assert example["meta"]["article"] == record.article.id
        links = graph_of(record.annotation).links if record.annotation else ()
        assert len(example["relations"]) == (len(links) if shape == "relations" else 0)


def test_label_studio_finds_nothing_at_fault_and_tags_the_spans(given, tmp_path):
    folder = tmp_path / "labelstudio"
    folder.mkdir()
    format_ = find_format("labelstudio")
    format_.write_folder(iter(given), folder)
    format_.write_cover(folder, [])
    answer = asked("label_studio", folder, tmp_path)
    assert answer["faults"] == []
    assert answer["checked"] >= sum(len(spans_of(record)) for record in given)
    labels = {label for record in given for _, _, label in spans_of(record)}
    tagged = {tag[2:] for tag in answer["tags"] if tag != "O"}
    assert {"CONTENT", "CUE"} <= tagged <= labels


def test_a_tei_document_is_valid_against_the_schema_of_the_tei(given, tmp_path):
    answer = asked("tei", file_of("tei", given, tmp_path))
    contents = [label for record in given for _, _, label in spans_of(record) if label == "CONTENT"]
    assert answer["faults"] == []
    assert answer["said"] >= len(contents) > 0
