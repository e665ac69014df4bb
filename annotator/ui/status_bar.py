"""The status bar: the main shortcuts, messages, and the time of the last save."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QFont,
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
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
from annotator.ui.actions.registry import KeyHint
from annotator.ui.article.accessibility import announce
from annotator.ui.article.layer_toggle import LayerToggle
from annotator.ui.i18n.translation import format_number, tr, tr_later
from annotator.ui.widgets.fixed_size_label import FixedSizeLabel
from annotator.ui.widgets.plain_text import PlainLabel
from annotator.ui.window_context import WindowContext

_SAID_MS: Final = 8000
_EDGE: Final = 14
_MOST_LABELS: Final = 12
"""No screen has room for the keys of more labels."""
_HINTS_EDGE: Final = 12
_HINT_GAP: Final = 7
_CAP_PIXELS: Final = 11
_CAP_MARGIN: Final = 7
_CAP_MARGIN_ABOVE: Final = 3
_CAP_RADIUS: Final = 4
_WORD_PIXELS: Final = 12
_CENTERED: Final = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine
_HINTS: Final = {
    "quote": tr_later("Quote"),
    "cue": tr_later("Cue"),
    "source": tr_later("Speaker"),
    "delete": tr_later("Delete"),
    "undo": tr_later("Undo"),
}


class StatusBar(QStatusBar):
    """Key caps on the left, "Saved 14:02:11" on the right; messages take the place of the caps."""

    def __init__(self, context: WindowContext, labels: Mapping[str, QAction]) -> None:
        """Make it; `labels` are the actions that mark with a label, by its name."""
        super().__init__(context.window)
        session = context.session
        self._session = session
        self._read_only = session.project.read_only
        self.setObjectName("footer")
        self.setSizeGripEnabled(False)
        self.setAccessibleName(tr("Status"))
        self._actions = context.registry
        self._front = QStackedWidget(self)
        self._hints = _Hints(self._front)
        self._front.addWidget(self._hints)
        self.set_scheme(session.scheme, labels)
        self._pane_hints = _Hints(self._front)
        self._front.addWidget(self._pane_hints)
        self._strip: QWidget | None = None
        self._pane_wanted = False
        self._layers = LayerToggle(context.registry, self)
        self._saved = PlainLabel()
        self._saved.setObjectName("saved")
        self._saved.setAccessibleDescription(tr("Last save"))
        self.show_opened()
        self.addWidget(self._front, 1)
        self.addPermanentWidget(self._layers)
        self.addPermanentWidget(FixedSizeLabel(self._saved, self))
        session.said.connect(self.say)
        session.saved.connect(self.show_saved)
        session.pending_edits.changed.connect(self.show_waiting)
        session.article_opened.connect(self._follow_article)

    def show_strip(self, strip: QWidget | None) -> None:
        """Show a strip, which belongs to the status bar then, in place of the key caps; or none."""
        if strip is not None and self._front.indexOf(strip) < 0:
            self._front.addWidget(strip)
        self._strip = strip
        self._show_front()

    def show_part(self, hints: Sequence[KeyHint] | None) -> None:
        """Show the keys of the pane that has the focus; None for the page."""
        self._pane_wanted = hints is not None
        if hints is not None:
            keys_of_pane = [
                _Hint(partial(_caps_of, keys), words, first=False) for keys, words in hints
            ]
            back = partial(action_key_text, self._actions["focus_text"])
            self._pane_hints.set_hints([*keys_of_pane, _Hint(back, tr("To the text"), first=False)])
        self._show_front()

    def shown_hints(self) -> list[tuple[str, str]]:
        """Return the visible caps and texts; none while a strip or a message is in their place."""
        front = self._front.currentWidget()
        return front.shown() if isinstance(front, _Hints) and front.isVisible() else []

    def _show_front(self) -> None:
        front: QWidget = self._hints
        if self._pane_wanted:
            front = self._pane_hints
        elif self._strip is not None:
            front = self._strip
        self._front.setCurrentWidget(front)

    def set_scheme(self, scheme: Scheme, labels: Mapping[str, QAction]) -> None:
        """Show the keys of these labels from now on."""
        self._scheme, self._labels = scheme, labels
        shown = [label for label in scheme.labels if not labels[label.name].shortcut().isEmpty()]
        hints = [
            _Hint(
                partial(action_key_text, labels[label.name]), label.title.split(",")[0], first=False
            )
            for label in shown[:_MOST_LABELS]
        ]
        hints += [
            _Hint(partial(action_key_text, self._actions[id_]), tr(word), first=True)
            for id_, word in _HINTS.items()
        ]
        self._hints.set_hints(hints)

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
        """Show a message for a while in place of the keys, and have a screen reader say it."""
        self.showMessage(message, _SAID_MS)
        announce(self.window(), message)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if message := self.currentMessage():
            # Qt hides the keys under a message only if they were visible when it appeared.
            self.clearMessage()
            self.showMessage(message, _SAID_MS)

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

    def _follow_article(self) -> None:
        self.show_opened()
        self.show_waiting(len(self._session.pending_edits))

    def show_opened(self) -> None:
        """Show that nothing is pending, or that the project is read-only."""
        self._saved.setText(tr("○  Read-only") if self._read_only else tr("●  All changes saved"))
        self._color_saved()


def _caps_of(keys: Sequence[str]) -> str:
    return "–".join(key_text(QKeySequence(key)) for key in keys)


class _Hint(NamedTuple):
    """What to press and for what; `caps` is empty while the action has no key."""

    caps: Callable[[], str]
    word: str
    first: bool


class _Hints(QWidget):
    """Key caps with texts; those that do not fit are left out rather than cut off.

    They are painted, not made of labels: a window opens with dozens of them, and each pane that
    gets the focus has others.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(tr("Keys"))
        self._hints: list[_Hint] = []
        self._fonts = (self._font(_CAP_PIXELS), self._font(_WORD_PIXELS))
        self._shown: list[tuple[str, str]] = []

    def set_hints(self, hints: Iterable[_Hint]) -> None:
        """Show these hints in this order; the `first` ones are the last to be left out."""
        self._hints = list(hints)
        self.show_what_fits()

    def shown(self) -> list[tuple[str, str]]:
        """Return the visible caps and texts."""
        return list(self._shown)

    def sizeHint(self) -> QSize:
        return QSize(0, self._cap_height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fonts = (self._font(_CAP_PIXELS), self._font(_WORD_PIXELS))
            self.show_what_fits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_what_fits()

    def show_what_fits(self) -> None:
        """Leave out the hints that the width has no room for."""
        room = self.width() - 2 * _HINTS_EDGE
        made = [(hint.caps(), hint.word) for hint in self._hints]
        fitting: set[int] = set()
        for number in sorted(range(len(made)), key=lambda n: not self._hints[n].first):
            if made[number][0]:
                room -= sum(self._widths(*made[number])) + 2 * _HINT_GAP
                if room >= 0:
                    fitting.add(number)
        shown = [hint for number, hint in enumerate(made) if number in fitting]
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleDescription(", ".join(f"{cap} {word}" for cap, word in shown))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, height = _HINTS_EDGE, self._cap_height()
        for cap, word in self._shown:
            cap_width, word_width = self._widths(cap, word)
            self._paint_cap(painter, self._place(x, cap_width, height), cap)
            x += cap_width + _HINT_GAP
            painter.setFont(self._fonts[1])
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(self._place(x, word_width, height), _CENTERED, word)
            x += word_width + _HINT_GAP
        painter.end()

    def _paint_cap(self, painter: QPainter, place: QRect, cap: str) -> None:
        painter.setPen(self.palette().mid().color())
        painter.setBrush(self.palette().base())
        half = 0.5  # a line of one pixel lies on the pixels, not between them
        painter.drawRoundedRect(
            QRectF(place).adjusted(half, half, -half, -half), _CAP_RADIUS, _CAP_RADIUS
        )
        painter.setFont(self._fonts[0])
        painter.setPen(self.palette().windowText().color())
        painter.drawText(place, _CENTERED, cap)

    def _place(self, x: int, width: int, height: int) -> QRect:
        """Return a rectangle this far from the side where reading starts, in the middle."""
        rect = QRect(x, (self.height() - height) // 2, width, height)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def _widths(self, cap: str, word: str) -> tuple[int, int]:
        """Return the widths of a cap with its margins and of a text, in pixels."""
        cap_font, word_font = (QFontMetrics(font) for font in self._fonts)
        return (
            cap_font.horizontalAdvance(cap) + 2 * _CAP_MARGIN,
            word_font.horizontalAdvance(word),
        )

    def _cap_height(self) -> int:
        return QFontMetrics(self._fonts[0]).height() + 2 * _CAP_MARGIN_ABOVE

    def _font(self, pixels: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        return font
