"""The commands of review through the real `main`."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main
from annotator.store import Project
from tests.store.samples import SCHEME, TEXT, ZOE, adding, record


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
