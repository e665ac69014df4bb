"""An import in short transactions: nobody sees half of it, everybody can go on writing."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.core.record import dump
from annotator.core.text_search import TextQuery
from annotator.services.importing import import_files
from annotator.services.merging import merge_files
from annotator.store import Project, StoreError
from annotator.store.errors import ProjectLocked
from annotator.store.search import SearchQuery
from tests.killing import ROOT
from tests.store.samples import SCHEME, ZOE, adding, record

MANY = 450
"""Articles: several lots of those that are written together."""


def text(number: int) -> str:
    return f"😀 Zoë Lee said “it works”. She left {number} times."


def new(number: int, annotator: str | None = "ben") -> Any:
    return record(f"new{number}", annotator, text=text(number))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "news.db"
    with Project.create(made, SCHEME) as project, project.importing() as target:
        for number in range(3):
            target.add(record(f"old{number}", "ada", text=f"{text(number)} Old."))
    return made


@contextmanager
def half_an_import(path: Path, annotator: str | None = "ben") -> Iterator[Any]:
    """An import that has written some lots and has not finished."""
    with Project.open(path) as project, project.importing() as target:
        for number in range(MANY):
            target.add(new(number, annotator))
        assert articles_in(path) > 3, "nothing was written yet"
        yield target


def articles_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])


def kept(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT key, value FROM project").fetchall())


READINGS: dict[str, Callable[[Project], Any]] = {
    "all keys": lambda p: p.article_keys(annotator="ben"),
    "keys with words": lambda p: p.article_keys(annotator="ben", text="Zoë Lee"),
    "keys with a sign": lambda p: p.article_keys(annotator="ben", text="new"),
    "keys to do": lambda p: p.article_keys(annotator="ben", status="todo"),
    "order": lambda p: [
        p.article_positions(order).keys(0, 1000) for order in ("imported", "title", "newest")
    ],
    "progress": lambda p: (p.progress("ada"), p.progress("ben")),
    "figures": lambda p: (p.stats().articles, p.stats().labels, p.stats().mentions,
                          p.stats().quotes, p.stats().spans, p.stats().seconds,
                          sum(sum(one.values()) for one in p.stats().statuses.values())),
    "figures of one": lambda p: (p.stats("ben").labels, p.stats("ben").mentions),
    "labels": lambda p: p.labels_in_use("ben"),
    "entities": lambda p: p.labelled_entities("ben", "PERSON"),
    "names": lambda p: p.names_in_use(),
    "records": lambda p: [(one.article.id, one.annotator) for one in p.records(bare=True)],
    "works": lambda p: p.annotation_digests(),
    "search": lambda p: p.search(SearchQuery(TextQuery("Zoë"), "ben")).page(999, 60),
    "search for signs": lambda p: p.search(SearchQuery(TextQuery("😀"), "ben")).page(999, 60),
    "search for labels": lambda p: p.search(
        SearchQuery(TextQuery(""), "ben", label="PERSON")
    ).page(999, 60),
}  # fmt: skip


def readings(path: Path) -> dict[str, Any]:
    with Project.open(path) as project:
        return {name: read(project) for name, read in READINGS.items()}


def seen(read: dict[str, Any]) -> dict[str, Any]:
    return {
        name: without_nothing(what) if "figures" in name else what for name, what in read.items()
    }


def test_nobody_sees_any_of_it_before_all_of_it_is_there(path: Path) -> None:
    before = readings(path)
    with half_an_import(path):
        assert seen(readings(path)) == seen(before)
    after = readings(path)
    assert [name for name in READINGS if after[name] == before[name]] == []


def without_nothing(figures: Any) -> Any:
    """Without counts of nothing for somebody who has begun nothing that can be seen."""
    return [
        {key: value for key, value in one.items() if value} if isinstance(one, dict) else one
        for one in figures
    ]


@pytest.mark.parametrize("annotator", ["ben", None])
def test_afterwards_all_of_it_is_there_and_sound(path: Path, annotator: str | None) -> None:
    before = kept(path)
    with half_an_import(path, annotator):
        pass
    with Project.open(path) as project:
        assert len(project.article_keys(annotator="ada")) == 3 + MANY
        assert project.check() == []
    assert kept(path) == before


def test_one_that_fails_leaves_nothing(path: Path) -> None:
    with Project.open(path) as project:
        before, fingerprint = project.annotators(), project.fingerprint()
    with pytest.raises(StoreError), half_an_import(path) as target:
        target.add(replace(new(0), article=new(0).article._replace(text="Another text.")))
    with Project.open(path) as project:
        assert (project.annotators(), project.fingerprint()) == (before, fingerprint)
        assert project.check() == []
    assert articles_in(path) == 3


@contextmanager
def killed_import(path: Path, many: int = MANY) -> Iterator[None]:
    """A process that has written some lots of an import, and is killed at the end of the block."""
    script = (
        "import sys; from annotator.store import Project\n"
        "from tests.store.test_pending import new\n"
        "with Project.open(sys.argv[1]) as project, project.importing() as target:\n"
        "    for number in range(int(sys.argv[2])):\n"
        "        target.add(new(number, None))\n"
        "    target.flush()\n"
        "    print('half', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path), str(many)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        yield
        process.kill()


def test_one_that_was_killed_is_taken_back_when_the_project_is_opened(path: Path) -> None:
    before = kept(path)
    with killed_import(path):
        with Project.open(path) as project:  # it goes on, so nobody takes it back
            project.apply(1, "ada", adding(ZOE._replace(id="e9", ordinal=9)))
        assert articles_in(path) > 3
    with Project.open(path, read_only=True) as project:
        assert len(project.article_keys(annotator="ada")) == 3
    with Project.open(path) as project:
        assert project.check() == []
        assert project.annotators() == ["ada"]
        assert "e9" in project.annotation(1, "ada").entities
    assert articles_in(path) == 3
    assert kept(path) == before


def test_a_large_one_that_was_killed_goes_little_by_little(path: Path) -> None:
    before = kept(path)
    with killed_import(path, 5 * MANY):
        pass
    with Project.open(path) as project:  # which takes no longer than a second or so
        left = articles_in(path)
        assert 3 < left < 5 * MANY
        assert project.has_unfinished_imports()
        assert not project.discard_unfinished_imports(lambda: False)
        assert 3 < articles_in(path) < left
        project.apply(1, "ada", adding(ZOE._replace(id="e9", ordinal=9)))
        assert project.discard_unfinished_imports(lambda: True)
        assert not project.has_unfinished_imports()
        assert project.check() == []
    assert articles_in(path) == 3
    assert kept(path) == before


def test_the_next_import_of_many_makes_room_first(path: Path) -> None:
    with killed_import(path, 5 * MANY):
        pass
    import_others(path)
    assert articles_in(path) == 3 + MANY
    with Project.open(path) as project:
        assert project.check() == []


def import_others(path: Path) -> None:
    with Project.open(path) as project, project.importing() as target:
        for number in range(MANY):
            target.add(record(f"other{number}", text=f"{number} others."))


def test_another_import_of_many_waits_for_the_end_of_this_one(path: Path) -> None:
    with half_an_import(path):
        with pytest.raises(ProjectLocked, match="has not finished; try again when it has"):
            import_others(path)
        with Project.open(path) as project, project.importing() as target:
            target.add(record("single", text="A single one."))
    with Project.open(path) as project:
        assert len(project.article_keys(annotator="ada")) == 3 + MANY + 1
        assert project.check() == []


def test_what_others_add_meanwhile_stays_if_it_is_taken_back(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with Project.create(other, SCHEME) as made, made.importing() as target:
        target.add(record("theirs", "cleo", text=f"{text(9)} Theirs."))
    with suppress(KeyboardInterrupt), half_an_import(path):
        with Project.open(path) as project:
            merge_files(project, [other], new_articles=True)
        raise KeyboardInterrupt
    with Project.open(path) as project:
        assert [one.article.id for one in project.records()] == ["old0", "old1", "old2", "theirs"]
        assert project.check() == []


def taken_for_dead(path: Path) -> None:
    with half_an_import(path):
        with closing(sqlite3.connect(path)) as connection:
            owner = json.loads(kept(path)["importing"])
            silent = json.dumps(owner | {"host": "elsewhere", "at": owner["at"] - 1_000})
            connection.execute("UPDATE project SET value = ? WHERE key = 'importing'", (silent,))
            connection.commit()
        Project.open(path).close()
        assert articles_in(path) == 3


def test_one_that_was_taken_for_dead_says_so_and_leaves_nothing(path: Path) -> None:
    with pytest.raises(StoreError, match="stood still for so long that another program has taken"):
        taken_for_dead(path)
    with Project.open(path) as project:
        assert len(project.article_keys(annotator="ada")) == 3
        assert project.check() == []


@pytest.mark.parametrize("owner", ["", "{}", "[", "5", '{"at": "x"}', '{"pid": -1, "at": 1e999}'])
def test_a_made_up_mark_of_an_import_does_no_harm(path: Path, owner: str) -> None:
    before = kept(path)
    with closing(sqlite3.connect(path)) as connection:
        rows = [("importing", owner), ("first_hidden", "2")]
        connection.executemany("INSERT INTO project (key, value) VALUES (?, ?)", rows)
        connection.commit()
    with Project.open(path) as project:
        assert project.check() == []
        assert len(project.article_keys(annotator="ada")) == 1
    assert kept(path) == before


def test_an_import_that_changes_nothing_needs_no_lock(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, Project.open(path, busy_timeout_ms=0) as project:
        other.execute("BEGIN IMMEDIATE")
        with project.importing() as target:
            target.add(record("old1", "ada", text=f"{text(1)} Old."))
        other.rollback()


def test_edits_get_in_between(path: Path, tmp_path: Path) -> None:
    """Each may wait as long as the window does, for a keypress."""
    lines = tmp_path / "in.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for number in range(3 * MANY):
            file.write(json.dumps(dump(new(number))) + "\n")
    command = [sys.executable, "-m", "annotator", "import", str(path), str(lines)]
    made = 0
    with (
        Project.open(path, busy_timeout_ms=1_000) as project,
        subprocess.Popen(command, stdout=subprocess.DEVNULL) as process,
    ):
        while process.poll() is None:
            made += 1
            edit = adding(ZOE._replace(id=f"x{made}", ordinal=100 + made))
            project.apply(1, "ada", edit)  # raises ProjectLocked where it is kept waiting
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    assert process.returncode == 0
    with Project.open(path) as project:
        assert len(project.article_keys(annotator="ada")) == 3 + 3 * MANY
        assert len(project.annotation(1, "ada").entities) == 1 + made
        assert project.check() == []


def test_two_annotators_of_each_new_article_come_in_together(tmp_path: Path) -> None:
    people, articles = ("ada", "ben", "cleo"), MANY // 3
    made, lines = tmp_path / "new.db", tmp_path / "in.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for number in range(articles):
            for who in people:
                file.write(json.dumps(dump(new(number, who))) + "\n")
    with Project.create(made, SCHEME) as project:
        (report,) = import_files(project, [lines]).files
        assert (report.articles, report.annotations, report.error) == (articles, MANY, None)
        (again,) = import_files(project, [lines]).files
        assert (again.unchanged, again.error) == (MANY, None)
        assert len(list(project.records())) == MANY
        assert project.check() == []


def test_the_keys_of_articles_go_on_where_they_were(path: Path) -> None:
    with half_an_import(path):
        pass
    with Project.open(path) as project:
        with project.importing() as target:
            target.add(record("next", text="The next one."))
        assert project.article_keys(annotator="ada") == [*range(1, 3 + MANY + 2)]
