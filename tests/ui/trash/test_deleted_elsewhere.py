"""What the window tells of articles that somebody else deleted, and what comes of work on them."""

from pathlib import Path

import pytest

from annotator.services.trash import delete_articles
from annotator.store import Project
from tests.ui.driving import Driver, boxes, marked, run_main, stored
from tests.ui.test_articles import THREE, names, on_desk
from tests.ui.trash.deleting import Projects, act, done, left, look, mark, press


@pytest.mark.parametrize("annotated", [True, False])
def test_what_another_window_deletes_is_told_and_the_next_article_opens(
    qtbot, project_of: Projects, annotated: bool
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        if annotated:
            mark(driver, "Oslo", "3")
        with Project.open(project) as other:
            delete_articles(other, [1, 2], "ben")
        look(driver)
        assert on_desk(driver) == "Cats"
        assert len(names(driver)) == 1
        assert "another window or program has deleted it" in driver.said()
        assert boxes() == []

    run_main([str(project)], script)
    assert left(project) == ["Cats"]


def test_an_edit_to_an_article_that_has_gone_is_told_and_not_made(project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        with Project.open(project) as other:
            delete_articles(other, [1], "ben")
        driver.select("Oslo")
        driver.key("3")
        assert "another window or program has deleted it" in driver.said()
        assert on_desk(driver) == "Bears"
        assert driver.entities() == []
        assert boxes() == []

    run_main([str(project)], script)
    assert marked(stored(project)) == []


def test_a_row_of_the_list_that_is_no_longer_there_is_told(project_of: Projects) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        with Project.open(project) as other:
            delete_articles(other, [2], "ben")
        driver.window.workspace.actions["next_article"].trigger()
        assert "somebody has deleted it" in driver.said()
        assert on_desk(driver) == "Apples"
        assert boxes() == []

    run_main([str(project)], script)


def test_what_waits_for_the_disk_is_not_lost_with_an_article_deleted_elsewhere(
    qtbot, project_of: Projects
) -> None:
    project = project_of(*THREE)

    def script(driver: Driver) -> None:
        aside = project.with_name("aside")
        project.rename(aside)
        driver.select("Oslo")
        driver.key("3")
        try:
            press(boxes()[0], "Go on working")
            act(qtbot, driver, "move_to_trash")
            assert driver.said() == "Save the pending edits first: they would be lost."
            aside.rename(project)
            with Project.open(project) as other:
                delete_articles(other, [1], "ben")
            driver.window.session.pending_edits.try_again()
            press(boxes()[0], "Go on working")
            look(driver)
            assert on_desk(driver) == "Apples"
            assert len(driver.entities()) == 1
            assert driver.window.session.pending_edits.stale
        finally:
            driver.window.session.pending_edits.give_up()
        look(driver)

    run_main([str(project)], script)


def test_a_merge_says_what_lies_in_the_trash_here(
    qtbot, project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(*THREE)
    theirs = tmp_path / "ben.annotator"
    with Project.open(project) as before:
        before.backup(theirs)

    def script(driver: Driver) -> None:
        act(qtbot, driver, "move_to_trash")
        driver.window.workspace.review.merge_paths([theirs])
        done(qtbot, driver)
        (box,) = boxes()
        assert "still in the trash here: " in box.detailedText()
        box.close()

    run_main([str(project)], script)
    assert left(project) == ["Bears", "Cats"]
