"""The fonts shipped with the program, so that the page is the same on every machine."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from annotator.resources import resource

READING: Final = "Noto Serif"
_AT_START: Final = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "NotoSerif-Regular.ttf")
_LATER: Final = ("Inter-Medium.ttf", "Inter-Bold.ttf", "NotoNaskhArabic-Regular.ttf")


def load_fonts() -> None:
    """Load the fonts that the first paint needs."""
    _load(_AT_START)


def load_more_fonts() -> None:
    """Load the other fonts, which the first paint does not need."""
    _load(_LATER)


def interface_font() -> QFont:
    """Return the font of menus, lists and labels, 13 pixels."""
    font = QFont("Inter")
    font.setPixelSize(13)
    return font


@cache  # Qt keeps fonts until the process ends, and would search each loaded copy
def _load(names: tuple[str, ...]) -> None:
    folder: Path = resource("resources", "fonts")
    for name in names:
        QFontDatabase.addApplicationFont(str(folder / name))
