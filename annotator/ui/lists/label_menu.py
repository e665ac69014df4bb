"""The menu of the labels of a scheme, each with its key and its colour."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from annotator.core.scheme import Scheme
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import ColorSet, Theme
from annotator.ui.widgets.plain_text import escape_mnemonic, set_tool_tip, strip_mnemonics

MOST_IN_MENU: Final = 20
"""With more labels than this, one is found by typing: a menu would fill the screen."""


def fill_label_menu(
    menu: QMenu, scheme: Scheme, theme: Theme, current: str, choose: Callable[[str], None]
) -> None:
    """Add an action for each label; its digit chooses it while the menu is open."""
    for label in scheme.labels:
        mnemonic = "&" if len(label.key) == 1 else ""
        key = f"{mnemonic}{label.key}  " if label.key else ""
        action = QAction(
            _swatch(theme.tone(label.tone)), f"{key}{escape_mnemonic(label.title)}", menu
        )
        action.setCheckable(True)
        set_tool_tip(action, label.title)
        action.setChecked(label.name == current)
        font = menu.font()
        font.setBold(label.name == current)
        action.setFont(font)
        action.triggered.connect(lambda _=False, name=label.name: choose(name))
        menu.addAction(action)


def label_menu(
    parent: QWidget, scheme: Scheme, theme: Theme, current: str, choose: Callable[[str], None]
) -> QMenu:
    """Return a menu of only the labels."""
    menu = QMenu(parent)
    menu.setAccessibleName(tr("Label"))
    fill_label_menu(menu, scheme, theme, current, choose)
    return menu


def type_menu(
    parent: QWidget, types: tuple[str, ...], current: str, choose: Callable[[str], None]
) -> QMenu:
    """Return a menu of quote types, each with its own letter as access key."""
    menu = QMenu(tr("Type"), parent)
    menu.setAccessibleName(tr("Type of the quote"))
    for name, text in zip(types, with_access_keys([type_text(t) for t in types]), strict=True):
        action = QAction(text, menu)
        action.setCheckable(True)
        set_tool_tip(action, strip_mnemonics(text))
        action.setChecked(name == current)
        action.triggered.connect(lambda _=False, name=name: choose(name))
        menu.addAction(action)
    return menu


def type_text(type_: str) -> str:
    """Return a quote type as it is shown to the user."""
    return tr(type_.replace("_", " "))


def with_access_keys(texts: list[str]) -> list[str]:
    """Return the texts with `&` before a letter that no earlier one uses."""
    used: set[str] = set()
    result = []
    for text in texts:
        spot = next((i for i, c in enumerate(text) if c.isalnum() and c.lower() not in used), -1)
        if spot < 0:
            result.append(escape_mnemonic(text))
            continue
        used.add(text[spot].lower())
        result.append(f"{escape_mnemonic(text[:spot])}&{escape_mnemonic(text[spot:])}")
    return result


def _swatch(tone: ColorSet) -> QIcon:
    pixmap = QPixmap(32, 32)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tone.strong), 1.5))
    painter.setBrush(QColor(tone.fill))
    painter.drawRoundedRect(QRectF(1.5, 3.5, 13, 9), 4.5, 4.5)
    painter.end()
    return QIcon(pixmap)
