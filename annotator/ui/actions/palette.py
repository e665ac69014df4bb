"""The command palette: every action, found by the words of its title."""

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions.commands import Command
from annotator.ui.actions.fuzzy_match import closeness, match_score
from annotator.ui.actions.key_caps import cap_font, caps_size, draw_caps
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.row_drawing import Fonts, draw_row, draw_text, mirrored, text_width
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.completion_list import CompletionList
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel

_COMMAND_ROLE: Final = Qt.ItemDataRole.UserRole
_ROWS: Final = 11
_WIDTH: Final = 560

_Index = QModelIndex | QPersistentModelIndex


class Palette(QFrame):
    """A popup with a line edit above the actions that fit. Enter or a click triggers one."""

    def __init__(self, found: list[Command], settings: Settings, theme: Theme, parent: QWidget):
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Find an action"))
        self._commands = found
        self._settings = settings
        self.line = LineEdit(self)
        self.line.setObjectName("ask")
        self.line.setAccessibleName(tr("Action to look for"))
        self.line.setPlaceholderText(tr("What do you want to do?"))
        self.line.textChanged.connect(self._filter)
        self.model = _CommandModel(self)
        self.view = CompletionList(self.line, self.model, _CommandDelegate(theme, self), _ROWS)
        self.view.setAccessibleName(tr("Actions that fit"))
        self.view.taken.connect(self._run)
        self.view.left.connect(self.close)
        self._nothing = PlainLabel(tr("No action is called that."), self)
        self._nothing.setObjectName("nothing")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        for part in (self.line, self.view, self._nothing):
            layout.addWidget(part)
        self.setStyleSheet(
            f"#palette {{ background: {theme.card}; border: 1px solid {theme.line}; }}"
            f"#palette QListView {{ background: {theme.card}; border: none; }}"
            "#ask { font-size: 15px; padding: 7px 9px; }"
            f"#nothing {{ color: {theme.muted}; padding: 10px; }}"
        )

    def open_over(self, window: QWidget) -> None:
        """Show at the top of the window, ready to type."""
        self._filter("")
        width = min(_WIDTH, window.width() - 40)
        self.resize(width, self.sizeHint().height())
        corner = window.mapToGlobal(QPoint((window.width() - width) // 2, 66))
        self.move(corner)
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        command = index.data(_COMMAND_ROLE)
        if not isinstance(command, Command) or not command.action.isEnabled():
            return
        self._settings.remember_action(command.id)
        self.close()
        # By then the window has the focus again, and the action finds the text focused.
        QTimer.singleShot(0, command.action, command.action.trigger)

    @Slot(str)
    def _filter(self, typed: str) -> None:
        recent = self._settings.recent_actions
        rank = {id_: number for number, id_ in enumerate(recent)}
        ranked = []
        for command in self._commands:
            points = match_score(typed, f"{command.title} {command.group} {command.also}")
            if points is not None:
                named = match_score(typed, f"{command.title} {command.group}")
                close = closeness(typed, command.title)
                order = (close, named is None, -points, match_score(typed, command.title) is None)
                ranked.append((order, rank.get(command.id, len(rank)), command))
        ranked.sort(key=lambda row: row[:2])
        self.model.show_commands([row[2] for row in ranked])
        self._nothing.setVisible(not ranked)
        self.view.setVisible(bool(ranked))
        self.view.setCurrentIndex(self.model.index(0))
        self._fit()

    def _fit(self) -> None:
        """Resize to the height of what is found."""
        self.view.fit()
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(self.width(), self.sizeHint().height())


class _CommandModel(QAbstractListModel):
    """The actions that fit what is typed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._commands: list[Command] = []

    def show_commands(self, found: list[Command]) -> None:
        self.beginResetModel()
        self._commands = found
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._commands)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        command = index.data(_COMMAND_ROLE)
        usual = super().flags(index)
        if isinstance(command, Command) and not command.action.isEnabled():
            return usual & ~Qt.ItemFlag.ItemIsEnabled
        return usual

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._commands):
            return None
        command = self._commands[index.row()]
        if role == _COMMAND_ROLE:
            return command
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join([command.title, *_state(command), *command.keys[:1]])
        return None


def _state(command: Command) -> list[str]:
    """Return the group, whether the action is on, and why it cannot be used, if so."""
    on = [tr("on")] if command.action.isChecked() else []
    return [command.group, *on, *([command.reason] if command.reason else [])]


class _CommandDelegate(QStyledItemDelegate):
    """Paints title, group and the first key."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, QFontMetrics(option.font).height() + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        command = index.data(_COMMAND_ROLE)
        if not isinstance(command, Command):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts, theme = Fonts.of(option.font), self._theme
        draw_row(painter, option, theme, radius=6)
        enabled = command.action.isEnabled()
        row = option.rect.adjusted(12, 0, -12, 0)
        keys, font = command.keys[:1], cap_font(fonts.base)
        size = caps_size(font, keys)
        caps_rect = QRect(row.right() - size.width(), row.top(), size.width(), row.height())
        draw_caps(painter, mirrored(caps_rect, row), font, keys, theme, muted=not enabled)
        ink = theme.text if enabled else theme.muted
        title_rect = row.adjusted(0, 0, -size.width() - 16, 0)
        draw_text(painter, mirrored(title_rect, row), command.title, fonts.base, ink)
        group = title_rect.adjusted(text_width(fonts.base, command.title) + 12, 1, 0, 1)
        draw_text(
            painter, mirrored(group, row), " · ".join(_state(command)), fonts.small, theme.muted
        )
        painter.restore()
