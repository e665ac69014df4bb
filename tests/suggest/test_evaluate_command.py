"""`annotator evaluate`, through the real command."""

import json
from pathlib import Path

import orjson
import pytest

from annotator.cli import main
from annotator.core import record
from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention, Quote, RoleSpan

TEXT = "“We are ready,” Ann Lee said. Lee said that the plan had failed."


def gold(*quotes: Quote) -> Annotation:
    mention = Mention("m1", "e1", 16, 23, "Ann Lee", 1)
    return Annotation(entities=[Entity("e1", "PERSON", "Ann Lee", 1)], mentions=[mention],
                      quotes=quotes)  # fmt: skip


def quote(id_: str, type_: str, *parts: tuple[str, str]) -> Quote:
    spans = []
    for role, words in parts:
        start = TEXT.rindex(words)
        spans.append(RoleSpan(role, start, start + len(words), words))
    return Quote(id_, int(id_[1:]), tuple(spans), type_, speakers=("e1",))


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    direct = quote("q1", "direct", ("content", "“We are ready,”"), ("source", "Ann Lee"))
    other = quote("q2", "indirect", ("content", "the plan had failed"), ("cue", "said"))
    missing = quote("q3", "mixed", ("content", "Ann"))
    row = record.dump(record.Record(Article("a", TEXT), "gold", gold(direct, other, missing)))
    path = tmp_path / "gold.jsonl"
    path.write_bytes(orjson.dumps(row))
    return path


def evaluated(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["evaluate", str(path), "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_the_figures_have_the_shape_of_the_contract(
    gold_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = evaluated(gold_file, capsys)
    seconds = answer.pop("seconds")
    assert isinstance(seconds, float)
    assert answer == {
        "articles": 1,
        "quotes": {
            "all": {"p": 1.0, "r": 0.6667, "f": 0.8},
            "direct": {"p": 1.0, "r": 1.0, "f": 1.0},
            "indirect": {"p": 1.0, "r": 1.0, "f": 1.0},
            "mixed": {"p": 0.0, "r": 0.0, "f": 0.0},
        },
        "exact": {"p": 1.0, "r": 0.6667, "f": 0.8},
        "cue": 1.0,
        "source": 1.0,
        "speaker": 1.0,
        "entities": {"p": 0.5, "r": 1.0, "f": 0.6667},
    }


def test_people_get_a_table(gold_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(gold_file)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 article in ")
    assert "quotes: direct      1.000  1.000  1.000       1        1" in out
    assert "right speaker     100.0% of the quotes found" in out


def test_an_unknown_suggester_is_named_with_the_known_ones(
    gold_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(gold_file), "--suggester", "magic"]) == 1
    assert "there is no suggester 'magic'; known are rules" in capsys.readouterr().err


def test_a_file_without_annotations_is_no_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bare.jsonl"
    path.write_bytes(orjson.dumps(record.dump(record.Record(Article("a", TEXT)))))
    assert main(["evaluate", str(path)]) == 1
    assert "no article is annotated" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path / "none.jsonl")]) == 1
    assert "No such file" in capsys.readouterr().err
