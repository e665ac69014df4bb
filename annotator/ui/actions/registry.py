"""The registry of all actions of a window: their `QAction`s, keys, and whether they are enabled."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from annotator.ui.actions.action import Action, Scope, first_reason, key_sequences
from annotator.ui.actions.commands import Command, native
from annotator.ui.actions.key_labels import key_name, portable_texts, typed_key_name
from annotator.ui.actions.menu_order import in_menu_order
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.plain_text import set_tool_tip

if TYPE_CHECKING:
    from annotator.ui.session import Session

_SCOPE: Final = "scope of keys"
"""The name of the property of widgets that have the keys of a scope."""


class KeyHint(NamedTuple):
    """Keys in portable form that do the same kind of thing, and a word for it."""

    keys: tuple[str, ...]
    does: str


class ActionRegistry(QObject):
    """All actions of one window, by id.

    Each feature adds the actions that it owns. The menus, the palette, the shortcut sheet and the
    dialog for keys are views of it. Whether actions are enabled and checked is brought up to date
    after each of them, and after what the session reports; a key or button of a disabled one shows
    why it is disabled.
    """

    keys_changed = Signal()
    """Emitted when actions have other keys, and once when all features have added theirs."""

    def __init__(self, window: QWidget, session: "Session") -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._commands: dict[str, Command] = {}
        self._explaining: dict[str, QShortcut] = {}
        self._scoped: dict[Scope, dict[str, list[Command]]] = {}
        self._stopped = False
        # One connection for all: a window has two hundred actions.
        self._group = QActionGroup(self)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._group.triggered.connect(self._run)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.refresh)
        for changed in (
            session.article_opened,
            session.edit_applied,
            session.selected_item_changed,
            session.scheme_changed,
            session.pending_edits.changed,
        ):
            changed.connect(self.refresh_soon)

    def __getitem__(self, id_: str) -> QAction:
        return self._commands[id_].action

    def __contains__(self, id_: object) -> bool:
        return id_ in self._commands

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def items(self) -> Iterable[tuple[str, QAction]]:
        """Return the ids with their actions."""
        return [(id_, command.action) for id_, command in self._commands.items()]

    def commands(self) -> list[Command]:
        """Return all actions in the order of the menus, those without a menu last."""
        return in_menu_order(self._commands.values())

    def add(self, actions: Iterable[Action]) -> None:
        """Add actions to the window. Raises ValueError if an id is taken."""
        for spec in actions:
            if spec.id in self._commands:
                raise ValueError(f"two actions are called {spec.id}")
            self._commands[spec.id] = self._make(spec)
        self.refresh_soon()

    def remove(self, ids: Iterable[str]) -> None:
        """Remove actions from the window, as those of labels that are in the scheme no more."""
        for id_ in ids:
            command = self._commands.pop(id_)
            # It is deleted only after the event; until then its shortcut would be ambiguous.
            command.action.setShortcuts([])
            self._window.removeAction(command.action)
            command.action.deleteLater()
            if (explaining := self._explaining.pop(id_, None)) is not None:
                explaining.setEnabled(False)
                explaining.deleteLater()
        self._scoped.clear()

    def take_keys(self, scope: Scope, *widgets: QWidget, children: bool = False) -> None:
        """Give these widgets the keys of the scope, before all keys that they have already.

        With `children`, the keys work in the widgets inside them as well, unless those use them.
        """
        for widget in widgets:
            widget.setProperty(_SCOPE, scope.name)
            widget.installEventFilter(_ScopeKeys(self, scope, widget, children=children))

    def scope_of(self, widget: QWidget) -> Scope:
        """Return the scope around the widget, that of the window for those without one."""
        name = widget.property(_SCOPE)
        return Scope[name] if isinstance(name, str) else Scope.WINDOW

    def invoke(self, id_: str) -> None:
        """Trigger the action; if it is disabled, show why."""
        command = self._commands[id_]
        self._update(command)
        if command.reason:
            self._session.status_message.emit(command.reason)
        else:
            command.action.trigger()

    def set_title(self, id_: str, title: str) -> None:
        """Give the action a longer title, which its tool tip shows literally."""
        command = self._commands[id_]
        command.action.setText(title)
        set_tool_tip(command.action, command.tool_tip())

    # Keys

    def set_keys(self, id_: str, keys: Sequence[QKeySequence]) -> None:
        """Give an action, and those that share its keys, these keys."""
        followers = [c for c in self._commands.values() if c.spec.keys_of == id_]
        for command in (self._commands[id_], *followers):
            command.action.setShortcuts(keys)
            if (explaining := self._explaining.get(command.id)) is not None:
                explaining.setKeys(keys)
        self._scoped.clear()

    def key(self, id_: str) -> str:
        """Return the first key of the action as this desktop writes it; "" if it has none."""
        return native(self._commands[id_].action.shortcut())

    def key_or_title(self, id_: str) -> str:
        """Return how a message names the action: by its key, else by its title in quote marks."""
        return self.key(id_) or tr("“{1}”", self._commands[id_].title.partition(": ")[0])

    def label_keys(self) -> str:
        """Return the first and the last key of the labels, as "1–9"; how to find one if none."""
        ids = [f"label-{label.name}" for label in self._session.scheme.labels]
        keys = [key for id_ in ids if (key := self.key(id_))]
        if len(keys) > 1:
            return f"{keys[0]}–{keys[-1]}"
        return keys[0] if keys else self.key_or_title("mark_as")

    def hints(self, scope: Scope) -> list[KeyHint]:
        """Return the keys of the scope that have a hint; actions with the same hint share one."""
        found: dict[str, list[str]] = {}
        for command in self._commands.values():
            if command.scope is scope and command.spec.hint:
                for key in portable_texts(command.action.shortcuts()[:1]):
                    found.setdefault(command.spec.hint, []).append(key)
        return [KeyHint(tuple(dict.fromkeys((keys[0], keys[-1]))), word)
                for word, keys in found.items()]  # fmt: skip

    def claimant(self, scope: Scope, event: QKeyEvent) -> str | None:
        """Return the id of the action of the scope whose key is pressed; None if there is none."""
        if scope not in self._scoped:
            by_key: dict[str, list[Command]] = {}
            for command in self._commands.values():
                if command.scope is scope:
                    for key in portable_texts(command.action.shortcuts()):
                        by_key.setdefault(key, []).append(command)
            self._scoped[scope] = by_key
        pressed = key_name(event.keyCombination().toCombined()), typed_key_name(event)
        for key in dict.fromkeys(pressed):
            for command in self._scoped[scope].get(key, ()):
                if command.spec.claims_key is None or command.spec.claims_key():
                    return command.id
        return None

    def press(self, id_: str) -> None:
        """Do what a pressed key of the action does."""
        self._session.touch()
        self.invoke(id_)

    # Enabled and checked

    def refresh_soon(self) -> None:
        """Bring all actions up to date once the current event is handled."""
        if not self._timer.isActive() and not self._stopped:
            self._timer.start()

    def stop(self) -> None:
        """Leave all actions as they are, because the project is about to be closed."""
        self._stopped = True
        self._timer.stop()

    def refresh(self) -> None:
        """Bring all actions up to date: enabled or disabled with the reason, on or off."""
        self._timer.stop()
        reasons: dict[int, str] = {}  # most actions share their conditions with others
        for command in self._commands.values():
            conditions = command.spec.enabled_when
            if conditions:
                if id(conditions) not in reasons:
                    reasons[id(conditions)] = first_reason(conditions)
                if reasons[id(conditions)] != command.reason:  # seldom, and this runs at each key
                    self._show_reason(command, reasons[id(conditions)])
            if command.spec.checked is not None:
                self._show_checked(command)

    def _update(self, command: Command) -> None:
        self._show_reason(command, command.spec.why_disabled())
        self._show_checked(command)

    def _show_checked(self, command: Command) -> None:
        checked, action = command.spec.checked, command.action
        if checked is not None and checked() != action.isChecked():
            action.setChecked(not action.isChecked())

    def _show_reason(self, command: Command, reason: str) -> None:
        if reason != command.reason:
            command.reason = reason
            command.action.setEnabled(not reason)
            set_tool_tip(command.action, command.tool_tip())
            if command.scope is Scope.WINDOW:
                self._explain_keys(command)

    def _explain_keys(self, command: Command) -> None:
        """Let the keys of a disabled action show why, since Qt would give them to the text."""
        explaining = self._explaining.get(command.id)
        if explaining is None and command.reason:
            explaining = self._explaining[command.id] = QShortcut(self._window)
            explaining.setKeys(command.action.shortcuts())
            explaining.activated.connect(lambda: self.invoke(command.id))
        if explaining is not None:
            explaining.setEnabled(bool(command.reason))

    def _make(self, spec: Action) -> Command:
        action = QAction(spec.title, self._window)
        action.setObjectName(spec.id)
        if spec.checked is not None:
            action.setCheckable(True)
        if spec.keys_of:
            action.setShortcuts(self._commands[spec.keys_of].action.shortcuts())
        elif spec.keys:
            action.setShortcuts(key_sequences(spec.keys))
        command = Command(spec, action)
        self._group.addAction(action)
        if spec.scope is Scope.WINDOW:
            self._window.addAction(action)
        else:  # menus show its keys, but the widgets of the scope take them
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._scoped.pop(spec.scope, None)
        if spec.tip:
            set_tool_tip(action, spec.tip)
        return command

    def _run(self, action: QAction) -> None:
        command = self._commands[action.objectName()]
        reason = command.spec.why_disabled()
        if reason:  # it has become so since it was checked
            self._session.status_message.emit(reason)
        else:
            command.spec.run()
        if not self._stopped:
            self.refresh()


class _ScopeKeys(QObject):
    """An event filter that gives a widget with the focus the keys of a scope."""

    def __init__(
        self, registry: ActionRegistry, scope: Scope, widget: QWidget, *, children: bool
    ) -> None:
        super().__init__(widget)
        self._children = children
        self._registry = registry
        self._scope = scope

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        asked = event.type() == QEvent.Type.ShortcutOverride
        if not asked and event.type() != QEvent.Type.KeyPress:
            return False
        if not self._children and watched is not QApplication.focusWidget():
            return False  # it comes from an editor in the widget
        id_ = self._registry.claimant(self._scope, event)
        if id_ is None:
            return False
        event.accept()
        if not asked:
            self._registry.press(id_)
        return True
