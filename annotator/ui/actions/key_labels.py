"""Short labels of keys, for key caps."""

from PySide6.QtGui import QAction, QKeySequence


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
