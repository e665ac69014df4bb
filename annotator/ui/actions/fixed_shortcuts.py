"""The keys that belong to one pane of the window and cannot be changed."""

from typing import Final, NamedTuple

from annotator.ui.i18n.translation import tr_later


class FixedKey(NamedTuple):
    """Keys in portable form, all doing the same thing."""

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
        FixedKey(("Del",), tr_later("Delete what is selected")),
    ),
    tr_later("In the article list"): (
        FixedKey(("Return",), tr_later("Open the article")),
        FixedKey(("Del",), tr_later("Move to the trash")),
        FixedKey(("Shift+Down", "Shift+Up"), tr_later("Choose several articles")),
    ),
    tr_later("While finding"): (
        FixedKey(("Return", "Shift+Return"), tr_later("Next and previous hit")),
        FixedKey(("Alt+C",), tr_later("Case and accents count")),
        FixedKey(("Alt+W",), tr_later("Whole words only")),
        FixedKey(("Esc",), tr_later("Back to the text, the hit selected")),
    ),
}
"""By the pane that has them."""

HINTS: Final[dict[str, tuple[FixedKey, ...]]] = {
    "articlelist": (
        FixedKey(("Del",), tr_later("Move to the trash")),
        FixedKey(("Return",), tr_later("Open")),
        FixedKey(("Shift+Down",), tr_later("Select more")),
    ),
    "quotes": (
        FixedKey(("Del",), tr_later("Delete")),
        FixedKey(("Return",), tr_later("Speaker")),
        FixedKey(("T",), tr_later("Type")),
        FixedKey(("Space",), tr_later("Show in the text")),
    ),
    "entities": (
        FixedKey(("Del",), tr_later("Delete")),
        FixedKey(("Return",), tr_later("Rename")),
        FixedKey(("L",), tr_later("Label")),
        FixedKey(("M",), tr_later("Merge")),
        FixedKey(("Shift+M",), tr_later("Split off")),
        FixedKey(("Space",), tr_later("Show in the text")),
    ),
    "differences": (
        FixedKey(("X",), tr_later("Reject")),
        FixedKey(("0",), tr_later("No annotation")),
        FixedKey(("1", "9"), tr_later("Take")),
        FixedKey(("E",), tr_later("Edit")),
        FixedKey(("R",), tr_later("Send back")),
        FixedKey(("J", "K"), tr_later("Go")),
    ),
}
"""What the status bar shows while the widget of this name has the focus; first what deletes."""
