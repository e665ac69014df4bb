"""Icons in the colours of the theme."""

from functools import cache

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QIcon, QImage, QPixmap

from annotator.resources import resource


def icon(name: str, color: str) -> QIcon:
    """Return the shipped icon `name` (without suffix), drawn in `color`."""
    return QIcon(QPixmap.fromImage(_picture(name, color)))


@cache  # a window shows many icons more than once, and drawing one takes longer than a label
def _picture(name: str, color: str) -> QImage:
    svg = _drawing(name).replace("currentColor", color)
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray(svg.encode()), "SVG")
    return pixmap.toImage()


@cache  # a file of the program, read once
def _drawing(name: str) -> str:
    return resource("resources", "icons", f"{name}.svg").read_text(encoding="utf-8")


def application_icon() -> QIcon:
    """Return the icon of the window and the task bar."""
    return QIcon(str(resource("resources", "icons", "annotator.svg")))
