"""The suggestions for one article that are still open, kept up while a person works."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Head, Mention, Quote
from annotator.core.rejection import Rejections, rejections
from annotator.core.span_index import SpanIndex
from annotator.core.suggestion import (
    SuggestedMention,
    Suggestion,
    Suggestions,
    same_content,
)


def open_suggestions(suggestions: Suggestions, annotation: Annotation) -> Suggestions:
    """Those that the annotation neither has already nor has rejected.

    A mention is there if one has its span, or overlaps it; a quote if half of its content is
    content of a quote, or the other way round.
    """
    rejected = rejections(annotation.head)
    taken = [(m.start, m.end) for m in annotation.mentions.values()]
    contents = [quote.parts("content") for quote in annotation.quotes.values()]
    return Suggestions(
        tuple(
            m
            for m in suggestions.mentions
            if not any(r.holds(m) for r in rejected)
            and not any(s < m.end and e > m.start for s, e in taken)
        ),
        tuple(
            quote
            for quote in suggestions.quotes
            if not any(r.holds(quote) for r in rejected)
            and not any(same_content(quote, parts) for parts in contents)
        ),
    )


class SuggestionQueue:
    """Suggestions by number, in the order of the text, outer ones first; some of them are open.

    Open is what `open_suggestions` says is. Making it and `follow` cost what the
    suggestions and the edit do, not what the annotation holds.
    """

    def __init__(self, suggestions: Suggestions, annotation: Annotation) -> None:
        everything: list[Suggestion] = [*suggestions.mentions, *suggestions.quotes]
        self._items = sorted(everything, key=lambda made: (made.start, -made.end))
        self._starts = [made.start for made in self._items]
        self._reach: list[int] = []
        for made in self._items:
            self._reach.append(max(made.end, self._reach[-1] if self._reach else 0))
        self._index = SpanIndex(annotation)
        self._rejected = Rejections(annotation.head)
        self._drafts: dict[int, Suggestion] = {}
        self._open = bytearray(self._is_open(n, annotation) for n in range(len(self._items)))
        self.count = sum(self._open)
        self.settled: list[int] = []
        """The numbers that the last edit followed has closed or opened again."""

    def __getitem__(self, number: int) -> Suggestion:
        """The suggestion, as somebody has changed it if so."""
        return self._drafts.get(number, self._items[number])

    def is_open(self, number: int) -> bool:
        return bool(self._open[number])

    def is_changed(self, number: int) -> bool:
        """Whether somebody has changed the suggestion before accepting it."""
        return number in self._drafts

    def change(self, number: int, made: Suggestion) -> None:
        """Offer this in place of the suggestion, until it is accepted or rejected."""
        self._drafts[number] = made

    def original(self, number: int) -> Suggestion:
        """The suggestion as it was made."""
        return self._items[number]

    def open_numbers(self) -> Iterator[int]:
        """The open ones, in the order of the text."""
        return (number for number, is_open in enumerate(self._open) if is_open)

    def at_least(self, confidence: float) -> list[int]:
        """The open ones that are so sure."""
        return [n for n in self.open_numbers() if self._items[n].confidence >= confidence]

    def place(self, number: int) -> int:
        """How many open ones come before."""
        return sum(self._open[:number])

    def beside(self, number: int | None, offset: int, step: int) -> int | None:
        """The open one after (step 1) or before (-1) a number, or from an offset on.

        Round the end of the article if need be; None if none is open.
        """
        if not self.count:
            return None
        if number is None:
            number = bisect_left(self._starts, offset) - (step > 0)
        total = len(self._items)
        return next(
            (
                n % total
                for by in range(1, total + 1)
                if self._open[(n := number + step * by) % total]
            ),
            None,
        )

    def touching(self, start: int, end: int) -> Iterator[int]:
        """The open ones that share a code point with `[start, end)`."""
        return (n for n in self._near(start, end) if self._open[n])

    def follow(self, edit: Edit, annotation: Annotation) -> list[int]:
        """Follow an edit that the annotation has just made; the numbers that it opened again."""
        self._index.apply(edit)
        touched: set[int] = set()
        for change in edit.changes:
            if isinstance(change.item, Head):
                touched.update(self._concerned(annotation.head))
            for item in change:
                for start, end in _extents(item):
                    touched.update(self._near(start, end))
        before = {n: self._open[n] for n in sorted(touched)}
        opened = [n for n in before if self._settle(n, annotation)]
        self.settled = [n for n, was_open in before.items() if self._open[n] != was_open]
        return opened

    def _concerned(self, head: Head) -> Iterator[int]:
        """The numbers at the places of what has been rejected, or is no longer."""
        for rejection in self._rejected.follow(head):
            if rejection.id:
                yield from (n for n, made in enumerate(self._items) if made.id == rejection.id)
            for start, end in rejection.ranges:
                yield from self._near(start, end)

    def _settle(self, number: int, annotation: Annotation) -> bool:
        """Look anew whether it is open; true if it was not and is now."""
        before, now = self._open[number], self._is_open(number, annotation)
        self._open[number] = now
        self.count += now - before
        if not now:
            self._drafts.pop(number, None)
        return now and not before

    def _near(self, start: int, end: int) -> Iterator[int]:
        number = bisect_left(self._starts, end) - 1
        while number >= 0 and self._reach[number] > start:
            if self._items[number].end > start:
                yield number
            number -= 1

    def _is_open(self, number: int, annotation: Annotation) -> bool:
        made = self._items[number]
        if self._rejected.hold(made):
            return False
        if isinstance(made, SuggestedMention):
            there = self._index.touching(made.start, made.end)
            return not any(placed.kind == "mention" for placed in there)
        quotes = {
            placed.id
            for part in made.parts("content")
            for placed in self._index.touching(part.start, part.end)
            if placed.part is not None and placed.part.role == "content"
        }
        return not any(
            same_content(made, annotation.quotes[id_].parts("content")) for id_ in quotes
        )


def _extents(item: object) -> Iterable[tuple[int, int]]:
    if isinstance(item, Mention):
        return [(item.start, item.end)]
    if isinstance(item, Quote):
        return [(span.start, span.end) for span in item.spans]
    return ()
