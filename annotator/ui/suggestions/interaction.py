"""The mouse on suggestions in the text, and the menus of the current one."""

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from annotator.core.models import SPEAKER_STATUSES
from annotator.core.suggestion import Speaker, SuggestedQuote
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.label_menu import type_menu
from annotator.ui.lists.quote_list import SPECIAL_SPEAKERS
from annotator.ui.session import Session
from annotator.ui.suggestions.controller import SuggestionController
from annotator.ui.suggestions.suggestion_painter import SuggestionPainter
from annotator.ui.suggestions.text import details_text
from annotator.ui.widgets.plain_text import escape_mnemonic, set_tool_tip, show_tool_tip

_MOST_NAMES: Final = 9


class SuggestionInteraction(QObject):
    """An event filter on the view: a click makes a suggestion current, and tool tips explain it."""

    def __init__(
        self,
        session: Session,
        view: ArticleView,
        suggesting: SuggestionController,
        painter: SuggestionPainter,
    ) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._suggesting = suggesting
        self._painter = painter
        self._clicked: QPointF | None = None
        view.viewport().installEventFilter(self)
        view.selection_settled.connect(self._follow_click)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            return self._explain(event)
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            left = event.button() == Qt.MouseButton.LeftButton
            self._clicked = event.position() if left else None
        return False

    def ask_type(self) -> None:
        """Accept the current quote as another type: list the types."""
        made = self._suggesting.current
        if isinstance(made, SuggestedQuote):
            types = self._session.scheme.quote_types
            self._pop_up(type_menu(self._view, types, made.type, self._suggesting.accept_type))

    def ask_speaker(self) -> None:
        """Accept the current quote with another speaker: list likely ones, then known entities."""
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
        if (
            point is None
            or self._session.selected_item is not None
            or self._view.selection() is not None
        ):
            return
        number = self._painter.at(point)
        if number is not None:
            self._suggesting.take(number)
