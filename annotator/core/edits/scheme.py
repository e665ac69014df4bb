"""The edit that adapts an annotation to a change of the scheme."""

from collections.abc import Iterable, Mapping

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed
from annotator.core.message import message
from annotator.core.models import Item


def apply_scheme_renames(
    annotation: Annotation, labels: Mapping[str, str], types: Mapping[str, str]
) -> Edit:
    """Give entities and quotes the new name of their label or type.

    A quote keeps its `type_set`: a renamed type was set or proposed as before.
    """
    pairs: list[tuple[Item, Item]] = [
        (entity, entity._replace(label=labels[entity.label]))
        for entity in annotation.entities.values()
        if entity.label in labels
    ]
    pairs += [
        (quote, quote._replace(type=types[quote.type]))
        for quote in annotation.quotes.values()
        if quote.type in types
    ]
    renamings = [
        *_describe(labels, (entity.label for entity in annotation.entities.values())),
        *_describe(types, (quote.type for quote in annotation.quotes.values())),
    ]
    return changed(message("Change {1}", ", ".join(renamings)), *pairs)


def _describe(names: Mapping[str, str], used: Iterable[str]) -> list[str]:
    found = set(used)
    return [f"{old} to {new}" for old, new in names.items() if old in found]
