"""Suggestions of a whole project: apart from people's work, of one version, never twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main
from annotator.core.edit import Change, Edit
from annotator.core.message import verbatim
from annotator.core.models import Article, RoleSpan
from annotator.core.record import Record
from annotator.core.rejection import REJECTED
from annotator.core.suggestion import (
    SuggestedMention,
    SuggestedQuote,
    Suggestions,
)
from annotator.core.suggestion_queue import open_suggestions
from annotator.services.suggesting import SuggestReport, suggest_project
from annotator.store import Project
from annotator.suggest import Suggester

TEXT = "“We are ready to leave,” Ann Lee said. “Nobody is late,” Bob Ray said."


class Words(Suggester):
    """Suggests the names and the quoted words that it was given, wherever they stand."""

    name = "words"
    title = "Words"

    def __init__(self, version: str, names: list[str], quoted: list[str]) -> None:
        self.version = version
        self._names = names
        self._quoted = quoted

    def suggest(self, article: Article) -> Suggestions:
        text = article.text
        mentions = [
            SuggestedMention(text.index(name), text.index(name) + len(name), name, "PERSON", name)
            for name in self._names
        ]
        quotes = []
        for words in self._quoted:
            start = text.index(words)
            part = RoleSpan("content", start, start + len(words), words)
            quotes.append(SuggestedQuote((part,), "direct"))
        return Suggestions(tuple(mentions), tuple(quotes))


OLD = Words("1", ["Ann Lee"], ["“We are ready to leave,”", "“Nobody is late,”"])
NEW = Words("2", ["Ann Lee", "Bob Ray"], ["“Nobody is late,”"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """ada has done the first article and begun the second; nobody has touched the third."""
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    rows = [
        {"article": {"id": f"a{n}", "text": f"{n}. {TEXT}"}, "annotator": "ada", "status": status}
        for n, status in enumerate(("done", "doing"), start=1)
    ]
    source.write_text("\n".join(json.dumps({"format": "annotator/1", **r}) for r in rows), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    with Project.open(path) as opened, opened.importing() as target:
        target.add(Record(Article("a3", f"3. {TEXT}")))
    return path


def suggested(path: Path, suggester: Suggester, name: str | None = None) -> SuggestReport:
    with Project.open(path) as project:
        return suggest_project(project, suggester, name)


def names_of(path: Path, annotator: str) -> list[list[str]]:
    """The names that stand as suggestions in each article."""
    with Project.open(path) as project:
        found = [project.annotation(key, annotator) for key in (1, 2, 3)]
    return [[m.text for m in annotation.ordered_mentions()] for annotation in found]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_new_version_replaces_the_old_one_where_nobody_has_finished(project: Path) -> None:
    first = suggested(project, OLD)
    assert (first.articles, first.replaced, first.skipped) == (3, 0, 0)
    second = suggested(project, NEW)
    assert (second.articles, second.replaced, second.skipped) == (2, 2, 1)
    both = ["Ann Lee", "Bob Ray"]
    assert names_of(project, "suggester-words") == [["Ann Lee"], both, both]
    again = suggested(project, NEW)
    assert (again.articles, again.skipped) == (0, 3)


def test_going_back_to_an_older_version_brings_its_suggestions_back(project: Path) -> None:
    for suggester in (OLD, NEW, OLD):
        suggested(project, suggester)
    assert names_of(project, "suggester-words") == [["Ann Lee"]] * 3


def test_each_suggestion_names_the_version_it_is_of(project: Path) -> None:
    suggested(project, OLD)
    suggested(project, NEW)
    with Project.open(project) as opened:
        made = [opened.annotation(key, "suggester-words") for key in (1, 2)]
    origins = [
        {m.extra["suggestion"]["made_by"] for m in annotation.mentions.values() if m.extra}
        for annotation in made
    ]
    assert origins == [{"words 1"}, {"words 2"}]


def test_what_a_person_rejected_stays_rejected_in_the_next_version(project: Path) -> None:
    suggested(project, OLD)
    rejected = OLD.suggest(Article("a2", f"2. {TEXT}")).quotes[1]
    with Project.open(project) as opened:
        head = opened.annotation(2, "ada").head
        after = head._replace(extra={REJECTED: [rejected.id]})
        opened.apply(2, "ada", Edit(verbatim("Reject"), (Change(head, after),)))
    suggested(project, NEW)
    with Project.open(project) as opened:
        left = open_suggestions(NEW.suggest(opened.article(2)), opened.annotation(2, "ada"))
    assert left.quotes == ()
    assert [mention.text for mention in left.mentions] == ["Ann Lee", "Bob Ray"]


def test_suggestions_that_somebody_edited_are_left_alone(project: Path) -> None:
    suggested(project, OLD)
    with Project.open(project) as opened:
        head = opened.annotation(3, "suggester-words").head
        note = Edit(verbatim("Note"), (Change(head, head._replace(notes="looked at")),))
        opened.apply(3, "suggester-words", note)
    report = suggested(project, NEW)
    assert (report.articles, report.skipped) == (1, 2)
    assert names_of(project, "suggester-words")[2] == ["Ann Lee"]


def test_a_project_with_replaced_suggestions_is_sound(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suggested(project, OLD)
    suggested(project, NEW)
    assert answer(capsys, "check", str(project))["ok"] is True
    with Project.open(project) as opened:
        assert [opened.revision(key, "suggester-words") for key in (1, 2, 3)] == [1, 2, 2]


def test_suggestions_under_a_persons_name_are_nobodys_work(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = answer(capsys, "stats", str(project))
    report = answer(capsys, "suggest", str(project), "--as", "ada")
    assert report["annotator"] == "suggester-ada"
    after = answer(capsys, "stats", str(project))
    assert after.pop("suggesters") == {"suggester-ada": 3}
    assert (before.pop("suggesters"), after) == ({}, before)
    out = tmp_path / "out.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["article"]["id"], row.get("annotator")) for row in rows] == [
        ("a1", "ada"),
        ("a2", "ada"),
        ("a3", None),
    ]
    assert not any(row.get("quotes") for row in rows)


def test_statistics_of_a_suggester_are_there_by_name(project: Path) -> None:
    suggested(project, OLD)
    with Project.open(project) as opened:
        assert (opened.stats().entities, opened.stats("suggester-words").entities) == (0, 3)
