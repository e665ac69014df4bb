"""What reviewers say: in its order, and of two projects the newer, and what is done stays done."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from annotator.store import Project, annotations
from annotator.store.merging import Contribution
from annotator.store.reviews import Comment, Review
from tests.store.samples import TEXT, annotation, record


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Puts the clock of the store to this minute."""

    def put(minute: int) -> None:
        moment = datetime(2026, 11, 25, 8, minute, tzinfo=UTC)
        monkeypatch.setattr(annotations, "now", lambda: moment)

    put(0)
    return put


def stamp(minute: int) -> str:
    return f"2026-11-25T08:{minute:02}:00Z"


def bring(project: Project, review: Review | None = None, *comments: Comment) -> None:
    """Merge what somebody else's project says of the annotation of ada."""
    with project.merging() as merger:
        merger.bring(
            Contribution(record("a1", "ada", annotation()), review=review, comments=comments)
        )


def test_a_verdict_is_that_of_the_annotation_and_the_last_one_counts(
    project: Project, key: int, at: Callable[[int], None]
) -> None:
    assert project.review(key, "ada") is None
    assert project.set_review(key, "ada", "returned", "lea") == Review("returned", "lea", stamp(0))
    at(5)
    project.set_review(key, "ada", "accepted", "max")
    assert project.review(key, "ada") == Review("accepted", "max", stamp(5))
    assert project.review(key, "bob") is None


@pytest.mark.parametrize(
    ("other", "wins"),
    [
        (Review("accepted", "max", stamp(6)), True),
        (Review("accepted", "max", stamp(4)), False),
        (Review("returned", "zoe", stamp(5)), True),
        (Review("accepted", "zoe", stamp(5)), False),
        (Review("returned", "ada", stamp(5)), False),
    ],
)
def test_of_two_verdicts_the_later_one_counts_and_of_one_moment_the_same_everywhere(
    project: Project, key: int, at: Callable[[int], None], other: Review, wins: bool
) -> None:
    at(5)
    here = project.set_review(key, "ada", "returned", "lea")
    bring(project, other)
    assert project.review(key, "ada") == (other if wins else here)
    bring(project, here)
    bring(project, other)
    assert project.review(key, "ada") == (other if wins else here)


def test_comments_come_in_the_order_of_the_text_and_then_as_they_were_made(
    project: Project, key: int, at: Callable[[int], None]
) -> None:
    made = []
    for minute, start in ((3, 16), (2, 2), (1, 16), (0, 0)):
        at(minute)
        made.append(project.add_comment(key, "ada", (start, start + 3), f"{minute}", "lea"))
    assert project.comments(key, "ada") == (made[3], made[1], made[2], made[0])
    assert [comment.made_at for comment in made] == [stamp(minute) for minute in (3, 2, 1, 0)]
    assert project.comments(key, "bob") == ()


def test_what_is_to_do_comes_article_by_article_and_goes_when_it_is_done(
    project: Project, key: int, at: Callable[[int], None]
) -> None:
    with project.importing() as target:
        target.add(record("a0", text="Another text."))
    later = project.key_of("a0") or 0
    second = project.add_comment(later, "ada", (0, 7), "which?", "lea")
    first = project.add_comment(key, "ada", (9, 12), "who?", "lea")
    whole = project.add_comment(key, "ada", (0, 0), "all of it", "lea")
    project.add_comment(key, "bob", (0, 0), "not hers", "lea")
    assert project.open_comments("ada") == [
        (key, "a1", whole),
        (key, "a1", first),
        (later, "a0", second),
    ]
    at(7)
    project.finish_comment(first.id)
    assert project.open_comments("ada") == [(key, "a1", whole), (later, "a0", second)]
    assert first._replace(done_at=stamp(7)) in project.comments(key, "ada")
    project.finish_comment(first.id, done=False)
    assert len(project.open_comments("ada")) == 3


@pytest.mark.parametrize(
    ("here", "there", "merged"),
    [(None, 3, 3), (3, None, 3), (3, 4, 3), (4, 3, 3), (None, None, None)],
)
def test_a_comment_that_is_done_anywhere_is_done_since_it_was_done_first(
    project: Project,
    key: int,
    at: Callable[[int], None],
    here: int | None,
    there: int | None,
    merged: int | None,
) -> None:
    comment = project.add_comment(key, "ada", (0, len(TEXT)), "why?", "lea")
    if here is not None:
        at(here)
        project.finish_comment(comment.id)
    bring(project, None, comment._replace(done_at=None if there is None else stamp(there)))
    (found,) = project.comments(key, "ada")
    assert found == comment._replace(done_at=None if merged is None else stamp(merged))
