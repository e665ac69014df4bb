"""Two windows on one project: nobody's work goes, and nobody's step is taken back, unsaid."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.core import edits
from annotator.core.edit_rules import begun
from annotator.store import Project
from tests.ui.driving import Driver, marked, run_main, stored

Projects = Callable[..., Path]
NEWS = "Ann Lee was in Oslo. Bob Ray left Rome."


def test_deleting_an_article_says_whose_work_goes_along(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS, "Cats ran.")
    for name in ("bob", "eve"):
        mark_elsewhere(project, name, "Rome")
    with Project.open(project) as opened:
        opened.add_seconds(opened.article_keys(annotator="ada")[0], "joe", 30)

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.window.workspace.actions["move_to_trash"].trigger()
        qtbot.waitUntil(lambda: not driver.window.session.jobs.running())
        driver.settle()
        assert driver.window.workspace.trash.undo_toast.words().endswith(
            "3 annotations went along. Among them is the work of bob, eve."
        )

    run_main([str(project)], script)


def test_undo_names_what_another_window_did_before_it_takes_it_back(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        mark_elsewhere(project, "ada", "Rome")
        driver.window.workspace._watcher.look()
        driver.control("z")
        assert driver.said() == (
            "“Mark “Rome” as Country, city” was done in another window: "
            "undo once more to take it back."
        )
        assert len(stored(project).mentions) == 2
        driver.control("z")
        assert marked(stored(project)) == [("Oslo", "GPE")]
        driver.control("z")
        assert marked(stored(project)) == []
        driver.control("y")
        assert marked(stored(project)) == [("Oslo", "GPE")]

    run_main([str(project)], script)


def test_what_this_window_and_those_before_it_did_is_taken_back_at_once(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)
    mark_elsewhere(project, "ada", "Rome")

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.control("z")
        driver.control("z")
        assert marked(stored(project)) == []

    run_main([str(project)], script)


def decided(project: Path) -> list[tuple[object, ...]]:
    """All annotations but that of who sits at the window, whose working time counts."""
    with closing(sqlite3.connect(project)) as connection:
        return connection.execute(
            "SELECT r.name, n.status, n.revision, n.seconds, n.updated FROM annotation n "
            "JOIN annotator r ON r.pk = n.annotator WHERE r.name <> 'ada' ORDER BY n.pk"
        ).fetchall()


def test_a_review_that_is_only_looked_at_writes_nothing(project_of: Projects) -> None:
    project = project_of(NEWS)
    for name in ("bob", "eve"):
        mark_elsewhere(project, name, "Rome")
    before = decided(project)

    def look(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        assert marked(driver.annotation()) == [("Rome", "GPE")]
        driver.window.session._stopwatch._seconds = 30.0
        driver.key(Qt.Key.Key_F6)
        driver.key(Qt.Key.Key_F6)

    run_main([str(project)], look)
    with Project.open(project, read_only=True) as opened:
        assert opened.annotators() == ["bob", "eve"]
    assert decided(project) == before

    def decide(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        driver.finish()

    run_main([str(project)], decide)
    gold = stored(project, name="gold")
    assert (marked(gold), gold.head.status) == ([("Rome", "GPE")], "done")
    assert [decision.outcome for decision in gold.decisions.values()] == ["agreed"]


def mark_elsewhere(project: Path, name: str, words: str) -> None:
    """What another window of this annotator would write."""
    with Project.open(project) as opened:
        key = opened.article_keys(annotator=name)[0]
        article, annotation = opened.article(key), opened.annotation(key, name)
        start = article.text.index(words)
        made = edits.mark(article, annotation, start, start + len(words), "GPE", "Country, city")
        opened.apply(key, name, begun(annotation, made))
