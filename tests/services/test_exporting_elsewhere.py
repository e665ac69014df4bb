"""Exports into folders, in parts, looked at first, and each loss in a file beside them."""

import json
from pathlib import Path

import pytest

from annotator.formats import FormatError
from annotator.services.dataset_split import Split
from annotator.services.export import (
    ExportError,
    ExportOptions,
    export_file,
    losses_path,
    preview,
)
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.store import Project

GOLDEN = Path(__file__).parents[1] / "golden"
TIES = "which parts make one quote, who speaks, and in which quote it stands"


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "news.annotator", find_scheme("news")) as made:
        import_files(made, [GOLDEN / "native.jsonl"])
        yield made


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith((".part", ".old"))]


def test_a_folder_appears_whole_and_may_be_replaced_by_a_later_export(project, tmp_path):
    out = tmp_path / "brat"
    export_file(project, out, "brat")
    (out / "ada" / "stale.ann").write_text("", "utf-8")
    with pytest.raises(ExportError, match="exists already; name another folder"):
        export_file(project, out, "brat")
    export_file(project, out, "brat", overwrite=True)
    assert sorted(path.name for path in (out / "ada").iterdir()) == [
        "news-1.ann",
        "news-1.json",
        "news-1.txt",
    ]
    assert left_over(tmp_path) == []


def test_a_folder_that_no_export_made_is_never_replaced(project, tmp_path):
    mine = tmp_path / "holidays"
    mine.mkdir()
    (mine / "beach.jpg").write_bytes(b"x")
    with pytest.raises(ExportError, match="holds other things than an export"):
        export_file(project, mine, "brat", overwrite=True)
    assert (mine / "beach.jpg").read_bytes() == b"x"
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(ExportError, match="is a file; this format needs a folder"):
        export_file(project, tmp_path / "file", "brat", overwrite=True)


def test_an_export_that_fails_or_is_cancelled_leaves_the_old_folder(project, tmp_path):
    out = tmp_path / "brat"
    export_file(project, out, "brat")
    before = sorted(path.name for path in out.rglob("*"))
    report = export_file(project, out, "brat", overwrite=True, cancelled=lambda: True)
    assert report.cancelled
    assert sorted(path.name for path in out.rglob("*")) == before
    assert left_over(tmp_path) == []


def test_every_loss_is_named_in_a_file_beside_the_export(project, tmp_path):
    choice = ExportOptions("doccano", options={"shape": "plain"})
    report = export_file(project, tmp_path / "out.jsonl", choice)
    assert report.losses_file == losses_path(tmp_path / "out.jsonl")
    lines = rows(report.losses_file)
    assert len(lines) == sum(report.lost.values())
    assert report.lost[TIES] == 3
    assert report.examples[TIES][0] == "news-1, quote q1: “We won,”"
    (first, *_) = [line for line in lines if line["loss"] == TIES]
    assert (first["article"], first["annotator"], first["start"]) == ("news-1", "ada", 2)


def test_a_lossless_export_takes_the_old_list_of_losses_away(project, tmp_path):
    out = tmp_path / "out.jsonl"
    export_file(project, out, "prodigy")
    assert losses_path(out).exists()
    report = export_file(project, out, "native", overwrite=True)
    assert (report.losses_file, losses_path(out).exists()) == (None, False)


def test_a_preview_says_what_an_export_says_and_writes_nothing(project, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    choice = ExportOptions("conll", annotators=["ada"])
    looked = preview(project, choice)
    assert sorted(tmp_path.rglob("*")) == before
    report = export_file(project, tmp_path / "out.conll", choice)
    assert (looked.lost, looked.examples) == (report.lost, report.examples)
    assert (looked.annotations, looked.articles) == (1, 1)


def test_a_split_makes_a_file_for_each_part_and_loses_no_article(project, tmp_path):
    choice = ExportOptions("native", split=Split((34, 33, 33), 1))
    report = export_file(project, tmp_path / "out.jsonl", choice)
    files = [tmp_path / f"out.{part}.jsonl" for part in ("train", "dev", "test")]
    ids = [row["article"]["id"] for path in files for row in rows(path)]
    assert sorted(ids) == ["news-1", "news-2", "news-3"]
    assert report.parts == {"train": 1, "dev": 1, "test": 1}
    assert not (tmp_path / "out.jsonl").exists()


def test_a_part_that_is_there_already_stops_the_whole_split(project, tmp_path):
    taken = tmp_path / "out.dev.jsonl"
    taken.write_text("precious", "utf-8")
    with pytest.raises(ExportError, match=r"out\.dev\.jsonl exists already"):
        export_file(project, tmp_path / "out.jsonl", ExportOptions("native", split=Split()))
    assert taken.read_text("utf-8") == "precious"
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.dev.jsonl"]


def test_a_split_of_a_folder_has_folders_in_it(project, tmp_path):
    export_file(project, tmp_path / "data", ExportOptions("datasets", split=Split((50, 50))))
    listed = json.loads((tmp_path / "data" / "dataset_dict.json").read_text("utf-8"))
    assert listed == {"splits": ["train", "dev"]}
    assert (tmp_path / "data" / "dev" / "state.json").exists()
    assert "- train: " in (tmp_path / "data" / "README.md").read_text("utf-8")


def test_labels_go_out_under_other_names_or_not_at_all(project, tmp_path):
    choice = ExportOptions("native", labels={"PERSON": "PER", "ORG": ""})
    report = export_file(project, tmp_path / "out.jsonl", choice)
    labels = {e["label"] for row in rows(tmp_path / "out.jsonl") for e in row.get("entities", ())}
    assert labels == {"PER"}
    assert report.lost == {"entities whose label is left out by choice": 1}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"colour": "red"}, "has no option 'colour'; it has: layer, scheme"),
        ({"layer": "verbs"}, "is one of entities, quotes, not 'verbs'"),
    ],
)
def test_an_option_that_a_format_does_not_have_is_refused(project, tmp_path, options, words):
    with pytest.raises(FormatError, match=words):
        export_file(project, tmp_path / "x", ExportOptions("conll", options=options))
    assert not (tmp_path / "x").exists()
