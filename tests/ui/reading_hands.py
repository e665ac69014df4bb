"""What the tests of reading comfort do alike."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.driving import Driver

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said.\n\n" + "More words here. " * 60


def mark_some(driver: Driver) -> None:
    """Oslo as a place, Ann Lee as a person who speaks."""
    driver.select("Oslo")
    driver.key("3")
    driver.select("Ann Lee", 2)
    driver.key("1")
    driver.select("“We will win,”")
    driver.key("q")
    driver.select("Ann Lee", 2)
    driver.key("s")
    driver.key(Qt.Key.Key_Escape)


def layer_key(driver: Driver, key: str) -> None:
    driver.key(key, modifiers=Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
