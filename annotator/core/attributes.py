"""Attributes of entities and quotes, which the scheme defines."""

from typing import Any, Final

from annotator.core.models import Entity, Quote

KEY: Final = "attributes"
"""The key of the attributes in an entity's `extra`; native JSONL writes them beside its label."""


def attributes_of(item: Entity | Quote) -> dict[str, Any]:
    """Return a copy of the item's attributes, including those that the scheme does not define."""
    if isinstance(item, Quote):
        return dict(item.attributes or {})
    found = (item.extra or {}).get(KEY)
    return dict(found) if isinstance(found, dict) else {}


def attributes_text(item: Entity | Quote) -> str:
    """Return the attributes on one line, such as "gender: female, main"; "" if there are none."""
    return ", ".join(
        name if value is True else f"{name}: {value}" for name, value in attributes_of(item).items()
    )
