"""The edit of the attributes of entities and quotes."""

from collections.abc import Mapping
from typing import Any

from annotator.core.attributes import KEY, attributes_of
from annotator.core.edit import Edit
from annotator.core.edits.common import changed
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import Entity, Quote
from annotator.core.scheme import Attribute

Value = bool | str | None
"""The value of an attribute; None, False and "" remove it."""


def set_attributes(owner: Entity | Quote, values: Mapping[Attribute, Value]) -> Edit:
    """Set these attributes of the entity or quote; its other attributes stay.

    Raises:
        Rejected: A value does not fit its attribute, or nothing would change.
    """
    attributes = attributes_of(owner)
    for attribute, value in values.items():
        _check(owner, attribute, value)
        if value is None or value is False or value == "":
            attributes.pop(attribute.name, None)
        else:
            attributes[attribute.name] = value
    titles = ", ".join(attribute.title for attribute in values)
    return changed(message("Set {1}", titles), (owner, _with(owner, attributes)))


def _check(owner: Entity | Quote, attribute: Attribute, value: Value) -> None:
    if attribute.of != ("quote" if isinstance(owner, Quote) else "entity"):
        many = message("quotes") if attribute.of == "quote" else message("entities")
        raise Rejected(message("{1} is an attribute of {2}.", attribute.title, many))
    if value is None:
        return
    if isinstance(value, bool) != (attribute.type == "bool"):
        raise Rejected(message("{1} cannot be {2}.", attribute.title, repr(value)))
    if attribute.type == "choice" and value not in ("", *attribute.choices):
        raise Rejected(message("{1} is one of {2}.", attribute.title, ", ".join(attribute.choices)))


def _with(owner: Entity | Quote, attributes: dict[str, Any]) -> Entity | Quote:
    if isinstance(owner, Quote):
        return owner._replace(attributes=attributes or None)
    extra = owner.extra or {}
    if not isinstance(extra.get(KEY, {}), dict):
        raise Rejected(
            message("An import brought attributes of another kind, which must not get lost.")
        )
    rest = {key: value for key, value in extra.items() if key != KEY}
    if attributes:
        rest[KEY] = attributes
    return owner._replace(extra=rest or None)
