"""A scheme changes together with what uses it: all or nothing, and to be undone by article."""

from pathlib import Path

import pytest

from annotator.core.models import Entity, Mention, Quote, RoleSpan
from annotator.core.scheme import Label, Scheme
from annotator.services.scheme_change import change_scheme
from annotator.store import Project, ProjectReadOnly, SchemeUsage
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, annotation, older_project, record, rows

HUMAN = Scheme("test", "Test", (Label("HUMAN", "Human", "HUM", "rose", "1"),))
ACME = Entity("e2", "ORG", "ACME", 2)
IT = Mention("m2", "e2", 16, 18, "it", 2)


@pytest.fixture
def shared_project(project: Project) -> Project:
    """Two annotators on two articles; `ada` used PERSON and ORG, `bob` ORG only."""
    with project.importing() as target:
        target.add(record("a1", "ada", annotation(ZOE, NAMED, ACME, IT, SAID)))
        target.add(record("a2", "ada", annotation(ZOE, NAMED, SAID._replace(type="indirect"))))
        target.add(record("a1", "bob", annotation(ACME, ZOE)))
        target.add(record("a2", "bob", annotation(ACME)))
    return project


def labels(project: Project, article: str, annotator: str) -> list[str]:
    key = project.key_of(article)
    assert key is not None
    found = project.annotation(key, annotator).ordered_entities()
    return [entity.label for entity in found]


def test_uses_are_counted_by_article_and_annotator(shared_project: Project) -> None:
    assert shared_project.uses(labels=["PERSON"], types=["indirect"]) == [
        SchemeUsage("label", "PERSON", "a1", "", "ada", 1, 1),
        SchemeUsage("label", "PERSON", "a1", "", "bob", 1, 0),
        SchemeUsage("label", "PERSON", "a2", "", "ada", 1, 1),
        SchemeUsage("type", "indirect", "a2", "", "ada", 1, 1),
    ]
    assert shared_project.uses(labels=["GPE"]) == shared_project.uses() == []


def test_renamed_labels_and_types_are_followed_by_everybody(shared_project: Project) -> None:
    changed = shared_project.set_scheme(
        HUMAN, labels={"PERSON": "HUMAN"}, types={"indirect": "retold"}
    )
    assert changed == 3
    assert shared_project.scheme == HUMAN
    assert labels(shared_project, "a1", "ada") == ["HUMAN", "ORG"]
    assert sorted(labels(shared_project, "a1", "bob")) == ["HUMAN", "ORG"]
    assert labels(shared_project, "a2", "bob") == ["ORG"]
    second = shared_project.annotation(shared_project.key_of("a2") or 0, "ada")
    assert second.quotes["q1"].type == "retold"
    assert shared_project.check() == []


def test_two_labels_change_places(shared_project: Project) -> None:
    shared_project.set_scheme(HUMAN, labels={"PERSON": "ORG", "ORG": "PERSON"})
    assert labels(shared_project, "a1", "ada") == ["ORG", "PERSON"]


def test_names_that_are_kept_make_no_edit(shared_project: Project, path: Path) -> None:
    assert shared_project.set_scheme(HUMAN, labels={"PERSON": "PERSON"}) == 0
    assert labels(shared_project, "a2", "ada") == ["PERSON"]
    assert rows(path, "SELECT count(*) FROM edit") == [(0,)]


def test_each_annotation_takes_the_change_back_on_its_own(shared_project: Project) -> None:
    first, second = (shared_project.key_of(name) or 0 for name in ("a1", "a2"))
    before = shared_project.annotation(first, "ada")
    shared_project.set_scheme(HUMAN, labels={"PERSON": "HUMAN"})
    assert str(shared_project.next_undo_title(first, "ada")) == "Change PERSON to HUMAN"
    shared_project.undo(first, "ada")
    assert shared_project.annotation(first, "ada") == before
    assert labels(shared_project, "a2", "ada") == ["HUMAN"]
    shared_project.redo(first, "ada")
    assert labels(shared_project, "a1", "ada") == ["HUMAN", "ORG"]
    assert shared_project.next_undo_title(second, "bob") is None


def test_a_change_that_fails_on_the_way_changes_nothing(
    shared_project: Project, path: Path
) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 3
        if done == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shared_project.set_scheme(HUMAN, labels={"PERSON": "HUMAN"}, step=stop)
    assert shared_project.scheme == SCHEME
    assert labels(shared_project, "a1", "ada") == ["PERSON", "ORG"]
    with Project.open(path) as again:
        assert again.scheme == SCHEME
        assert again.next_undo_title(1, "ada") is None


@pytest.mark.parametrize("after", [0, 2])
def test_a_cancelled_change_changes_nothing(shared_project: Project, after: int) -> None:
    answers = iter([False] * after + [True])
    seen: list[int] = []
    report = change_scheme(
        shared_project,
        HUMAN,
        labels={"PERSON": "HUMAN"},
        types={},
        progress=lambda done, _total, _words: seen.append(done),
        cancelled=lambda: next(answers),
    )
    assert (report.cancelled, report.annotations) == (True, 0)
    assert seen == list(range(after))
    assert shared_project.scheme == SCHEME
    assert labels(shared_project, "a2", "ada") == ["PERSON"]


def test_another_project_on_the_file_learns_the_scheme_when_it_asks(
    shared_project: Project, path: Path
) -> None:
    with Project.open(path) as other:
        other.set_scheme(HUMAN)
    assert shared_project.scheme == SCHEME
    shared_project.reread_scheme()
    assert shared_project.scheme == HUMAN


def test_a_project_of_the_first_version_opens_with_its_old_scheme(path: Path) -> None:
    old = (
        '{"name": "old", "title": "Old", "quote_types": ["direct"], "labels": '
        '[{"name": "X", "title": "X", "short": "X", "tone": "blue", "key": "1"}]}'
    )
    older_project(path, 1, old)
    with Project.open(path) as project:
        assert project.scheme == Scheme(
            "old", "Old", (Label("X", "X", "X", "blue", "1"),), ("direct",)
        )
    found = rows(path, "SELECT name FROM sqlite_schema WHERE name = 'mention_entity'")
    assert found == [("mention_entity",)]
    assert len(list(path.parent.glob("*.backup-v1-*"))) == 1


def test_a_read_only_project_refuses_another_scheme(path: Path) -> None:
    Project.create(path, SCHEME).close()
    with Project.open(path, read_only=True) as project, pytest.raises(ProjectReadOnly):
        project.set_scheme(HUMAN)


def test_quotes_keep_whether_their_type_was_stated(project: Project) -> None:
    quote = Quote("q1", 1, (RoleSpan("content", 16, 18, "it"),), "direct", type_set=False)
    with project.importing() as target:
        target.add(record("a1", "ada", annotation(quote)))
    project.set_scheme(SCHEME, types={"direct": "spoken"})
    assert project.annotation(1, "ada").quotes["q1"] == quote._replace(type="spoken")
