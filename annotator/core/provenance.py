"""Where a mention or quote comes from: a person, or a suggestion that a person accepted.

It is kept under "suggestion" in the item's `extra`, and so in every native export: by what it was
suggested, how sure that was, why, and who changed it after. What has no such key, a person marked.
"""

from collections.abc import Iterator
from typing import Any, Final

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Entity, Item, Mention, Quote
from annotator.core.suggestion import Suggestion

KEY: Final = "suggestion"
CHANGED_BY: Final = "changed_by"


def provenance(made: Suggestion, made_by: str = "", changed_by: str = "") -> dict[str, Any]:
    """The `extra` of an item that comes of a suggestion. `made_by` names the suggester and its
    version."""
    row: dict[str, Any] = {
        "by": made.origin,
        "confidence": round(made.confidence, 3),
        "reason": made.reason,
    }
    if made_by:
        row["made_by"] = made_by
    if changed_by:
        row[CHANGED_BY] = changed_by
    return {KEY: row}


def is_suggested(item: Item | None) -> bool:
    """Whether the item comes of a suggestion."""
    return isinstance(item, (Mention, Quote)) and isinstance((item.extra or {}).get(KEY), dict)


def signed(annotation: Annotation, edit: Edit, annotator: str) -> Edit:
    """The edit; what it changes of accepted suggestions it also says to be changed by a person.

    Spans, labels, types and speakers count, and whom a mention names; notes, flags and what
    merging entities does to their quotes do not.
    """
    if not any(map(is_suggested, _concerned(annotation, edit))):
        return edit
    after = {c.after.id: c.after for c in edit.changes if isinstance(c.after, Entity)}
    gone = {c.before.id for c in edit.changes if isinstance(c.before, Entity) and c.after is None}
    changes = tuple(
        change._replace(after=_by(change.after, annotator))
        if is_suggested(change.before) and _differs(annotation, change, after, gone)
        else change
        for change in edit.changes
    )
    return edit._replace(changes=(*changes, *_relabelled(annotation, edit, annotator)))


def _concerned(annotation: Annotation, edit: Edit) -> Iterator[Item | None]:
    """What an edit changes, and the mentions of the entities that it gives another label."""
    for change in edit.changes:
        yield change.before
        if _is_relabelled(change):
            yield from annotation.mentions_of(change.item.id)  # type: ignore[union-attr]


def _is_relabelled(change: Change) -> bool:
    before, after = change
    both = isinstance(before, Entity) and isinstance(after, Entity)
    return both and before.label != after.label  # type: ignore[union-attr]  # both are entities


def _relabelled(annotation: Annotation, edit: Edit, annotator: str) -> Iterator[Change]:
    """The accepted mentions that only their entity's label changes."""
    there = {change.item.id for change in edit.changes if isinstance(change.item, Mention)}
    for change in edit.changes:
        if not _is_relabelled(change):
            continue
        for mention in annotation.mentions_of(change.item.id):  # type: ignore[union-attr]
            changed = _by(mention, annotator)
            if is_suggested(mention) and mention.id not in there and changed != mention:
                yield Change(mention, changed)


def _differs(
    annotation: Annotation, change: Change, after: dict[str, Entity], gone: set[str]
) -> bool:
    before, now = change
    if isinstance(before, Mention) and isinstance(now, Mention):
        old = annotation.entities[before.entity_id]
        new = after.get(now.entity_id) or annotation.entities[now.entity_id]
        same = (before.start, before.end, before.kind) == (now.start, now.end, now.kind)
        moved = old.id != new.id and old.id not in gone
        return not same or moved or old.label != new.label
    if isinstance(before, Quote) and isinstance(now, Quote):
        return _said(before, gone) != _said(now, gone) or (
            not gone and (before.speakers, before.addressees) != (now.speakers, now.addressees)
        )
    return False


def _said(quote: Quote, gone: set[str]) -> tuple[object, ...]:
    status = quote.speaker_status if not gone else ""
    return quote.spans, quote.type, status, quote.parent


def _by(item: Item | None, annotator: str) -> Item | None:
    if not isinstance(item, (Mention, Quote)) or not is_suggested(item):
        return item
    extra = dict(item.extra or {})
    extra[KEY] = extra[KEY] | {CHANGED_BY: annotator}
    return item._replace(extra=extra)
