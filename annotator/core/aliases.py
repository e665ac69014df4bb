"""Entities of an annotation that may be the same under a shorter or longer name."""

from annotator.core.annotation import Annotation
from annotator.core.models import Entity
from annotator.core.text import name_words


def alias_candidates(annotation: Annotation, entity: Entity) -> list[Entity]:
    """Return the entities of the same label with a longer or shorter form of one of the names.

    One name has all words of the other, either way round, as in "Ashtiani" and "Mohammad Reza
    Ashtiani"; the most mentioned entity comes first. These are only suggestions to the annotator,
    who alone can tell two people of the same name apart.
    """
    own_names, entities = _names_as_words(annotation, entity), annotation.entities
    candidates = {
        name for word in frozenset().union(*own_names) for name in annotation.names_with(word)
    }
    likely = (name for name in candidates if _is_longer_or_shorter(name_words(name), own_names))
    found = {id_ for name in likely for id_ in annotation.entities_named(name)}
    others = (entities[id_] for id_ in found if id_ != entity.id)
    return sorted(
        (other for other in others if other.label == entity.label),
        key=lambda other: (-annotation.mention_count(other.id), other.ordinal),
    )


def _is_longer_or_shorter(other: frozenset[str], own_names: set[frozenset[str]]) -> bool:
    return any(one < other or other < one for one in own_names)


def _names_as_words(annotation: Annotation, entity: Entity) -> set[frozenset[str]]:
    """Return each name of the entity as the set of its words."""
    texts = {entity.name, *(m.text for m in annotation.mentions_of(entity.id) if m.kind == "name")}
    return {words for words in map(name_words, texts) if words}
