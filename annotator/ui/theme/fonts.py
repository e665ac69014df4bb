"""The fonts that travel with the program, so that the page looks the same on every machine."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from annotator.resources import resource

READING: Final = "Noto Serif"
_AT_START: Final = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "NotoSerif-Regular.ttf")
_LATER: Final = ("Inter-Medium.ttf", "Inter-Bold.ttf", "NotoNaskhArabic-Regular.ttf")


def load_fonts() -> None:
    """Load what the first paint needs."""
    _load(_AT_START)


def load_more_fonts() -> None:
    """Load the rest, which the first paint can do without."""
    _load(_LATER)


def interface_font() -> QFont:
    """The font of menus, lists and labels, 13 pixels."""
    font = QFont("Inter")
    font.setPixelSize(13)
    return font


@cache  # Qt has them until the process ends, and would look through each copy
def _load(names: tuple[str, ...]) -> None:
    folder: Path = resource("resources", "fonts")
    for name in names:
        QFontDatabase.addApplicationFont(str(folder / name))
