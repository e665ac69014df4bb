"""Merging: told exactly, never overwriting, in any order, twice, and not half."""

import gc
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annotator
from annotator.core.edit import Change, Edit
from annotator.core.message import verbatim
from annotator.core.message_json import message_from_json
from annotator.core.models import Entity, Head
from annotator.core.record import dump
from annotator.core.versions import digest
from annotator.services.export import export_file
from annotator.services.merging import MergeError, MergeReport, merge_files
from annotator.store import Project, annotations, counting
from tests.examples import examples
from tests.store.samples import (
    SCHEME,
    TEXT,
    ZOE,
    adding,
    annotation,
    changing,
    execute,
    record,
    rows,
)

OTHER_TEXT = "Another text."


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A clock of the store that goes on by a minute when asked."""
    moment = [datetime(2026, 11, 25, 8, 0, tzinfo=UTC)]

    def go_on() -> None:
        moment[0] += timedelta(minutes=1)

    monkeypatch.setattr(annotations, "now", lambda: moment[0])
    return go_on


def new_project(path: Path, *records: Any) -> Path:
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for one in records or (record("a1"),):
            target.add(one)
    return path


def edit(path: Path, name: str, *edits: Edit) -> None:
    with Project.open(path) as project:
        for one in edits:
            project.apply(1, name, one)


def copied(path: Path, name: str) -> Path:
    return Path(shutil.copy(path, path.with_name(name)))


def merge(into: Path, *others: Path, new_articles: bool = False) -> MergeReport:
    with Project.open(into) as project:
        return merge_files(project, others, new_articles=new_articles)


def verdicts(report: MergeReport) -> list[str]:
    return [str(one.verdict) for one in report.merged]


def entities(path: Path, name: str = "ada") -> set[str]:
    with Project.open(path) as project:
        return set(project.annotation(1, name).entities)


def held(path: Path) -> dict[str, Any]:
    """All that a project holds of annotations, whatever the keys of its rows."""
    with Project.open(path) as project:
        found: dict[str, Any] = {
            f"{c.record.article.id}/{c.record.annotator}": (dump(c.record), c.past, c.comments)
            for c in project.contributions()
        }
    found["versions"] = rows(
        path,
        "SELECT a.id, r.name, v.digest, v.updated, v.steps, v.content, v.history FROM version v "
        "JOIN annotation n ON n.pk = v.annotation JOIN article a ON a.pk = n.article "
        "JOIN annotator r ON r.pk = n.annotator ORDER BY 1, 2, 3",
    )
    return found


def test_what_is_new_comes_with_its_history(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    assert verdicts(merge(lead, ada)) == ["new"]
    with Project.open(lead) as project:
        assert project.annotation(1, "ada").entities == {"e1": ZOE}
        assert project.undo(1, "ada") == adding(ZOE).inverse()


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    merge(lead, ada)
    before = held(lead)
    assert verdicts(merge(lead, ada, ada)) == ["same", "same"]
    assert held(lead) == before


def test_a_state_that_grew_out_of_the_one_here_is_newer(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    merge(lead, ada)
    edit(ada, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    assert verdicts(merge(lead, ada)) == ["newer"]
    assert entities(lead) == {"e1", "e2"}
    assert rows(lead, "SELECT count(*) FROM version") == [(0,)]


def test_a_state_that_the_one_here_grew_out_of_is_older_and_left_alone(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    old = copied(ada, "old.db")
    edit(ada, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    merge(lead, ada)
    before = held(lead)
    assert verdicts(merge(lead, old)) == ["older"]
    assert held(lead) == before


def test_an_undone_edit_makes_a_newer_state_and_not_an_older_one(
    tmp_path: Path, tick: Callable[[], None]
) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE), adding(ZOE._replace(id="e2", ordinal=2)))
    merge(lead, ada)
    tick()
    with Project.open(ada) as project:
        project.undo(1, "ada")
    assert verdicts(merge(lead, ada)) == ["newer"]
    assert entities(lead) == {"e1"}


def gone_apart(folder: Path, tick: Callable[[], None]) -> tuple[Path, Path, Path]:
    """A lead's project, and two states of ada's that have the same beginning."""
    lead, ada = new_project(folder / "lead.db"), new_project(folder / "ada.db")
    edit(ada, "ada", adding(ZOE))
    laptop = copied(ada, "laptop.db")
    tick()
    edit(ada, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    tick()
    edit(laptop, "ada", adding(ZOE._replace(id="e3", ordinal=2)))
    return lead, ada, laptop


def test_two_states_that_went_apart_conflict_and_both_are_kept(
    tmp_path: Path, tick: Callable[[], None]
) -> None:
    lead, ada, laptop = gone_apart(tmp_path, tick)
    assert verdicts(merge(lead, laptop, ada)) == ["new", "conflicting"]
    assert entities(lead) == {"e1", "e3"}
    ((content,),) = rows(lead, "SELECT content FROM version WHERE content IS NOT NULL")
    assert '"e2"' in content


def test_a_bundle_without_history_goes_by_the_time_of_its_last_edit(
    tmp_path: Path, tick: Callable[[], None]
) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    bundles = []
    for number in (1, 2):
        edit(ada, "ada", adding(ZOE._replace(id=f"e{number}", ordinal=number)))
        bundles.append(tmp_path / f"{number}.jsonl")
        with Project.open(ada) as project:
            export_file(project, bundles[-1], "native")
        tick()
    assert verdicts(merge(lead, *bundles)) == ["new", "newer"]
    assert verdicts(merge(lead, bundles[0])) == ["older"]
    assert entities(lead) == {"e1", "e2"}
    assert rows(lead, "SELECT count(*) FROM version WHERE content IS NOT NULL") == [(1,)]


def test_an_article_that_is_not_here_is_told_and_taken_on_demand(tmp_path: Path) -> None:
    lead = new_project(tmp_path / "lead.db")
    ada = new_project(tmp_path / "ada.db", record("b1", "ada", text=OTHER_TEXT, work=_empty()))
    report = merge(lead, ada)
    assert (report.unknown, verdicts(report)) == (("b1",), ["unknown"])
    report = merge(lead, ada, new_articles=True)
    assert (report.added, verdicts(report)) == (("b1",), ["new"])


def test_an_article_is_known_by_its_text_whatever_its_id(tmp_path: Path) -> None:
    lead = new_project(tmp_path / "lead.db")
    ada = new_project(tmp_path / "ada.db", record("renamed", "ada"))
    assert verdicts(merge(lead, ada)) == ["new"]
    assert entities(lead) == {"e1"}


def seconds(path: Path) -> int:
    with Project.open(path) as project:
        return project.annotation(1, "ada").head.seconds


def test_time_that_was_spent_counts_once_however_often_it_is_merged(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    for longer in (60, 30):
        with Project.open(ada) as project:
            project.add_seconds(1, "ada", longer)
        merge(lead, ada)
        merge(lead, ada, ada)
        assert seconds(lead) == seconds(ada)
    edit(ada, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    merge(lead, ada)
    assert seconds(lead) == 90


def test_the_longer_time_stays_when_a_copy_with_less_comes(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    old = copied(ada, "old.db")
    for path, spent in ((ada, 60), (old, 10)):
        with Project.open(path) as project:
            project.add_seconds(1, "ada", spent)
    merge(lead, ada, old)
    assert seconds(lead) == 60


def test_of_two_articles_with_one_text_the_one_with_the_same_id_is_meant(tmp_path: Path) -> None:
    duplicates = [record(id_, "ben") for id_ in ("first", "second", "third")]
    for id_ in ("first", "second", "third"):
        lead = new_project(tmp_path / f"{id_}.db", *duplicates)
        merge(lead, new_project(tmp_path / f"ada-{id_}.db", record(id_, "ada")))
        with Project.open(lead) as project:
            begun = [a.article.id for a in project.records() if a.annotator == "ada"]
        assert begun == [id_]


def test_of_several_articles_with_the_text_but_another_id_the_first_is_meant(
    tmp_path: Path,
) -> None:
    lead = new_project(tmp_path / "lead.db", record("first", "ben"), record("second", "ben"))
    merge(lead, new_project(tmp_path / "ada.db", record("renamed", "ada")))
    with Project.open(lead) as project:
        begun = [a.article.id for a in project.records() if a.annotator == "ada"]
    assert begun == ["first"]


def test_a_bundle_of_a_state_that_the_history_tells_of_is_older_whatever_its_time(
    tmp_path: Path, tick: Callable[[], None]
) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    tick()
    edit(ada, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    merge(lead, ada)
    tick()
    with Project.open(ada) as project:
        project.undo(1, "ada")
        export_file(project, tmp_path / "later.jsonl", "native")
    assert verdicts(merge(lead, tmp_path / "later.jsonl")) == ["older"]
    assert entities(lead) == {"e1", "e2"}
    assert rows(lead, "SELECT count(*) FROM version WHERE content IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_states_of_one_moment_neither_takes_the_other_away(
    tmp_path: Path,
    tick: Callable[[], None],
    turned: bool,
) -> None:
    """As many steps in the same second: nothing tells that one came after the other."""
    second, third = (ZOE._replace(id=f"e{number}", ordinal=number) for number in (2, 3))
    lead, back = new_project(tmp_path / "lead.db"), new_project(tmp_path / "back.db")
    edit(back, "ada", adding(ZOE), adding(second))
    on = copied(back, "on.db")
    with Project.open(back) as project:
        project.undo(1, "ada")
    edit(on, "ada", adding(third))
    merge(lead, *((on, back) if turned else (back, on)))
    ((content,),) = rows(lead, "SELECT content FROM version WHERE content IS NOT NULL")
    assert ('"e3"' in content) != ("e3" in entities(lead)), "one is here, the other beside it"


def test_the_project_itself_and_what_is_not_there_are_refused(tmp_path: Path) -> None:
    lead = new_project(tmp_path / "lead.db")
    with pytest.raises(MergeError, match="is the project itself"):
        merge(lead, lead)
    with pytest.raises(MergeError, match="there is no file"):
        merge(lead, tmp_path / "nobody.db")


def test_one_bad_file_leaves_everything_as_it_was(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"format": "annotator/1", "article": {"id": "x"}}\n')
    before = held(lead)
    with pytest.raises(Exception, match="line 1"):
        merge(lead, ada, bad)
    assert held(lead) == before


def test_comments_come_back_with_the_project_and_done_ones_stay_done(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    merge(lead, ada)
    with Project.open(lead) as project:
        comment = project.add_comment(1, "ada", (2, 9), "Which Zoë?", "lead")
        project.set_review(1, "ada", "returned", "lead")
    merge(ada, lead)
    with Project.open(ada) as project:
        assert project.comments(1, "ada") == (comment,)
        review = project.review(1, "ada")
        assert review is not None
        assert review.status == "returned"
        project.finish_comment(comment.id)
    merge(lead, ada)
    merge(lead, ada)
    with Project.open(lead) as project:
        assert [bool(r.done_at) for r in project.comments(1, "ada")] == [True]


def test_a_project_of_an_older_version_is_merged_and_left_as_it_is(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    execute(ada, "PRAGMA user_version = 1")
    assert verdicts(merge(lead, ada)) == ["new"]
    assert rows(ada, "PRAGMA user_version") == [(1,)]
    assert not list(tmp_path.glob("*backup*"))


# Any order


class Fork:
    """People who edit copies of one project, each copy going its own way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open = [new_project(folder / "0.db")]
        self.sent: list[Path] = []
        self.number = 1

    def play(self, move: str, which: int, tick: Callable[[], None]) -> None:
        path = self.open[which % len(self.open)]
        with Project.open(path) as project:
            if move == "edit":
                id_ = f"e{self.number}"
                project.apply(1, "ada", adding(Entity(id_, "PERSON", id_, self.number)))
            elif move == "change":
                here = project.annotation(1, "ada").head
                status = "done" if here.status != "done" else "doing"
                project.apply(1, "ada", changing(here, here._replace(status=status)))
            elif move == "undo":
                project.undo(1, "ada")
            elif move == "redo":
                project.redo(1, "ada")
            elif move == "bundle":
                self.sent.append(self.folder / f"{self.number}.jsonl")
                export_file(project, self.sent[-1], "native")
        self.number += 1
        if move == "tick":
            tick()
        elif move in ("send", "fork"):
            copy = copied(path, f"{self.number}.db")
            (self.sent if move == "send" else self.open).append(copy)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["edit", "edit", "change", "undo", "redo", "tick", "send", "send", "bundle", "fork"]
        ),
        st.integers(0, 3),
    ),
    min_size=3,
    max_size=22,
)


@settings(deadline=None, max_examples=examples(5))
@given(MOVES, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_project(moves: list[tuple[str, int]], chance: Any) -> None:
    moment = [datetime(2026, 11, 25, 8, 0, tzinfo=UTC)]

    def tick() -> None:
        moment[0] += timedelta(seconds=1)

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as name:
        patch.setattr(annotations, "now", lambda: moment[0])
        folder = Path(name)
        fork = Fork(folder)
        for move, which in moves:
            # Two machines never save two different edits in the very same second: the
            # clock of a test has to be told so.
            tick()
            fork.play(move, which, tick)
        first = new_project(folder / "first.db")
        for sent in fork.sent:
            merge(first, sent)
        for number in range(2):
            order = chance.sample(fork.sent, len(fork.sent))
            other = new_project(folder / f"other{number}.db")
            for sent in order:
                merge(other, sent)
            assert held(other) == held(first)
            merge(other, *fork.sent)
            assert held(other) == held(first)
            with Project.open(other) as project:
                assert project.check() == []


def test_every_order_of_three_that_went_apart_gives_the_same(
    tmp_path: Path, tick: Callable[[], None]
) -> None:
    ada = new_project(tmp_path / "ada.db")
    edit(ada, "ada", adding(ZOE))
    copies = [copied(ada, f"copy{number}.db") for number in range(3)]
    for number, copy in enumerate(copies):
        tick()
        edit(copy, "ada", adding(ZOE._replace(id=f"e{number + 5}", ordinal=number + 5)))
    results = []
    for number, order in enumerate(itertools.permutations([ada, *copies])):
        lead = new_project(tmp_path / f"lead{number}.db")
        merge(lead, *order)
        results.append(held(lead))
    assert all(result == results[0] for result in results)
    assert len(results[0]["versions"]) == 2


# Killed half-way

_KILLED = """
import os, signal, sys
from annotator.store import Project
from annotator.services.merging import merge_files
from pathlib import Path
def progress(done, total, words):
    if words.endswith("a3"):
        os.kill(os.getpid(), signal.SIGKILL)
with Project.open(sys.argv[1]) as project:
    merge_files(project, [Path(sys.argv[2])], progress=progress)
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
def test_a_merge_killed_half_way_leaves_the_old_state(tmp_path: Path) -> None:
    bare = [record(f"a{n}", text=f"{n} {OTHER_TEXT}") for n in range(5)]
    done = [record(f"a{n}", "ada", _empty(), text=f"{n} {OTHER_TEXT}") for n in range(5)]
    lead = new_project(tmp_path / "lead.db", *bare)
    ada = new_project(tmp_path / "ada.db", *done)
    before = held(lead)
    root = Path(annotator.__file__).resolve().parent.parent
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(lead), str(ada)],
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert held(lead) == before
    assert verdicts(merge(lead, ada)) == ["new"] * 5


def _empty() -> Any:
    from annotator.core.annotation import Annotation

    return Annotation(head=Head("done"))


def test_a_digest_does_not_depend_on_order_numbers_and_time() -> None:
    from annotator.core.annotation import Annotation

    other = ZOE._replace(id="e2")
    one = Annotation(head=Head(seconds=5), entities=[ZOE, other])
    two = Annotation(head=Head(), entities=[other._replace(ordinal=7), ZOE])
    assert digest(one) == digest(two)
    two.apply(Edit(verbatim(""), (Change(ZOE, None),)))
    assert digest(one) != digest(two)


def test_what_a_reviewer_says_of_an_article_that_was_only_looked_at_comes_along(
    tmp_path: Path,
) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    with Project.open(ada) as project:
        project.add_seconds(1, "ada", 9)
    assert verdicts(merge(lead, ada)) == []
    assert rows(lead, "SELECT count(*) FROM annotation") == [(0,)]
    with Project.open(ada) as project:
        comment = project.add_comment(1, "ada", (0, 2), "begin here", "lea")
    assert verdicts(merge(lead, ada)) == ["new"]
    with Project.open(lead) as project:
        assert project.comments(1, "ada") == (comment,)
        assert project.annotation(1, "ada").head.seconds == 9
    with Project.open(ada) as project:
        project.finish_comment(comment.id)
        review = project.set_review(1, "ada", "returned", "lea")
    merge(lead, ada)
    with Project.open(lead) as project:
        assert project.review(1, "ada") == review
        assert project.open_comments("ada") == []


def test_work_on_an_article_that_was_only_looked_at_here_is_new_and_the_longer_time_stays(
    tmp_path: Path,
) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    with Project.open(lead) as project:
        project.add_seconds(1, "ada", 9)
    edit(ada, "ada", adding(ZOE))
    with Project.open(ada) as project:
        project.add_seconds(1, "ada", 5)
    assert verdicts(merge(lead, ada)) == ["new"]
    assert entities(lead) == {"e1"}
    with Project.open(lead) as project:
        assert project.annotation(1, "ada").head.seconds == 9
        assert project.next_undo_title(1, "ada") == adding(ZOE).title


def test_a_version_that_was_kept_is_told_as_older_when_it_comes_again(
    tmp_path: Path, tick: Callable[[], None]
) -> None:
    lead, ada, laptop = gone_apart(tmp_path, tick)
    assert verdicts(merge(lead, laptop, ada)) == ["new", "conflicting"]
    with Project.open(lead) as project:
        ((kept, version),) = project.versions(1, "ada").items()
        assert (digest(version.annotation), set(version.annotation.entities)) == (
            kept,
            {"e1", "e2"},
        )
        assert [str(message_from_json(edit.title)) for edit in version.past] == ["Mark", "Mark"]
        contribution = next(c for c in project.contributions() if c.record.annotator == "ada")
        assert contribution.versions == (kept,)
        assert [edit.state for edit in contribution.past] == ["done", "done"]
    before = held(lead)
    assert verdicts(merge(lead, ada, laptop)) == ["older", "same"]
    assert held(lead) == before
    tick()
    edit(ada, "ada", adding(ZOE._replace(id="e4", ordinal=4)))
    assert verdicts(merge(lead, ada)) == ["conflicting"]
    assert entities(lead) == {"e1", "e2", "e4"}
    with Project.open(lead) as project:
        (version,) = project.versions(1, "ada").values()
        assert set(version.annotation.entities) == {"e1", "e3"}


def test_what_was_imported_before_the_merge_is_known_here_as_well(tmp_path: Path) -> None:
    lead, ada = new_project(tmp_path / "lead.db"), new_project(tmp_path / "ada.db")
    brought = record("a1", "ada")
    with Project.open(ada) as project, project.importing() as target:
        target.add(brought)
    edit(ada, "ada", adding(ZOE._replace(id="e7", ordinal=7)))
    merge(lead, ada)
    for path in (lead, ada):
        with Project.open(path) as project, project.importing() as target:
            assert str(target.add(brought, replace=True)) == "unchanged"


def test_what_two_projects_hold_without_history_is_settled_by_its_time(tmp_path: Path) -> None:
    def timed(name: str, when: str | None, *items: Entity) -> Path:
        work = annotation(*items)
        work.updated = when
        return new_project(tmp_path / name, record("a1", "ada", work))

    second = ZOE._replace(id="e2", ordinal=2)
    early, late = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
    cases = [
        (early, late, "newer", {"e2"}),
        (late, early, "older", {"e1"}),
        (early, early, "conflicting", None),
        (None, early, "conflicting", {"e2"}),
        (early, None, "conflicting", {"e1"}),
    ]
    for number, (here, there, verdict, left) in enumerate(cases):
        lead = timed(f"lead{number}.db", here, ZOE)
        other = timed(f"other{number}.db", there, second)
        assert verdicts(merge(lead, other)) == [verdict]
        assert left is None or entities(lead) == left
        with Project.open(lead) as project:
            assert len(project.versions(1, "ada")) == 1
        assert verdicts(merge(lead, other)) in (["same"], ["older"])


# What it costs


def _instructions_for_each(folder: Path, count: int, *, new_articles: bool) -> float:
    """Return SQLite's instructions on both sides for each merged annotation."""
    folder.mkdir()
    records = [record(f"a{n}", "ada", text=f"{TEXT} {n}") for n in range(count)]
    theirs = [type(one)(one.article, "ben", one.annotation) for one in records]
    other = new_project(folder / "ben.annotator", *theirs)
    into = new_project(folder / "ada.annotator", *([record("other")] if new_articles else records))
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    connect = sqlite3.connect

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **options)
        made.set_progress_handler(step, 100)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", counted)
        report = merge(into, other, new_articles=new_articles)
    assert len(report.merged) == count
    return steps[0] * 100 / count


@pytest.mark.parametrize("new_articles", [False, True])
def test_an_annotation_takes_as_much_work_in_a_large_project_as_in_a_small_one(
    tmp_path: Path, new_articles: bool
) -> None:
    small = _instructions_for_each(tmp_path / "small", 40, new_articles=new_articles)
    large = _instructions_for_each(tmp_path / "large", 320, new_articles=new_articles)
    assert 500 < large < small * 1.1


def test_new_articles_make_the_triggers_that_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making them takes longer than merging an article does."""
    made: list[sqlite3.Connection] = []
    make = counting.make_triggers
    monkeypatch.setattr(
        counting, "make_triggers", lambda connection: (made.append(connection), make(connection))
    )
    theirs = [record(f"a{number}", "ben", text=f"{TEXT} {number}") for number in range(12)]
    other = new_project(tmp_path / "ben.annotator", *theirs)
    into = new_project(tmp_path / "ada.annotator", record("other"))
    made.clear()
    assert len(merge(into, other, new_articles=True).merged) == 12
    assert len(set(made)) == len(made) <= 2
    with Project.open(into) as project:
        assert project.check() == []


def test_a_merge_that_fails_in_its_thread_leaves_nothing_for_another_to_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = new_project(tmp_path / "ours.annotator"), new_project(tmp_path / "b.annotator")
    failures: list[BaseException] = []
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)

    def fail(*_values: object) -> None:
        raise OSError

    def run() -> None:
        with Project.open(ours) as project:
            try:
                merge_files(project, [theirs], progress=fail)
            except OSError as failure:
                failures.append(failure)  # as a job hands it to the window

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failures
    failures.clear()
    gc.collect()
    assert left == []
