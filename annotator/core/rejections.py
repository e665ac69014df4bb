"""What an annotator has rejected, which is not offered again, whoever proposes it.

It is kept in the annotation's head, and so in every native export: see `REJECTED`.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Entity, Head, Item, Mention, Quote
from annotator.core.provenance import is_suggested
from annotator.core.stretches import Range, Stretches, mostly_common
from annotator.core.suggestion import SuggestedMention, Suggestion, signature

REJECTED: Final = "rejected_suggestions"
"""The key of a head's `extra` that lists what was rejected: objects with an `id`, the `spans`,
and the `label` of a mention. Files of earlier versions have the ids alone."""


class Rejection(NamedTuple):
    """A mention of `label`, or a quote's content (None), that was rejected.

    Without `spans` only a suggestion with the same id is meant.
    """

    id: str
    label: str | None = None
    spans: tuple[Range, ...] = ()


class Rejections:
    """What one annotator has rejected in an article. Asking costs what lies at the place."""

    def __init__(self, annotation: Annotation) -> None:
        self.all = rejections_of(annotation)
        self._ids = {rejection.id for rejection in self.all}
        self._placed = sorted(
            (rejection for rejection in self.all if rejection.spans), key=lambda r: r.spans
        )
        self._stretches = Stretches([(r.spans[0][0], r.spans[-1][1]) for r in self._placed])

    def cover(self, made: Suggestion) -> bool:
        """Whether the suggestion, or one that is half the same, was rejected: a mention with the
        same label, or a quote."""
        if made.id in self._ids:
            return True
        label, spans = _what(made)
        return any(
            self._placed[n].label == label and mostly_common(self._placed[n].spans, spans)
            for n in self._stretches.touching(spans[0][0], spans[-1][1])
        )


def rejections_of(annotation: Annotation) -> frozenset[Rejection]:
    """What the annotator has rejected. What cannot be read counts as nothing."""
    return frozenset(rejection for row in _rows(annotation.head) if (rejection := _read(row)))


def with_rejections(head: Head, rejections: Iterable[Rejection]) -> Head:
    """The head with these rejections as well."""
    known = {rejection.id for row in _rows(head) if (rejection := _read(row))}
    new = {rejection.id: rejection for rejection in rejections if rejection.id not in known}
    if not new:
        return head
    rows = [*_rows(head), *map(_row, new.values())]
    return head._replace(extra={**(head.extra or {}), REJECTED: rows})


def rejection(made: Suggestion) -> Rejection:
    """The rejection of a suggestion."""
    return Rejection(made.id, *_what(made))


def withdrawn(annotation: Annotation, edit: Edit) -> Edit:
    """The edit; what it deletes of accepted suggestions it also rejects, or it would be offered
    again at once. What it puts something else in the place of is not rejected."""
    gone = [c.before for c in edit.changes if c.after is None and is_suggested(c.before)]
    if not gone:
        return edit
    kept = [c.after for c in edit.changes if c.after is not None and c.before is None]
    rejected = [
        rejection
        for item in gone
        if (rejection := _rejection_of(annotation, item)) is not None
        and not any(_takes_place(other, item) for other in kept)
    ]
    return _with_head(annotation, edit, rejected)


def _with_head(annotation: Annotation, edit: Edit, rejected: list[Rejection]) -> Edit:
    there = next((c for c in edit.changes if isinstance(c.before, Head)), None)
    before = annotation.head
    after = there.after if there is not None else before
    assert isinstance(after, Head)  # no edit leaves an annotation without one
    made = with_rejections(after, rejected)
    if made == after:
        return edit
    others = tuple(change for change in edit.changes if change is not there)
    return edit._replace(changes=(*others, Change(before, made)))


def _rejection_of(annotation: Annotation, item: Item | None) -> Rejection | None:
    if isinstance(item, Mention):
        entity: Entity = annotation.entities[item.entity_id]
        spans: tuple[Range, ...] = ((item.start, item.end),)
        return Rejection(signature("mention", entity.label, spans), entity.label, spans)
    if isinstance(item, Quote) and (spans := _content(item)):
        return Rejection(signature("quote", "", spans), None, spans)
    return None


def _takes_place(new: Item, old: Item | None) -> bool:
    """Whether a new item of the same kind lies on the old one."""
    if isinstance(new, Mention) and isinstance(old, Mention):
        return new.start < old.end and old.start < new.end
    if isinstance(new, Quote) and isinstance(old, Quote):
        return any(s < end and start < e for s, e in _content(new) for start, end in _content(old))
    return False


def _content(quote: Quote) -> tuple[Range, ...]:
    return tuple((part.start, part.end) for part in quote.parts("content"))


def _what(made: Suggestion) -> tuple[str | None, tuple[Range, ...]]:
    if isinstance(made, SuggestedMention):
        return made.label, ((made.start, made.end),)
    return None, tuple((part.start, part.end) for part in made.parts("content"))


def _rows(head: Head) -> list[Any]:
    found = (head.extra or {}).get(REJECTED)
    return found if isinstance(found, list) else []


def _row(rejection: Rejection) -> dict[str, Any]:
    row: dict[str, Any] = {"id": rejection.id}
    if rejection.label is not None:
        row["label"] = rejection.label
    return row | {"spans": [list(span) for span in rejection.spans]}


def _read(row: object) -> Rejection | None:
    if isinstance(row, str):
        return Rejection(row)
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        return None
    label, spans = row.get("label"), row.get("spans")
    if not isinstance(spans, list) or not all(map(_is_range, spans)):
        return Rejection(row["id"])
    placed = tuple(sorted((start, end) for start, end in spans))
    return Rejection(row["id"], label if isinstance(label, str) else None, placed)


def _is_range(span: object) -> bool:
    return (
        isinstance(span, list)
        and len(span) == 2
        and all(isinstance(offset, int) and not isinstance(offset, bool) for offset in span)
        and 0 <= span[0] < span[1]
    )
