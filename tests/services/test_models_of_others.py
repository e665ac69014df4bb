"""Trained models that came with somebody's project: never in this process, never a crash."""

import json
import struct
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.models import Article
from annotator.core.native_reader import parse
from annotator.services.project_check import check_project
from annotator.services.suggestion_process import IsolatedSuggester
from annotator.services.suggestion_service import SuggestionService
from annotator.services.training import MODEL, current_suggester, train_project
from annotator.services.user import data_folder
from annotator.store import Project
from annotator.suggest.memory import Memory
from annotator.suggest.trained import Models, Trained, train
from tests.suggest.spoiled_models import small_model
from tests.suggest.test_training import project, row

__all__ = ["project"]  # the fixture
TEXT = Article("x", str(row(50)["article"]["text"]), language="en")


@pytest.fixture
def trained(project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["train", str(project)]) == 0
    capsys.readouterr()
    return project


def crafted() -> bytes:
    """It says that it has six labels and has two: the library reads where there is nothing."""
    made = bytearray(small_model())
    struct.pack_into("<I", made, 20, 6)
    return bytes(made)


def plant(path: Path, names: bytes) -> None:
    with Project.open(path) as opened:
        models = Models(None, None, names, Memory.from_rows([]), 5)
        opened.set_value(MODEL, models.to_json())


def test_what_one_has_trained_oneself_suggests_at_once_and_others_models_apart(
    trained: Path,
) -> None:
    with Project.open(trained) as opened:
        own = current_suggester(opened)
        assert isinstance(own, Trained)
        (data_folder() / "annotator" / "model-key").write_bytes(b"k" * 32)  # somebody else's
        others = current_suggester(opened)
        assert isinstance(others, IsolatedSuggester)
        assert others.suggest(TEXT) == own.suggest(TEXT)
        assert (others.made_by, others.trouble) == (own.made_by, None)


def test_a_model_that_was_changed_after_the_training_is_nobodys_own(trained: Path) -> None:
    with Project.open(trained) as opened:
        row = json.loads(opened.value(MODEL) or "")
        opened.set_value(MODEL, json.dumps(row | {"articles": 6}))
        assert isinstance(current_suggester(opened), IsolatedSuggester)


def test_training_beside_the_model_of_somebody_else_does_not_make_it_ones_own(
    tmp_path: Path,
) -> None:
    """Two of three articles leave their names out, so that theirs stays what finds names."""
    rows = [row(n) for n in range(30)]
    records = [parse(json.dumps(made)) for made in rows]
    theirs = train([(r.article, r.annotation) for r in records if r.annotation is not None])
    for number, made in enumerate(rows):
        if number % 3:
            made["entities"] = []
            made["quotes"][0]["speakers"] = []
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(r) for r in rows), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    with Project.open(path) as opened:
        for key in (MODEL, "model-trial"):
            opened.set_value(key, theirs._replace(cues=None, parts=None).to_json())
        assert train_project(opened).parts == ("quotes",)
        assert isinstance(current_suggester(opened), IsolatedSuggester)


@pytest.mark.parametrize(
    "spoil", [lambda model: crafted(), lambda model: model[:-9], lambda model: b"", lambda _: b"x"]
)
def test_a_crafted_model_is_told_of_and_the_rules_suggest(
    project: Path, capsys: pytest.CaptureFixture[str], spoil
) -> None:
    plant(project, spoil(small_model()))
    assert main(["check", str(project)]) == 1
    assert "the trained model is damaged: " in (told := capsys.readouterr().out)
    assert "train again: annotator train" in told
    assert main(["suggest", str(project), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["suggester"], made["articles"]) == ("rules", 31)
    assert made["trouble"].startswith("the trained model is damaged: ")
    assert main(["evaluate", str(write_gold(project)), "--suggester", str(project)]) == 0
    assert "the rules suggest instead" in capsys.readouterr().out


def write_gold(project: Path) -> Path:
    gold = project.with_name("gold.jsonl")
    gold.write_text(json.dumps(row(40)), "utf-8")
    return gold


def test_the_window_offers_what_the_rules_find_and_says_why(project: Path) -> None:
    plant(project, crafted())
    with Project.open(project) as opened:
        offered = SuggestionService().offer(opened, 1, "bob")
    assert offered.made_by.startswith("rules")
    assert str(offered.trouble).startswith("the trained model is damaged: ")


def test_training_again_mends_a_damaged_model(project: Path) -> None:
    plant(project, crafted())
    with Project.open(project) as opened:
        opened.set_value("model-trial", "{}")
        assert check_project(opened) != []
        assert main(["train", str(project)]) == 0
        assert check_project(opened) == []
        assert isinstance(current_suggester(opened), Trained)


@pytest.mark.parametrize(
    "memory",
    [5, [5], [[[], ["PERSON", "Ann", 1]]], [[["Ann"], ["PERSON", "Ann", "x"]]],
     [[[1], ["P", "A", 1]]],
     [[["Ann"], [None, "Ann", 1]]], [[["\ud800"], ["PERSON", "Ann", 1]]], {"a": 1}, None, "ab"],
)  # fmt: skip
def test_a_memory_of_another_shape_is_a_damaged_model(project: Path, memory: object) -> None:
    with Project.open(project) as opened:
        models = Models(None, None, None, Memory.from_rows([]), 5)
        row = json.loads(models.to_json()) | {"memory": memory}
        opened.set_value(MODEL, json.dumps(row))
        told: list[str] = []
        current_suggester(opened, told.append).suggest(TEXT)
        assert [*map(str, told)] == ["the trained model is damaged; train again"]
        assert check_project(opened) != []


def test_a_model_that_takes_its_process_down_costs_one_sentence(trained: Path) -> None:
    with Project.open(trained) as opened:
        opened.set_value(f"{MODEL}-signature", "")
        suggester = current_suggester(opened)
    assert isinstance(suggester, IsolatedSuggester)
    suggester.suggest(TEXT)
    child = suggester._process()._child
    assert child is not None
    child.end()
    found = suggester.suggest(TEXT)
    assert str(suggester.trouble).startswith("the trained model cannot be used: ")
    assert str(suggester.trouble).endswith("train again")
    assert found == suggester.suggest(TEXT)
