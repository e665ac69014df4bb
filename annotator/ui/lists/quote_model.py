"""The model of the quote list: the quotes of the current article, one card each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)

from annotator.core.annotation import Annotation
from annotator.core.attributes import attributes_text
from annotator.core.edit import Change, Edit
from annotator.core.models import Entity, Quote, Role
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.label_menu import type_text
from annotator.ui.lists.row_drawing import one_line
from annotator.ui.lists.sorted_rows import SortedRows, SortKey
from annotator.ui.session import SelectedItem, Session

QuoteSort = Literal["position", "speaker"]
QUOTE_SORTS: Final[tuple[QuoteSort, ...]] = ("position", "speaker")
CARD_ROLE: Final = Qt.ItemDataRole.UserRole
_STATUS_WORDS: Final = {
    "identified": tr_later("Who?"),
    "group": tr_later("Group"),
    "unnamed": tr_later("Unnamed"),
    "implicit": tr_later("Implicit"),
    "none": tr_later("No speaker"),
}
_LAST: Final = 1 << 60
_LONGEST: Final = 400

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """The content of a quote's card.

    `tone` is its speaker's number, None without a speaker; `open` is true as long as the speaker
    is unknown.
    """

    quote: Quote
    number: int
    speaker: str
    tone: int | None
    open: bool
    cue: str
    content: str


class QuoteModel(QAbstractListModel):
    """Quotes as rows, which follow the session's edits; only another article resets the model.

    `CARD_ROLE` gives the `QuoteCard` of an index.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: SortedRows[Quote] = SortedRows(self)
        self._place_of: dict[str, SortKey] = {}
        self._sort: QuoteSort = "position"
        session.article_opened.connect(self._read)
        session.edit_applied.connect(self._follow)
        self._read()

    @property
    def sort_order(self) -> QuoteSort:
        """What the quotes are sorted by."""
        return self._sort

    def sort_by(self, order: QuoteSort) -> None:
        """Sort by place in the text, or by speaker in the order in which they first speak."""
        if order == self._sort:
            return
        self._sort = order
        quotes = [self._rows[row] for row in range(len(self._rows))]
        self._place_of = {quote.id: self._place(quote) for quote in quotes}
        self._rows.resort((self._place_of[quote.id], quote) for quote in quotes)

    def item_at(self, row: int) -> SelectedItem:
        """Return the quote of the row as a selected item."""
        return SelectedItem("quote", self._rows[row].id)

    def row_of(self, selected: SelectedItem | None) -> int | None:
        """Return the row that shows `selected`, None if it is not a quote of this article."""
        if selected is None or selected.kind != "quote" or selected.id not in self._place_of:
            return None
        return self._rows.first_from(self._place_of[selected.id])

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        quote = self._rows[index.row()]
        if role == CARD_ROLE:
            return self._card(quote)
        if role == Qt.ItemDataRole.DisplayRole:
            return _role_text(quote, "content")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(self._card(quote))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(word for word in (quote.note, attributes_text(quote)) if word)
        return None

    @Slot()
    def _read(self) -> None:
        self.beginResetModel()
        annotation = self._session.annotation or Annotation()
        quotes = annotation.quotes.values()
        self._place_of = {quote.id: self._place(quote) for quote in quotes}
        self._rows.fill((self._place_of[quote.id], quote) for quote in quotes)
        self.endResetModel()

    @Slot(object)
    def _follow(self, edit: Edit) -> None:
        moved = [self._change(change) for change in edit.changes]
        first = min((row for row in moved if row is not None), default=None)
        if self._sort == "speaker" and any(map(_renumbers, edit.changes)):
            first = 0
        if first is not None:
            self._rows.changed(first, len(self._rows) - 1)
        self._rename_speakers(edit.changes)

    def _change(self, change: Change) -> int | None:
        """Follow one change; return the first row with another number, if any."""
        before, after = change.before, change.after
        if isinstance(after, Quote):
            return self._put(after)
        if not isinstance(before, Quote):
            return None
        row = self._rows.first_from(self._place_of.pop(before.id))
        self._rows.remove(row, row)
        return row

    def _put(self, quote: Quote) -> int | None:
        old, new = self._place_of.get(quote.id), self._place(quote)
        self._place_of[quote.id] = new
        if old is None:
            self._rows.insert([(new, quote)])
            return self._rows.first_from(new)
        row = self._rows.first_from(old)
        target = self._rows.move(row, row, [new]) if new != old else row
        self._rows.set(target, quote)
        self._rows.changed(target, target)
        return min(row, target) if target != row else None

    def _rename_speakers(self, changes: Iterable[Change]) -> None:
        """Update the cards whose speakers' names have changed."""
        annotation = self._session.annotation or Annotation()
        renamed = (c.after for c in changes if c.before is not None and isinstance(c.after, Entity))
        for entity in renamed:
            for quote in annotation.quotes_of(entity.id):
                row = self.row_of(SelectedItem("quote", quote.id))
                if row is not None:
                    self._rows.changed(row, row)

    def _place(self, quote: Quote) -> SortKey:
        if self._sort == "position":
            return (quote.start, quote.ordinal, quote.id)
        tone = self._session.quote_order.tone(quote)
        return (_LAST if tone is None else tone, quote.start, quote.ordinal, quote.id)

    def _card(self, quote: Quote) -> QuoteCard:
        names = self._names(quote)
        unknown = not names
        return QuoteCard(
            quote=quote,
            number=self._number(quote),
            speaker=", ".join(names) or tr(_STATUS_WORDS[quote.speaker_status]),
            tone=None if unknown else self._session.quote_order.tone(quote),
            open=unknown and quote.speaker_status == "identified",
            cue=_role_text(quote, "cue"),
            content=_role_text(quote, "content"),
        )

    def _number(self, quote: Quote) -> int:
        annotation = self._session.annotation or Annotation()
        current = annotation.quotes.get(quote.id)
        return self._session.quote_order.row(current) + 1 if current is not None else 0

    def _names(self, quote: Quote) -> list[str]:
        annotation = self._session.annotation or Annotation()
        found = (annotation.entities.get(id_) for id_ in quote.speakers)
        return [one_line(entity.name) for entity in found if entity is not None]

    def _spoken(self, card: QuoteCard) -> str:
        speaker = tr("nobody yet") if card.open else card.speaker
        words = [tr("Quote {1}, {2}, by {3}", card.number, type_text(card.quote.type), speaker)]
        if card.quote.flags:
            words.append(tr("flagged {1}", ", ".join(card.quote.flags)))
        return f"{', '.join(words)}: {card.content}"


def _renumbers(change: Change) -> bool:
    """Return whether a quote is added, removed or moved, so that others have new numbers."""
    before, after = (i if isinstance(i, Quote) else None for i in change)
    return (before and before.start) != (after and after.start) or (before is None) != (
        after is None
    )


def _role_text(quote: Quote, role: Role) -> str:
    """Return the start of the quote's text in one role, its parts joined by dots."""
    return " … ".join(one_line(span.text[:_LONGEST]) for span in quote.parts(role))[:_LONGEST]
