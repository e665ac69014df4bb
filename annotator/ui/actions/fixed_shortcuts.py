"""The keys that belong to one pane of the window and cannot be changed."""

from typing import Final, NamedTuple

from annotator.ui.i18n.translation import tr_later


class FixedShortcut(NamedTuple):
    """Keys in portable form, all doing the same thing."""

    keys: tuple[str, ...]
    does: str


FIXED: Final[dict[str, tuple[FixedShortcut, ...]]] = {
    tr_later("In the text"): (
        FixedShortcut(("Left", "Right", "Up", "Down"), tr_later("Move the caret")),
        FixedShortcut(("Ctrl+Left", "Ctrl+Right"), tr_later("By words")),
        FixedShortcut(("Shift+Left", "Shift+Right"), tr_later("Select")),
        FixedShortcut(("Esc",), tr_later("Let go of selection and pick")),
    ),
    tr_later("In the lists"): (
        FixedShortcut(("Return", "F2"), tr_later("Rename; choose the speaker")),
        FixedShortcut(("L",), tr_later("Choose the label")),
        FixedShortcut(("T",), tr_later("Choose the type of the quote")),
        FixedShortcut(("Right", "Left"), tr_later("Unfold and fold mentions")),
        FixedShortcut(("Shift+M",), tr_later("Split mentions off")),
        FixedShortcut(("M",), tr_later("Merge the selected entities")),
        FixedShortcut(("Space",), tr_later("Show the row in the text")),
        FixedShortcut(("Del",), tr_later("Delete what is selected")),
    ),
    tr_later("In the article list"): (
        FixedShortcut(("Return",), tr_later("Open the article")),
        FixedShortcut(("Del",), tr_later("Move to the trash")),
        FixedShortcut(("Shift+Down", "Shift+Up"), tr_later("Choose several articles")),
    ),
    tr_later("While finding"): (
        FixedShortcut(("Return", "Shift+Return"), tr_later("Next and previous hit")),
        FixedShortcut(("Alt+C",), tr_later("Case and accents count")),
        FixedShortcut(("Alt+W",), tr_later("Whole words only")),
        FixedShortcut(("Esc",), tr_later("Back to the text, the hit selected")),
    ),
}
"""By the pane that has them."""

HINTS: Final[dict[str, tuple[FixedShortcut, ...]]] = {
    "articlelist": (
        FixedShortcut(("Del",), tr_later("Move to the trash")),
        FixedShortcut(("Return",), tr_later("Open")),
        FixedShortcut(("Shift+Down",), tr_later("Select more")),
    ),
    "quotes": (
        FixedShortcut(("Del",), tr_later("Delete")),
        FixedShortcut(("Return",), tr_later("Speaker")),
        FixedShortcut(("T",), tr_later("Type")),
        FixedShortcut(("Space",), tr_later("Show in the text")),
    ),
    "entities": (
        FixedShortcut(("Del",), tr_later("Delete")),
        FixedShortcut(("Return",), tr_later("Rename")),
        FixedShortcut(("L",), tr_later("Label")),
        FixedShortcut(("M",), tr_later("Merge")),
        FixedShortcut(("Shift+M",), tr_later("Split off")),
        FixedShortcut(("Space",), tr_later("Show in the text")),
    ),
    "differences": (
        FixedShortcut(("X",), tr_later("Reject")),
        FixedShortcut(("0",), tr_later("No annotation")),
        FixedShortcut(("1", "9"), tr_later("Take")),
        FixedShortcut(("E",), tr_later("Edit")),
        FixedShortcut(("R",), tr_later("Send back")),
        FixedShortcut(("J", "K"), tr_later("Go")),
    ),
}
"""What the status bar shows while the widget of this name has the focus; first what deletes."""
