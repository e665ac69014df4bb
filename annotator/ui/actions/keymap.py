"""The keymap: the keys of each action, its own or those the user gave it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from annotator.ui.actions.action import Scope, key_sequences
from annotator.ui.actions.commands import Command
from annotator.ui.actions.key_labels import portable_texts
from annotator.ui.actions.registry import ActionRegistry
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
    """The keys of all actions; those that differ from the defaults are in the settings.

    Two actions of one scope never share a key. The same key in two scopes is no conflict: the
    scope of the widget with the focus comes before the window.
    """

    def __init__(self, registry: ActionRegistry, settings: Settings) -> None:
        super().__init__(registry)
        self._registry = registry
        self._settings = settings
        self._changed = False

    @property
    def commands(self) -> list[Command]:
        """The actions whose keys can be changed, in the order of the menus."""
        return [c for c in self._registry.commands() if not c.spec.keys_of]

    @property
    def defaults(self) -> Keys:
        """The usual keys of every action."""
        return {c.id: portable_texts(key_sequences(c.spec.keys)) for c in self.commands}

    def load(self) -> None:
        """Give the actions that are there now the keys of the settings."""
        self._changed = self._changed or self._settings.has_keys
        if self._changed:  # otherwise all have their own keys already
            self._apply(self._chosen())
        self._registry.keys_changed.emit()

    def keys(self) -> Keys:
        """Return the keys that every action has now."""
        return {command.id: portable_texts(command.action.shortcuts()) for command in self.commands}

    def use(self, keys: Keys) -> None:
        """Give the actions these keys from now on, and after a restart as well."""
        for id_, default in self.defaults.items():
            chosen = keys.get(id_, default)
            self._settings.set_keys(id_, None if chosen == default else chosen)
        self._settings.save()
        self._changed = True
        self._apply(keys)
        self._registry.keys_changed.emit()

    def conflicting_actions(self, keys: Keys, id_: str, key: str) -> list[str]:
        """Return the ids of the other actions of the same scope that have `key` in `keys`."""
        scope = self._scopes()
        return [
            other
            for other, other_keys in keys.items()
            if other != id_ and scope[other] is scope[id_] and key in other_keys
        ]

    def reserved_use(self, id_: str, key: str, menus: Sequence[str] = ()) -> str | None:
        """Return what a reserved `key` does, which the action cannot have; None if it is free.

        `menus` are the titles of menus whose access keys are reserved.
        """
        scope = self._scopes()
        usual = (keys for other, keys in self.defaults.items() if scope[other] is scope[id_])
        if any(key in keys for keys in usual):
            return None
        for title in menus:
            access = QKeySequence.mnemonic(title).toString(QKeySequence.SequenceFormat.PortableText)
            if access and access == key:
                return tr("opens the menu {1}", strip_mnemonics(title))
        use = _RESERVED.get(key)
        return None if use is None else tr(use)

    def _scopes(self) -> dict[str, Scope]:
        return {command.id: command.scope for command in self.commands}

    def _chosen(self) -> Keys:
        """Return the keys of the settings; a key that two actions share goes to the changed one."""
        scope, defaults = self._scopes(), self.defaults
        changed = {id_: keys for id_ in defaults if (keys := self._settings.keys(id_)) is not None}
        assigned = {(scope[id_], key) for id_, keys in changed.items() for key in keys}
        found: Keys = {}
        for id_, keys in defaults.items():
            free = [key for key in keys if (scope[id_], key) not in assigned]
            found[id_] = changed.get(id_, free)
        return found

    def _apply(self, keys: Keys) -> None:
        for command in self.commands:
            usual = key_sequences(command.spec.keys)
            chosen = keys.get(command.id, portable_texts(usual))
            if chosen != portable_texts(command.action.shortcuts()):
                own = chosen == portable_texts(usual)
                self._registry.set_keys(
                    command.id, usual if own else [QKeySequence(key) for key in chosen]
                )
