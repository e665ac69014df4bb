"""The keys that belong to one part of the window and stay as they are."""

from typing import Final, NamedTuple


class FixedKey(NamedTuple):
    """Keys in portable writing, each doing the same thing."""

    keys: tuple[str, ...]
    does: str


FIXED: Final[dict[str, tuple[FixedKey, ...]]] = {
    "In the text": (
        FixedKey(("Left", "Right", "Up", "Down"), "Move the caret"),
        FixedKey(("Ctrl+Left", "Ctrl+Right"), "By words"),
        FixedKey(("Shift+Left", "Shift+Right"), "Select"),
        FixedKey(("Esc",), "Let go of selection and pick"),
    ),
    "In the lists": (
        FixedKey(("Return", "F2"), "Rename; choose the speaker"),
        FixedKey(("L",), "Choose the label"),
        FixedKey(("T",), "Choose the type of the quote"),
        FixedKey(("Right", "Left"), "Unfold and fold mentions"),
        FixedKey(("Shift+M",), "Split mentions off"),
        FixedKey(("M",), "Merge the selected entities"),
        FixedKey(("Space",), "Show the row in the text"),
    ),
    "While finding": (
        FixedKey(("Return", "Shift+Return"), "Next and previous hit"),
        FixedKey(("Alt+C",), "Case and accents count"),
        FixedKey(("Alt+W",), "Whole words only"),
        FixedKey(("Esc",), "Back to the text, the hit selected"),
    ),
}
"""By the part of the window that has them."""
