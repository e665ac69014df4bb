"""The keys that Qt's own widgets use, which cannot be changed."""

from typing import Final, NamedTuple

from annotator.ui.actions.action import Scope
from annotator.ui.i18n.translation import tr_later


class FixedShortcut(NamedTuple):
    """Keys in portable form, all doing the same thing."""

    keys: tuple[str, ...]
    does: str
    hint: str = ""
    """A short word for the status bar."""


FIXED: Final[dict[Scope, tuple[FixedShortcut, ...]]] = {
    Scope.TEXT: (
        FixedShortcut(("Left", "Right", "Up", "Down"), tr_later("Move the caret")),
        FixedShortcut(("Ctrl+Left", "Ctrl+Right"), tr_later("By words")),
        FixedShortcut(("Shift+Left", "Shift+Right"), tr_later("Select")),
        FixedShortcut(("Esc",), tr_later("Let go of selection and pick")),
    ),
    Scope.ARTICLES: (
        FixedShortcut(
            ("Shift+Down", "Shift+Up"), tr_later("Choose several articles"), tr_later("Select more")
        ),
    ),
}
"""By the scope in which they work."""
