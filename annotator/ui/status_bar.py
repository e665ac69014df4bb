"""The status bar: the main shortcuts, messages, and the time of the last save."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction, QKeySequence, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QStatusBar,
    QStyle,
    QStyleOption,
    QStylePainter,
    QWidget,
)

from annotator.core.scheme import Scheme
from annotator.ui.actions.key_labels import action_key_text, key_text
from annotator.ui.actions.registry import ActionRegistry, KeyHint
from annotator.ui.article.layer_toggle import LayerToggle
from annotator.ui.i18n.translation import format_number, tr, tr_later
from annotator.ui.widgets.fixed_size_label import FixedSizeLabel
from annotator.ui.widgets.plain_text import PlainLabel

_SAID_MS: Final = 8000
_EDGE: Final = 14
_MOST_LABELS: Final = 12
"""No screen has room for the keys of more labels."""
_HINTS: Final = {
    "quote": tr_later("Quote"),
    "cue": tr_later("Cue"),
    "source": tr_later("Speaker"),
    "delete": tr_later("Delete"),
    "undo": tr_later("Undo"),
}


class StatusBar(QStatusBar):
    """Key caps on the left, "Saved 14:02:11" on the right; messages take the place of the caps."""

    def __init__(
        self,
        scheme: Scheme,
        labels: Mapping[str, QAction],
        actions: ActionRegistry,
        parent: QWidget,
        *,
        read_only: bool = False,
    ) -> None:
        super().__init__(parent)
        self._read_only = read_only
        self.setObjectName("footer")
        self.setSizeGripEnabled(False)
        self.setAccessibleName(tr("Status"))
        self._actions = actions
        self._front = QStackedWidget(self)
        self._hints = _Hints(self._front)
        self._front.addWidget(self._hints)
        self.set_scheme(scheme, labels)
        self._pane_hints = _Hints(self._front)
        self._front.addWidget(self._pane_hints)
        self._strip: QWidget | None = None
        self._strip_wanted = self._pane_wanted = False
        self._layers = LayerToggle(actions, self)
        self._saved = PlainLabel()
        self._saved.setObjectName("saved")
        self._saved.setAccessibleDescription(tr("Last save"))
        self.show_opened()
        self.addWidget(self._front, 1)
        self.addPermanentWidget(self._layers)
        self.addPermanentWidget(FixedSizeLabel(self._saved, self))

    def put_before_keys(self, strip: QWidget) -> None:
        """Add a strip that can be shown in place of the key caps."""
        self._strip = strip
        self._front.addWidget(strip)

    def show_strip(self, *, shown: bool) -> None:
        """Show the strip in place of the key caps, or the key caps again."""
        self._strip_wanted = shown
        self._show_front()

    def show_part(self, hints: Sequence[KeyHint] | None) -> None:
        """Show the keys of the pane that has the focus; None for the page."""
        self._pane_wanted = hints is not None
        if hints is not None:
            self._pane_hints.clear()
            for keys, words in hints:
                caps = "–".join(key_text(QKeySequence(key)) for key in keys)
                self._pane_hints.add(partial(str, caps), words)
            self._pane_hints.add(
                partial(action_key_text, self._actions["focus_text"]), tr("To the text")
            )
            self._pane_hints.show_what_fits()
        self._show_front()

    def shown_hints(self) -> list[tuple[str, str]]:
        """Return the visible caps and texts; none while a strip is in their place."""
        front = self._front.currentWidget()
        return front.shown() if isinstance(front, _Hints) else []

    def _show_front(self) -> None:
        front: QWidget = self._hints
        if self._pane_wanted:
            front = self._pane_hints
        elif self._strip_wanted and self._strip is not None:
            front = self._strip
        self._front.setCurrentWidget(front)

    def set_scheme(self, scheme: Scheme, labels: Mapping[str, QAction]) -> None:
        """Show the keys of these labels from now on."""
        self._scheme, self._labels = scheme, labels
        self._hints.clear()
        shown = [label for label in scheme.labels if not labels[label.name].shortcut().isEmpty()]
        for label in shown[:_MOST_LABELS]:
            caps = partial(action_key_text, labels[label.name])
            self._hints.add(caps, label.title.split(",")[0])
        for id_, hint in _HINTS.items():
            self._hints.add(partial(action_key_text, self._actions[id_]), tr(hint), first=True)
        self._hints.show_what_fits()

    @property
    def _is_pending(self) -> bool:
        return self._saved.objectName() == "waiting"

    def _color_saved(self, *, pending: bool = False) -> None:
        if pending != self._is_pending:  # this runs at each save, and polishing is slow
            self._saved.setObjectName("waiting" if pending else "saved")
            self._saved.style().unpolish(self._saved)
            self._saved.style().polish(self._saved)

    def show_keys(self) -> None:
        """Show the keys that the actions have now."""
        self.set_scheme(self._scheme, self._labels)

    def say(self, message: str) -> None:
        """Show a message for a while in place of the keys."""
        self.showMessage(message, _SAID_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if message := self.currentMessage():
            # Qt hides the keys under a message only if they were visible when it appeared.
            self.clearMessage()
            self.say(message)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a message aligned with the keys; Qt paints it at the very edge."""
        painter, option = QStylePainter(self), QStyleOption()
        option.initFrom(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option)
        room = QRect(_EDGE, 0, self._free_width() - 2 * _EDGE, self.height())
        message = self.fontMetrics().elidedText(
            self.currentMessage(), Qt.TextElideMode.ElideRight, room.width()
        )
        side = Qt.AlignmentFlag.AlignLeft  # in a mirrored window, the right one
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), room)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, message)

    def _free_width(self) -> int:
        """Return the width that the layer toggle and the time of the last save leave, in pixels."""
        layers = self._layers.geometry()
        return layers.left() if self.isLeftToRight() else self.width() - 1 - layers.right()

    def show_saved(self, at: datetime) -> None:
        """Show that everything up to `at` is on disk, in local time."""
        self._saved.setText(tr("●  Saved {1}", f"{at.astimezone():%H:%M:%S}"))
        self._color_saved()

    def show_waiting(self, edits: int) -> None:
        """Show how many edits are pending."""
        if edits:
            self._saved.setText(tr("○  Not saved: {1}", format_number(edits)))
            self._color_saved(pending=True)
        elif self._is_pending:
            self.show_opened()

    def show_opened(self) -> None:
        """Show that nothing is pending, or that the project is read-only."""
        self._saved.setText(tr("○  Read-only") if self._read_only else tr("●  All changes saved"))
        self._color_saved()


class _Hints(QWidget):
    """Key caps with texts; those that do not fit are left out rather than cut off."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(tr("Keys"))
        self._pairs: list[tuple[QLabel, QLabel]] = []
        self._caps: list[Callable[[], str]] = []
        self._first: list[tuple[QLabel, QLabel]] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(12, 0, 0, 0)
        self._layout.setSpacing(7)
        self._layout.addStretch(1)

    def show_keys(self) -> None:
        for (cap, _), words in zip(self._pairs, self._caps, strict=True):
            cap.setText(words())
        self.show_what_fits()

    def clear(self) -> None:
        """Remove all caps."""
        for pair in self._pairs:
            for label in pair:
                self._layout.removeWidget(label)
                label.deleteLater()
        self._pairs.clear()
        self._first.clear()
        self._caps.clear()

    def shown(self) -> list[tuple[str, str]]:
        """Return the visible caps and texts."""
        return [(cap.text(), name.text()) for cap, name in self._pairs if not cap.isHidden()]

    def add(self, caps: Callable[[], str], word: str, *, first: bool = False) -> None:
        """Add a key cap at the right; it is hidden while its action has no key.

        The `first` ones are the last to be left out.
        """
        cap, name = PlainLabel(caps(), self), PlainLabel(word, self)
        self._caps.append(caps)
        cap.setObjectName("key")
        name.setObjectName("word")
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (cap, name):
            self._layout.insertWidget(self._layout.count() - 1, label)
        self._pairs.append((cap, name))
        if first:
            self._first.append((cap, name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_what_fits()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_what_fits()

    def show_what_fits(self) -> None:
        """Hide the caps that the width has no room for."""
        room = self.width() - 24
        for pair in self._by_importance():
            for label in pair:
                label.ensurePolished()  # the style sheet determines its width
                room -= (label.sizeHint().width() + self._layout.spacing()) * bool(pair[0].text())
            for label in pair:
                label.setVisible(room >= 0 and bool(pair[0].text()))

    def _by_importance(self) -> list[tuple[QLabel, QLabel]]:
        """Return the actions before the labels, which the selection bar shows as well."""
        return self._first + [pair for pair in self._pairs if pair not in self._first]
