"""The provenance of mentions and quotes: a person, or a suggestion that a person accepted.

It is kept under "suggestion" in the item's `extra`, and so in every native export: origin,
confidence, reason, and who changed the item afterwards. A person marked any item without this key.
"""

from collections.abc import Iterator
from typing import Any, Final

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Entity, Item, Mention, Quote
from annotator.core.suggestion import Suggestion

KEY: Final = "suggestion"
CHANGED_BY: Final = "changed_by"


def provenance(suggestion: Suggestion, made_by: str = "", changed_by: str = "") -> dict[str, Any]:
    """Return the `extra` of an item made from a suggestion.

    `made_by` names the suggester and its version.
    """
    row: dict[str, Any] = {
        "by": suggestion.origin,
        "confidence": round(suggestion.confidence, 3),
        "reason": str(suggestion.reason),
    }
    if made_by:
        row["made_by"] = made_by
    if changed_by:
        row[CHANGED_BY] = changed_by
    return {KEY: row}


def is_suggested(item: Item | None) -> bool:
    """Return whether the item was made from a suggestion."""
    return isinstance(item, (Mention, Quote)) and isinstance((item.extra or {}).get(KEY), dict)


def signed(annotation: Annotation, edit: Edit, annotator: str) -> Edit:
    """Return the edit with the accepted suggestions that it changes marked as changed by a person.

    Changes of spans, labels, types, speakers and of the entity of a mention count; notes, flags and
    the effect of merging entities on their quotes do not.
    """
    if not any(map(is_suggested, _affected_items(annotation, edit))):
        return edit
    after = {c.after.id: c.after for c in edit.changes if isinstance(c.after, Entity)}
    removed = {
        c.before.id for c in edit.changes if isinstance(c.before, Entity) and c.after is None
    }
    changes = tuple(
        change._replace(after=_by(change.after, annotator))
        if is_suggested(change.before) and _differs(annotation, change, after, removed)
        else change
        for change in edit.changes
    )
    return edit._replace(changes=(*changes, *_relabelled(annotation, edit, annotator)))


def _affected_items(annotation: Annotation, edit: Edit) -> Iterator[Item | None]:
    """Yield what an edit changes, and the mentions of the entities that it relabels."""
    for change in edit.changes:
        yield change.before
        if _is_relabelled(change):
            yield from annotation.mentions_of(change.item.id)  # type: ignore[union-attr]


def _is_relabelled(change: Change) -> bool:
    before, after = change
    both = isinstance(before, Entity) and isinstance(after, Entity)
    return both and before.label != after.label  # type: ignore[union-attr]  # both are entities


def _relabelled(annotation: Annotation, edit: Edit, annotator: str) -> Iterator[Change]:
    """Yield changes for the accepted mentions of which only the entity has a new label."""
    changed_ids = {change.item.id for change in edit.changes if isinstance(change.item, Mention)}
    for change in edit.changes:
        if not _is_relabelled(change):
            continue
        for mention in annotation.mentions_of(change.item.id):  # type: ignore[union-attr]
            changed = _by(mention, annotator)
            if is_suggested(mention) and mention.id not in changed_ids and changed != mention:
                yield Change(mention, changed)


def _differs(
    annotation: Annotation, change: Change, after: dict[str, Entity], removed: set[str]
) -> bool:
    before, now = change
    if isinstance(before, Mention) and isinstance(now, Mention):
        old = annotation.entities[before.entity_id]
        new = after.get(now.entity_id) or annotation.entities[now.entity_id]
        same = (before.start, before.end, before.kind) == (now.start, now.end, now.kind)
        moved = old.id != new.id and old.id not in removed
        return not same or moved or old.label != new.label
    if isinstance(before, Quote) and isinstance(now, Quote):
        return _compared_values(before, removed) != _compared_values(now, removed) or (
            not removed and (before.speakers, before.addressees) != (now.speakers, now.addressees)
        )
    return False


def _compared_values(quote: Quote, removed: set[str]) -> tuple[object, ...]:
    status = quote.speaker_status if not removed else ""
    return quote.spans, quote.type, status, quote.parent


def _by(item: Item | None, annotator: str) -> Item | None:
    if not isinstance(item, (Mention, Quote)) or not is_suggested(item):
        return item
    extra = dict(item.extra or {})
    extra[KEY] = extra[KEY] | {CHANGED_BY: annotator}
    return item._replace(extra=extra)
