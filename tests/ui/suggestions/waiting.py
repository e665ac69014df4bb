"""Waiting for what the window does in the background."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.core.suggestion import SuggestedMention, Suggestion
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.ui.suggestions.controller import SuggestionController
from tests.ui.driving import Driver

_LONGEST = 60.0
NEWS = (
    'Mr. Bob Ray met Angela Merkel in Paris on Sunday. "We are ready," Bob Ray said.\n\n'
    "Merkel said that Paris is worth a visit."
)


def until(ready: Callable[[], object]) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + _LONGEST
    while not ready():
        assert time.monotonic() < end, "it never came"
        QApplication.processEvents()
        time.sleep(0.002)


def suggesting(driver: Driver) -> SuggestionController:
    return driver.window.workspace.suggestions.suggesting


def offered(driver: Driver) -> SuggestionQueue:
    """The suggestions for the article on the desk, once they are there."""
    found = suggesting(driver)
    until(lambda: not found.making)
    driver.settle()
    assert found.offer is not None, driver.said()
    return found.offer


def current_number(driver: Driver) -> Suggestion:
    """The suggestion that keys are about."""
    current = suggesting(driver).current
    assert current is not None
    return current


def strip(driver: Driver) -> str:
    """What the strip in the status bar says, without the marks that keep directions apart."""
    words = driver.window.workspace.suggestions.strip.words.text()
    return words.replace("\u2068", "").replace("\u2069", "")


def go_to(driver: Driver, words: str) -> None:
    """Press Tab until the suggestion with these words is at hand."""
    for _ in range(suggesting(driver).offer.count + 1):  # type: ignore[union-attr]
        driver.key(Qt.Key.Key_Tab)
        made = current_number(driver)
        text = made.text if isinstance(made, SuggestedMention) else made.parts("content")[0].text
        if text == words:
            return
    raise AssertionError(f"{words} is not suggested")
