"""`annotator relabel` through the real `main`."""

from pathlib import Path

import pytest

from annotator.cli import main
from tests.cli.conftest import NATIVE, Answered
from tests.ui.driving import stored


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "news.annotator"
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(NATIVE)]) == 0
    capsys.readouterr()
    return path


def labels(path: Path, name: str) -> dict[str, str]:
    return {e.name: e.label for e in stored(path, name=name).entities.values()}


def test_entities_get_another_label_and_a_dry_run_changes_nothing(project, capsys) -> None:
    who = Answered(capsys, "stats", project, "--json").data["annotators"]
    name = next(name for name in who if "PERSON" in labels(project, name).values())
    before = labels(project, name)
    people = [e for e, label in before.items() if label == "PERSON"]
    dry = Answered(
        capsys, "relabel", project, "PERSON", "ORG", "--as", name, "--only", people[0], "--dry-run"
    )
    assert dry.code == 0
    assert people[0] in dry.out
    assert labels(project, name) == before
    done = Answered(
        capsys, "relabel", project, "PERSON", "ORG", "--as", name, "--only", people[0], "--json"
    )
    assert done.data["entities"] >= 1
    assert labels(project, name)[people[0]] == "ORG"
    assert Answered(capsys, "check", project).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("PERSON", "NONE", "--as", "ada"), "the scheme has no label NONE; it has PERSON"),
        (("PERSON", "ORG", "--as", "nobody"), "nobody has annotated nothing here; there is"),
        (("GHOST", "ORG", "--as", "ada"), "no entity of ada is labelled GHOST; there is"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(project, capsys, arguments, words) -> None:
    answered = Answered(capsys, "relabel", project, *arguments)
    assert answered.code == 1
    assert words in answered.complaint
