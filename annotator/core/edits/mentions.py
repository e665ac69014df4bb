"""Edits of mentions: mark, relabel, resize, move, delete."""

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import (
    changed,
    checked_span,
    short,
    the_entity,
    the_mention,
)
from annotator.core.errors import Rejected
from annotator.core.models import Article, Entity, Item, Mention, MentionKind

_Pair = tuple[Item | None, Item | None]


def mark(
    article: Article, annotation: Annotation, start: int, end: int, label: str, title: str = ""
) -> Edit:
    """Mark `[start, end)` as a mention with `label`; `title` names the label in the Undo menu.

    The mention joins the entity of that label which has this name or a mention with these words;
    a mention that is exactly there already gets the new label instead.
    """
    start, end, text = checked_span(article, start, end)
    for mention in annotation.mentions_at(start, end):
        return relabel_mention(annotation, mention.id, label, title)
    entity, new = entity_for(annotation, text, label)
    id_, ordinal = annotation.next_id(Mention)
    mention = Mention(id_, entity.id, start, end, text, ordinal)
    return changed(f"Mark {short(text)} as {title or label}", *new, (None, mention))


def relabel_mention(annotation: Annotation, mention_id: str, label: str, title: str = "") -> Edit:
    """Give this one mention `label`; other mentions of its entity keep theirs."""
    mention = the_mention(annotation, mention_id)
    old = annotation.entities[mention.entity_id]
    there = annotation.mentions_at(mention.start, mention.end)
    if any(annotation.entities[other.entity_id].label == label for other in there):
        raise Rejected(f"{short(mention.text)} is marked as {title or label} already.")
    wording = f"Relabel {short(mention.text)} as {title or label}"
    entity, new = entity_for(annotation, mention.text, label)
    if new and annotation.mention_count(old.id) == 1:
        return changed(wording, (old, old._replace(label=label)))
    moved = mention._replace(entity_id=entity.id)
    return changed(wording, *new, (mention, moved), *_emptied(annotation, mention))


def resize_mention(
    article: Article, annotation: Annotation, mention_id: str, start: int, end: int
) -> Edit:
    """Move the edges of a mention. An entity named after its only mention is renamed with it."""
    mention = the_mention(annotation, mention_id)
    start, end, text = checked_span(article, start, end)
    label = annotation.entities[mention.entity_id].label
    for other in annotation.mentions_at(start, end):
        if other.id != mention.id and annotation.entities[other.entity_id].label == label:
            raise Rejected(f"{short(text)} is marked as {label} already.")
    pairs: list[_Pair] = [(mention, mention._replace(start=start, end=end, text=text))]
    entity = annotation.entities[mention.entity_id]
    named_after = entity.name == entity_name(mention.text)
    if named_after and annotation.mention_count(entity.id) == 1:
        pairs.append((entity, entity._replace(name=entity_name(text))))
    return changed(f"Resize {short(mention.text)} to {short(text)}", *pairs)


def move_mention(annotation: Annotation, mention_id: str, entity_id: str) -> Edit:
    """Let the mention name another entity that is there already."""
    mention = the_mention(annotation, mention_id)
    entity = the_entity(annotation, entity_id)
    there = annotation.mentions_at(mention.start, mention.end)
    if any(other.entity_id == entity.id for other in there):
        raise Rejected(f"{short(mention.text)} belongs to {entity.name} already.")
    moved = mention._replace(entity_id=entity.id)
    title = f"Move {short(mention.text)} to {entity.name}"
    return changed(title, (mention, moved), *_emptied(annotation, mention))


def set_kind(annotation: Annotation, mention_id: str, kind: MentionKind) -> Edit:
    """Say how the mention names its entity: name, nominal or pronoun."""
    mention = the_mention(annotation, mention_id)
    return changed(f"Make {short(mention.text)} a {kind}", (mention, mention._replace(kind=kind)))


def delete_mention(annotation: Annotation, mention_id: str) -> Edit:
    """Delete the mention, and its entity with its last one unless a quote is attributed to it."""
    mention = the_mention(annotation, mention_id)
    title = f"Delete mention {short(mention.text)}"
    return changed(title, (mention, None), *_emptied(annotation, mention))


def entity_name(text: str) -> str:
    """The name an entity takes from a mention's words: the words on one line."""
    return " ".join(text.split())


def entity_for(annotation: Annotation, text: str, label: str) -> tuple[Entity, list[_Pair]]:
    """The entity that `text` names, and the change that makes it if there is none yet."""
    if (known := annotation.entity_called(text, label)) is not None:
        return known, []
    id_, ordinal = annotation.next_id(Entity)
    entity = Entity(id_, label, entity_name(text), ordinal)
    return entity, [(None, entity)]


def _emptied(annotation: Annotation, leaving: Mention) -> list[_Pair]:
    """The removal of the entity that `leaving` was the last mention of."""
    entity = annotation.entities[leaving.entity_id]
    if annotation.mention_count(entity.id) > 1 or annotation.quotes_of(entity.id):
        return []
    return [(entity, None)]
