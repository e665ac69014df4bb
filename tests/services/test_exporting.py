"""Exporting from a real project: complete files, checked spans, losses said."""

import json
import sqlite3
from pathlib import Path

import pytest

from annotator.formats import FormatError
from annotator.services.export import ExportError, export_file
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.store import Project

GOLDEN = Path(__file__).parents[1] / "golden"
NATIVE = GOLDEN / "native.jsonl"
SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "news.annotator", find_scheme("news")) as made:
        import_files(made, [NATIVE])
        yield made


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_native_export_gives_back_the_file_that_was_imported(project, tmp_path):
    report = export_file(project, tmp_path / "out.jsonl", "native")
    assert (report.articles, report.annotations, report.lost, report.left_out) == (3, 2, {}, 0)
    assert sorted(rows(tmp_path / "out.jsonl"), key=str) == sorted(rows(NATIVE), key=str)


def test_a_prodigy_export_is_the_golden_file_and_says_what_it_lost(project, tmp_path):
    report = export_file(project, tmp_path / "out.jsonl", "prodigy")
    assert (tmp_path / "out.jsonl").read_bytes() == (GOLDEN / "prodigy.jsonl").read_bytes()
    assert report.lost["entity names that no mention spells out"] == 2
    assert report.left_out == 1


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"annotators": ["ada"]}, ["news-1"]),
        ({"annotators": ["ada", "ben"]}, ["news-1", "news-2"]),
        ({"statuses": ["skipped"]}, ["news-2"]),
        ({"annotators": ["ada"], "statuses": ["skipped"]}, []),
    ],
)
def test_only_the_annotations_asked_for_are_written(project, tmp_path, filters, ids):
    export_file(project, tmp_path / "out.jsonl", "native", **filters)
    assert sorted(row["article"]["id"] for row in rows(tmp_path / "out.jsonl")) == ids


def test_an_unknown_annotator_is_answered_with_those_there_are(project, tmp_path):
    with pytest.raises(ExportError, match="adda has annotated nothing here; there is ada, ben"):
        export_file(project, tmp_path / "out.jsonl", "native", annotators=["adda"])


def test_a_file_that_exists_is_replaced_only_on_demand(project, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("precious", encoding="utf-8")
    with pytest.raises(ExportError, match="exists already"):
        export_file(project, out, "native")
    assert out.read_text(encoding="utf-8") == "precious"
    export_file(project, out, "native", overwrite=True)
    assert len(rows(out)) == 3


def test_the_project_itself_and_folders_are_never_overwritten(project, tmp_path):
    before = project.path.read_bytes()
    with pytest.raises(ExportError, match="is the project itself"):
        export_file(project, project.path, "native", overwrite=True)
    assert project.path.read_bytes() == before
    with pytest.raises(ExportError, match="is a folder"):
        export_file(project, tmp_path, "native", overwrite=True)


@pytest.mark.parametrize(
    ("format_", "words"), [("text", "can only be read"), ("nonsense", "known are")]
)
def test_a_format_that_cannot_be_written_is_refused(project, tmp_path, format_, words):
    with pytest.raises((ExportError, FormatError), match=words):
        export_file(project, tmp_path / "out", format_)
    assert not (tmp_path / "out").exists()


def test_a_cancelled_export_leaves_no_file_and_keeps_the_old_one(project, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("old", encoding="utf-8")
    answers = iter([False, True])
    report = export_file(project, out, "native", overwrite=True, cancelled=lambda: next(answers))
    assert report.cancelled
    assert out.read_text(encoding="utf-8") == "old"
    assert not list(tmp_path.glob(".*part"))


def test_progress_names_each_article(project, tmp_path):
    seen = []
    export_file(project, tmp_path / "out", "native", progress=lambda *step: seen.append(step))
    assert [done for done, _total, _what in seen] == [1, 2, 3]
    assert {what for _done, _total, what in seen} == {"news-1", "news-2", "news-3"}


def test_a_span_that_does_not_hold_refuses_the_export_by_name(project, tmp_path):
    with sqlite3.connect(project.path) as connection:
        connection.execute("UPDATE mention SET text = 'Ann Leigh' WHERE text = 'Ann Lee'")
    connection.close()
    with pytest.raises(Exception, match=r"(?s)news-1.*m1.*Ann L") as caught:
        export_file(project, tmp_path / "out.jsonl", "prodigy")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.jsonl").exists()


def missing(given, found, place="") -> list[str]:
    """The places in `given` that `found` has not or has differently."""
    if isinstance(given, dict) and isinstance(found, dict):
        return [
            gap
            for key, value in given.items()
            for gap in (
                missing(value, found[key], f"{place}.{key}") if key in found else [f"{place}.{key}"]
            )
        ]
    if isinstance(given, list) and isinstance(found, list) and len(given) == len(found):
        pairs = enumerate(zip(given, found, strict=True))
        return [gap for n, pair in pairs for gap in missing(*pair, f"{place}[{n}]")]
    return [] if given == found else [place]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpora are not beside the checkout")
@pytest.mark.parametrize("name", ["gold/shafaq.jsonl", "corpora/german_wikinews.jsonl"])
def test_every_field_of_a_corpus_comes_back(tmp_path, name):
    with Project.create(tmp_path / "corpus.annotator", find_scheme("news")) as project:
        (file,) = import_files(project, [SHARED / name]).files
        assert file.error is None
        export_file(project, tmp_path / "out.jsonl", "native")
    given, found = rows(SHARED / name), rows(tmp_path / "out.jsonl")
    by_id = {row["article"]["id"]: row for row in found}
    assert len(found) == len(given) == file.annotations
    assert [missing(row, by_id[row["article"]["id"]]) for row in given] == [[]] * len(given)
