"""Edits of entities: relabel, rename, merge, split, delete."""

from collections.abc import Collection

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed, get_entity, get_mention, replace_ids, short
from annotator.core.edits.mentions import entity_name
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import Entity, Item

_Pair = tuple[Item | None, Item | None]


def relabel_entity(annotation: Annotation, entity_id: str, label: str, title: str = "") -> Edit:
    """Change the label of the entity, and so of all its mentions."""
    entity = get_entity(annotation, entity_id)
    wording = message("Relabel {1} as {2}", entity.name, title or label)
    return changed(wording, (entity, entity._replace(label=label)))


def relabel_entities(
    annotation: Annotation, entity_ids: Collection[str], label: str, title: str = ""
) -> Edit:
    """Change the label of all these entities at once; those that have it already are left out."""
    entities = [get_entity(annotation, id_) for id_ in dict.fromkeys(entity_ids)]
    if len(entities) == 1:
        return relabel_entity(annotation, entities[0].id, label, title)
    pairs = [(entity, entity._replace(label=label)) for entity in entities]
    return changed(message("Relabel {1} entities as {2}", len(entities), title or label), *pairs)


def rename_entity(annotation: Annotation, entity_id: str, name: str) -> Edit:
    """Change the canonical name of the entity; its mentions keep their text."""
    entity = get_entity(annotation, entity_id)
    name = entity_name(name)
    if not name:
        raise Rejected(message("An entity needs a name."))
    return changed(
        message("Rename {1} to {2}", entity.name, name), (entity, entity._replace(name=name))
    )


def merge_entities(annotation: Annotation, entity_id: str, others: Collection[str]) -> Edit:
    """Move mentions, quotes, notes and flags of `others` to `entity_id`; delete `others`."""
    target = get_entity(annotation, entity_id)
    merged = [
        get_entity(annotation, other) for other in dict.fromkeys(others) if other != target.id
    ]
    if not merged:
        raise Rejected(message("Choose another entity to merge with."))
    pairs: list[_Pair] = [(target, _with_notes(target, merged))]
    used_spans = {(mention.start, mention.end) for mention in annotation.mentions_of(target.id)}
    for mention in (mention for other in merged for mention in annotation.mentions_of(other.id)):
        is_duplicate = (mention.start, mention.end) in used_spans
        pairs.append((mention, None if is_duplicate else mention._replace(entity_id=target.id)))
        used_spans.add((mention.start, mention.end))
    pairs += _quote_changes(annotation, frozenset(other.id for other in merged), target.id)
    pairs += [(other, None) for other in merged]
    names = ", ".join(other.name for other in merged)
    return changed(message("Merge {1} into {2}", names, target.name), *pairs)


def split_entity(annotation: Annotation, mention_ids: Collection[str]) -> Edit:
    """Move the mentions, all of one entity, to a new entity with the same label."""
    mentions = [get_mention(annotation, id_) for id_ in dict.fromkeys(mention_ids)]
    owners = {mention.entity_id for mention in mentions}
    if len(owners) != 1:
        raise Rejected(message("Choose mentions of one entity to split off."))
    old = annotation.entities[owners.pop()]
    if len(mentions) == annotation.mention_count(old.id):
        raise Rejected(message("{1} would be left without mentions: leave one.", old.name))
    first = min(mentions, key=lambda mention: mention.start)
    id_, ordinal = annotation.next_id(Entity)
    entity = Entity(id_, old.label, entity_name(first.text), ordinal)
    moved = [(mention, mention._replace(entity_id=id_)) for mention in mentions]
    return changed(
        message("Split {1} from {2}", short(first.text), old.name), (None, entity), *moved
    )


def delete_entity(annotation: Annotation, entity_id: str) -> Edit:
    """Delete the entity and its mentions; quotes attributed to it lose this speaker."""
    entity = get_entity(annotation, entity_id)
    pairs: list[_Pair] = [(mention, None) for mention in annotation.mentions_of(entity.id)]
    pairs += _quote_changes(annotation, frozenset([entity.id]), None)
    return changed(message("Delete entity {1}", entity.name), *pairs, (entity, None))


def _quote_changes(annotation: Annotation, old: frozenset[str], new: str | None) -> list[_Pair]:
    """Return the changes of the quotes that name one of `old`, to name `new` instead."""
    return [
        (
            quote,
            quote._replace(
                speakers=replace_ids(quote.speakers, old, new),
                addressees=replace_ids(quote.addressees, old, new),
            ),
        )
        for quote in {q.id: q for id_ in sorted(old) for q in annotation.quotes_of(id_)}.values()
    ]


def _with_notes(target: Entity, merged: list[Entity]) -> Entity:
    notes = [entity.note for entity in (target, *merged) if entity.note]
    flags = [flag for entity in (target, *merged) for flag in entity.flags]
    link = next((entity.link for entity in (target, *merged) if entity.link), None)
    return target._replace(
        note="\n".join(dict.fromkeys(notes)), flags=tuple(dict.fromkeys(flags)), link=link
    )
