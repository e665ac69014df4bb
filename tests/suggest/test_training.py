"""Training on done articles, and suggestions for a whole project, through the command line."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.models import Article
from annotator.services.training import current_suggester
from annotator.services.wordlists import word_lists
from annotator.store import Project
from annotator.suggest import SuggestError, find_suggester
from annotator.suggest.crf import Tagging
from annotator.suggest.quote_tagger import likeliest, likely
from annotator.suggest.trained import Models, Trained, train

NAMES = ["Ann Lee", "Bob Ray", "Cleo Park", "Dan Moss", "Eve Stone", "Finn Hale", "Gus Wren"]
PLACES = ["Oslo", "Bergen", "Rome", "Lima", "Cairo", "Quito", "Turin"]


def row(number: int, *, done: bool = True) -> dict:
    """An article whose people "murmle" what they mean: a verb that no word list has."""
    name, place = NAMES[number % 7], PLACES[number % 7]
    head = f"It was late in {place}. "
    said = f"that the bridge in {place} needs {number + 3} new bolts"
    text = f"{head}{name} murmled {said}. The river was calm."
    start = len(head)
    cue = start + len(name) + 1
    content = text.index(said)
    spans = [
        {"role": "content", "start": content, "end": content + len(said)},
        {"role": "cue", "start": cue, "end": cue + len("murmled")},
        {"role": "source", "start": start, "end": start + len(name)},
    ]
    return {
        "format": "annotator/1",
        "article": {"id": f"a{number}", "text": text, "language": "en"},
        "annotator": "ada",
        "status": "done" if done else "todo",
        "entities": [
            {
                "id": "e1",
                "label": "PERSON",
                "name": name,
                "mentions": [{"id": "m1", "start": start, "end": start + len(name)}],
            }
        ]
        if done
        else [],
        "quotes": [{"id": "q1", "type": "indirect", "speakers": ["e1"], "spans": spans}]
        if done
        else [],
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    rows = [row(n) for n in range(28)] + [row(n, done=False) for n in range(28, 31)]
    source.write_text("\n".join(json.dumps(r) for r in rows), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    return path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def quotes_of(path: Path, name: str, article: str) -> list[str]:
    with Project.open(path) as project:
        key = project.key_of(article)
        assert key is not None
        annotation = project.annotation(key, name)
    return [part.text for q in annotation.ordered_quotes() for part in q.parts("content")]


def test_a_project_learns_the_verb_that_no_word_list_has(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    untrained = answer(capsys, "suggest", str(project), "--as", "before")
    assert (untrained["suggester"], untrained["annotator"]) == ("rules", "suggester-before")
    assert quotes_of(project, "suggester-before", "a29") == []
    report = answer(capsys, "train", str(project))
    assert report["used"] is True
    assert report["quotes_after"] > 0.9 > report["quotes_before"]
    trained = answer(capsys, "suggest", str(project))
    assert (trained["suggester"], trained["articles"]) == ("trained", 31)
    assert quotes_of(project, "suggester-trained", "a29") == [
        "that the bridge in Bergen needs 32 new bolts"
    ]


def test_training_reads_with_the_word_lists_of_the_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was used until then knows the verb too, so that there is less to gain."""
    answer(capsys, "lexicon", str(project), "add", "murmled")
    assert answer(capsys, "train", str(project))["quotes_before"] > 0.9


def test_a_second_training_that_is_no_better_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(capsys, "train", str(project))
    again = answer(capsys, "train", str(project))
    assert again["used"] is False
    assert again["quotes_before"] == again["quotes_after"]


def test_suggesting_goes_on_where_it_stopped_and_says_why_for_each(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = answer(capsys, "suggest", str(project))
    again = answer(capsys, "suggest", str(project))
    assert (first["articles"], again["articles"], again["skipped"]) == (31, 0, 31)
    with Project.open(project) as opened:
        annotation = opened.annotation(1, first["annotator"])
    told = [m.extra["suggestion"] for m in annotation.mentions.values() if m.extra]
    assert told
    assert all(0 < row["confidence"] <= 1 and row["reason"] for row in told)


def test_what_a_model_finds_says_so_and_every_native_export_keeps_it(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(capsys, "train", str(project))
    name = answer(capsys, "suggest", str(project))["annotator"]
    out = tmp_path / "out.jsonl"
    answer(capsys, "export", str(project), str(out), "--format", "native", "--annotator", name)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    told = [
        made["suggestion"]
        for row in rows
        for made in (*row["quotes"], *row["entities"])
        if "suggestion" in made
    ]
    learnt = {row["by"] for row in told if row["reason"].startswith("learnt from")}
    assert learnt == {"model"}
    assert {row["by"] for row in told} <= {"model", "rule"}


def test_suggestions_are_exported_only_by_name(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(capsys, "suggest", str(project))
    for arguments, names in (([], {"ada"}), (["--annotator", "suggester-rules"], None)):
        out = tmp_path / f"out{len(arguments)}.jsonl"
        assert main(["export", str(project), str(out), "--format", "native", *arguments]) == 0
        found = {json.loads(line)["annotator"] for line in out.read_text("utf-8").splitlines()}
        assert found == (names or {"suggester-rules"})


def test_too_few_done_articles_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.annotator"
    assert main(["new", str(path)]) == 0
    assert main(["train", str(path)]) == 1
    assert "0 articles are done, and training needs 5" in capsys.readouterr().err


def test_a_trained_project_is_a_suggester_for_evaluate(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(row(n)) for n in range(40, 44)), "utf-8")
    answer(capsys, "train", str(project))
    assert answer(capsys, "evaluate", str(gold))["quotes"]["all"]["f"] < 0.5
    figures = answer(capsys, "evaluate", str(gold), "--suggester", str(project))
    assert figures["quotes"]["all"]["f"] > 0.9


def test_models_come_back_equal_from_their_json_and_damaged_ones_are_told() -> None:
    from annotator.core.native_reader import parse
    from annotator.suggest.trained import train

    records = [parse(json.dumps(row(n))) for n in range(12)]
    models = train([(r.article, r.annotation) for r in records if r.annotation is not None])
    again = Models.from_json(models.to_json())
    assert (again.cues, again.parts, again.names) == (models.cues, models.parts, models.names)
    article = Article("x", str(row(50)["article"]["text"]), language="en")
    assert Trained(again).suggest(article) == Trained(models).suggest(article)
    for text in ("", "{}", '{"version": 9}', models.to_json().replace('"cues":"', '"cues":"!')):
        with pytest.raises(SuggestError, match="train again"):
            Models.from_json(text)


def test_a_model_that_is_worse_on_names_is_used_for_quotes_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two of three articles leave their names out, so names are learnt badly."""
    rows = [row(n) for n in range(30)]
    for number, made in enumerate(rows):
        if number % 3:
            made["entities"] = []
            made["quotes"][0]["speakers"] = []
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(r) for r in rows), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    report = answer(capsys, "train", str(path))
    assert report["names_after"] < report["names_before"]
    assert report["quotes_after"] > report["quotes_before"]
    assert (report["used"], report["parts"]) == (True, ["quotes"])
    with Project.open(path) as project:
        article = Article("x", str(row(50)["article"]["text"]), language="en")
        learnt = current_suggester(project).suggest(article)
    assert learnt.mentions == find_suggester("rules").suggest(article).mentions
    assert [quote.parts("content")[0].text for quote in learnt.quotes] == [
        "that the bridge in Bergen needs 53 new bolts"
    ]


def test_a_model_that_is_worse_on_quotes_is_used_for_names_only_however_much_better(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is murmled is a quote only where it is learnt from; no rule knows the name of a boat."""
    rows = [row(n) for n in range(30)]
    for number, made in enumerate(rows):
        said = f" “We wait,” {NAMES[number % 7]} said. They took the boat mu{number} there."
        text = made["article"]["text"] + said
        made["article"]["text"] = text
        start, boat, name = text.index("“"), text.index("mu" + str(number)), "mu" + str(number)
        spans = [
            {"role": "content", "start": start, "end": start + len("“We wait,”")},
            {"role": "cue", "start": text.index("said"), "end": text.index("said") + len("said")},
        ]
        direct = {"id": "q2", "type": "direct", "speakers": [], "spans": spans}
        made["quotes"] = [direct] if held_back(text) else [*made["quotes"], direct]
        mention = {"id": "m2", "start": boat, "end": boat + len(name)}
        made["entities"].append({"id": "e2", "label": "ORG", "name": name, "mentions": [mention]})
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(r) for r in rows), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    report = answer(capsys, "train", str(path))
    loss = report["quotes_before"] - report["quotes_after"]
    assert report["names_after"] - report["names_before"] > loss > 0
    assert (report["used"], report["parts"]) == (True, ["names"])
    with Project.open(path) as project:
        learnt = current_suggester(project).suggest(Article("x", text, language="en"))
    assert name in [mention.text for mention in learnt.mentions]
    assert [quote.type for quote in learnt.quotes] == ["direct"]


def held_back(text: str) -> bool:
    """Whether training compares on the article, and does not learn from it."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") % 5 == 0


def test_a_model_takes_the_likeliest_of_the_phrases_that_may_be_who_speaks() -> None:
    def run(first: int, end: int, chance: float) -> list[float]:
        return [chance if first <= n < end else 0.1 for n in range(12)]

    far, near = (1, 3), (8, 9)
    tagging = Tagging(
        ["S"] * 12, [max(pair) for pair in zip(run(*far, 0.9), run(*near, 0.6), strict=True)]
    )
    assert likeliest(tagging, [far, near]) == far
    assert likeliest(tagging, []) is None
    assert likely(run(4, 6, 0.45)) == (4, 6)
    assert likely(run(4, 6, 0.3)) is None


def test_training_learns_and_compares_with_the_word_lists_of_the_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(project) as opened:
        records = list(opened.records(statuses=["done"]))
    examples = [(r.article, r.annotation) for r in records if r.annotation is not None]
    answer(capsys, "lexicon", str(project), "add", "murmled")
    with Project.open(project) as opened:
        lists = word_lists(opened)
    assert train(examples, lists=lists).cues != train(examples).cues
    report = answer(capsys, "train", str(project))
    assert report["quotes_before"] > 0.9, "the rules know the verb from the lists"
