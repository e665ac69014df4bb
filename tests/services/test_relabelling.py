"""Replacing a label in the whole project: one undoable edit for each article."""

from pathlib import Path

import pytest

from annotator.core.annotation import Annotation
from annotator.core.models import Entity, Head, Mention
from annotator.services.relabelling import relabel
from annotator.store import Project
from tests.store.samples import SCHEME, record

TEXT = "Ann met Bob in Oslo."


def work(*names: str, label: str = "PERSON") -> Annotation:
    entities = [Entity(f"e{n}", label, name, n) for n, name in enumerate(names, start=1)]
    mentions = [
        Mention(f"m{e.ordinal}", e.id, TEXT.index(e.name), TEXT.index(e.name) + len(e.name),
                e.name, e.ordinal) for e in entities
    ]  # fmt: skip
    return Annotation(head=Head("done"), entities=entities, mentions=mentions)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    with Project.create(tmp_path / "news.annotator", SCHEME) as project:
        with project.importing() as target:
            target.add(record("a1", "ada", work("Ann", "Bob", "Oslo"), text=TEXT, title="One"))
            target.add(record("a2", "ada", work("Oslo"), text=f"{TEXT} ", title="Two"))
            target.add(record("a3", "bob", work("Oslo"), text=f"{TEXT}\n"))
        yield project


def labels(project: Project, key: int, who: str = "ada") -> dict[str, str]:
    return {e.name: e.label for e in project.annotation(key, who).entities.values()}


def test_what_has_a_label_is_listed_with_its_article(project: Project) -> None:
    found = project.labelled_entities("ada", "PERSON")
    assert [(e.title, e.name, e.mentions) for e in found] == [
        ("One", "Ann", 1), ("One", "Bob", 1), ("One", "Oslo", 1), ("Two", "Oslo", 1),
    ]  # fmt: skip
    assert project.labels_in_use("ada") == {"PERSON": 4}
    assert project.labelled_entities("ada", "ORG") == []


def test_chosen_entities_change_and_each_article_can_be_undone_by_itself(project: Project) -> None:
    chosen = {1: ["e3"], 2: ["e1"]}
    report = relabel(project, "ada", chosen, "PERSON", "GPE")
    assert (report.entities, report.articles, report.passed_over) == (2, [1, 2], 0)
    assert labels(project, 1) == {"Ann": "PERSON", "Bob": "PERSON", "Oslo": "GPE"}
    assert labels(project, 2) == {"Oslo": "GPE"}
    assert labels(project, 3, "bob") == {"Oslo": "PERSON"}
    assert project.annotation(1, "ada").head.status == "done"
    assert str(project.next_undo_title(1, "ada")) == "Relabel Oslo as Gpe"
    project.undo(1, "ada")
    assert labels(project, 1)["Oslo"] == "PERSON"
    assert labels(project, 2) == {"Oslo": "GPE"}
    assert project.check() == []


def test_several_entities_of_an_article_are_one_step_back(project: Project) -> None:
    relabel(project, "ada", {1: ["e1", "e2", "e3"]}, "PERSON", "GPE")
    assert set(labels(project, 1).values()) == {"GPE"}
    assert str(project.next_undo_title(1, "ada")) == "Relabel 3 entities as Gpe"
    project.undo(1, "ada")
    assert set(labels(project, 1).values()) == {"PERSON"}
    assert project.undo(1, "ada") is None


def test_what_has_gone_or_changed_meanwhile_is_passed_over(project: Project) -> None:
    report = relabel(project, "ada", {1: ["e3", "e9"], 2: ["e1"]}, "ORG", "GPE")
    assert (report.entities, report.articles, report.passed_over) == (0, [], 3)


def test_a_cancelled_job_keeps_what_is_done(project: Project) -> None:
    asked = iter((False, True))
    report = relabel(
        project, "ada", {1: ["e3"], 2: ["e1"]}, "PERSON", "GPE", cancelled=lambda: next(asked)
    )
    assert report.cancelled
    assert report.articles == [1]
    assert labels(project, 2) == {"Oslo": "PERSON"}
