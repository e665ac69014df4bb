"""The open suggestions for one article, kept up to date while the user edits."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Head, Mention, Quote
from annotator.core.rejection import RejectionIndex, rejections
from annotator.core.span_index import SpanIndex
from annotator.core.suggestion import (
    SuggestedMention,
    Suggestion,
    Suggestions,
    has_same_content,
)


def open_suggestions(suggestions: Suggestions, annotation: Annotation) -> Suggestions:
    """Return the suggestions that the annotation neither contains nor has rejected.

    It contains a mention if one of its mentions overlaps it, and a quote if `has_same_content`
    holds for the content of one of its quotes.
    """
    rejected = rejections(annotation.head)
    mention_spans = [(m.start, m.end) for m in annotation.mentions.values()]
    contents = [quote.parts("content") for quote in annotation.quotes.values()]
    return Suggestions(
        tuple(
            m
            for m in suggestions.mentions
            if not any(r.holds(m) for r in rejected)
            and not any(s < m.end and e > m.start for s, e in mention_spans)
        ),
        tuple(
            quote
            for quote in suggestions.quotes
            if not any(r.holds(quote) for r in rejected)
            and not any(has_same_content(quote, parts) for parts in contents)
        ),
    )


class SuggestionQueue:
    """Suggestions by number, in text order, outer ones first; some of them are open.

    They are open as in `open_suggestions`. The cost of making the queue and of `follow` depends on
    the suggestions and the edit, not on the size of the annotation.
    """

    def __init__(self, suggestions: Suggestions, annotation: Annotation) -> None:
        suggestions_of_both: list[Suggestion] = [*suggestions.mentions, *suggestions.quotes]
        self._items = sorted(
            suggestions_of_both, key=lambda suggestion: (suggestion.start, -suggestion.end)
        )
        self._starts = [suggestion.start for suggestion in self._items]
        self._reach: list[int] = []
        for suggestion in self._items:
            self._reach.append(max(suggestion.end, self._reach[-1] if self._reach else 0))
        self._index = SpanIndex(annotation)
        self._rejected = RejectionIndex(annotation.head)
        self._drafts: dict[int, Suggestion] = {}
        self._open = bytearray(self._is_open(n, annotation) for n in range(len(self._items)))
        self.count = sum(self._open)
        self.settled: list[int] = []
        """The numbers that the last edit closed or opened again."""

    def __getitem__(self, number: int) -> Suggestion:
        """Return the suggestion, with the user's changes if there are any."""
        return self._drafts.get(number, self._items[number])

    def is_open(self, number: int) -> bool:
        return bool(self._open[number])

    def is_changed(self, number: int) -> bool:
        """Return whether the user has changed the suggestion before accepting it."""
        return number in self._drafts

    def change(self, number: int, suggestion: Suggestion) -> None:
        """Replace the suggestion with a changed one until it is accepted or rejected."""
        self._drafts[number] = suggestion

    def original(self, number: int) -> Suggestion:
        """Return the suggestion as it was made."""
        return self._items[number]

    def open_numbers(self) -> Iterator[int]:
        """Yield the numbers of the open suggestions, in text order."""
        return (number for number, is_open in enumerate(self._open) if is_open)

    def at_least(self, confidence: float) -> list[int]:
        """Return the open suggestions with at least this confidence."""
        return [n for n in self.open_numbers() if self._items[n].confidence >= confidence]

    def place(self, number: int) -> int:
        """Return the number of open suggestions before this one."""
        return sum(self._open[:number])

    def beside(self, number: int | None, offset: int, step: int) -> int | None:
        """Return the open suggestion after (step 1) or before (step -1) a number or an offset.

        The search continues at the other end of the article; None if no suggestion is open.
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
        """Return the open suggestions that share a code point with `[start, end)`."""
        return (n for n in self._near(start, end) if self._open[n])

    def follow(self, edit: Edit, annotation: Annotation) -> list[int]:
        """Update for an edit that the annotation has just made.

        Return the numbers that it opened again.
        """
        self._index.apply(edit)
        affected: set[int] = set()
        for change in edit.changes:
            if isinstance(change.item, Head):
                affected.update(self._affected_numbers(annotation.head))
            for item in change:
                for start, end in _extents(item):
                    affected.update(self._near(start, end))
        before = {n: self._open[n] for n in sorted(affected)}
        opened = [n for n in before if self._update_open(n, annotation)]
        self.settled = [n for n, was_open in before.items() if self._open[n] != was_open]
        return opened

    def _affected_numbers(self, head: Head) -> Iterator[int]:
        """Yield the numbers near rejections that were added or removed."""
        for rejection in self._rejected.follow(head):
            if rejection.id:
                yield from (
                    n for n, suggestion in enumerate(self._items) if suggestion.id == rejection.id
                )
            for start, end in rejection.ranges:
                yield from self._near(start, end)

    def _update_open(self, number: int, annotation: Annotation) -> bool:
        """Check again whether it is open; return true if it was not and is now."""
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
        suggestion = self._items[number]
        if self._rejected.hold(suggestion):
            return False
        if isinstance(suggestion, SuggestedMention):
            overlapping = self._index.touching(suggestion.start, suggestion.end)
            return not any(placed.kind == "mention" for placed in overlapping)
        quotes = {
            placed.id
            for part in suggestion.parts("content")
            for placed in self._index.touching(part.start, part.end)
            if placed.part is not None and placed.part.role == "content"
        }
        return not any(
            has_same_content(suggestion, annotation.quotes[id_].parts("content")) for id_ in quotes
        )


def _extents(item: object) -> Iterable[tuple[int, int]]:
    if isinstance(item, Mention):
        return [(item.start, item.end)]
    if isinstance(item, Quote):
        return [(span.start, span.end) for span in item.spans]
    return ()
