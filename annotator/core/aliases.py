"""Which entity of an annotation another one may be under a shorter or longer name."""

from annotator.core.annotation import Annotation
from annotator.core.models import Entity


def likely_aliases(annotation: Annotation, entity: Entity) -> list[Entity]:
    """The entities of the same label one of whose names holds all words of the other's.

    "Ashtiani" and "Mohammad Reza Ashtiani", either way round; the most mentioned one first.
    This is an offer to the annotator, who alone can tell two men of one name apart.
    """
    mine = _names(annotation, entity)
    found = [
        other
        for other in annotation.entities.values()
        if other.id != entity.id
        and other.label == entity.label
        and any(a < b or b < a for a in mine for b in _names(annotation, other))
    ]
    return sorted(found, key=lambda other: (-annotation.mention_count(other.id), other.ordinal))


def _names(annotation: Annotation, entity: Entity) -> set[frozenset[str]]:
    """Each name of the entity as the set of its words, without case."""
    texts = {entity.name, *(m.text for m in annotation.mentions_of(entity.id) if m.kind == "name")}
    names = (frozenset(text.casefold().replace("-", " ").split()) for text in texts)
    return {name for name in names if name}
