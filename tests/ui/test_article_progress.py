"""The progress is true after whatever was done, and keeping it costs the same in any project."""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.cli import main
from annotator.store import Project
from tests.ui.driving import Driver, run_main

_STEP = 20
"""So many instructions of SQLite are counted at a time."""


@pytest.fixture
def project_with(tmp_path: Path, qapp: object) -> Callable[..., Path]:
    """Makes a project of so many short articles, the first ones done by ada."""

    def make(number: int, done: int = 0) -> Path:
        lines = (
            json.dumps(
                {
                    "format": "annotator/1",
                    "article": {"id": f"a{place}", "text": f"Ann met Ben on day {place}."},
                    "annotator": "ada" if place < done else None,
                }
                | ({"status": "done"} if place < done else {})
            )
            for place in range(number)
        )
        source = tmp_path / f"{number}.jsonl"
        source.write_text("\n".join(lines), encoding="utf-8")
        path = tmp_path / f"{number}.annotator"
        assert main(["new", str(path)]) == 0
        assert main(["import", str(path), str(source)]) == 0
        return path

    return make


@contextmanager
def counted(project: Project) -> Iterator[list[int]]:
    """Count the instructions of SQLite on the connection of the window."""
    count = [0]

    def step() -> int:
        count[0] += _STEP
        return 0

    connection: sqlite3.Connection = project._database.connection
    connection.set_progress_handler(step, _STEP)
    try:
        yield count
    finally:
        connection.set_progress_handler(None, 0)


def work_of(path: Path) -> dict[str, int]:
    """The instructions that each of these takes in an article that nobody has begun."""
    found: dict[str, int] = {}

    def script(driver: Driver) -> None:
        project = driver.window.session.project
        driver.select("Ann")
        with counted(project) as count:
            driver.key("1")
        found["first mark"] = count[0]
        driver.select("Ben")
        with counted(project) as count:
            driver.key("1")
        found["second mark"] = count[0]
        with counted(project) as count:
            driver.control(Qt.Key.Key_Z)
        found["undo"] = count[0]
        with counted(project) as count:
            driver.window.workspace.actions.invoke("skip_next")
            driver.settle()
        found["skip, next"] = count[0]
        assert driver.window.session.article_key == 2

    assert run_main([str(path)], script) == 0
    return found


def test_marks_undo_and_the_next_open_article_cost_the_same_in_a_large_project(
    project_with: Callable[..., Path],
) -> None:
    small, large = work_of(project_with(100)), work_of(project_with(2000))
    assert small["first mark"] > 0
    # The pages of a larger list are read as they come into sight.
    assert {what: large[what] <= 1.5 * small[what] + 500 for what in small} == dict.fromkeys(
        small, True
    ), (small, large)


def test_the_next_open_article_behind_many_that_are_done_is_found(
    project_with: Callable[..., Path],
) -> None:
    def script(driver: Driver) -> None:
        session = driver.window.session
        session.open_article(session.project.key_of("a3"))
        for expected in ("a120", "a121"):
            driver.window.workspace.actions.invoke("skip_next")
            driver.settle()
            assert session.article is not None
            assert session.article.id == expected
        session.open_article(session.project.key_of("a129"))
        driver.window.workspace.actions.invoke("skip_next")
        driver.settle()
        assert session.article is not None
        assert session.article.id == "a121"

    assert run_main([str(project_with(130, done=120))], script) == 0


def agrees(driver: Driver) -> None:
    """Check what the window tells of the progress against the file."""
    session = driver.window.session
    with Project.open(session.project.path, read_only=True) as project:
        found = project.progress(session.annotator)
    assert session.article_progress.read() == found
    finished = found.counts["done"] + found.counts["skipped"]
    assert driver.window.header._count.text() == f"{finished} of {found.total}"
    panel = driver.window.workspace.lists.articles
    assert panel._done.text() == f"{found.counts['done']} of {found.total} done"


@pytest.mark.parametrize("seed", range(3))
def test_the_progress_is_that_of_the_file_whatever_is_done(
    project_with: Callable[..., Path], seed: int
) -> None:
    chance = random.Random(seed)
    path = project_with(8, done=2)

    def mark(driver: Driver) -> None:
        if driver.window.session.annotator == "ada":
            driver.select("Ben")
            driver.key("1")

    def invoke(id_: str) -> Callable[[Driver], None]:
        return lambda driver: driver.window.workspace.actions.invoke(id_)

    def another(driver: Driver) -> None:
        session = driver.window.session
        session.open_article(chance.choice(session.project.article_keys(annotator="ada")))

    def elsewhere(driver: Driver) -> None:
        assert main(["delete", str(path), f"a{chance.randrange(8)}"]) in (0, 1)
        driver.window.workspace._watcher.check()

    def rename(driver: Driver) -> None:
        driver.window.workspace.files.set_annotator(chance.choice(["ada", "bob"]))

    deeds = [mark, another, another, rename, elsewhere]
    deeds += map(invoke, ("undo", "redo", "skip_next", "review", "next_article", "reopen"))

    def script(driver: Driver) -> None:
        for _ in range(40):
            chance.choice(deeds)(driver)
            driver.settle()
            agrees(driver)

    assert run_main([str(path)], script) == 0


def ahead_of(keys: list[int], here: int, step: int, order: str) -> tuple[list[int], list[int]]:
    """What comes after this article in a list, and what is left when it is gone through again."""
    if here in keys:
        row = keys.index(here)
        before, after = keys[:row], keys[row + 1 :]
    elif order == "imported":  # the filter hides it
        before, after = [k for k in keys if k < here], [k for k in keys if k > here]
    else:
        before, after = (keys, []) if step < 0 else ([], keys)
    return (after, before) if step > 0 else (before[::-1], after[::-1])


def test_the_next_article_and_the_next_open_one_are_those_of_the_list_in_any_order_and_filter(
    project_with: Callable[..., Path],
) -> None:
    def script(driver: Driver) -> None:
        session = driver.window.session
        panel = driver.window.workspace.lists.articles
        done = set(session.project.article_keys(annotator="ada", status="done"))
        everything = session.project.article_keys(annotator="ada")
        assert len(done) == 9
        for order, words, here in product(("imported", "title"), ("", "day 1", "9"), everything):
            panel._sort(order)
            panel.model.show_only(words, None)
            session.open_article(here)
            keys = [panel.model.key_at(row) for row in range(panel.model.rowCount())]
            for step in (1, -1):
                after, around = ahead_of(keys, here, step, order)
                case = order, words, here, step
                assert (case, panel.neighbour(step)) == (case, next(iter(after), None))
                expected = next((key for key in (*after, *around) if key not in done), None)
                assert (case, panel.neighbour(step, only_open=True)) == (case, expected)

    assert run_main([str(project_with(24, done=9))], script) == 0


def test_articles_are_counted_once_when_the_lists_are_read_again(
    project_with: Callable[..., Path],
) -> None:
    def script(driver: Driver) -> None:
        asked: list[str] = []
        connection: sqlite3.Connection = driver.window.session.project._database.connection
        connection.set_trace_callback(asked.append)
        driver.window.workspace.files.set_annotator("bob")
        connection.set_trace_callback(None)
        found = [statement for statement in asked if "'begun', 'opened'" in statement]
        assert 1 <= len(found) <= 2, found  # for the other annotator, and for the lists
        asked.clear()
        connection.set_trace_callback(asked.append)
        driver.window.workspace._context.reload_wanted.emit()
        connection.set_trace_callback(None)
        assert len([statement for statement in asked if "'begun', 'opened'" in statement]) == 1

    assert run_main([str(project_with(5))], script) == 0
