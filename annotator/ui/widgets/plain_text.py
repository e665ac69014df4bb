"""Widgets that show text from articles, files and people literally, where Qt would guess HTML.

Qt lays out a tool tip, a label or a message box as HTML if its first line looks like a tag, and
reads its pictures from disk or from a share on another machine. Titles, notes, names and paths
come from the sender of the project. So the window makes its labels, message boxes and tool tips
here, and a test finds those that are made otherwise.
"""

import re
import textwrap
from typing import Final, Protocol

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QLayout,
    QMessageBox,
    QToolTip,
    QWidget,
)

_TIP_COLUMNS: Final = 90
_TIP_LINES: Final = 24
_TIP_CHARACTERS: Final = _TIP_COLUMNS * _TIP_LINES
_WORD_JOINER: Final = "\u2060"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffb]")
_LINE_ENDS: Final = re.compile("\r\n|[\r\u2028\u2029\x85]")
_EMBEDDINGS: Final = re.compile("[\u202a-\u202e]")
"""Marks that set the direction of the text after them until closed, as isolates do."""
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_POP: Final = "\u2069"
_MNEMONIC: Final = re.compile("&(.?)")


class _HasToolTip(Protocol):
    def setToolTip(self, tool_tip_text: str, /) -> object: ...


class PlainLabel(QLabel):
    """A label that shows every character of its text literally."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class PlainMessageBox(QMessageBox):
    """A message box that shows every character of its texts literally."""

    def __init__(
        self,
        icon: QMessageBox.Icon,
        title: str,
        text: str,
        buttons: QMessageBox.StandardButton = QMessageBox.StandardButton.NoButton,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon, title, "", buttons, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setInformativeText(self, text: str) -> None:
        super().setInformativeText(text)
        # The first call creates the label, which does not use the text format of the box.
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)


class _PlainBoxes(QObject):
    """An event filter that sets the message boxes of Qt's own dialogs to plain text in time."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            box = event.child()
            if isinstance(box, QMessageBox):
                box.setTextFormat(Qt.TextFormat.PlainText)
        return False


def force_plain_message_boxes(dialog: QWidget) -> None:
    """Show the message boxes of one of Qt's own dialogs, which name files, as plain text."""
    dialog.installEventFilter(_PlainBoxes(dialog))


class SelfContainedDocument(QTextDocument):
    """A document that loads no external resources: no pictures, no style sheets."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return empty_resource(kind)


def empty_resource(kind: int) -> QImage | bytes:
    """Return an empty resource for `loadResource`, so that nothing external is read.

    It must not be None or an image without a size: then Qt reads the file itself.
    """
    if kind != QTextDocument.ResourceType.ImageResource.value:
        return b""
    picture = QImage(1, 1, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def rich_label(html: str) -> QLabel:
    """Return a label with HTML of the program; the caller must have escaped all other text."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(html)
    return label


def add_row(form: QFormLayout, text: str, field: QWidget | QLayout) -> None:
    """Add a field to a form with a plain-text label, whose "&" mnemonic focuses the field.

    There is no label if `text` is empty.
    """
    if not text:
        form.addRow("", field)
        return
    label = PlainLabel(text)
    if isinstance(field, QWidget):
        label.setBuddy(field)
        form.addRow(label, field)
    else:
        form.addRow(label, field)


def set_tool_tip(target: _HasToolTip, text: str) -> None:
    """Give a widget, an action or an item a tool tip that shows this text literally."""
    target.setToolTip(tool_tip_text(text))


def show_tool_tip(at: QPoint, text: str, widget: QWidget) -> None:
    """Show this text literally as a tool tip at a global position; "" hides the tool tip."""
    QToolTip.showText(at, tool_tip_text(text), widget)


def tool_tip_text(text: str) -> str:
    """Return what Qt shows as a tool tip of exactly this text, also as data for `ToolTipRole`.

    Lines are wrapped, a text that is too long is cut with "…", control characters become spaces,
    and direction marks have no effect outside their line.
    """
    lines: list[str] = []
    for whole in _LINE_ENDS.sub("\n", text[: _TIP_CHARACTERS + 1]).split("\n"):
        line = _direction_isolated(_CONTROLS.sub(" ", whole))
        lines += textwrap.wrap(line, _TIP_COLUMNS) if len(line) > _TIP_COLUMNS else [line]
    if len(lines) > _TIP_LINES or len(text) > _TIP_CHARACTERS:
        lines = [*lines[:_TIP_LINES], "…"]
    return _not_html("\n".join(lines))


def strip_mnemonics(text: str) -> str:
    """Return the text of an action or button as shown: "Open" for "&Open", "A & B" for "A && B"."""
    return _MNEMONIC.sub(r"\1", text) if "&" in text else text


def escape_mnemonic(text: str) -> str:
    """Escape "&" for a menu or a button, so that it is shown literally."""
    return text.replace("&", "&&")


def escape_window_title(text: str) -> str:
    """Escape "[*]" for a window title, where Qt uses it as the place of the modified mark."""
    return text.replace("[*]", "[*][*]")


def _not_html(text: str) -> str:
    """Break up what Qt would take for a tag or an entity, without a visible change."""
    return re.sub("<|&(?=lt;)", lambda char: char[0] + _WORD_JOINER, text)


def _direction_isolated(line: str) -> str:
    line = _EMBEDDINGS.sub("", line)
    if not _ISOLATES.search(line):
        return line
    open_, kept = 0, []
    for char in line:
        if char == _POP:
            if not open_:
                continue
            open_ -= 1
        elif _ISOLATES.match(char):
            open_ += 1
        kept.append(char)
    return "".join(kept) + _POP * open_
