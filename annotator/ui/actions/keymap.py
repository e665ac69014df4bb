"""Which keys an action has: those it came with, or those the user gave it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from annotator.ui.actions.commands import Command, commands
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.settings import Settings
from annotator.ui.widgets.plain_text import without_mnemonics

_MOVING: Final = ("Left", "Right", "Up", "Down")
_TAKEN: Final = {
    "Esc": tr_later("lets go of what is selected"),
    "Tab": tr_later("goes to the next part of the window"),
    "Shift+Tab": tr_later("goes to the part before"),
    **{
        modifiers + key: tr_later("moves the caret in the text")
        for key in (*_MOVING, "Home", "End")
        for modifiers in ("", "Shift+", "Ctrl+", "Ctrl+Shift+")
        if (modifiers, key) not in (("Ctrl+", "Up"), ("Ctrl+", "Down"))
    },
    **dict.fromkeys(("PgUp", "PgDown"), tr_later("moves the caret in the text")),
}
"""Keys in portable writing that no action can have, and what they do instead."""

Keys = dict[str, list[str]]
"""The keys of each action, by its id, in portable writing (`Ctrl+Shift+F`)."""


class Keymap(QObject):
    """The keys of all actions; what differs from their own keys is in the settings."""

    changed = Signal()
    """Some actions have other keys now."""

    def __init__(
        self,
        actions: Mapping[str, QAction],
        labels: Mapping[str, QAction],
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.commands: list[Command] = commands(actions, labels)
        self.defaults: Keys = {c.id: portable(c.action.shortcuts()) for c in self.commands}
        self._own = {c.id: c.action.shortcuts() for c in self.commands}
        self._apply(self._chosen())

    def follow_labels(self, actions: Mapping[str, QAction], labels: Mapping[str, QAction]) -> None:
        """Take on the actions of another scheme's labels, with the keys that the user gave them."""
        found = commands(actions, labels)
        fresh = {c.id: c.action.shortcuts() for c in found if c.id in labels}
        self.commands = found
        self._own = {c.id: fresh[c.id] if c.id in fresh else self._own[c.id] for c in found}
        self.defaults = {c.id: portable(self._own[c.id]) for c in found}
        self._apply(self._chosen())

    def keys(self) -> Keys:
        """The keys that every action has now."""
        return {command.id: portable(command.action.shortcuts()) for command in self.commands}

    def use(self, keys: Keys) -> None:
        """Give the actions these keys from now on, and after a restart too."""
        for command in self.commands:
            mine = keys.get(command.id, self.defaults[command.id])
            own = mine == self.defaults[command.id]
            self._settings.set_keys(command.id, None if own else mine)
        self._settings.save()
        self._apply(keys)
        self.changed.emit()

    def _chosen(self) -> Keys:
        """The keys of the settings; a key that two actions would share goes to the changed one."""
        changed = {
            command.id: keys
            for command in self.commands
            if (keys := self._settings.keys(command.id)) is not None
        }
        taken = {key for keys in changed.values() for key in keys}
        found: Keys = {}
        for id_, keys in self.defaults.items():
            found[id_] = changed.get(id_, [key for key in keys if key not in taken])
        return found

    def _apply(self, keys: Keys) -> None:
        for command in self.commands:
            mine = keys.get(command.id, self.defaults[command.id])
            if mine != portable(command.action.shortcuts()):
                own = mine == self.defaults[command.id]
                command.action.setShortcuts(
                    self._own[command.id] if own else [QKeySequence(key) for key in mine]
                )


def portable(sequences: Iterable[QKeySequence]) -> list[str]:
    return [keys.toString(QKeySequence.SequenceFormat.PortableText) for keys in sequences]


def rivals(keys: Keys, id_: str, key: str) -> list[str]:
    """The ids of the other actions that have `key`."""
    return [other for other, theirs in keys.items() if other != id_ and key in theirs]


def taken_for(key: str, menus: Sequence[str] = ()) -> str | None:
    """What `key` always does and so cannot be given to an action; None if it is free.

    `menus` are the titles of menus whose access keys are taken.
    """
    for title in menus:
        access = QKeySequence.mnemonic(title).toString(QKeySequence.SequenceFormat.PortableText)
        if access and access == key:
            return tr("opens the menu {1}", without_mnemonics(title))
    words = _TAKEN.get(key)
    return None if words is None else tr(words)


def pressed(combination: int) -> str:
    """The portable name of a pressed key; "" for a modifier alone."""
    modifiers, key = combination & ~0x01FFFFFF, combination & 0x01FFFFFF
    alone = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
    if key in (*alone, Qt.Key.Key_AltGr, Qt.Key.Key_unknown, 0):
        return ""
    modifiers &= ~Qt.KeyboardModifier.KeypadModifier.value
    char = chr(key) if 0x20 < key < 0x7F else ""
    if char and not char.isalnum():
        # Which key needs Shift for a sign differs from one keyboard to the next.
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier.value
    return QKeySequence(modifiers | key).toString(QKeySequence.SequenceFormat.PortableText)
