"""The articles that suggestions are least sure of come first, by choice."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.core.suggestion import SuggestedMention, Suggestions
from annotator.work.ordering import doubt
from tests.ui.driving import Driver, run_main
from tests.ui.suggesting.waiting import until

Projects = Callable[..., Path]
SURE = "On Sunday Mr. Bob Ray was in Paris."
UNSURE = "The Blarg Foo said nothing to Zorg Mip, and Blarg Foo left Quux Bar."
NOTHING = "it rained, and nobody was there."


def order(driver: Driver) -> list[int]:
    model = driver.window.furniture.articles.model
    return [model.key_at(row) for row in range(model.rowCount())]


def test_uncertain_articles_come_first_and_the_order_of_import_comes_back(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        action = driver.window.furniture.actions["uncertain_first"]
        doubting = driver.window.furniture.suggest_deeds.doubting
        assert order(driver) == [1, 2, 3]
        action.trigger()
        until(lambda: not doubting.worker.busy)
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


def test_the_order_that_was_chosen_is_there_again_after_a_restart(project_of: Projects) -> None:
    path = str(project_of(NOTHING, SURE, UNSURE))

    def switch(driver: Driver) -> None:
        driver.window.furniture.actions["uncertain_first"].trigger()
        until(lambda: order(driver) == [3, 2, 1])

    def come_back(driver: Driver) -> None:
        action = driver.window.furniture.actions["uncertain_first"]
        assert action.isChecked()
        until(lambda: order(driver) == [3, 2, 1])
        assert driver.window.session.article_key == 1
        action.trigger()

    def gone(driver: Driver) -> None:
        assert not driver.window.furniture.actions["uncertain_first"].isChecked()
        assert order(driver) == [1, 2, 3]
        driver.window.furniture.actions["uncertain_first"].trigger()

    for script in (switch, come_back, gone):
        assert run_main([path], script) == 0


def test_doubt_is_the_mean_of_what_is_lacking() -> None:
    made = [SuggestedMention(0, 1, "a", "PERSON", "a", confidence=c) for c in (0.9, 0.5)]
    assert doubt(Suggestions(tuple(made))) == 0.3
    assert doubt(Suggestions()) == 0.0
