"""The dialog to change keys."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions.commands import Command, by_group, is_rare, native
from annotator.ui.actions.fuzzy_match import match_score
from annotator.ui.actions.key_labels import key_name
from annotator.ui.actions.keymap import Keymap, Keys
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel

_ID: Final = Qt.ItemDataRole.UserRole
_SIZE: Final = (620, 640)
_ROW: Final = 25


class ShortcutDialog(QDialog):
    """Choose an action, press its new key, save. Nothing changes before that."""

    def __init__(self, keymap: Keymap, menus: Sequence[str], theme: Theme, parent: QWidget):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("keydialog")
        self.setWindowTitle(tr("Change keys"))
        self._keymap = keymap
        self._defaults = keymap.defaults
        self._menus = menus
        self._commands = {command.id: command for command in keymap.commands}
        self._keys: Keys = keymap.keys()
        self._offered_key = ""
        self.field = KeyField()
        self._build()
        self._lay_out()
        self._fill()
        self.setStyleSheet(
            f"#keydialog {{ background: {theme.panel}; }}"
            f"QTreeWidget {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 8px; padding: 2px; }"
            f"QTreeWidget::item:selected {{ background: {theme.selection}; color: {theme.text}; }}"
            f"QHeaderView::section {{ background: {theme.card}; color: {theme.muted};"
            f" border: none; border-bottom: 1px solid {theme.line}; padding: 6px 4px; }}"
            f"#warning {{ color: {theme.bad}; }}"
            f"#keyfield:focus {{ border: 2px solid {theme.accent}; }}"
        )
        self.resize(*_SIZE)
        self.filter.setFocus()

    def _build(self) -> None:
        self.filter = LineEdit()
        self.filter.setPlaceholderText(tr("Filter actions"))
        self.filter.setAccessibleName(tr("Filter actions"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Actions and their keys"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([tr("Action"), tr("Keys")])
        self.tree.setUniformRowHeights(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(14)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, self.tree.header().ResizeMode.Stretch)
        self.tree.header().resizeSection(1, 190)
        self.tree.currentItemChanged.connect(self._show_current)
        self.tree.itemActivated.connect(lambda _: self.field.setFocus())
        self.field.pressed_key.connect(self._offer)
        self.take = self._button(tr("&Use it here instead"), self._reassign)
        self.clear = self._button(tr("&No key"), self._clear)
        self.reset = self._button(tr("&Usual key"), self._reset)
        self.reset_all = self._button(tr("Reset &all"), self._reset_all)
        self.warning = PlainLabel()
        self.warning.setObjectName("warning")
        self.warning.setAccessibleName(tr("Warning"))
        self.warning.setWordWrap(True)
        self.warning.setMinimumHeight(38)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(tr("New key")))
        row.addWidget(self.field, 1)
        row.addWidget(self.clear)
        row.addWidget(self.reset)
        below = QHBoxLayout()
        below.addWidget(self.warning, 1)
        below.addWidget(self.take)
        box = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        box.addButton(self.reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        box.accepted.connect(self._save)
        box.rejected.connect(self.reject)
        save = box.button(QDialogButtonBox.StandardButton.Save)
        save.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(9)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addLayout(below)
        layout.addWidget(box)

    def current(self) -> str | None:
        """Return the id of the chosen action, or None."""
        item = self.tree.currentItem()
        return None if item is None else item.data(0, _ID)

    def choose(self, id_: str) -> None:
        """Make this action the chosen one, if it is in the list."""
        for group in range(self.tree.topLevelItemCount()):
            parent = self.tree.topLevelItem(group)
            for number in range(parent.childCount() if parent is not None else 0):
                child = parent.child(number) if parent is not None else None
                if child is not None and child.data(0, _ID) == id_:
                    self.tree.setCurrentItem(child)

    @Slot()
    def _fill(self) -> None:
        before, typed = self.current(), self.filter.text()
        self.tree.clear()
        first: QTreeWidgetItem | None = None
        for name, group in by_group(self._keymap.commands).items():
            fitting = [
                c for c in group if match_score(typed, f"{c.title} {name} {c.also}") is not None
            ]
            if not fitting:
                continue
            heading = QTreeWidgetItem(self.tree, [name])
            heading.setFirstColumnSpanned(True)
            heading.setSizeHint(0, QSize(0, _ROW))  # the rows below it get the same height
            heading.setFont(0, _bold(self.tree.font(), on=True))
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for command in fitting:
                item = QTreeWidgetItem(heading, self._columns(command))
                item.setData(0, _ID, command.id)
                item.setSizeHint(0, QSize(0, _ROW))
                self._embolden(item)
                first = first or item
        self.tree.expandAll()
        if before is not None:
            self.choose(before)
        if self.current() is None and first is not None:
            self.tree.setCurrentItem(first)
        self._show_current()

    def _columns(self, command: Command) -> list[str]:
        title = command.title.partition(": ")[0]
        shown = (QKeySequence(key) for key in self._keys[command.id])
        return [title, ",  ".join(native(keys) for keys in shown if not is_rare(keys))]

    def _embolden(self, item: QTreeWidgetItem) -> None:
        """Show keys that differ from the defaults in bold."""
        id_ = item.data(0, _ID)
        changed = self._keys[id_] != self._defaults[id_]
        item.setFont(1, _bold(self.tree.font(), on=changed))

    @Slot()
    def _show_current(self) -> None:
        id_ = self.current()
        self._warn("")
        self.field.clear()
        for part in (self.field, self.clear, self.reset):
            part.setEnabled(id_ is not None)
        if id_ is not None:
            self.clear.setEnabled(bool(self._keys[id_]))
            self.reset.setEnabled(self._keys[id_] != self._defaults[id_])

    @Slot(str)
    def _offer(self, key: str) -> None:
        id_ = self.current()
        if id_ is None:
            return
        shown = native(QKeySequence(key))
        self.field.setText(shown)
        reserved = self._keymap.reserved_use(id_, key, self._menus)
        others = self._keymap.conflicting_actions(self._keys, id_, key)
        if reserved is not None:
            self._warn(tr("{1} {2} and cannot be used.", shown, reserved))
        elif others:
            names = tr(" and ").join(f"“{self._title(other)}”" for other in others)
            self._warn(tr("{1} belongs to {2}.", shown, names), offered=key)
        else:
            self._assign(id_, [key])
            self.field.setText(shown)

    @Slot()
    def _reassign(self) -> None:
        id_, key = self.current(), self._offered_key
        if id_ is None or not key:
            return
        for other in self._keymap.conflicting_actions(self._keys, id_, key):
            self._keys[other] = [k for k in self._keys[other] if k != key]
        self._assign(id_, [key])
        self.field.setFocus()

    @Slot()
    def _clear(self) -> None:
        if (id_ := self.current()) is not None:
            self._assign(id_, [])

    @Slot()
    def _reset(self) -> None:
        id_ = self.current()
        if id_ is None:
            return
        keys = self._defaults[id_]
        others = [
            (key, other)
            for key in keys
            for other in self._keymap.conflicting_actions(self._keys, id_, key)
        ]
        if others:
            key, other = others[0]
            shown = native(QKeySequence(key))
            self._warn(tr("{1} belongs to “{2}” now.", shown, self._title(other)), offered=key)
        else:
            self._assign(id_, keys)

    @Slot()
    def _reset_all(self) -> None:
        self._keys = {id_: list(keys) for id_, keys in self._defaults.items()}
        self._fill()

    @Slot()
    def _save(self) -> None:
        self._keymap.use(self._keys)
        self.accept()

    def _assign(self, id_: str, keys: list[str]) -> None:
        self._keys[id_] = list(keys)
        self._fill()

    def _warn(self, words: str, *, offered: str = "") -> None:
        self._offered_key = offered
        self.warning.setText(words)
        self.take.setVisible(bool(offered))

    def _title(self, id_: str) -> str:
        return self._commands[id_].title.partition(": ")[0]

    def _button(self, words: str, run: object) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        return button


def _bold(font: QFont, *, on: bool) -> QFont:
    font = QFont(font)
    font.setBold(on)
    return font


class KeyField(LineEdit):
    """A field that captures the next key pressed in it. Tab and Shift+Tab leave it."""

    pressed_key = Signal(str)
    """Emitted with the key in portable form."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("keyfield")
        self.setReadOnly(True)
        self.setAccessibleName(tr("New key"))
        self.setPlaceholderText(tr("Press the new key"))

    def event(self, event: QEvent) -> bool:
        # Otherwise the window's shortcuts would handle the keys that are to be changed.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if key := key_name(event.keyCombination().toCombined()):
            self.pressed_key.emit(key)
