"""The event filter that handles keys and mouse for suggestions in the text."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAction, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu

from annotator.core.models import SPEAKER_STATUSES
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.label_menu import type_menu
from annotator.ui.lists.quote_list import SPECIAL_SPEAKERS
from annotator.ui.session import Session
from annotator.ui.suggestions.controller import SuggestionController
from annotator.ui.suggestions.suggestion_painter import SuggestionPainter
from annotator.ui.suggestions.text import details_text
from annotator.ui.widgets.plain_text import escape_mnemonic, set_tool_tip, show_tool_tip

_EDGES: Final = {
    "lengthen_end": (0, 1),
    "shorten_end": (0, -1),
    "lengthen_start": (-1, 0),
    "shorten_start": (1, 0),
}
_RETURN: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ERASE: Final = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_MOST_NAMES: Final = 9
_NATIVE: Final = QKeySequence.SequenceFormat.NativeText


class SuggestionKeyFilter(QObject):
    """An event filter on the view: keys act on the current suggestion, and Tab makes one current.

    Without suggestions, every key keeps its usual meaning.
    """

    def __init__(
        self,
        session: Session,
        view: ArticleView,
        suggesting: SuggestionController,
        painter: SuggestionPainter,
        actions: Mapping[str, QAction],
        labels: Callable[[], Mapping[str, QAction]],
    ) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._suggesting = suggesting
        self._painter = painter
        self._actions = actions
        self._labels = labels
        self._clicked: QPointF | None = None
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)
        view.selection_settled.connect(self._follow_click)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and isinstance(event, QKeyEvent):
            return self._key(event)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            return self._explain(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            left = event.button() == Qt.MouseButton.LeftButton
            self._clicked = event.position() if left else None
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        run = self._action_for(event)
        if run is None:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._session.touch()
            run()
        event.accept()
        return True

    def _action_for(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Return what the key does with suggestions; None if it does nothing with them."""
        suggesting, key = self._suggesting, event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        # Also while there are none yet: otherwise Tab would move the focus out of the text.
        if suggesting.uses_tab and key == Qt.Key.Key_Tab and plain:
            return partial(suggesting.go, 1)
        if suggesting.uses_tab and key == Qt.Key.Key_Backtab:
            return partial(suggesting.go, -1)
        escape = key == Qt.Key.Key_Escape and plain and self._escape_is_free()
        if escape and suggesting.making:
            return suggesting.cancel
        if suggesting.offer is None:
            return None
        if escape:
            return suggesting.leave
        return self._current_action(event, plain=plain) if suggesting.current is not None else None

    def _escape_is_free(self) -> bool:
        """Return whether Esc acts on suggestions; else it first clears what is selected."""
        return self._suggesting.current_number is not None or (
            self._session.pick is None and self._view.selection() is None
        )

    def _current_action(self, event: QKeyEvent, *, plain: bool) -> Callable[[], object] | None:
        suggesting = self._suggesting
        if plain and event.key() in _RETURN:
            return suggesting.accept
        if plain and event.key() in _ERASE:
            return suggesting.reject
        pressed = QKeySequence(event.keyCombination())
        mention = isinstance(suggesting.current, SuggestedMention)
        for name, action in self._labels().items():
            if pressed in action.shortcuts():
                return partial(suggesting.accept_label, name) if mention else self._report_type_key
        return self._change_action(event, pressed)

    def _change_action(
        self, event: QKeyEvent, pressed: QKeySequence
    ) -> Callable[[], object] | None:
        """Return what moves edges or, for a quote, changes speaker or type, by their usual keys."""
        by_text = QKeySequence(event.text()) if event.text().isprintable() else pressed
        for id_, by in _EDGES.items():
            if {pressed, by_text} & set(self._actions[id_].shortcuts()):
                return partial(self._suggesting.reshape, *by)
        if isinstance(self._suggesting.current, SuggestedQuote):
            for id_, run in (("source", self._ask_speaker), ("quote_type", self._ask_type)):
                if pressed in self._actions[id_].shortcuts():
                    return run
        return None

    def _report_type_key(self) -> None:
        """Report that label keys do nothing at a quote, and which key changes its type."""
        key = self._actions["quote_type"].shortcut().toString(_NATIVE)
        self._session.said.emit(tr("This is a quote, which has no label: {1} is its type.", key))

    def _ask_type(self) -> None:
        made = self._suggesting.current
        if isinstance(made, SuggestedQuote):
            types = self._session.scheme.quote_types
            self._pop_up(type_menu(self._view, types, made.type, self._suggesting.accept_type))

    def _ask_speaker(self) -> None:
        """Accept the quote with another speaker: list the likely ones, then known entities."""
        menu = QMenu(self._view)
        menu.setAccessibleName(tr("Who says this?"))
        for number, speaker in enumerate(self._speakers(), start=1):
            name = escape_mnemonic(speaker.name)
            action = menu.addAction(f"&{number}  {name}" if number <= _MOST_NAMES else name)
            set_tool_tip(action, speaker.name)
            action.triggered.connect(partial(self._choose, speaker))
        menu.addSeparator()
        titles = dict(SPECIAL_SPEAKERS)
        for status in SPEAKER_STATUSES:
            if status in titles:
                action = menu.addAction(f"&{titles[status]}")
                choose_status = partial(self._suggesting.accept_speaker, None, status)
                action.triggered.connect(lambda _=False, choose=choose_status: choose())
        self._pop_up(menu)

    def _choose(self, speaker: Speaker, _checked: bool = False) -> None:
        self._suggesting.accept_speaker(speaker)

    def _speakers(self) -> list[Speaker]:
        made, annotation = self._suggesting.current, self._session.annotation
        if not isinstance(made, SuggestedQuote) or annotation is None:
            return []
        can_speak = self._session.scheme.can_speak
        first = [made.speaker] if made.speaker is not None else []
        known = [
            Speaker(entity.name, entity.label)
            for entity in sorted(
                (e for e in annotation.entities.values() if can_speak(e.label)),
                key=lambda e: (-len(annotation.quotes_of(e.id)), -annotation.mention_count(e.id)),
            )
        ]
        return list(dict.fromkeys([*first, *made.alternatives, *known]))[:_MOST_NAMES]

    def _pop_up(self, menu: QMenu) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made = self._suggesting.current
        if made is not None:
            cursor = self._view.textCursor()
            cursor.setPosition(self._view.to_units(made.start))
            place = self._view.cursorRect(cursor).bottomLeft()
            menu.popup(self._view.viewport().mapToGlobal(place))

    def _explain(self, event: QHelpEvent) -> bool:
        """Show what the suggestion under the mouse is, its confidence, and the reason for it."""
        number, queue = self._painter.at(QPointF(event.pos())), self._suggesting.offer
        if number is None or queue is None:
            return False
        text = details_text(queue[number], self._session.scheme)
        show_tool_tip(event.globalPos(), text, self._view.viewport())
        return True

    def _follow_click(self) -> None:
        """Make a clicked suggestion current, unless the click has selected something annotated."""
        point, self._clicked = self._clicked, None
        if point is None or self._session.pick is not None or self._view.selection() is not None:
            return
        number = self._painter.at(point)
        if number is not None:
            self._suggesting.take(number)
