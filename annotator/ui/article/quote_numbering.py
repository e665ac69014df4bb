"""Which number a quote has in its article, and which colour its speaker."""

from bisect import bisect_left, insort
from collections import Counter

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Quote

_Place = tuple[int, int, str]


class QuoteNumbering:
    """The quotes in the order of the text; kept up edit by edit at O(log n) look-ups.

    Speakers get colour numbers in the order in which they first speak, and keep them while
    the article is open, so that no edit changes the colours of other quotes.
    """

    def __init__(self, annotation: Annotation) -> None:
        self._places = sorted(_place(quote) for quote in annotation.quotes.values())
        self._tones: dict[str, int] = {}
        self._said: Counter[str] = Counter()
        """How many quotes each entity speaks in."""
        for _, _, quote_id in self._places:
            self._meet(annotation.quotes[quote_id])

    def __len__(self) -> int:
        return len(self._places)

    def ids(self) -> list[str]:
        """The ids of all quotes in the order of the text."""
        return [quote_id for _, _, quote_id in self._places]

    def row(self, quote: Quote) -> int:
        """The row of a quote that is there, counted from 0."""
        return bisect_left(self._places, _place(quote))

    def tone(self, quote: Quote) -> int | None:
        """The colour number of the quote's first speaker; None while nobody is named."""
        return self._tones.get(quote.speakers[0]) if quote.speakers else None

    def speaker_tone(self, entity_id: str) -> int | None:
        """The colour number of an entity that speaks in this article; None for others."""
        return self._tones.get(entity_id) if self._said[entity_id] else None

    def apply(self, edit: Edit) -> None:
        """Follow an edit that the annotation has just made."""
        for change in edit.changes:
            if isinstance(change.before, Quote):
                del self._places[self.row(change.before)]
                self._said.subtract(change.before.speakers)
            if isinstance(change.after, Quote):
                insort(self._places, _place(change.after))
                self._meet(change.after)

    def _meet(self, quote: Quote) -> None:
        self._said.update(quote.speakers)
        for speaker in quote.speakers:
            self._tones.setdefault(speaker, len(self._tones))


def _place(quote: Quote) -> _Place:
    return quote.start, quote.ordinal, quote.id
