"""The word lists of a project, through the real command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import main
from annotator.store import Project
from annotator.suggest import SuggestError
from annotator.suggest.lexicon import lexicon
from annotator.suggest.wordlists import LISTS, LexiconPatch, changed, from_json, to_json, words_of

TEXT = (
    "Ann Lee murmled that the bridge was closed. Bob Ray gave it as his view that it would open. "
    "Cleo Park said that nobody knew."
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path, text = tmp_path / "p.annotator", tmp_path / "a.txt"
    text.write_text(TEXT, "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(text)]) == 0
    return path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def reported(path: Path) -> list[str]:
    """What stands as cue of the quotes that are suggested."""
    assert main(["suggest", str(path), "--suggester", "rules"]) == 0
    with Project.open(path) as opened:
        quotes = opened.annotation(1, "suggester-rules").ordered_quotes()
    return [part.text for quote in quotes for part in quote.parts("cue")]


def test_a_verb_that_is_added_reports_and_one_that_is_removed_does_not(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "murmled" not in reported(project)
    made = answer(capsys, "lexicon", str(project), "add", "Murmle", "murmled", "said")
    assert made["added"] == ["murmle", "murmled"]
    assert answer(capsys, "lexicon", str(project), "remove", "said")["removed"] == ["said"]
    cues = reported(project)
    assert "murmled" in cues
    assert "said" not in cues


def test_a_phrase_is_a_verb_of_several_words(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(capsys, "lexicon", str(project), "add", "gave it as his view")
    assert "gave it as his view" in reported(project)


def test_the_list_shows_what_the_project_has_and_going_back_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = ("lexicon", str(project), "list", "--language", "de", "--list", "nouns")
    before = answer(capsys, *shown)["nouns"]
    assert before
    more = ["--language", "de", "--list", "nouns"]
    answer(capsys, "lexicon", str(project), "add", "Raunen", *more)
    assert answer(capsys, *shown)["nouns"] == sorted([*before, "raunen"])
    answer(capsys, "lexicon", str(project), "remove", "raunen", before[0], *more)
    answer(capsys, "lexicon", str(project), "add", before[0], *more)
    assert answer(capsys, *shown)["nouns"] == before
    with Project.open(project) as opened:
        assert opened.value("word-lists") == "{}"


def test_each_project_has_its_own(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.annotator"
    assert main(["new", str(other)]) == 0
    assert main(["import", str(other), str(tmp_path / "a.txt")]) == 0
    assert main(["lexicon", str(other), "add", "murmled"]) == 0
    assert "murmled" not in reported(project)
    assert "murmled" in reported(other)


def test_what_is_wrong_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lexicon", str(project), "add", "x", "--language", "tlh"]) == 1
    assert "no word lists for the language 'tlh'; there are ar, de" in capsys.readouterr().err
    assert main(["lexicon", str(project), "add", "no way", "--list", "nouns"]) == 1
    assert "'no way' is more than one word" in capsys.readouterr().err
    assert main(["lexicon", str(project), "add"]) == 2
    assert main(["lexicon", str(project), "list", "word"]) == 2
    with Project.open(project) as opened:
        opened.set_value("word-lists", '{"en": 3}')
    assert main(["suggest", str(project)]) == 1
    assert "word lists are damaged" in capsys.readouterr().err


WORD = st.text("abß ñ").map(lambda text: " ".join(text.split())).filter(bool)
WORDS = st.frozensets(WORD | st.sampled_from(["said", "claim", "dr"]), max_size=3)


@given(st.dictionaries(st.sampled_from(LISTS), st.builds(LexiconPatch, WORDS, WORDS)))
def test_changes_come_back_from_their_json_and_do_what_they_say(changes: dict) -> None:
    assert from_json(to_json({"en": changes})) == {"en": changes}
    known = changed(lexicon("en"), changes)
    for name, change in changes.items():
        shipped = words_of(lexicon("en"), name)
        found = words_of(known, name)
        assert not found & (change.removed - change.added)
        assert change.added - change.removed <= found
        assert found <= shipped | change.added


def test_damaged_changes_are_told() -> None:
    for text in ("", "[]", '{"en": {"verbs": {}}}', "3"):
        with pytest.raises(SuggestError, match="word lists are damaged"):
            from_json(text)
