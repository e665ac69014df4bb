"""The keys that belong to one part of the window and stay as they are."""

from typing import Final, NamedTuple

from annotator.ui.language import tr_later


class FixedKey(NamedTuple):
    """Keys in portable writing, each doing the same thing."""

    keys: tuple[str, ...]
    does: str


FIXED: Final[dict[str, tuple[FixedKey, ...]]] = {
    tr_later("In the text"): (
        FixedKey(("Left", "Right", "Up", "Down"), tr_later("Move the caret")),
        FixedKey(("Ctrl+Left", "Ctrl+Right"), tr_later("By words")),
        FixedKey(("Shift+Left", "Shift+Right"), tr_later("Select")),
        FixedKey(("Esc",), tr_later("Let go of selection and pick")),
    ),
    tr_later("In the lists"): (
        FixedKey(("Return", "F2"), tr_later("Rename; choose the speaker")),
        FixedKey(("L",), tr_later("Choose the label")),
        FixedKey(("T",), tr_later("Choose the type of the quote")),
        FixedKey(("Right", "Left"), tr_later("Unfold and fold mentions")),
        FixedKey(("Shift+M",), tr_later("Split mentions off")),
        FixedKey(("M",), tr_later("Merge the selected entities")),
        FixedKey(("Space",), tr_later("Show the row in the text")),
    ),
    tr_later("In the article list"): (
        FixedKey(("Del", "Backspace"), tr_later("Move to the trash")),
        FixedKey(("Shift+Down", "Shift+Up"), tr_later("Choose several articles")),
    ),
    tr_later("While finding"): (
        FixedKey(("Return", "Shift+Return"), tr_later("Next and previous hit")),
        FixedKey(("Alt+C",), tr_later("Case and accents count")),
        FixedKey(("Alt+W",), tr_later("Whole words only")),
        FixedKey(("Esc",), tr_later("Back to the text, the hit selected")),
    ),
}
"""By the part of the window that has them."""
