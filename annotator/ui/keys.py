"""How keys are written where there is little room."""

from PySide6.QtGui import QAction, QKeySequence


def key_words(action: QAction) -> str:
    """The first key of an action, short enough for a key cap: ^Z, ⌫, Q."""
    words = action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
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
