"""Edits of many spans at once: mark or unmark every occurrence of a name as one edit."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed, checked_span, short
from annotator.core.edits.mentions import find_or_make_entity
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import Article, Entity, Item, Mention, MentionKind

_Pair = tuple[Item | None, Item | None]
_LONGEST_PRONOUN: Final = 5


def mark_all(
    article: Article,
    annotation: Annotation,
    spans: Sequence[tuple[int, int]],
    label: str,
    title: str = "",
) -> Edit:
    """Mark all `spans` with `label` as mentions of one entity.

    It is the entity of that label that the first span names, or a new one. Spans that are mentions
    with this label already stay as they are; one with another label gets this one.
    """
    checked_spans = [checked_span(article, start, end) for start, end in spans]
    if not checked_spans:
        raise Rejected(message("Choose at least one place to mark."))
    entity, new = find_or_make_entity(annotation, checked_spans[0][2], label)
    added: list[_Pair] = []
    moved: list[Mention] = []
    ids = annotation.free_ids(Mention)
    for start, end, text in dict.fromkeys(checked_spans):
        same_span = annotation.mentions_at(start, end)
        if any(annotation.entities[mention.entity_id].label == label for mention in same_span):
            continue
        if same_span:
            moved.append(same_span[0])
            continue
        id_, ordinal = next(ids)
        added.append((None, Mention(id_, entity.id, start, end, text, ordinal)))
    made = len(added) + len(moved)
    if not made:
        raise Rejected(
            message(
                "{1} is marked as {2} everywhere already.",
                short(checked_spans[0][2]),
                title or label,
            )
        )
    pairs = [*new, *((mention, mention._replace(entity_id=entity.id)) for mention in moved)]
    pairs += [*added, *_entity_removals(annotation, moved)]
    times = message("once") if made == 1 else message("{1} times", made)
    return changed(
        message("Mark {1} as {2} {3}", short(checked_spans[0][2]), title or label, times), *pairs
    )


def unmark_all(annotation: Annotation, mention_ids: Collection[str]) -> Edit:
    """Delete these mentions, and the entities that lose their last one.

    An entity that a quote is attributed to stays, without mentions.
    """
    removed = [
        annotation.mentions[id_] for id_ in dict.fromkeys(mention_ids) if id_ in annotation.mentions
    ]
    if not removed:
        raise Rejected(message("Those mentions are no longer there."))
    pairs: list[_Pair] = [(mention, None) for mention in removed]
    pairs += _entity_removals(annotation, removed)
    title = message("Unmark {1}", short(removed[0].text))
    if len(removed) > 1:
        title = message("{1} {2}", title, message("{1} times", len(removed)))
    return changed(title, *pairs)


def join_mention(
    article: Article, annotation: Annotation, start: int, end: int, entity_id: str
) -> Edit:
    """Mark `[start, end)` as another mention of an existing entity: "he", "the minister".

    Its kind is proposed from the text: a name if it does not begin in lower case or is part of a
    name of the entity, a pronoun if it is one word of at most five letters, nominal otherwise.
    """
    start, end, text = checked_span(article, start, end)
    entity = annotation.entities.get(entity_id)
    if entity is None:
        raise Rejected(message("That entity is no longer there."))
    if any(m.entity_id == entity_id for m in annotation.mentions_at(start, end)):
        raise Rejected(message("{1} belongs to {2} already.", short(text), entity.name))
    id_, ordinal = annotation.next_id(Mention)
    mention = Mention(id_, entity_id, start, end, text, ordinal, _kind(annotation, entity, text))
    return changed(message("Mark {1} as {2}", short(text), entity.name), (None, mention))


def _entity_removals(annotation: Annotation, leaving: Sequence[Mention]) -> list[_Pair]:
    """Return the removal of entities that lose their last mention and that no quote names."""
    lost = Counter(mention.entity_id for mention in leaving)
    return [
        (annotation.entities[id_], None)
        for id_, count in lost.items()
        if annotation.mention_count(id_) == count and not annotation.quotes_of(id_)
    ]


def _kind(annotation: Annotation, entity: Entity, text: str) -> MentionKind:
    mentions = annotation.mentions_of(entity.id)
    names = {entity.name, *(mention.text for mention in mentions if mention.kind == "name")}
    if not text[:1].islower() or any(text in (name, *name.split()) for name in names):
        return "name"
    return "pronoun" if text.isalpha() and len(text) <= _LONGEST_PRONOUN else "nominal"
