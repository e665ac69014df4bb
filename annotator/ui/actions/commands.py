"""The actions of a window as the palette, the sheet and the dialog of keys list them."""

from collections.abc import Iterable, Sequence
from typing import cast

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeySequence

from annotator.ui.actions.action import Action, Scope
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.plain_text import strip_mnemonics


class Command:
    """An `Action` in a window: `spec` is what was declared, `action` the `QAction` for it.

    `reason` says why it is disabled, as far as that was checked last; "" if it is enabled.
    """

    def __init__(self, spec: Action, action: QAction) -> None:
        self.spec = spec
        self.action = action
        self.reason = ""

    @property
    def id(self) -> str:
        """Its name in the settings."""
        return self.spec.id

    @property
    def scope(self) -> Scope:
        """Where its keys work."""
        return self.spec.scope

    @property
    def group(self) -> str:
        """The title of its menu; without a menu, of its scope."""
        menu = self.spec.menu
        return plain(tr(menu.value if menu is not None else self.spec.scope.value))

    @property
    def title(self) -> str:
        """Its title, without access keys and dots."""
        return plain(self.action.text())

    def tool_tip(self) -> str:
        """Return its tool tip: why it is disabled; "" if there is nothing to say about it."""
        title = strip_mnemonics(self.action.text())
        if self.reason:
            return f"{title}\n{self.reason}"
        return self.spec.tip or (title if title != strip_mnemonics(self.spec.title) else "")

    @property
    def also(self) -> str:
        """Words for it that are not in its title, in the language of the window and in English."""
        words = self.spec.also
        return f"{tr(words)} {words}" if words else ""

    @property
    def keys(self) -> list[str]:
        """Its keys as this desktop writes them, without those that few keyboards have."""
        return [native(keys) for keys in self.action.shortcuts() if not is_rare(keys)]


def by_group(found: Iterable[Command]) -> dict[str, list[Command]]:
    groups: dict[str, list[Command]] = {}
    for command in found:
        groups.setdefault(command.group, []).append(command)
    return groups


def is_rare(keys: QKeySequence) -> bool:
    """Return whether it needs a key such as "Open", "Copy" or "Zoom in"."""
    # PySide's stubs do not know that a sequence has items.
    pressed = cast(Sequence[QKeyCombination], keys)
    return keys.count() > 0 and pressed[0].key() >= Qt.Key.Key_Back


def plain(words: str) -> str:
    """Return the title of a menu or an action without its access key and without "…"."""
    return strip_mnemonics(words).rstrip(" …")


def native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
