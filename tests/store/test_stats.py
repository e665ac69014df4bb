"""Counts: by label, day, time and annotator, of everybody or of one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from annotator.core.annotation import Annotation
from annotator.core.models import Head
from annotator.store import Project
from annotator.store.annotation_digests import AnnotationDigest
from annotator.store.reviews import Comment
from annotator.store.statistics import DURATIONS, ExcludedCounts
from tests.store.samples import NAMED, SAID, ZOE, adding, annotation, record


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
    project.mend()  # what another program has written is not counted yet
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


def timed(project: Project, name: str, seconds: list[int], status: str = "done") -> None:
    """One article for each of the times."""
    with project.importing() as target:
        for number, spent in enumerate(seconds):
            work = Annotation(head=Head(status, seconds=spent))  # type: ignore[arg-type]
            target.add(record(f"{name} {number}", name, work, text=f"{name} {number} {status}"))


def test_a_duration_class_begins_with_its_edge(project: Project) -> None:
    timed(project, "ada", [0, 1, *(edge + more for edge in DURATIONS for more in (-1, 0))])
    timed(project, "bob", [90], "skipped")
    assert DURATIONS == (60, 120, 300, 600, 1200, 2400)
    assert project.stats().durations == (2, 2, 2, 2, 2, 2, 1)


def test_of_an_even_number_of_times_the_lower_one_in_the_middle_is_the_median(
    project: Project,
) -> None:
    timed(project, "one", [7])
    timed(project, "two", [9, 3])
    timed(project, "three", [5, 2, 90])
    timed(project, "four", [40, 10, 30, 20, 0])
    timed(project, "none", [0])
    timed(project, "late", [5], "doing")
    assert project.stats().median_seconds == {"one": 7, "two": 3, "three": 5, "four": 20}


def test_progress_counts_an_article_that_was_opened_and_left_as_not_begun(
    project: Project,
) -> None:
    timed(project, "ada", [4, 5])
    timed(project, "bob", [4], "skipped")
    project.add_seconds(3, "ada", 9)
    stats = project.stats()
    assert stats.statuses["ada"] == {"todo": 0, "doing": 0, "done": 2, "skipped": 0}
    assert stats.progress("ada") == {"todo": 1, "doing": 0, "done": 2, "skipped": 0}
    assert stats.progress("bob") == {"todo": 2, "doing": 0, "done": 0, "skipped": 1}
    assert stats.seconds == {"ada": 18, "bob": 4}


def test_suggesters_are_counted_apart_unless_they_are_asked_for(project: Project) -> None:
    with project.importing() as target:
        target.add(record("a0", "suggester-b", annotation(ZOE, NAMED, SAID)))
        target.add(record("a0", "suggester-a", annotation(ZOE, head=Head("done", seconds=70))))
        target.add(record("a0", "ada", annotation(ZOE, NAMED, head=Head("done", seconds=30))))
    one = {"todo": 0, "doing": 0, "done": 1, "skipped": 0}
    stats = project.stats()
    assert (stats.statuses, list(stats.suggesters)) == (
        {"ada": one},
        ["suggester-a", "suggester-b"],
    )
    assert stats.suggesters["suggester-a"] == one
    assert (stats.entities, stats.mentions, stats.quotes, stats.spans) == (1, {"PERSON": 1}, {}, {})
    assert (stats.seconds, stats.median_seconds, sum(stats.durations)) == ({"ada": 30},) * 2 + (1,)
    assert list(project.statuses()) == ["ada", "suggester-a", "suggester-b"]
    alone = project.stats("suggester-b")
    assert (alone.spans, alone.suggesters) == ({"content": 1, "cue": 1}, {})
    assert list(alone.statuses) == ["suggester-b"]


def test_the_trash_is_counted_and_nothing_in_it(project: Project) -> None:
    timed(project, "ada", [4, 5])
    assert project.stats().trash == 0
    with project.trashing() as trash:
        trash.take(1, "ada")
    stats = project.stats()
    assert (stats.trash, stats.articles, stats.seconds) == (1, 1, {"ada": 5})


def test_what_is_no_annotation_or_says_nothing_is_set_aside_by_kind(project: Project) -> None:
    heads = {
        "skipped": Head("skipped"),
        "empty": Head("doing"),
        "said": Head("doing", notes="odd"),
        "done": Head("done"),
    }
    with project.importing() as target:
        for id_, head in heads.items():
            target.add(record(id_, "ada", Annotation(head=head), text=id_))
        target.add(record("full", "ada", annotation(head=Head("skipped"))))
        target.add(record("other", "suggester-x", Annotation(head=Head("skipped")), text="x"))
        target.add(record("bare", text="bare"))
    project.add_seconds(project.key_of("bare") or 0, "ada", 3)
    assert project.set_aside(None) == ExcludedCounts(opened=1, empty=1, skipped=1)
    assert project.set_aside(["suggester-x"]) == ExcludedCounts(skipped=1)
    assert project.set_aside(["ada"], ["skipped"]) == ExcludedCounts(skipped=1)
    assert project.set_aside(["ada"], ["todo", "doing"]) == ExcludedCounts(opened=1, empty=1)
    assert project.set_aside(["bob"]) == project.set_aside([]) == ExcludedCounts()


def test_the_works_of_a_project_are_those_in_which_something_was_done(project: Project) -> None:
    with project.importing() as target:
        target.add(record("a0", "bob", annotation(ZOE, NAMED)))
        target.add(record("a0", "ada", annotation()))
        target.add(record("a1", text="Another text."))
    project.add_seconds(2, "ada", 9)
    when = "2026-11-23T10:00:00Z"
    assert [*project.annotation_digests().items()] == [
        (("a0", "ada"), AnnotationDigest("todo", 1, 1, 1, 1, when)),
        (("a0", "bob"), AnnotationDigest("todo", 1, 1, 0, 1, when)),
    ]


def test_whatever_changes_gives_a_project_another_fingerprint(project: Project) -> None:
    with project.importing() as target:
        target.add(record("a0", "ada", annotation()))
        target.add(record("a1", text="Another text."))
    made: list[Comment] = []
    operations: tuple[Callable[[], object], ...] = (
        lambda: project.add_seconds(1, "ada", 3),
        lambda: project.add_seconds(2, "ada", 3),
        lambda: project.apply(1, "ada", adding(ZOE._replace(id="e7", ordinal=7))),
        lambda: made.append(project.add_comment(1, "ada", (0, 2), "why?", "lea")),
        lambda: project.finish_comment(made[0].id),
        lambda: project.set_review(1, "ada", "returned", "lea"),
    )
    seen = {project.fingerprint()}
    assert seen == {project.fingerprint()}
    for number, operation in enumerate(operations, start=2):
        operation()
        seen.add(project.fingerprint())
        assert len(seen) == number
