"""Counts: by label, day, time and annotator, of everybody or of one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.core.models import Head
from annotator.store import Project
from tests.store.samples import NAMED, SAID, ZOE, annotation, record


@pytest.fixture
def worked(project: Project, path: Path) -> Project:
    """`ada` has done three articles and begun one, `bob` has done one of them; five there are."""
    ada = [
        ("done", 30, "2026-11-23T12:00:00Z"),
        ("done", 400, "2026-11-23T12:00:00Z"),
        ("done", 5000, "2026-11-25T12:00:00Z"),
        ("doing", 90, "2026-11-25T12:00:00Z"),
    ]
    with project.importing() as target:
        for number, (status, seconds, _) in enumerate(ada):
            head = Head(status, seconds=seconds)  # type: ignore[arg-type]
            target.add(record(f"a{number}", "ada", annotation(ZOE, NAMED, SAID, head=head)))
        head = Head("done", seconds=0)
        target.add(record("a0", "bob", annotation(ZOE._replace(label="ORG"), head=head)))
        target.add(record("a9", text="Another text."))
    with closing(sqlite3.connect(path)) as connection:
        for number, (_, _, moment) in enumerate(ada):
            connection.execute(
                "UPDATE annotation SET updated = ? WHERE annotator = 1 AND article = ?",
                (moment, number + 1),
            )
        connection.execute("UPDATE annotation SET updated = NULL WHERE annotator = 2")
        connection.commit()
    return project


def test_labels_count_entities_and_mentions_apart(worked: Project) -> None:
    stats = worked.stats()
    assert stats.labels == {"ORG": 1, "PERSON": 4}
    assert stats.mentions == {"PERSON": 4}
    assert (stats.entities, stats.quotes) == (5, {"direct": 4})


def test_days_count_what_is_done_and_leave_out_what_has_no_date(worked: Project) -> None:
    assert worked.stats().days == {"ada": {"2026-11-23": 2, "2026-11-25": 1}}


def test_durations_are_classes_of_done_articles_with_time(worked: Project) -> None:
    stats = worked.stats()
    assert stats.durations == (1, 0, 0, 1, 0, 0, 1)
    assert stats.median_seconds == {"ada": 400}
    assert stats.seconds == {"ada": 5520, "bob": 0}


def test_progress_adds_up_to_the_articles_of_the_project(worked: Project) -> None:
    stats = worked.stats()
    assert stats.progress("ada") == {"todo": 1, "doing": 1, "done": 3, "skipped": 0}
    assert stats.progress("bob") == {"todo": 4, "doing": 0, "done": 1, "skipped": 0}
    assert stats.progress("nobody") == {"todo": 5, "doing": 0, "done": 0, "skipped": 0}
    assert worked.progress("ada").counts == stats.progress("ada")


def test_one_annotators_counts_leave_the_others_out(worked: Project) -> None:
    bob = worked.stats("bob")
    assert (bob.articles, bob.labels, bob.mentions, bob.quotes) == (5, {"ORG": 1}, {}, {})
    assert (list(bob.statuses), bob.seconds, bob.days) == (["bob"], {"bob": 0}, {})
    assert sum(bob.durations) == 0
    parts = [worked.stats(name) for name in ("ada", "bob")]
    whole = worked.stats()
    assert sum(part.entities for part in parts) == whole.entities
    assert worked.stats("nobody").statuses == {}


def test_an_empty_project_has_nothing_to_count(project: Project) -> None:
    stats = project.stats()
    assert (stats.articles, stats.entities, stats.labels, stats.days) == (0, 0, {}, {})
    assert stats.durations == (0,) * 7


def test_origins_say_what_was_only_accepted(project: Project) -> None:
    suggested = {"suggestion": {"by": "rule"}}
    accepted = NAMED._replace(extra=suggested)
    changed = SAID._replace(extra={"suggestion": {"by": "spacy", "changed_by": "ada"}})
    head = Head(extra={"rejected_suggestions": ["a", "b"], "other": 1})
    with project.importing() as target:
        target.add(record("a0", "ada", annotation(ZOE, accepted, changed, head=head)))
        target.add(record("a1", "ada", annotation(ZOE, NAMED, SAID)))
        target.add(record("a0", "bob", annotation(ZOE, NAMED)))
        target.add(record("a0", "suggester-rules", annotation(ZOE, accepted)))
    ada = {"own": 2, "accepted": 1, "changed": 1, "rejected": 2}
    bob = {"own": 1, "accepted": 0, "changed": 0, "rejected": 0}
    assert project.stats().origins == {"ada": ada, "bob": bob}
    assert project.stats("ada").origins == {"ada": ada}
    assert project.stats().made_by == {
        "rule": {"accepted": 1, "changed": 0},
        "spacy": {"accepted": 0, "changed": 1},
    }
    assert project.stats("bob").made_by == {}
