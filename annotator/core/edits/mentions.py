"""Edits of mentions: mark, relabel, resize, move, delete."""

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import (
    changed,
    checked_span,
    get_entity,
    get_mention,
    short,
)
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import Article, Entity, Item, Mention, MentionKind
from annotator.core.terms import term

_Pair = tuple[Item | None, Item | None]


def mark(
    article: Article, annotation: Annotation, start: int, end: int, label: str, title: str = ""
) -> Edit:
    """Mark `[start, end)` as a mention with `label`; `title` names the label in the Undo menu.

    The mention joins the entity of that label that has this name or a mention with this text; a
    mention that already has exactly this span gets the new label instead.
    """
    start, end, text = checked_span(article, start, end)
    for mention in annotation.mentions_at(start, end):
        return relabel_mention(annotation, mention.id, label, title)
    entity, new = find_or_make_entity(annotation, text, label)
    id_, ordinal = annotation.next_id(Mention)
    mention = Mention(id_, entity.id, start, end, text, ordinal)
    return changed(message("Mark {1} as {2}", short(text), title or label), *new, (None, mention))


def relabel_mention(annotation: Annotation, mention_id: str, label: str, title: str = "") -> Edit:
    """Change the label of this mention; other mentions of its entity keep theirs."""
    mention = get_mention(annotation, mention_id)
    old = annotation.entities[mention.entity_id]
    same_span = annotation.mentions_at(mention.start, mention.end)
    if any(annotation.entities[other.entity_id].label == label for other in same_span):
        raise Rejected(
            message("{1} is marked as {2} already.", short(mention.text), title or label)
        )
    wording = message("Relabel {1} as {2}", short(mention.text), title or label)
    entity, new = find_or_make_entity(annotation, mention.text, label)
    if new and annotation.mention_count(old.id) == 1:
        return changed(wording, (old, old._replace(label=label)))
    moved = mention._replace(entity_id=entity.id)
    return changed(wording, *new, (mention, moved), *_entity_removal(annotation, mention))


def resize_mention(
    article: Article, annotation: Annotation, mention_id: str, start: int, end: int
) -> Edit:
    """Move the edges of a mention. An entity named after its only mention is renamed with it."""
    mention = get_mention(annotation, mention_id)
    start, end, text = checked_span(article, start, end)
    label = annotation.entities[mention.entity_id].label
    for other in annotation.mentions_at(start, end):
        if other.id != mention.id and annotation.entities[other.entity_id].label == label:
            raise Rejected(message("{1} is marked as {2} already.", short(text), label))
    pairs: list[_Pair] = [(mention, mention._replace(start=start, end=end, text=text))]
    entity = annotation.entities[mention.entity_id]
    named_after = entity.name == entity_name(mention.text)
    if named_after and annotation.mention_count(entity.id) == 1:
        pairs.append((entity, entity._replace(name=entity_name(text))))
    return changed(message("Resize {1} to {2}", short(mention.text), short(text)), *pairs)


def move_mention(annotation: Annotation, mention_id: str, entity_id: str) -> Edit:
    """Move the mention to another entity that exists already."""
    mention = get_mention(annotation, mention_id)
    entity = get_entity(annotation, entity_id)
    same_span = annotation.mentions_at(mention.start, mention.end)
    if any(other.entity_id == entity.id for other in same_span):
        raise Rejected(message("{1} belongs to {2} already.", short(mention.text), entity.name))
    moved = mention._replace(entity_id=entity.id)
    title = message("Move {1} to {2}", short(mention.text), entity.name)
    return changed(title, (mention, moved), *_entity_removal(annotation, mention))


def set_kind(annotation: Annotation, mention_id: str, kind: MentionKind) -> Edit:
    """Set how the mention names its entity: name, nominal or pronoun."""
    mention = get_mention(annotation, mention_id)
    return changed(
        message("Make {1} a {2}", short(mention.text), term(kind)),
        (mention, mention._replace(kind=kind)),
    )


def delete_mention(annotation: Annotation, mention_id: str) -> Edit:
    """Delete the mention, and its entity if it was the last one and no quote names the entity."""
    mention = get_mention(annotation, mention_id)
    title = message("Delete mention {1}", short(mention.text))
    return changed(title, (mention, None), *_entity_removal(annotation, mention))


def entity_name(text: str) -> str:
    """Return the name of an entity for the text of a mention: the text on one line."""
    return " ".join(text.split())


def find_or_make_entity(
    annotation: Annotation, text: str, label: str
) -> tuple[Entity, list[_Pair]]:
    """Return the entity that `text` names, and the change that makes it if there is none yet."""
    if (known := annotation.entity_called(text, label)) is not None:
        return known, []
    id_, ordinal = annotation.next_id(Entity)
    entity = Entity(id_, label, entity_name(text), ordinal)
    return entity, [(None, entity)]


def _entity_removal(annotation: Annotation, leaving: Mention) -> list[_Pair]:
    """Return the removal of the entity if `leaving` is its last mention and no quote names it."""
    entity = annotation.entities[leaving.entity_id]
    if annotation.mention_count(entity.id) > 1 or annotation.quotes_of(entity.id):
        return []
    return [(entity, None)]
