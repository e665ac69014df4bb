"""The numbering of quotes in an article, and the colours of their speakers."""

from bisect import bisect_left, insort
from collections import Counter

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Quote

_Place = tuple[int, int, str]


class QuoteNumbering:
    """The quotes in text order; updated edit by edit, in O(log n) each.

    Speakers get colour numbers in the order in which they first speak, and keep them while
    the article is open, so that no edit changes the colours of other quotes.
    """

    def __init__(self, annotation: Annotation) -> None:
        self._places = sorted(_place(quote) for quote in annotation.quotes.values())
        self._tones: dict[str, int] = {}
        self._quote_counts: Counter[str] = Counter()
        """The number of quotes that each entity speaks in."""
        for _, _, quote_id in self._places:
            self._add_speakers(annotation.quotes[quote_id])

    def __len__(self) -> int:
        return len(self._places)

    def ids(self) -> list[str]:
        """Return the ids of all quotes in text order."""
        return [quote_id for _, _, quote_id in self._places]

    def row(self, quote: Quote) -> int:
        """Return the row of a quote of the article, counted from 0."""
        return bisect_left(self._places, _place(quote))

    def tone(self, quote: Quote) -> int | None:
        """Return the colour number of the quote's first speaker; None without a speaker."""
        return self._tones.get(quote.speakers[0]) if quote.speakers else None

    def speaker_tone(self, entity_id: str) -> int | None:
        """Return the colour number of an entity that speaks in this article; None for others."""
        return self._tones.get(entity_id) if self._quote_counts[entity_id] else None

    def apply(self, edit: Edit) -> None:
        """Follow an edit that was just applied to the annotation."""
        for change in edit.changes:
            if isinstance(change.before, Quote):
                del self._places[self.row(change.before)]
                self._quote_counts.subtract(change.before.speakers)
            if isinstance(change.after, Quote):
                insort(self._places, _place(change.after))
                self._add_speakers(change.after)

    def _add_speakers(self, quote: Quote) -> None:
        self._quote_counts.update(quote.speakers)
        for speaker in quote.speakers:
            self._tones.setdefault(speaker, len(self._tones))


def _place(quote: Quote) -> _Place:
    return quote.start, quote.ordinal, quote.id
