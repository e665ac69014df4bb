"""The keys on suggestions are changed as all others, and messages say the new ones."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.actions.test_scopes import change
from tests.ui.driving import Driver, marked, run_main
from tests.ui.suggestions.waiting import NEWS, offered, suggesting

Projects = Callable[..., Path]


def test_a_key_of_suggestions_can_be_changed_and_stays_so_after_a_restart(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def first(driver: Driver) -> None:
        change(driver, "accept_suggestion", "z")
        change(driver, "next_suggestion", "v")

    def second(driver: Driver) -> None:
        offered(driver)
        driver.window.workspace.actions.invoke("accept_suggestion")
        assert driver.said() == "Choose a suggestion first: V goes to the next."
        driver.key("v")
        assert suggesting(driver).current is not None
        before = marked(driver.annotation())
        driver.key(Qt.Key.Key_Return)
        assert marked(driver.annotation()) == before
        assert driver.said() == "No speaker is proposed here."
        driver.key("z")
        assert suggesting(driver).offer is not None
        assert marked(driver.annotation()) != before or driver.annotation().quotes

    run_main([str(project)], first)
    run_main([str(project)], second)
