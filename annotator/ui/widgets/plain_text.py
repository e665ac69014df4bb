"""Words of articles, files and people are shown as they are, wherever Qt would look for HTML.

Qt guesses: a tool tip, a label or a message box whose first line looks like a tag is laid out as
HTML, and its pictures are read from disk or from another machine's share. Titles, notes, names and
paths come from whoever sent the project. So the window makes its labels, message boxes and tool
tips here, and a test finds those that are made otherwise.
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
"""Marks that turn the text behind them until they are closed; isolates do the same, and close."""
_ISOLATES: Final = re.compile("[\u2066-\u2069]")
_POP: Final = "\u2069"
_MNEMONIC: Final = re.compile("&(.?)")


class _HasToolTip(Protocol):
    def setToolTip(self, tip: str, /) -> object: ...


class PlainLabel(QLabel):
    """A label that shows every sign of its text, whatever it looks like."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(words)


class PlainMessageBox(QMessageBox):
    """A message box that shows every sign of its texts, whatever they look like."""

    def __init__(
        self,
        icon: QMessageBox.Icon,
        title: str,
        words: str,
        buttons: QMessageBox.StandardButton = QMessageBox.StandardButton.NoButton,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon, title, "", buttons, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(words)

    def setInformativeText(self, words: str) -> None:
        super().setInformativeText(words)
        # Its label is made by the first such call, and the format of the box does not reach it.
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)


class _PlainBoxes(QObject):
    """Makes the message boxes of a dialog of Qt's own plain before they are laid out."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            box = event.child()
            if isinstance(box, QMessageBox):
                box.setTextFormat(Qt.TextFormat.PlainText)
        return False


def keep_boxes_plain(dialog: QWidget) -> None:
    """Have the questions that a dialog of Qt's own asks, of a file by its name, be plain text."""
    dialog.installEventFilter(_PlainBoxes(dialog))


class SelfContainedDocument(QTextDocument):
    """A document that reads nothing from outside itself: no picture, no style sheet."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return nothing_to_load(kind)


def nothing_to_load(kind: int) -> QImage | bytes:
    """What `loadResource` returns so that nothing is read from outside.

    Something has to be there: for None, and for a picture without a size, Qt goes and reads the
    file itself.
    """
    if kind != QTextDocument.ResourceType.ImageResource.value:
        return b""
    picture = QImage(1, 1, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def rich_label(html: str) -> QLabel:
    """A label of our own HTML; the caller has escaped every word that is not."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(html)
    return label


def add_row(form: QFormLayout, words: str, field: QWidget | QLayout) -> None:
    """Add a field to a form, under a plain label; the letter behind its "&" goes to the field.

    Without words there is no label.
    """
    if not words:
        form.addRow("", field)
        return
    label = PlainLabel(words)
    if isinstance(field, QWidget):
        label.setBuddy(field)
        form.addRow(label, field)
    else:
        form.addRow(label, field)


def set_tool_tip(target: _HasToolTip, words: str) -> None:
    """Give a widget, an action or an item a tool tip that shows these words as they are."""
    target.setToolTip(tip(words))


def show_tool_tip(at: QPoint, words: str, widget: QWidget) -> None:
    """Show these words as they are, as a tool tip at a place of the screen; "" hides it."""
    QToolTip.showText(at, tip(words), widget)


def tip(words: str) -> str:
    """What Qt shows as a tool tip of exactly these words, also as data for `ToolTipRole`.

    Lines are broken, a text too long for a tip is cut with "…", control characters are spaces, and
    marks of direction turn nothing outside their line.
    """
    lines: list[str] = []
    for whole in _LINE_ENDS.sub("\n", words[: _TIP_CHARACTERS + 1]).split("\n"):
        line = _in_its_own_direction(_CONTROLS.sub(" ", whole))
        lines += textwrap.wrap(line, _TIP_COLUMNS) if len(line) > _TIP_COLUMNS else [line]
    if len(lines) > _TIP_LINES or len(words) > _TIP_CHARACTERS:
        lines = [*lines[:_TIP_LINES], "…"]
    return _not_html("\n".join(lines))


def without_mnemonics(words: str) -> str:
    """The text of an action or a button as it is read: "&Open" as "Open", "A && B" as "A & B"."""
    return _MNEMONIC.sub(r"\1", words) if "&" in words else words


def with_no_mnemonic(words: str) -> str:
    """Words for a menu or a button in which "&" is a sign like any other."""
    return words.replace("&", "&&")


def window_title(words: str) -> str:
    """Words for a window's title in which "[*]" is not Qt's place for the mark of changes."""
    return words.replace("[*]", "[*][*]")


def _not_html(words: str) -> str:
    """The words with nothing in them that Qt takes for a tag or an entity; they look the same."""
    return re.sub("<|&(?=lt;)", lambda sign: sign[0] + _WORD_JOINER, words)


def _in_its_own_direction(line: str) -> str:
    line = _EMBEDDINGS.sub("", line)
    if not _ISOLATES.search(line):
        return line
    open_, kept = 0, []
    for sign in line:
        if sign == _POP:
            if not open_:
                continue
            open_ -= 1
        elif _ISOLATES.match(sign):
            open_ += 1
        kept.append(sign)
    return "".join(kept) + _POP * open_
