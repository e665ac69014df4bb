"""The commands of review through the real `main`."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main
from annotator.core.models import Head
from annotator.core.record import dump
from annotator.extras import install_command
from annotator.store import Project
from tests.store.samples import (
    NAMED,
    SAID,
    SCHEME,
    TEXT,
    ZOE,
    adding,
    annotation,
    changing,
    record,
)


class Answered:
    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> None:
        self.code = main([str(argument) for argument in arguments])
        self.out, self.err = capsys.readouterr()

    @property
    def data(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *arguments: Answered(capsys, *arguments)


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    path = tmp_path / "lead.annotator"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for number in range(1, 7):
            target.add(record(f"a{number}", text=f"{TEXT} {number}"))
    return path


def test_articles_are_handed_out_annotated_and_brought_back(
    lead: Path, tmp_path: Path, run: Any
) -> None:
    done = run("assign", lead, tmp_path / "out", "--to", "ada", "ben", "--each", 1, "--everybody",
               2, "--json")  # fmt: skip
    assert done.code == 0, done.err
    given = {row["annotator"]: row["articles"] for row in done.data["bundles"]}
    assert given == {"ada": ["a1", "a2", "a3"], "ben": ["a1", "a2", "a4"]}
    ada = tmp_path / "out" / "ada.annotator"
    with Project.open(ada) as project:
        assert (project.scheme, project.annotators()) == (SCHEME, [])
        project.apply(1, "ada", adding(ZOE))
    done = run("merge", lead, ada, tmp_path / "out" / "ben.annotator", "--json")
    assert done.code == 0
    assert done.data["files"][0] == {"file": str(ada), "new": 1}
    assert done.data["annotations"][0]["verdict"] == "new"
    with Project.open(lead) as project:
        assert project.annotation(1, "ada").entities == {"e1": ZOE}
        assert project.annotators() == ["ada"]


def test_what_was_handed_out_is_not_handed_out_again(lead: Path, tmp_path: Path, run: Any) -> None:
    assert run("assign", lead, tmp_path / "one", "--to", "ada", "--each", 4).code == 0
    done = run("assign", lead, tmp_path / "two", "--to", "ben", "--each", 3)
    assert (done.code, done.out) == (1, "")
    assert "takes 3 articles, and 2 are left to hand out" in done.err
    assert not (tmp_path / "two").exists()
    done = run("assign", lead, tmp_path / "two", "--to", "ben", "--articles", "a1", "a6")
    assert done.out == f"ben: 2 articles in {tmp_path / 'two' / 'ben.annotator'}\n"


def test_merge_says_in_words_what_became_of_what(lead: Path, tmp_path: Path, run: Any) -> None:
    other = tmp_path / "other.annotator"
    with Project.create(other, SCHEME) as project, project.importing() as target:
        target.add(record("a1", "ada", text=f"{TEXT} 1"))
        target.add(record("b1", text="Nobody has this."))
    done = run("merge", lead, other)
    assert done.out.splitlines() == [
        f"{other}: 1 new",
        "1 article not in the project, left out: b1 (--new-articles takes them in)",
    ]


def test_a_file_that_is_not_there_is_one_line_and_code_1(lead: Path, run: Any) -> None:
    done = run("merge", lead, "nobody.annotator", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err == "annotator: there is no file nobody.annotator; nothing was merged\n"


def test_a_backup_is_a_whole_project_beside_the_first(lead: Path, run: Any) -> None:
    done = run("backup", lead, "--json")
    copy = Path(done.data["copy"])
    assert copy.parent == lead.parent
    with Project.open(copy) as project:
        assert len(project.article_keys(annotator="ada")) == 6
    again = run("backup", lead, copy)
    assert (again.code, again.out) == (1, "")
    assert "exists already" in again.err


# compare, agreement, adjudicate, history


@pytest.fixture
def three(lead: Path) -> Path:
    """The project with work of three people on its first two articles."""
    said = SAID._replace(type="mixed", speakers=())
    works = {"ada": annotation(), "ben": annotation(), "cy": annotation(ZOE, NAMED, said)}
    with Project.open(lead) as project, project.importing() as target:
        for number in (1, 2):
            for name, work in works.items():
                target.add(record(f"a{number}", name, work, text=f"{TEXT} {number}"))
    return lead


def test_compare_says_in_words_what_differs(three: Path, run: Any) -> None:
    done = run("compare", three, "ada", "cy", "--article", "a1")
    assert done.out.splitlines() == [
        "a1: 1 the same, 1 different",
        "  same quote “it works”; type: ada direct, cy mixed; cy has no speaker",
    ]
    data = run("compare", three, "ada", "cy", "--json").data
    assert [row["article"] for row in data["articles"]] == ["a1", "a2"]
    (difference,) = data["articles"][0]["differences"]
    assert (difference["kind"], difference["start"], difference["agreement"]) == ("quote", 16, 0)


def test_compare_names_whom_it_does_not_know(three: Path, run: Any) -> None:
    done = run("compare", three, "ada", "dora")
    assert (done.code, done.out) == (1, "")
    assert "dora has annotated nothing here; there is ada, ben, cy" in done.err


def test_agreement_gives_figures_with_counts_and_reasons(three: Path, run: Any) -> None:
    data = run("agreement", three, "--json").data
    assert (data["annotators"], data["articles"]) == (["ada", "ben", "cy"], 2)
    content = data["layers"]["content"]
    assert content["exact"]["value"] == content["alpha"]["value"] == 1
    assert content["marked"] == 6
    assert data["layers"]["speaker"]["alpha"]["value"] < 1
    assert {pair["exact"] for pair in content["pairs"]} == {2}
    clustering = data["layers"]["clustering"]["exact"]
    assert (clustering["value"], clustering["why"]) == (
        None,
        "nobody marked anything of this kind",
    )


def test_agreement_writes_a_report_as_a_page_or_a_table(
    three: Path, tmp_path: Path, run: Any
) -> None:
    for name, words in (("a.html", "<h2>content "), ("a.csv", "type,ada / cy,cohen,")):
        done = run("agreement", three, "--out", tmp_path / name)
        assert done.out.splitlines()[-1] == f"wrote {tmp_path / name}"
        assert words in (tmp_path / name).read_text("utf-8")
    done = run("agreement", three, "--out", tmp_path / "a.docx")
    assert done.code == 1
    assert "is written as .html or .csv" in done.err


def test_one_annotator_cannot_agree(lead: Path, run: Any) -> None:
    done = run("agreement", lead)
    assert (done.code, done.out) == (1, "")
    assert "takes two annotators" in done.err


def test_adjudicate_takes_what_the_rule_fits_and_gold_is_exported(
    three: Path, tmp_path: Path, run: Any
) -> None:
    data = run("adjudicate", three, "--by", "zoe", "--json").data
    assert data == {"rule": "all", "articles": 2, "taken": 2, "left": 2, "cancelled": False}
    data = run("adjudicate", three, "--rule", "60%", "--json").data
    assert (data["taken"], data["left"]) == (2, 0)
    out = tmp_path / "gold.jsonl"
    assert run("export", three, out, "--format", "native", "--gold").code == 0
    first = json.loads(out.read_text("utf-8").splitlines()[0])
    assert first["annotator"] == "gold"
    assert tuple(first["decisions"][0][key] for key in ("outcome", "rule", "by")) == (
        "agreed",
        "all",
        "zoe",
    )
    assert first["quotes"][0]["type"] == "direct"
    assert run("check", three).code == 0


def test_a_rule_that_is_none_is_told(three: Path, run: Any) -> None:
    done = run("adjudicate", three, "--rule", "some")
    assert (done.code, done.out) == (1, "")
    assert "say all, majority, or a share above 50%" in done.err


def test_history_tells_who_changed_what_and_who_was_too_fast(lead: Path, run: Any) -> None:
    with Project.open(lead) as project:
        project.apply(1, "ada", adding(ZOE, title="Mark Zoë"))
        project.apply(1, "ada", changing(Head(), Head("done"), "Set status done"))
        project.undo(1, "ada")
        project.redo(1, "ada")
    done = run("history", lead, "--article", "a1")
    head, *edits = done.out.splitlines()
    assert head == "a1: ada: done, 2 edits, 0 s for 9 words; faster than anybody reads"
    assert [line.split(maxsplit=1)[1] for line in edits] == ["Mark Zoë", "Set status done"]
    with Project.open(lead) as project:
        project.add_seconds(1, "ada", 30)
    (row,) = run("history", lead, "--json").data["annotations"]
    assert (row["seconds"], row["too_fast"]) == (30, False)


def test_gamma_without_its_library_names_the_extra(
    three: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    done = run("agreement", three, "--gamma")
    assert (done.code, done.out) == (1, "")
    assert install_command("gamma") in done.err


def test_gamma_is_that_of_the_library(three: Path, run: Any) -> None:
    pygamma = pytest.importorskip(
        "pygamma_agreement", reason="γ is an extra of 700 MB that the tests do without"
    )
    assert pygamma is not None
    gamma = run("agreement", three, "--gamma", "--json").data["gamma"]
    assert (gamma["content"]["value"], gamma["content"]["articles"]) == (1, 2)
    assert (gamma["source"]["value"], gamma["source"]["why"]) == (
        None,
        "nobody marked anything of this kind",
    )


def test_a_version_that_lost_is_named_restored_and_undone(
    lead: Path, tmp_path: Path, run: Any
) -> None:
    bundles = []
    for number, moment in ((1, "2026-11-25T09:00:00Z"), (2, "2026-11-25T10:00:00Z")):
        work = annotation(ZOE._replace(note=f"number {number}"), NAMED)
        work.updated = moment
        path = tmp_path / f"{number}.jsonl"
        line = dump(record("a1", "ada", work, text=f"{TEXT} 1"))
        path.write_text(json.dumps(line) + "\n", "utf-8")
        bundles.append(path)
    assert run("merge", lead, *bundles).code == 0
    (row,) = run("history", lead, "--json").data["annotations"]
    (kept,) = row["versions"]
    about = ("--article", "a1", "--annotator", "ada")
    wrong = run("restore", lead, "zz", *about)
    assert (wrong.code, wrong.out) == (1, "")
    assert f"there is {kept[:8]}" in wrong.err
    assert run("restore", lead, kept[:8], *about).code == 0
    with Project.open(lead) as project:
        assert project.annotation(1, "ada").entities["e1"].note == "number 1"
        project.undo(1, "ada")
        assert project.annotation(1, "ada").entities["e1"].note == "number 2"
