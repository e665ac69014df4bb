"""The keymap: the keys of each action, its own or those the user gave it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from annotator.ui.actions.commands import Command, commands
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.settings import Settings
from annotator.ui.widgets.plain_text import strip_mnemonics

_MOVING: Final = ("Left", "Right", "Up", "Down")
_RESERVED: Final = {
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
"""Keys in portable form that no action can have, and what they do instead."""

Keys = dict[str, list[str]]
"""The keys of each action, by its id, in portable form (`Ctrl+Shift+F`)."""


class Keymap(QObject):
    """The keys of all actions; those that differ from the defaults are in the settings."""

    changed = Signal()
    """Emitted when some actions have other keys."""

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
        self.defaults: Keys = {c.id: portable_texts(c.action.shortcuts()) for c in self.commands}
        self._own = {c.id: c.action.shortcuts() for c in self.commands}
        self._apply(self._chosen())

    def follow_labels(self, actions: Mapping[str, QAction], labels: Mapping[str, QAction]) -> None:
        """Use the actions of another scheme's labels, with the keys that the user gave them."""
        found = commands(actions, labels)
        of_labels = {c.id: c.action.shortcuts() for c in found if c.id in labels}
        self.commands = found
        self._own = {c.id: of_labels[c.id] if c.id in of_labels else self._own[c.id] for c in found}
        self.defaults = {c.id: portable_texts(self._own[c.id]) for c in found}
        self._apply(self._chosen())

    def keys(self) -> Keys:
        """Return the keys that every action has now."""
        return {command.id: portable_texts(command.action.shortcuts()) for command in self.commands}

    def use(self, keys: Keys) -> None:
        """Give the actions these keys from now on, and after a restart as well."""
        for command in self.commands:
            chosen = keys.get(command.id, self.defaults[command.id])
            own = chosen == self.defaults[command.id]
            self._settings.set_keys(command.id, None if own else chosen)
        self._settings.save()
        self._apply(keys)
        self.changed.emit()

    def _chosen(self) -> Keys:
        """Return the keys of the settings; a key that two actions share goes to the changed one."""
        changed = {
            command.id: keys
            for command in self.commands
            if (keys := self._settings.keys(command.id)) is not None
        }
        assigned = {key for keys in changed.values() for key in keys}
        found: Keys = {}
        for id_, keys in self.defaults.items():
            found[id_] = changed.get(id_, [key for key in keys if key not in assigned])
        return found

    def _apply(self, keys: Keys) -> None:
        for command in self.commands:
            chosen = keys.get(command.id, self.defaults[command.id])
            if chosen != portable_texts(command.action.shortcuts()):
                own = chosen == self.defaults[command.id]
                command.action.setShortcuts(
                    self._own[command.id] if own else [QKeySequence(key) for key in chosen]
                )


def portable_texts(sequences: Iterable[QKeySequence]) -> list[str]:
    return [keys.toString(QKeySequence.SequenceFormat.PortableText) for keys in sequences]


def conflicting_actions(keys: Keys, id_: str, key: str) -> list[str]:
    """Return the ids of the other actions that have `key`."""
    return [other for other, other_keys in keys.items() if other != id_ and key in other_keys]


def reserved_use(key: str, menus: Sequence[str] = ()) -> str | None:
    """Return what a reserved `key` does, which no action can have; None if it is free.

    `menus` are the titles of menus whose access keys are reserved.
    """
    for title in menus:
        access = QKeySequence.mnemonic(title).toString(QKeySequence.SequenceFormat.PortableText)
        if access and access == key:
            return tr("opens the menu {1}", strip_mnemonics(title))
    use = _RESERVED.get(key)
    return None if use is None else tr(use)


def key_name(combination: int) -> str:
    """Return the portable name of a pressed key; "" for a modifier alone."""
    modifiers, key = combination & ~0x01FFFFFF, combination & 0x01FFFFFF
    alone = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
    if key in (*alone, Qt.Key.Key_AltGr, Qt.Key.Key_unknown, 0):
        return ""
    modifiers &= ~Qt.KeyboardModifier.KeypadModifier.value
    char = chr(key) if 0x20 < key < 0x7F else ""
    if char and not char.isalnum():
        # Which key needs Shift for a sign differs between keyboards.
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier.value
    return QKeySequence(modifiers | key).toString(QKeySequence.SequenceFormat.PortableText)
