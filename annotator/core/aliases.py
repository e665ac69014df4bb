"""Which entity of an annotation another one may be under a shorter or longer name."""

from annotator.core.annotation import Annotation
from annotator.core.models import Entity
from annotator.core.text import name_words


def likely_aliases(annotation: Annotation, entity: Entity) -> list[Entity]:
    """The entities of the same label one of whose names holds all words of the other's.

    "Ashtiani" and "Mohammad Reza Ashtiani", either way round; the most mentioned one first.
    This is an offer to the annotator, who alone can tell two men of one name apart.
    """
    mine, entities = _names(annotation, entity), annotation.entities
    around = {name for word in frozenset().union(*mine) for name in annotation.names_with(word)}
    likely = (name for name in around if _is_longer_or_shorter(name_words(name), mine))
    found = {id_ for name in likely for id_ in annotation.entities_named(name)}
    others = (entities[id_] for id_ in found if id_ != entity.id)
    return sorted(
        (other for other in others if other.label == entity.label),
        key=lambda other: (-annotation.mention_count(other.id), other.ordinal),
    )


def _is_longer_or_shorter(other: frozenset[str], mine: set[frozenset[str]]) -> bool:
    return any(one < other or other < one for one in mine)


def _names(annotation: Annotation, entity: Entity) -> set[frozenset[str]]:
    """Each name of the entity as the set of its words."""
    texts = {entity.name, *(m.text for m in annotation.mentions_of(entity.id) if m.kind == "name")}
    return {words for words in map(name_words, texts) if words}
