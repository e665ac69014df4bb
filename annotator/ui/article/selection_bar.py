"""The selection bar: what the selection can become, with the shortcuts for it."""

from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QToolButton,
)

from annotator.core.edit import Edit
from annotator.core.models import Entity
from annotator.core.scheme import TONES, Label
from annotator.ui.actions.key_labels import action_key_text
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import escape_mnemonic, set_tool_tip, strip_mnemonics

_ROLE_WORDS: Final = (
    ("quote", tr_later("Quote")),
    ("cue", tr_later("Cue")),
    ("source", tr_later("Speaker")),
)
_MOST: Final = 60
"""More labels than this never fit in two rows."""
_ROWS: Final = 2
_RECENT: Final = 12
_MARGIN: Final = 8
_GAP: Final = 5
_EDGE: Final = 4
"""The distance of the bar from the edges of the page, in pixels."""


class SelectionBar(QFrame):
    """A bar below the view's selection, hidden without one. It never gets the focus.

    It has two rows at most. Labels that do not fit are found by typing behind "More…"; then those
    used last come first. Its buttons are made when it is first shown.
    """

    def __init__(
        self,
        view: ArticleView,
        session: Session,
        labels: Mapping[str, QAction],
        registry: ActionRegistry,
        theme: Theme,
    ) -> None:
        super().__init__(view.viewport())
        self.setObjectName("bar")
        self.setAccessibleName(tr("Mark the selection"))
        self._view = view
        self._session = session
        self._registry = registry
        self._words: list[tuple[QToolButton, QAction, str]] = []
        self._recent: list[str] = []
        self._actions = labels
        self._labels: dict[str, QToolButton] = {}
        self._roles: list[QToolButton] = []
        self._more: QToolButton | None = None
        self._overflows = False
        self._theme = theme
        self.hide()
        session.edit_applied.connect(self._remember)
        view.selection_settled.connect(self.follow)
        view.verticalScrollBar().valueChanged.connect(self.follow)
        view.resized.connect(self._stay)
        view.reading_changed.connect(self._stay)

    def set_labels(self, labels: Mapping[str, QAction]) -> None:
        """Show the labels of the session's scheme from now on, with these actions."""
        removed = list(self._labels.values())
        self._words = [row for row in self._words if row[0] not in removed]
        for button in removed:
            button.hide()
            button.deleteLater()
        self._labels.clear()
        self._actions = labels
        if self._roles:
            self._make_label_buttons()
            self.show_keys()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in this theme from now on."""
        self._theme = theme
        if self._roles:
            self._cast_shadow()

    def _cast_shadow(self) -> None:
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(18)
        shadow.setOffset(0, 3)
        shadow.setColor(QColor(self._theme.shadow))
        self.setGraphicsEffect(shadow)

    def show_keys(self) -> None:
        """Show the keys that the actions have now."""
        for button, action, word in self._words:
            button.setText(escape_mnemonic(f"{action_key_text(action)} {word}".strip()))

    def follow(self) -> None:
        """Show at the selection, or hide if none is visible."""
        below = self._view.selection_bottom() if self._view.selection() is not None else None
        if below is None:
            self.hide()
            return
        self._make_buttons()
        viewport = self._view.viewport()
        self._arrange(viewport.width() - 2 * _EDGE)
        x = max(_EDGE, min(below.x() - 24, viewport.width() - self.width() - _EDGE))
        y = below.y() + 6
        if y + self.height() > viewport.height():
            y = max(_EDGE, below.y() - self.height() - self._view.line_height() - 14)
        self.move(QPoint(x, y))
        self.show()
        self.raise_()

    def _stay(self) -> None:
        """Stay at the selection when the lines have moved."""
        if self.isVisible():
            self.follow()

    def _in_order(self) -> list[Label]:
        """Return the labels, the likely ones first if there are too many."""
        labels = self._session.scheme.labels
        if not self._overflows:
            return list(labels)
        place = {name: number for number, name in enumerate(self._recent)}
        keyed = [not self._actions[label.name].shortcut().isEmpty() for label in labels]
        order = sorted(
            range(len(labels)),
            key=lambda n: (place.get(labels[n].name, len(place)), not keyed[n], n),
        )
        return [labels[n] for n in order]

    def _make_buttons(self) -> None:
        """Make all buttons, at the first call only."""
        if self._roles:
            return
        self._roles = [
            self._button(tr(word), self._registry[id_], "quote" if id_ == "quote" else "role")
            for id_, word in _ROLE_WORDS
        ]
        self._more = self._button(tr("More…"), self._registry["mark_as"], "role", key=False)
        self._make_label_buttons()
        self.show_keys()
        self._cast_shadow()

    def _make_label_buttons(self) -> None:
        """Make a button for each label that may become visible."""
        self._overflows = len(self._session.scheme.labels) > _MOST
        for label in self._in_order()[:_MOST]:
            if label.name not in self._labels:
                action = self._actions[label.name]
                self._labels[label.name] = self._button(label.short, action, _tone(label))

    def _remember(self, edit: Edit) -> None:
        """Remember the labels used last, in this window."""
        used = [change.after.label for change in edit.changes if isinstance(change.after, Entity)]
        if used and used[0] in self._actions and self._recent[:1] != used[:1]:
            self._recent = [used[0], *(name for name in self._recent if name != used[0])][:_RECENT]
            if self._roles and used[0] not in self._labels:
                self._make_label_buttons()
                self.show_keys()

    def _button(self, word: str, action: QAction, name: str, *, key: bool = True) -> QToolButton:
        """Return a button that triggers the action; the style sheet colours it by its name."""
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(word)
        if key:
            self._words.append((button, action, word))
        set_tool_tip(button, strip_mnemonics(action.text()))
        button.setAccessibleName(strip_mnemonics(action.text()))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(partial(self._invoke, action.objectName()))
        return button

    def _invoke(self, id_: str, _checked: bool = False) -> None:
        self._registry.invoke(id_)

    def _arrange(self, width: int) -> None:
        """Arrange the buttons in as few rows as `width` allows, the roles together if possible."""
        for fits in (False, True):
            self._overflows = fits or len(self._session.scheme.labels) > len(self._labels)
            rows = self._set_out(width, last=_ROWS if self._overflows else None)
            if self._overflows or rows <= _ROWS:
                return

    def _set_out(self, width: int, *, last: int | None) -> int:
        """Place each button, in at most `last` rows unless None. Returns the number of rows."""
        more = self._more
        assert more is not None
        tail = [*([more] if last is not None else []), *self._roles]
        sizes = {button: button.sizeHint() for button in tail}
        kept = sum(size.width() + _GAP for size in sizes.values())
        row, right, rows = _Row(_MARGIN, _MARGIN), 0, 1
        shown: list[QToolButton] = []
        buttons = [
            self._labels[label.name] for label in self._in_order() if label.name in self._labels
        ]
        for button in buttons:
            size = button.sizeHint()
            free = width - (kept if rows == last else 0)
            if row.x + size.width() + _MARGIN > free and row.x > _MARGIN:
                if rows == last:
                    break
                row, rows = row.below(size), rows + 1
            right = max(right, self._put(button, size, row))
            row = row._replace(x=row.x + size.width() + _GAP)
            shown.append(button)
        if row.x + kept > width and rows != last:
            row, rows = row.below(sizes[tail[0]]), rows + 1
        for button, size in sizes.items():
            if row.x + size.width() + _MARGIN > width and row.x > _MARGIN:
                row, rows = row.below(size), rows + 1
            right = max(right, self._put(button, size, row))
            row = row._replace(x=row.x + size.width() + _GAP)
        for button in (*self._labels.values(), more):
            seen = button in shown or button in tail
            button.setVisible(seen)
            if not seen:
                button.move(_MARGIN, _MARGIN)
        self.resize(right + _MARGIN, row.below(sizes[tail[-1]]).y - _GAP + _MARGIN)
        return rows

    def _put(self, button: QToolButton, size: QSize, row: "_Row") -> int:
        """Put the button into the row; return where it ends."""
        button.setGeometry(QRect(QPoint(row.x, row.y), size))
        return row.x + size.width()


class _Row(NamedTuple):
    """The position of the next button of a row."""

    x: int
    y: int

    def below(self, size: QSize) -> "_Row":
        return _Row(_MARGIN, self.y + size.height() + _GAP)


def _tone(label: Label) -> str:
    return f"tone-{label.tone if label.tone in TONES else 'stone'}"
