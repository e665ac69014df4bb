"""Rejected suggestions of an annotator by place, so that moved edges do not bring them back.

They are kept under "rejected_suggestions" in the head's `extra`, and so in every native export. A
mention is `{"mention": "GPE", "start": 3, "end": 8}`, a quote `{"quote": "direct", "content": [[3,
20]]}`, in code points. A mention with an empty label was rejected whatever its label. Older
versions kept the ids of suggestions instead; these still hold for the suggestion with that id.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.intervals import common, length
from annotator.core.models import Head, Item, Mention, Quote
from annotator.core.provenance import CHANGED_BY, KEY, is_suggested
from annotator.core.suggestion import SuggestedMention, SuggestedQuote, Suggestion

REJECTED: Final = "rejected_suggestions"
"""The key of a head's `extra` that lists what a person has rejected."""
_BIN_SIZE: Final = 2048
_Ranges = tuple[tuple[int, int], ...]


class Rejection(NamedTuple):
    """A rejected mention or quote content, or the `id` of a rejected suggestion.

    `value` is the label of a mention ("" for any) or the type of a quote.
    """

    ranges: _Ranges
    is_quote: bool = False
    value: str = ""
    id: str = ""

    @classmethod
    def of(cls, suggestion: Suggestion) -> "Rejection":
        """Return the rejection of this suggestion."""
        if isinstance(suggestion, SuggestedMention):
            return cls(((suggestion.start, suggestion.end),), value=suggestion.label)
        return cls(_ranges(suggestion), is_quote=True, value=suggestion.type)

    def as_row(self) -> object:
        """Return the JSON value that is stored for it."""
        if self.id:
            return self.id
        if self.is_quote:
            return {"quote": self.value, "content": [list(span) for span in self.ranges]}
        (start, end), *_ = self.ranges
        return {"mention": self.value, "start": start, "end": end}

    def holds(self, suggestion: Suggestion) -> bool:
        """Return whether it rejects this suggestion, which need not have exactly the same span.

        The spans have to share more than half of their mean length, and mentions have to have the
        same label. A quote is also rejected if one content is within the other and both have the
        same type: rejecting a short quote inside a long one of another type says nothing about the
        long one.
        """
        if self.id:
            return suggestion.id == self.id
        if isinstance(suggestion, SuggestedMention):
            fits = not self.is_quote and self.value in ("", suggestion.label)
            return fits and _mostly_same(((suggestion.start, suggestion.end),), self.ranges)
        if not self.is_quote:
            return False
        ranges = _ranges(suggestion)
        return _mostly_same(ranges, self.ranges) or (
            self.value == suggestion.type and _one_within_other(ranges, self.ranges)
        )


class RejectionIndex:
    """The rejections of one annotation by place. The cost of a query depends on what it finds."""

    def __init__(self, head: Head) -> None:
        self._bins: defaultdict[int, list[Rejection]] = defaultdict(list)
        self._ids: list[str] = []
        self._rows = _rows(head)
        self._add(_read(self._rows))

    def hold(self, suggestion: Suggestion) -> bool:
        """Return whether one of them rejects the suggestion."""
        if self._ids and suggestion.id in self._ids:
            return True
        return bool(self._bins) and any(
            rejection.holds(suggestion)
            for number in _bins([(suggestion.start, suggestion.end)])
            for rejection in self._bins.get(number, ())
        )

    def follow(self, head: Head) -> list[Rejection]:
        """Update for a changed head; return the rejections that were added or removed."""
        old, new = self._rows, _rows(head)
        same = _common_start(old, new)
        removed, added = list(_read(old[same:])), list(_read(new[same:]))
        self._rows = new
        for rejection in removed:
            if rejection.id:
                self._ids.remove(rejection.id)
            for number in _bins(rejection.ranges):
                self._bins[number].remove(rejection)
        self._add(added)
        return [*removed, *added]

    def _add(self, rejections: Iterable[Rejection]) -> None:
        for rejection in rejections:
            if rejection.id:
                self._ids.append(rejection.id)
            for number in _bins(rejection.ranges):
                self._bins[number].append(rejection)


def rejections(head: Head) -> tuple[Rejection, ...]:
    """Return the rejections in the order in which they were made; unreadable ones are left out."""
    return tuple(_read(_rows(head)))


def with_rejections(head: Head, more: Iterable[Rejection]) -> Head:
    """Return the head with these rejections added."""
    rows = _rows(head)
    known = set(_read(rows))
    new = [rejection.as_row() for rejection in dict.fromkeys(more) if rejection not in known]
    if not new:
        return head
    return head._replace(extra={**(head.extra or {}), REJECTED: [*rows, *new]})


def reject_deleted(annotation: Annotation, edit: Edit) -> Edit:
    """Return the edit extended to reject the accepted suggestions that it deletes.

    So they are not suggested again at once, and undoing the deletion removes the rejection. A
    mention that was changed before is rejected with every label.
    """
    deleted = [change.before for change in edit.changes if change.after is None]
    new = [_of_deleted(annotation, item) for item in deleted if is_suggested(item)]
    if not new:
        return edit
    head = annotation.head
    rest: list[Change] = []
    for change in edit.changes:
        if isinstance(change.after, Head):
            head = change.after
        else:
            rest.append(change)
    return edit._replace(changes=(*rest, Change(annotation.head, with_rejections(head, new))))


def _of_deleted(annotation: Annotation, item: Item | None) -> Rejection:
    if isinstance(item, Mention):
        changed = CHANGED_BY in (item.extra or {})[KEY]
        label = "" if changed else annotation.entities[item.entity_id].label
        return Rejection(((item.start, item.end),), value=label)
    if not isinstance(item, Quote):
        raise TypeError("only mentions and quotes come of suggestions")
    return Rejection(_ranges(item), is_quote=True, value=item.type)


def _rows(head: Head) -> list[Any]:
    found = (head.extra or {}).get(REJECTED)
    return found if isinstance(found, list) else []


def _read(rows: Iterable[Any]) -> Iterator[Rejection]:
    for row in rows:
        if isinstance(row, str):
            yield Rejection((), id=row)
        elif isinstance(row, dict):
            is_quote = "quote" in row
            found = row.get("content") if is_quote else [[row.get("start"), row.get("end")]]
            value = row.get("quote" if is_quote else "mention")
            if isinstance(value, str) and (ranges := _checked(found)):
                yield Rejection(ranges, is_quote, value)


def _checked(found: object) -> _Ranges:
    """Return the ranges if all of them are valid, else none."""
    if not isinstance(found, list) or not all(
        isinstance(pair, list)
        and [type(end) for end in pair] == [int, int]
        and 0 <= pair[0] < pair[1]
        for pair in found
    ):
        return ()
    return tuple((start, end) for start, end in found)


def _common_start(old: list[Any], new: list[Any]) -> int:
    shorter = min(len(old), len(new))
    if old[:shorter] == new[:shorter]:  # after a rejection or its undo
        return shorter
    return next(n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)


def _bins(ranges: Sequence[tuple[int, int]]) -> range:
    """Return the numbers of the bins from the first to the last of these ranges."""
    if not ranges:
        return range(0)
    first, last = min(s for s, _ in ranges), max(e for _, e in ranges)
    return range(first // _BIN_SIZE, (last - 1) // _BIN_SIZE + 1)


def _ranges(quote: SuggestedQuote | Quote) -> _Ranges:
    return tuple((span.start, span.end) for span in quote.parts("content"))


def _mostly_same(one: _Ranges, other: _Ranges) -> bool:
    return 4 * common(one, other) > length(one) + length(other)


def _one_within_other(one: _Ranges, other: _Ranges) -> bool:
    return common(one, other) == min(length(one), length(other))
