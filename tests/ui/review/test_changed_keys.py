"""The keys on the differences are changed as all others, and the panel says the new ones."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui.actions.test_scopes import change
from tests.ui.driving import Driver, run_main
from tests.ui.review.reviews import open_words, reviewing


def test_a_key_of_the_review_can_be_changed_and_stays_so_after_a_restart(project: Path) -> None:
    def first(driver: Driver) -> None:
        change(driver, "next_difference", "n")
        change(driver, "take_variant_1", "y")

    def second(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        driver.window.workspace.status_bar.clearMessage()
        panel = driver.window.workspace.review.panel
        assert panel is not None
        assert "N K" in panel.findChild(QLabel, "hints").text().replace("&nbsp;", " ")
        assert panel.findChild(QLabel, "key").text() == "Y"
        assert ("N–K", "Go") in driver.window.workspace.status_bar.shown_hints()
        before = reviewing(driver).row
        driver.key("j")
        assert reviewing(driver).row is before
        driver.key("n")
        assert reviewing(driver).row is not before
        count = len(open_words(driver))
        driver.key("1")
        assert len(open_words(driver)) == count
        driver.key("y")
        assert len(open_words(driver)) == count - 1

    run_main([str(project)], first)
    run_main([str(project)], second)
