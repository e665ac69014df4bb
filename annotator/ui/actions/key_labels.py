"""How keys are written where there is little room."""

from PySide6.QtGui import QAction, QKeySequence


def key_words(action: QAction) -> str:
    """The first key of an action, short enough for a key cap: ^Z, ⌫, Q."""
    return key_text(action.shortcut())


def key_text(keys: QKeySequence) -> str:
    """A key, short enough for a key cap."""
    words = keys.toString(QKeySequence.SequenceFormat.PortableText)
    for long, brief in (
        ("Ctrl+", "^"),
        ("Shift+", "⇧"),
        ("Alt+", "⌥"),
        ("Return", "⏎"),
        ("Backspace", "⌫"),
        ("Del", "⌦"),
    ):
        words = words.replace(long, brief)
    return words
