"""`annotator export`: losses before and after, splits, labels, options; files that come back."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def other(tmp_path, run):
    """A project without articles beside the filled one."""
    path = tmp_path / "other.annotator"
    assert run("new", path).code == 0
    return path


def test_a_dry_run_says_what_would_be_lost_with_examples_and_writes_nothing(filled, run):
    before = sorted(filled.parent.iterdir())
    done = run("export", filled, filled.parent / "x", "--format", "doccano", "--dry-run")
    assert done.code == 0
    assert done.out.startswith("would write 2 annotations of 3 articles\n")
    assert "  3 × types of quotes\n      news-1, quote q1: “We won,”\n" in done.out
    assert sorted(filled.parent.iterdir()) == before
    data = run("export", filled, "x", "--format", "doccano", "--dry-run", "--json").data
    assert (data["out"], data["lost"]["types of quotes"]) == (None, 3)
    assert data["examples"]["types of quotes"][0] == "news-1, quote q1: “We won,”"


def test_every_loss_is_in_the_file_that_the_export_names(filled, run):
    out = filled.parent / "x.jsonl"
    done = run("export", filled, out, "--format", "prodigy", "--json")
    lines = Path(done.data["losses_file"]).read_text("utf-8").splitlines()
    assert done.data["losses_file"] == f"{out}.losses.jsonl"
    assert len(lines) == sum(done.data["lost"].values())
    assert {json.loads(line)["loss"] for line in lines} == set(done.data["lost"])


def test_a_split_counts_the_articles_of_each_part(filled, run):
    out = filled.parent / "x.jsonl"
    done = run("export", filled, out, "--format", "native", "--split", "34/33/33", "--seed", "5")
    assert "articles by part: train 1, dev 1, test 1" in done.out
    assert (filled.parent / "x.dev.jsonl").exists()


def test_options_and_labels_reach_the_format(filled, run):
    out = filled.parent / "x.conll"
    more = ("--option", "scheme=IOB1", "--label", "PERSON=PER", "--label", "ORG=")
    assert run("export", filled, out, "--format", "conll", *more).code == 0
    words = out.read_text("utf-8")
    assert "Ann -X- O I-PER" in words
    assert "ACME -X- O O" in words


@pytest.mark.parametrize(
    ("more", "words", "code"),
    [
        (("--split", "80/30"), "like 80/10/10", 1),
        (("--option", "depth=3"), "has no option 'depth'", 1),
        (("--option", "depth"), "not of the form NAME=VALUE", 2),
        (("--label", "=X"), "not of the form NAME=VALUE", 2),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(filled, run, more, words, code):
    done = run("export", filled, filled.parent / "x", "--format", "conll", *more)
    assert done.code == code
    assert words in done.err
    assert done.err.count("\n") == 1
    assert not (filled.parent / "x").exists()


@pytest.mark.parametrize("format_", ["tei", "w3c", "doccano", "prodigy"])
def test_another_tools_file_comes_in_by_its_content(filled, run, other, format_, tmp_path):
    out = tmp_path / "x.data"
    more = ("--annotator", "ada")
    assert run("export", filled, out, "--format", format_, *more).code == 0
    unit = ("--offsets", "utf-16") if format_ == "doccano" else ()
    done = run("import", other, out, "--json", *unit)
    assert done.data["files"][0]["format"] == format_
    assert (done.data["files"][0]["annotations"], done.data["files"][0]["error"]) == (1, None)


def test_a_brat_folder_comes_in_whole(filled, run, other, tmp_path):
    assert run("export", filled, tmp_path / "brat", "--format", "brat").code == 0
    files = sorted((tmp_path / "brat").rglob("*.ann"))
    assert run("import", other, *files).code == 0
    counts = run("stats", other, "--json").data
    assert (counts["articles"], sum(counts["quotes"].values())) == (3, 3)


def test_formats_lists_options_and_which_are_folders(run):
    rows = {row["name"]: row for row in run("formats", "--json").data["formats"]}
    assert [option["name"] for option in rows["conll"]["options"]] == ["layer", "scheme"]
    assert (rows["brat"]["folder"], rows["tei"]["folder"]) == (True, False)
    assert "--option layer=entities|quotes (else entities)" in run("formats").out
