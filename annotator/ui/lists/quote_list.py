"""The list of the article's quotes, to set their speakers and types."""

from collections import Counter
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from annotator.core import edits
from annotator.core.models import SPEAKER_STATUSES, Quote
from annotator.ui.actions.action import Action, Scope
from annotator.ui.actions.conditions import writable
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.entity_picker import Choice, EntityPicker
from annotator.ui.lists.label_menu import type_menu
from annotator.ui.lists.quote_delegate import CardLayout, QuoteDelegate, QuotePart
from annotator.ui.lists.quote_model import CARD_ROLE, QuoteModel
from annotator.ui.lists.selection_synced_list import SelectionSyncedList
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme

SPECIAL_SPEAKERS: Final = (
    ("unnamed", tr_later("Unnamed")),
    ("group", tr_later("Group")),
    ("implicit", tr_later("Implicit")),
    ("none", tr_later("No speaker")),
)
"""What a quote can have in place of a named speaker: speaker status and text."""


def _special_speakers() -> list[tuple[str, str]]:
    return [(status, tr(words)) for status, words in SPECIAL_SPEAKERS]


class QuoteList(SelectionSyncedList):
    """Quotes as cards of equal height."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        registry: ActionRegistry,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, theme, registry, parent)
        self.setObjectName("quotes")
        self.setAccessibleName(tr("Quotes"))
        self._quotes = QuoteModel(session, self)
        self._delegate = QuoteDelegate(theme, registry, self)
        self._asked_for: str | None = None
        self._picker: EntityPicker | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.show_rows(self._quotes, self._delegate)
        self.set_theme(theme)
        registry.add(self.own_actions())
        registry.take_keys(Scope.QUOTES, self)

    def own_actions(self) -> list[Action]:
        """Return the actions on the current quote of the list."""
        scope, shown = Scope.QUOTES, (self._row_chosen(),)
        able = (*shown, writable(self._session))
        return [
            Action(
                "quotes_delete",
                tr("&Delete"),
                self.delete,
                None,
                ("Del",),
                able,
                scope,
                hint=tr("Delete"),
            ),
            Action(
                "quotes_speaker",
                tr("&Speaker …"),
                self.choose_speaker,
                None,
                ("S", "Return", "Enter"),
                able,
                scope,
                hint=tr("Speaker"),
            ),
            Action(
                "quotes_type",
                tr("Quote t&ype…"),
                self.choose_type,
                None,
                ("T",),
                able,
                scope,
                hint=tr("Type"),
            ),
            Action(
                "quotes_show",
                tr("Sho&w in text"),
                self.show_in_text,
                None,
                ("Space",),
                shown,
                scope,
                hint=tr("Show in the text"),
            ),
        ]

    @property
    def picker(self) -> EntityPicker:
        """The picker for the speaker; made at the first use."""
        if self._picker is None:
            self._picker = EntityPicker(self._session, self._theme, self)
            self._picker.chosen.connect(self._set_speaker)
        return self._picker

    @property
    def quotes(self) -> QuoteModel:
        """The model of the list."""
        return self._quotes

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._delegate.theme = theme
        if self._picker is not None:
            self._picker.set_theme(theme)
        super().set_theme(theme)

    def choose_speaker(self) -> None:
        """Open the picker of speakers at the current card."""
        quote, places = self._current(), self._places()
        if quote is None or places is None:
            return
        self._asked_for = quote.id
        place = QRect(self.viewport().mapToGlobal(places.speaker.topLeft()), places.speaker.size())
        self.picker.open_at(
            place, prompt=tr("Who says this?"), specials=_special_speakers(), first=self._speakers()
        )

    def choose_type(self) -> None:
        """Open the menu of types at the current card."""
        places = self._places()
        if places is not None:
            self._pop_up(self._types(), self._below(places.type))

    def delete(self) -> None:
        """Delete the current quote, and select the card that follows."""
        quote, row = self._current(), self.currentIndex().row()
        if quote is None:
            return
        done = self._session.perform(lambda _, annotation: edits.delete_quote(annotation, quote.id))
        if done and self.hasFocus():
            self.go_to(row)

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(tr("Quote"))
        self._offer(menu, tr("&Speaker …"), "quotes_speaker")
        types = menu.addMenu(self._types())
        types.setText(tr("&Type"))
        menu.addSeparator()
        self._offer(menu, tr("Sho&w in text"), "quotes_show")
        self._offer(menu, tr("&Delete"), "quotes_delete")
        return menu

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        pos = event.position().toPoint()
        hand = self._part(self.indexAt(pos), pos) != "rest"
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _clicked(self, index: QModelIndex, pos: QPoint) -> None:
        part = self._part(index, pos)
        if part == "speaker":
            self.choose_speaker()
        elif part == "type":
            self.choose_type()
        else:
            self.show_in_text()

    def _types(self) -> QMenu:
        quote = self._current()
        current = quote.type if quote is not None and quote.type_set else ""
        return type_menu(self, self._session.scheme.quote_types, current, self._set_type)

    def _set_type(self, type_: str) -> None:
        quote = self._current()
        if quote is not None:
            self._session.perform(lambda _, annotation: edits.set_type(annotation, quote.id, type_))

    @Slot(object)
    def _set_speaker(self, choice: Choice) -> None:
        quote_id = self._asked_for or ""
        status = next((name for name in SPEAKER_STATUSES if name == choice.value), None)
        if choice.kind == "entity":
            self._session.perform(
                lambda _, annotation: edits.set_speakers(annotation, quote_id, [choice.value])
            )
        elif status is not None:
            self._session.perform(
                lambda _, annotation: edits.set_speaker_status(annotation, quote_id, status)
            )

    def _current(self) -> Quote | None:
        selected, annotation = self.current_selected_item(), self._session.annotation
        return annotation.quotes.get(selected.id) if selected is not None and annotation else None

    def _speakers(self) -> list[str]:
        """Return the entities that speak in this article, those with the most quotes first."""
        annotation = self._session.annotation
        quotes = annotation.quotes.values() if annotation is not None else ()
        said = Counter(id_ for quote in quotes for id_ in quote.speakers)
        return [id_ for id_, _ in said.most_common()]

    def _places(self) -> CardLayout | None:
        index = self.currentIndex()
        card = index.data(CARD_ROLE)
        if card is None:
            return None
        self.scrollTo(index)
        return self._delegate.layout(self.visualRect(index), card, self.font())

    def _part(self, index: QModelIndex, pos: QPoint) -> QuotePart:
        return self._delegate.part_at(self.visualRect(index), index, pos, self.font())
