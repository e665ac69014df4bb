"""The bar that floats at a selection: what it can become, with the keys that do it."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QToolButton,
)

from annotator.core.scheme import Scheme
from annotator.ui.article.view import ArticleView
from annotator.ui.keys import key_words
from annotator.ui.language import tr, tr_later
from annotator.ui.plain_text import set_tool_tip, with_no_mnemonic, without_mnemonics
from annotator.ui.theme import Shades, Theme

_ROLE_WORDS: Final = (
    ("quote", tr_later("Quote")),
    ("cue", tr_later("Cue")),
    ("source", tr_later("Speaker")),
)
_MARGIN: Final = 8
_GAP: Final = 5
_EDGE: Final = 4
"""How far the bar stays away from the edges of the page."""


class SelectionBar(QFrame):
    """Shows itself under the view's selection and hides with it. Never takes the focus."""

    def __init__(
        self,
        view: ArticleView,
        scheme: Scheme,
        labels: Mapping[str, QAction],
        actions: Mapping[str, QAction],
        theme: Theme,
    ) -> None:
        super().__init__(view.viewport())
        self.setObjectName("bar")
        self.setAccessibleName(tr("Mark the selection"))
        self._view = view
        self._theme = theme
        self._words: list[tuple[QToolButton, QAction, str]] = []
        self._labels = self._label_buttons(scheme, labels)
        self._roles = [self._button(tr(word), actions[id_]) for id_, word in _ROLE_WORDS]
        self.show_keys()
        self.set_theme(theme)
        self.hide()
        view.selection_settled.connect(self.follow)
        view.verticalScrollBar().valueChanged.connect(self.follow)

    def set_scheme(self, scheme: Scheme, labels: Mapping[str, QAction]) -> None:
        """Offer these labels from now on."""
        gone = [button for _, button in self._labels]
        self._words = [row for row in self._words if row[0] not in gone]
        for button in gone:
            button.deleteLater()
        self._labels = self._label_buttons(scheme, labels)
        self.show_keys()
        self.set_theme(self._theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in this look from now on."""
        self._theme = theme
        self.setStyleSheet(
            f"#bar {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 9px; }"
        )
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(18)
        shadow.setOffset(0, 3)
        shadow.setColor(QColor(theme.shadow))
        self.setGraphicsEffect(shadow)
        for tone, button in self._labels:
            button.setStyleSheet(_pill(theme.tone(tone), theme))
        for number, button in enumerate(self._roles):
            shades = theme.speakers[0] if number == 0 else theme.nobody
            button.setStyleSheet(_pill(shades, theme, quiet=number > 0))

    def show_keys(self) -> None:
        """Show the keys that the actions have now."""
        for button, action, word in self._words:
            button.setText(with_no_mnemonic(f"{key_words(action)} {word}".strip()))

    def follow(self) -> None:
        """Show at the selection, or hide where there is none in sight."""
        below = self._view.selection_bottom() if self._view.selection() is not None else None
        if below is None:
            self.hide()
            return
        viewport = self._view.viewport()
        self._arrange(viewport.width() - 2 * _EDGE)
        x = max(_EDGE, min(below.x() - 24, viewport.width() - self.width() - _EDGE))
        y = below.y() + 6
        if y + self.height() > viewport.height():
            y = max(_EDGE, below.y() - self.height() - self._view.line_height() - 14)
        self.move(QPoint(x, y))
        self.show()
        self.raise_()

    def _label_buttons(
        self, scheme: Scheme, labels: Mapping[str, QAction]
    ) -> list[tuple[str, QToolButton]]:
        return [
            (label.tone, self._button(label.short, labels[label.name])) for label in scheme.labels
        ]

    def _button(self, words: str, action: QAction) -> QToolButton:
        button = QToolButton(self)
        self._words.append((button, action, words))
        set_tool_tip(button, without_mnemonics(action.text()))
        button.setAccessibleName(without_mnemonics(action.text()))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(action.trigger)
        return button

    def _arrange(self, width: int) -> None:
        """Set the buttons in as few rows as `width` allows; the roles stay together if they can."""
        row = _Row(_MARGIN, _MARGIN)
        right = 0
        for group in ([button for _, button in self._labels], self._roles):
            sizes = [button.sizeHint() for button in group]
            whole = sum(size.width() + _GAP for size in sizes)
            if group is self._roles and row.x + whole > width:
                row = row.below(sizes[0])
            for button, size in zip(group, sizes, strict=True):
                if row.x + size.width() + _MARGIN > width and row.x > _MARGIN:
                    row = row.below(size)
                button.setGeometry(QRect(QPoint(row.x, row.y), size))
                row = row._replace(x=row.x + size.width() + _GAP)
                right = max(right, row.x - _GAP)
        self.resize(right + _MARGIN, row.below(self._roles[0].sizeHint()).y - _GAP + _MARGIN)


class _Row(NamedTuple):
    """Where the next button of a row goes."""

    x: int
    y: int

    def below(self, size: QSize) -> "_Row":
        return _Row(_MARGIN, self.y + size.height() + _GAP)


def _pill(shades: Shades, theme: Theme, *, quiet: bool = False) -> str:
    fill = theme.card if quiet else shades.fill
    return (
        f"QToolButton {{ background: {fill}; color: {shades.strong};"
        f" border: 1px solid {shades.edge}; border-radius: 10px; padding: 2px 7px;"
        " font-weight: 600; font-size: 11px; }"
        f"QToolButton:hover {{ border-color: {shades.strong}; }}"
    )
