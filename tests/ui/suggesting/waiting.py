"""Waiting for what the window does in the background."""

import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from annotator.core.offer import Offer
from annotator.core.suggestion import Suggestion
from annotator.ui.suggesting.suggesting import Suggesting
from tests.ui.driving import Driver

_LONGEST = 60.0


def until(ready: Callable[[], object]) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + _LONGEST
    while not ready():
        assert time.monotonic() < end, "it never came"
        QApplication.processEvents()
        time.sleep(0.002)


def suggesting(driver: Driver) -> Suggesting:
    return driver.window.furniture.suggest_deeds.suggesting


def offered(driver: Driver) -> Offer:
    """The suggestions for the article on the desk, once they are there."""
    found = suggesting(driver)
    until(lambda: not found.making)
    driver.settle()
    assert found.offer is not None, driver.said()
    return found.offer


def at_hand(driver: Driver) -> Suggestion:
    """The suggestion that keys are about."""
    current = suggesting(driver).current
    assert current is not None
    return current


def strip(driver: Driver) -> str:
    """What the strip in the status bar says, without the marks that keep directions apart."""
    words = driver.window.furniture.suggest_deeds.strip.words.text()
    return words.replace("\u2068", "").replace("\u2069", "")
