"""Projects with values of the wrong kind, and bugs before the first paint: there is a window."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from annotator.core import edits
from annotator.store import Project
from annotator.ui.settings import Settings, settings_path
from tests.store.samples import execute
from tests.ui.driving import Driver, boxes, bugs, run_main

Projects = Callable[..., Path]
NEWS = "Ann Lee went to Oslo."
OTHER = "Bob Ray stayed in Rome."
FLAGS = "UPDATE entity SET flags = '5'"


@pytest.fixture
def project(project_of: Projects) -> Path:
    """Two articles, each with a name that ada marked."""
    path = project_of(NEWS, OTHER)
    with Project.open(path) as opened:
        for key in (1, 2):
            article, before = opened.article(key), opened.annotation(key, "ada")
            opened.apply(key, "ada", edits.mark(article, before, 0, 7, "PERSON"))
    return path


def opened_before(project: Path) -> None:
    """Have the program remember the project and its first article, as a window does at its end."""
    with Project.open(project) as opened:
        first = opened.article(1).id
    settings = Settings(settings_path())
    settings.last_project = project.resolve()
    settings.set_last_article(project, first)
    settings.save()


def told(driver: Driver) -> str:
    """What the one message box says."""
    (box,) = boxes()
    words = box.text()
    box.close()
    driver.settle()
    return words


@pytest.mark.parametrize("last", [False, True])
def test_an_article_that_cannot_be_read_is_told_and_the_next_one_opens(
    project: Path, *, last: bool
) -> None:
    opened_before(project)
    execute(project, f"{FLAGS} WHERE annotation = 1")

    def script(driver: Driver) -> None:
        words = told(driver)
        assert "holds '5' as flags, which is not JSON of a list of texts" in words
        assert "run a check" in words
        assert driver.text() == OTHER
        driver.select("Rome")
        driver.key("3")

    assert run_main([] if last else [str(project)], script) == 0
    with Project.open(project) as opened:
        assert len(opened.annotation(2, "ada").entities) == 2


def test_where_no_article_can_be_read_the_window_stands_empty(project: Path) -> None:
    opened_before(project)
    execute(project, FLAGS)

    def script(driver: Driver) -> None:
        assert "as flags" in told(driver)
        assert driver.window.session.article is None
        assert driver.window.project.path == project

    assert run_main([], script) == 0


@pytest.mark.parametrize("last", [False, True])
def test_a_project_whose_window_cannot_be_made_is_told_over_the_example(
    project: Path, *, last: bool
) -> None:
    opened_before(project)
    execute(project, "UPDATE counter SET name = CAST(X'ff' AS TEXT) WHERE kind = 'begun'")

    def script(driver: Driver) -> None:
        assert "is damaged; go back to a backup" in told(driver)
        assert driver.window.project.path.name == "example.annotator"

    assert run_main([] if last else [str(project)], script) == 0


def test_an_example_that_cannot_be_opened_does_not_stand_in_the_way(qapp: QApplication) -> None:
    run_main([], lambda driver: None)

    paths: list[Path] = []
    run_main([], lambda driver: paths.append(driver.window.project.path))
    (example,) = paths
    execute(example, "DELETE FROM project WHERE key = 'scheme'")

    def script(driver: Driver) -> None:
        assert "has lost its scheme" in told(driver)
        assert driver.window.project.path == example.with_stem("example-2")

    assert run_main([], script) == 0


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    "where",
    [
        "annotator.ui.session.Session.open_article",
        "annotator.ui.article.article_header.ArticleHeader.__init__",
    ],
)
def test_a_bug_while_a_project_is_opened_shows_its_report_over_the_example(
    project: Path, monkeypatch: pytest.MonkeyPatch, qtbot, where: str, *, last: bool
) -> None:
    opened_before(project)
    before = sys.excepthook
    with monkeypatch.context() as patch:
        patch.setattr(where, lambda *_: (patch.undo(), 1 / 0))

        def script(driver: Driver) -> None:
            qtbot.waitUntil(lambda: bool(bugs()))
            (box,) = bugs()
            assert "ZeroDivisionError" in box.detailedText()
            box.close()
            driver.settle()
            assert driver.window.project.path.name == "example.annotator"

        assert run_main([] if last else [str(project)], script) == 0
    assert sys.excepthook is before


def test_a_bug_right_after_the_first_paint_shows_its_report(
    project: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("annotator.ui.app.App._watch_drops", lambda _self: (patch.undo(), 1 / 0))

        def script(driver: Driver) -> None:
            qtbot.waitUntil(lambda: bool(bugs()))
            (box,) = bugs()
            assert box.icon() is QMessageBox.Icon.Critical
            box.close()

        run_main([str(project)], script)
