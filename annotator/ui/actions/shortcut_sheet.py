"""The shortcut sheet: all keys, in groups."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.actions.commands import Command, by_group, native
from annotator.ui.actions.fixed_shortcuts import FIXED
from annotator.ui.actions.key_caps import KeyCaps
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel

_SIZE: Final = (1300, 860)
_BESIDE: Final = 70
"""The width of margins and scroll bar, in pixels."""

Rows = list[tuple[str, list[str]]]
"""Titles and the keys of each."""


class ShortcutSheet(QDialog):
    """Every action that has a key, by group; `?` or Esc closes it."""

    change_wanted = Signal()
    """Emitted when the user wants to change keys."""

    def __init__(self, found: Sequence[Command], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        self.setObjectName("sheet")
        self._theme = theme
        self.groups = _groups(found)
        room = QGuiApplication.primaryScreen().availableSize()
        self._width = min(_SIZE[0], room.width() - 40)
        heading = PlainLabel(tr("Keys"))
        heading.setObjectName("big")
        hint = PlainLabel(
            tr(
                "A key acts on the selection, else on what is picked, "
                "else on the word at the caret."
            )
        )
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 16)
        layout.setSpacing(8)
        area = self._columns()
        for part in (heading, hint, area):
            layout.addWidget(part)
        layout.addLayout(self._foot())
        self.setStyleSheet(
            f"#sheet {{ background: {theme.panel}; }}"
            "QLabel#big { font-size: 20px; font-weight: 600; }"
            f"QScrollArea, #board {{ background: transparent; border: none; }}"
            f"QFrame#group {{ background: {theme.page}; border: 1px solid {theme.line};"
            " border-radius: 10px; }"
            f"QLabel#name {{ color: {theme.accent}; font-weight: 600; }}"
        )
        area.setFocus()  # so that the arrow keys scroll
        self.resize(self._width, min(_SIZE[1], room.height() - 60))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Question:
            self.close()
        else:
            super().keyPressEvent(event)

    def _columns(self) -> QScrollArea:
        boards = (self._board(count) for count in (3, 2, 1))
        board = next(b for b in boards if self._fits(b))
        area = QScrollArea()
        area.setAccessibleName(tr("All keys"))
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setWidget(board)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _fits(self, board: QWidget) -> bool:
        layout = board.layout()
        columns = layout.count() if layout is not None else 1
        return columns == 1 or board.minimumSizeHint().width() <= self._width - _BESIDE

    def _board(self, count: int) -> QWidget:
        board = QWidget()
        board.setObjectName("board")
        columns = QHBoxLayout(board)
        columns.setContentsMargins(0, 6, 0, 6)
        columns.setSpacing(14)
        for names in _balanced(self.groups, count):
            column = QVBoxLayout()
            column.setSpacing(14)
            for name in names:
                column.addWidget(self._group(name, self.groups[name]))
            column.addStretch(1)
            columns.addLayout(column, 1)
        return board

    def _group(self, name: str, rows: Rows) -> QFrame:
        frame = QFrame()
        frame.setObjectName("group")
        frame.setAccessibleName(name)
        grid = QGridLayout(frame)
        grid.setContentsMargins(16, 12, 14, 14)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        heading = PlainLabel(name)
        heading.setObjectName("name")
        grid.addWidget(heading, 0, 0, 1, 2)
        for number, (title, keys) in enumerate(rows, start=1):
            label = PlainLabel(title)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            caps = KeyCaps(keys, self._theme)
            grid.addWidget(label, number, 0)
            grid.addWidget(caps, number, 1, Qt.AlignmentFlag.AlignRight)
        return frame

    def _foot(self) -> QHBoxLayout:
        change = QPushButton(tr("&Change keys…"))
        change.setAutoDefault(False)
        change.clicked.connect(self.close)
        change.clicked.connect(self.change_wanted)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(change)
        foot.addStretch(1)
        foot.addWidget(close)
        return foot


def _groups(found: Sequence[Command]) -> dict[str, Rows]:
    groups = {
        name: rows
        for name, group in by_group(found).items()
        if (rows := [(c.title.partition(": ")[0], c.keys[:1]) for c in group if c.keys])
    }
    for scope, fixed in FIXED.items():
        groups.setdefault(tr(scope.value), []).extend(
            (tr(row.does), [native(QKeySequence(key)) for key in row.keys]) for row in fixed
        )
    return groups


def _balanced(groups: dict[str, Rows], count: int) -> list[list[str]]:
    """Return the names of the groups in columns of similar height, the largest groups first."""
    columns: list[list[str]] = [[] for _ in range(count)]
    heights = [0] * count
    for name in sorted(groups, key=lambda name: -len(groups[name])):
        shortest = heights.index(min(heights))
        columns[shortest].append(name)
        heights[shortest] += len(groups[name]) + 3
    order = list(groups)
    for column in columns:
        column.sort(key=order.index)
    return sorted(columns, key=lambda names: min(map(order.index, names), default=0))
