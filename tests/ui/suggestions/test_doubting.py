"""The articles that suggestions are least sure of come first, by choice."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.cli import main
from annotator.core.suggestion import SuggestedMention, Suggestions
from annotator.services.active_learning import stored_uncertainties, uncertainties, uncertainty
from annotator.store import Project
from annotator.ui.lists.order_button import OrderButton
from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import until

Projects = Callable[..., Path]
SURE = "On Sunday Mr. Bob Ray was in Paris."
UNSURE = "The Blarg Foo said nothing to Zorg Mip, and Blarg Foo left Quux Bar."
NOTHING = "it rained, and nobody was there."


def order(driver: Driver) -> list[int]:
    model = driver.window.workspace.lists.articles.model
    return [model.key_at(row) for row in range(model.rowCount())]


def test_uncertain_articles_come_first_and_the_order_of_import_comes_back(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        action = driver.window.workspace.actions["uncertain_first"]
        uncertainty_order = driver.window.workspace.suggestions.uncertainty_order
        assert order(driver) == [1, 2, 3]
        action.trigger()
        until(lambda: not driver.window.session.jobs.running(uncertainty_order))
        driver.settle()
        assert action.isChecked()
        assert order(driver) == [3, 2, 1]
        driver.window.session.open_article(3)
        driver.control(Qt.Key.Key_PageDown)
        assert driver.window.session.article_key == 2
        driver.control(Qt.Key.Key_PageUp)
        driver.finish()
        assert driver.window.session.article_key == 2
        driver.finish()
        assert driver.window.session.article_key == 1
        action.trigger()
        assert not action.isChecked()
        assert order(driver) == [1, 2, 3]

    run_main([str(project_of(NOTHING, SURE, UNSURE))], script)


def test_doubt_is_the_mean_of_what_is_lacking() -> None:
    made = [SuggestedMention(0, 1, "a", "PERSON", "a", confidence=c) for c in (0.9, 0.5)]
    assert uncertainty(Suggestions(tuple(made))) == 0.3
    assert uncertainty(Suggestions()) == 0.0


def test_the_next_window_begins_with_the_order_of_doubt(project_of: Projects) -> None:
    """At once by what was kept; what has been imported since comes to its place as well."""
    project = project_of(NOTHING, SURE, UNSURE)

    def switch_on(driver: Driver) -> None:
        uncertainty_order = driver.window.workspace.suggestions.uncertainty_order
        driver.window.workspace.actions["uncertain_first"].trigger()
        until(lambda: not driver.window.session.jobs.running(uncertainty_order))

    def look(driver: Driver) -> None:
        assert driver.window.workspace.actions["uncertain_first"].isChecked()
        uncertainty_order = driver.window.workspace.suggestions.uncertainty_order
        until(lambda: order(driver) == [3, 2, 1])
        until(lambda: not driver.window.session.jobs.running(uncertainty_order))
        driver.settle()
        assert order(driver) == [3, 2, 1]

    def look_after_import(driver: Driver) -> None:
        until(lambda: order(driver) == [3, 4, 2, 1])
        driver.window.workspace.actions["uncertain_first"].trigger()

    def look_after_switching_off(driver: Driver) -> None:
        assert not driver.window.workspace.actions["uncertain_first"].isChecked()
        uncertainty_order = driver.window.workspace.suggestions.uncertainty_order
        until(lambda: not driver.window.session.jobs.running(uncertainty_order))
        assert order(driver) == [1, 2, 3, 4]

    run_main([str(project)], switch_on)
    run_main([str(project)], look)
    fourth = project.with_name("fourth.txt")
    fourth.write_text(f"{SURE} {UNSURE}", "utf-8")
    assert main(["import", str(project), str(fourth)]) == 0
    run_main([str(project)], look_after_import)
    run_main([str(project)], look_after_switching_off)


def test_another_order_takes_its_place_and_is_there_in_the_next_window(
    project_of: Projects,
) -> None:
    project = project_of(NOTHING, SURE, UNSURE)

    def sort(driver: Driver) -> None:
        driver.window.workspace.actions["uncertain_first"].trigger()
        uncertainty_order = driver.window.workspace.suggestions.uncertainty_order
        until(lambda: not driver.window.session.jobs.running(uncertainty_order))
        button = driver.window.findChild(OrderButton)
        assert isinstance(button, OrderButton)
        button.menu().actions()[-1].trigger()  # the shortest first
        assert not driver.window.workspace.actions["uncertain_first"].isChecked()
        assert order(driver) == [1, 2, 3]
        button.menu().actions()[1].trigger()

    def look(driver: Driver) -> None:
        driver.settle()
        articles = driver.window.workspace.lists.articles
        assert articles.model.order == "title"
        assert not driver.window.workspace.actions["uncertain_first"].isChecked()

    run_main([str(project)], sort)
    run_main([str(project)], look)


def test_another_project_keeps_its_own_order(project_of: Projects, tmp_path: Path) -> None:
    project = project_of(NOTHING, SURE, UNSURE)
    other = tmp_path / "other.annotator"
    shutil.copy(project, other)

    def switch_on(driver: Driver) -> None:
        driver.window.workspace.actions["uncertain_first"].trigger()

    def look(driver: Driver) -> None:
        assert not driver.window.workspace.actions["uncertain_first"].isChecked()

    run_main([str(project)], switch_on)
    run_main([str(other)], look)


def test_only_what_came_since_is_read_again_and_nothing_of_another_version(
    project_of: Projects,
) -> None:
    with Project.open(project_of(NOTHING, SURE, UNSURE)) as project:
        assert stored_uncertainties(project, "ada") == {}
        found = uncertainties(project, "ada")
        assert stored_uncertainties(project, "ada") == found
        made_by, _ = json.loads(project.value("doubts:ada") or "")
        project.set_value("doubts:ada", json.dumps([made_by, [[1, 0.75], [3, 0.5]]]))
        assert uncertainties(project, "ada", anew=False) == {1: 0.75, 2: found[2], 3: 0.5}
        for spoiled in ("[]", '["x", [1]]', "3", "{"):
            project.set_value("doubts:ada", spoiled)
            assert stored_uncertainties(project, "ada") == {}
        for kept in ("{", json.dumps(["rules of old", [[1, 0.75]]])):
            project.set_value("doubts:ada", kept)
            assert uncertainties(project, "ada", anew=False) == found
        project.set_value("doubts:ada", json.dumps([made_by, [[1, 0.75]]]))
        assert uncertainties(project, "ada") == found
