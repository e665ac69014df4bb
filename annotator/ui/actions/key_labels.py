"""The names of keys: in portable form, and short enough for key caps."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence


def action_key_text(action: QAction) -> str:
    """Return the first key of an action, short enough for a key cap: ^Z, ⌫, Q."""
    return key_text(action.shortcut())


def key_text(keys: QKeySequence) -> str:
    """Return a key, short enough for a key cap."""
    text = keys.toString(QKeySequence.SequenceFormat.PortableText)
    for long, brief in (
        ("Ctrl+", "^"),
        ("Shift+", "⇧"),
        ("Alt+", "⌥"),
        ("Return", "⏎"),
        ("Backspace", "⌫"),
        ("Del", "⌦"),
    ):
        text = text.replace(long, brief)
    return text


def portable_texts(sequences: Iterable[QKeySequence]) -> list[str]:
    return [keys.toString(QKeySequence.SequenceFormat.PortableText) for keys in sequences]


def key_name(combination: int) -> str:
    """Return the portable name of a pressed key; "" for a modifier alone."""
    modifiers, key = combination & ~0x01FFFFFF, combination & 0x01FFFFFF
    alone = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
    if key in (*alone, Qt.Key.Key_AltGr, Qt.Key.Key_unknown, 0):
        return ""
    modifiers &= ~Qt.KeyboardModifier.KeypadModifier.value
    if key == Qt.Key.Key_Backtab:
        modifiers, key = modifiers | Qt.KeyboardModifier.ShiftModifier.value, Qt.Key.Key_Tab.value
    char = chr(key) if 0x20 < key < 0x7F else ""
    if char and not char.isalnum():
        # Which key needs Shift for a sign differs between keyboards.
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier.value
    return QKeySequence(modifiers | key).toString(QKeySequence.SequenceFormat.PortableText)


def typed_key_name(event: QKeyEvent) -> str:
    """Return the portable name of the sign that a key types, however it is typed; "" for none.

    On many keyboards signs such as "]" need AltGr.
    """
    text, modifiers = event.text(), event.modifiers()
    sign = len(text) == 1 and " " < text <= "~" and not text.isalnum()
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    alone = bool(modifiers & alt) != bool(modifiers & control)  # together they are AltGr
    return key_name(ord(text)) if sign and not alone else ""
