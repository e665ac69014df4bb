"""A spaCy pipeline as a suggester: a real one, saved to a folder and loaded from there."""

import json
import pickle
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.models import Article
from annotator.store import Project
from annotator.suggest import find_suggester

TEXT = "😀😀\n\n“We are ready,” Zarkon Blee said in Vulcania. Blee left."


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blank pipeline whose ruler knows two names that no list of ours has."""
    spacy = pytest.importorskip("spacy")
    made = spacy.blank("en")
    made.meta["version"] = "7.1"
    ruler = made.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "PER", "pattern": "Zarkon Blee"}, {"label": "PLANET", "pattern": "Vulcania"}]
    )
    folder = tmp_path_factory.mktemp("pipelines") / "en_stars"
    made.to_disk(folder)
    return folder


def test_names_are_the_pipelines_and_quotes_come_with_their_speakers(pipeline: Path) -> None:
    found = find_suggester(f"spacy:{pipeline}").suggest(Article("a", TEXT, language="en"))
    assert [(m.label, m.text) for m in found.mentions] == [
        ("PERSON", "Zarkon Blee"),
        ("PLANET", "Vulcania"),
    ]
    (quote,) = found.quotes
    assert {m.origin for m in found.mentions} == {"spacy"}
    assert quote.origin == "rule"
    assert quote.parts("content")[0].text == "“We are ready,”"
    assert quote.speaker is not None
    assert quote.speaker.name == "Zarkon Blee"


def test_it_suggests_in_a_project_under_its_name_and_version(
    pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, text = tmp_path / "p.annotator", tmp_path / "a.txt"
    text.write_text(TEXT, "utf-8")
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(text)]) == 0
    capsys.readouterr()
    assert main(["suggest", str(project), "--suggester", f"spacy:{pipeline}", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["annotator"], answer["version"]) == ("suggester-spacy:en_stars", "7.1")
    with Project.open(project) as opened:
        annotation = opened.annotation(1, answer["annotator"])
    assert [m.text for m in annotation.ordered_mentions()] == ["Zarkon Blee"]


def test_another_process_gets_the_same(pipeline: Path) -> None:
    suggester = find_suggester(f"spacy:{pipeline}")
    article = Article("a", TEXT, language="en")
    assert pickle.loads(pickle.dumps(suggester)).suggest(article) == suggester.suggest(article)


def test_a_pipeline_that_is_not_installed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("spacy")
    assert main(["evaluate", "gold.jsonl", "--suggester", "spacy:xx_no_such"]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("annotator: spaCy has no pipeline 'xx_no_such'")
    assert complaint.count("\n") == 1


def test_the_rules_beside_it_have_the_word_lists_of_the_project(
    pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, text = tmp_path / "p.annotator", tmp_path / "a.txt"
    text.write_text("Zarkon Blee grumphed that Vulcania would be closed.", "utf-8")
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(text)]) == 0
    suggest = ["suggest", str(project), "--suggester", f"spacy:{pipeline}", "--json"]
    assert main(suggest) == 0
    assert main(["lexicon", str(project), "add", "grumphed"]) == 0
    capsys.readouterr()
    assert main(suggest) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["quotes"], answer["replaced"]) == (1, 1)
