"""What an annotator has rejected, by place, so that moved edges do not bring it back.

It is kept under "rejected_suggestions" in the head's `extra`, and so in every native export. A
mention is `{"mention": "GPE", "start": 3, "end": 8}`, a quote `{"quote": "direct", "content":
[[3, 20]]}`, in code points. A mention without a label was rejected whatever its label. Older
versions kept the ids of suggestions instead; these still keep away what has that very id.
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
_BIN: Final = 2048
_Ranges = tuple[tuple[int, int], ...]


class Rejection(NamedTuple):
    """A mention or the content of a quote that is not wanted, or the `id` of a suggestion.

    `value` is the label of a mention, "" for any, or the type of a quote.
    """

    ranges: _Ranges
    is_quote: bool = False
    value: str = ""
    id: str = ""

    @classmethod
    def of(cls, made: Suggestion) -> "Rejection":
        """The rejection of this suggestion."""
        if isinstance(made, SuggestedMention):
            return cls(((made.start, made.end),), value=made.label)
        return cls(_ranges(made), is_quote=True, value=made.type)

    def as_row(self) -> object:
        """What is kept of it."""
        if self.id:
            return self.id
        if self.is_quote:
            return {"quote": self.value, "content": [list(span) for span in self.ranges]}
        (start, end), *_ = self.ranges
        return {"mention": self.value, "start": start, "end": end}

    def holds(self, made: Suggestion) -> bool:
        """Whether it keeps this suggestion away: one of the same place.

        What both share has to be more than half of their mean length, for mentions with the same
        label; a quote is also kept away where one content is within the other and both are of one
        type. A short quote of another type inside a long one says nothing about that.
        """
        if self.id:
            return made.id == self.id
        if isinstance(made, SuggestedMention):
            fits = not self.is_quote and self.value in ("", made.label)
            return fits and _mostly_same(((made.start, made.end),), self.ranges)
        if not self.is_quote:
            return False
        ranges = _ranges(made)
        return _mostly_same(ranges, self.ranges) or (
            self.value == made.type and _one_within_other(ranges, self.ranges)
        )


class Rejections:
    """The rejections of one annotation by place. Asking costs what is found."""

    def __init__(self, head: Head) -> None:
        self._bins: defaultdict[int, list[Rejection]] = defaultdict(list)
        self._ids: list[str] = []
        self._rows = _rows(head)
        self._add(_read(self._rows))

    def hold(self, made: Suggestion) -> bool:
        """Whether one of them keeps the suggestion away."""
        if self._ids and made.id in self._ids:
            return True
        return bool(self._bins) and any(
            rejection.holds(made)
            for number in _bins([(made.start, made.end)])
            for rejection in self._bins.get(number, ())
        )

    def follow(self, head: Head) -> list[Rejection]:
        """Follow a change of the head; the rejections that came or went."""
        old, new = self._rows, _rows(head)
        same = _common_start(old, new)
        gone, came = list(_read(old[same:])), list(_read(new[same:]))
        self._rows = new
        for rejection in gone:
            if rejection.id:
                self._ids.remove(rejection.id)
            for number in _bins(rejection.ranges):
                self._bins[number].remove(rejection)
        self._add(came)
        return [*gone, *came]

    def _add(self, rejections: Iterable[Rejection]) -> None:
        for rejection in rejections:
            if rejection.id:
                self._ids.append(rejection.id)
            for number in _bins(rejection.ranges):
                self._bins[number].append(rejection)


def rejections(head: Head) -> tuple[Rejection, ...]:
    """What has been rejected, in the order in which it was; what cannot be read is left out."""
    return tuple(_read(_rows(head)))


def with_rejections(head: Head, more: Iterable[Rejection]) -> Head:
    """The head with these rejections as well."""
    rows = _rows(head)
    known = set(_read(rows))
    new = [made.as_row() for made in dict.fromkeys(more) if made not in known]
    if not new:
        return head
    return head._replace(extra={**(head.extra or {}), REJECTED: [*rows, *new]})


def rejecting_deleted(annotation: Annotation, edit: Edit) -> Edit:
    """The edit; what it deletes that came of a suggestion it rejects as well.

    So it is not offered at once again, and undoing the deletion takes the rejection back. What
    somebody had changed before is rejected with every label.
    """
    gone = [change.before for change in edit.changes if change.after is None]
    new = [_of_deleted(annotation, item) for item in gone if is_suggested(item)]
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
    """The ranges, if all of them are some."""
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
    if old[:shorter] == new[:shorter]:  # what rejecting and undoing it leave
        return shorter
    return next(n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)


def _bins(ranges: Sequence[tuple[int, int]]) -> range:
    """The numbers of the stretches of text from the first to the last of these."""
    if not ranges:
        return range(0)
    first, last = min(s for s, _ in ranges), max(e for _, e in ranges)
    return range(first // _BIN, (last - 1) // _BIN + 1)


def _ranges(quote: SuggestedQuote | Quote) -> _Ranges:
    return tuple((span.start, span.end) for span in quote.parts("content"))


def _mostly_same(one: _Ranges, other: _Ranges) -> bool:
    return 4 * common(one, other) > length(one) + length(other)


def _one_within_other(one: _Ranges, other: _Ranges) -> bool:
    return common(one, other) == min(length(one), length(other))
