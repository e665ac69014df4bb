"""What is said of an entity or quote beside its label or type, in the scheme's own terms."""

from typing import Any, Final

from annotator.core.models import Entity, Quote

KEY: Final = "attributes"
"""Under which an entity's `extra` keeps them; native JSONL writes them beside its label."""


def attributes_of(item: Entity | Quote) -> dict[str, Any]:
    """The attributes the item has, those that no scheme knows included; a copy."""
    if isinstance(item, Quote):
        return dict(item.attributes or {})
    found = (item.extra or {}).get(KEY)
    return dict(found) if isinstance(found, dict) else {}


def attribute_words(item: Entity | Quote) -> str:
    """What is said of the item on one line: "gender: female, main"; "" if nothing is."""
    return ", ".join(
        name if value is True else f"{name}: {value}" for name, value in attributes_of(item).items()
    )
