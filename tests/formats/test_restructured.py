"""Files whose syntax is sound and whose values are not what a reader takes for granted."""

import io
import json
from pathlib import Path

import pytest

from annotator.formats import Context, FormatError, find_format
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.services.reading import ReaderBug, read_records
from annotator.store import Project
from tests.bench.fuzz import read_spoiled, samples, seeds
from tests.bench.fuzz_structure import restructured

LINES = {
    "prodigy": {
        "text": "Ann Lee won.",
        "spans": [{"start": 0, "end": 7, "label": "PERSON", "token_start": 0, "token_end": 1}],
        "relations": [{"head": 1, "child": 1, "label": "SPEAKER"}],
    },
    "doccano": {
        "text": "Ann Lee won.",
        "entities": [{"id": 1, "label": "PERSON", "start_offset": 0, "end_offset": 7}],
        "relations": [{"from_id": 1, "to_id": 1, "type": "SPEAKER"}],
        "Comments": ["x"],
    },
    "labelstudio": [
        {
            "data": {"text": "Ann Lee won."},
            "annotations": [
                {
                    "result": [
                        {
                            "id": "m1",
                            "type": "labels",
                            "value": {"start": 0, "end": 7, "labels": ["PERSON"]},
                        }
                    ]
                }
            ],
        }
    ],
    "w3c": {
        "items": [
            {"motivation": "describing", "body": {"value": "Ann Lee won."}, "target": "urn:a"},
            {
                "motivation": "tagging",
                "body": [{"value": "PERSON", "purpose": "tagging"}],
                "target": {
                    "source": "urn:a",
                    "selector": [{"type": "TextPositionSelector", "start": 0, "end": 7}],
                },
            },
        ]
    },
}
OTHER_KINDS = ("null", "true", '"x"', "[]", "{}", "[[]]", '[{"a": []}]', "1.5", "-1", "1e999",
               "NaN", "9" * 5_000, "9" * 400, '"\\ud800"', "[" * 5_000 + "]" * 5_000)  # fmt: skip


def read(name: str, data: bytes) -> str | None:
    """Whether the file is refused, and in which words. Anything else than words is raised."""
    path = Path("x.json")
    try:
        list(find_format(name).read(io.BytesIO(data), Context(path, annotator="ada")))
    except FormatError as error:
        words = str(error)
        assert words.startswith("x.json: ")
        assert "\n" not in words
        return words
    return None


def places(value, path=()):
    """Every value in a tree of JSON, by the way to it."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in inner:
        if isinstance(entry, dict | list):
            yield from places(entry, (*path, key))
        else:
            yield (*path, key)


def with_other(value, path, words):
    """The tree as JSON, with these words in that place."""
    marked = json.loads(json.dumps(value))
    holder = marked
    for key in path[:-1]:
        holder = holder[key]
    if not path:
        return words
    holder[path[-1]] = "@@"
    return json.dumps(marked).replace('"@@"', words)


@pytest.mark.parametrize("name", sorted(LINES))
def test_any_value_of_any_other_kind_is_read_or_refused_in_one_sentence(name):
    sound = json.dumps(LINES[name]).encode()
    assert read(name, sound) is None
    refused = [
        words
        for path in places(LINES[name])
        for other in OTHER_KINDS
        if (words := read(name, with_other(LINES[name], path, other).encode()))
    ]
    assert len(refused) > 50


@pytest.mark.parametrize("value", OTHER_KINDS)
@pytest.mark.parametrize("key", ["begin", "end", "%SOFA", "entity", "label"])
def test_a_cas_with_offsets_and_features_of_any_kind_is_read_or_refused(key, value, tmp_path):
    pytest.importorskip("cassis")
    rows = json.loads(samples()["uima-json"].data)
    mention = next(row for row in rows["%FEATURE_STRUCTURES"] if row["%TYPE"].endswith("Mention"))
    mention[key] = "@@"
    data = json.dumps(rows).replace('"@@"', value).encode()
    words = read("uima-json", data)
    assert words is not None or key in ("entity", "label", "%SOFA")


def test_a_file_of_another_structure_is_read_or_refused_in_one_sentence():
    names = sorted(name for name in samples() if name not in ("docx", "pdf", "parquet", "datasets"))
    faults = [
        f for name in names for seed in range(12) if (f := read_spoiled(name, seed, structure=1))
    ]
    assert faults == []


@pytest.mark.parametrize("name", ["prodigy", "uima", "uima-json", "tei", "csv", "docx", "epub",
                                  "xlsx", "spacy", "parquet", "datasets"])  # fmt: skip
def test_the_fuzzer_changes_what_is_in_files_of_each_structure(name):
    import random

    made = {restructured(data, random.Random(n)) for data in seeds(name) for n in range(6)}
    assert len(made - {None}) >= 2


def test_a_list_or_object_that_is_something_else_is_told_and_not_passed_over():
    task = {"text": "Ann Lee won.", "spans": 5}
    assert read("prodigy", json.dumps(task).encode()) == (
        "x.json: line 1: spans holds something that is no object: 5"
    )


def test_a_sentence_that_quotes_a_file_is_one_short_line():
    task = {"text": "Ann Lee won.", "spans": [{"start": "a\n\u202eb" * 500, "end": 7}]}
    words = read("prodigy", json.dumps(task).encode())
    assert words is not None
    assert len(words) < 400
    assert "\u202e" not in words


# The last net


def test_a_bug_of_a_reader_costs_its_file_and_is_told_as_a_bug(tmp_path, monkeypatch, caplog):
    from annotator.formats import prodigy

    def broken(*_arguments):
        raise KeyError("something that nobody thought of")

    good, bad = tmp_path / "a.txt", tmp_path / "b.jsonl"
    good.write_text("Ann Lee won.", "utf-8")
    bad.write_text(json.dumps(LINES["prodigy"]) + "\n", "utf-8")
    monkeypatch.setattr(prodigy, "_relations", broken)
    with Project.create(tmp_path / "p.annotator", find_scheme("news")) as project:
        report = import_files(project, [bad, good])
        assert len(project.article_keys(annotator="ada")) == 1
    told, _ = report.files
    assert isinstance(told.error, ReaderBug)
    words = str(told.error)
    assert words.startswith(f"{bad}: the reader of prodigy met a bug (report ")
    assert "\n" not in words
    number = words.partition("(report ")[2][:8]
    assert number in caplog.text
    assert "something that nobody thought of" in caplog.text


def test_what_a_reader_may_raise_goes_through_the_net_as_it_is():
    with pytest.raises(FormatError) as raised:
        list(read_records(find_format("prodigy"), io.BytesIO(b"{"), Context(Path("x.jsonl"))))
    assert not isinstance(raised.value, ReaderBug)


# What the store keeps


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_a_number_that_json_does_not_have_breaks_nothing_later(number, tmp_path):
    rows = {
        "native": {
            "format": "annotator/1", "article": {"id": "a", "text": "Ann Lee won."},
            "annotator": "ada", "odd": "@@",
            "entities": [{"id": "e1", "label": "PERSON", "odd": {"deep": ["@@"]},
                          "mentions": [{"start": 0, "end": 7, "odd": "@@"}]}],
        },
        "jsonl-articles": {"id": "b", "text": "Bob won.", "odd": "@@"},
    }  # fmt: skip
    with Project.create(tmp_path / "p.annotator", find_scheme("news")) as project:
        for name, row in rows.items():
            path = tmp_path / f"{name}.jsonl"
            path.write_text(json.dumps(row).replace('"@@"', number), "utf-8")
            (report,) = import_files(project, [path], format=name).files
            assert report.error is None
        assert project.check() == []
        assert project.stats().articles == 2
        assert len(list(project.records(bare=True))) == 2


@pytest.mark.parametrize("depth", [150, 250, 900, 5_000])
def test_nesting_that_could_not_be_read_everywhere_is_refused(depth, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Ann won.", "odd": ' + "[" * depth + "]" * depth + "}", "utf-8")
    with Project.create(tmp_path / "p.annotator", find_scheme("news")) as project:
        (report,) = import_files(project, [path], format="jsonl-articles").files
        assert (report.error is None) == (depth < 200)
        assert str(report.error or path).startswith(str(path))
        assert project.check() == []
