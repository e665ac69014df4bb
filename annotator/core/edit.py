"""Edits: what one action of the user changed, as values before and after."""

import json
from typing import Any, Final, NamedTuple, TypeVar

from annotator.core.fields import fields_of, validation_error
from annotator.core.message import Message
from annotator.core.models import Decision, Entity, Head, Item, Mention, Quote, RoleSpan
from annotator.core.strict_json import read_json

_KINDS: dict[str, type[Item]] = {
    "head": Head,
    "entity": Entity,
    "mention": Mention,
    "quote": Quote,
    "decision": Decision,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_ROW: Final = {"kind", "before", "after"}


class Change(NamedTuple):
    """One item before and after: None before adds it, None after removes it; never both None."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """The item after the change, or before it if the change removes it."""
        item = self.after if self.after is not None else self.before
        if item is None:
            raise ValueError("a change has an item before or after")
        return item

    def inverse(self) -> "Change":
        return Change(self.after, self.before)


class Edit(NamedTuple):
    """What one action of the user changed in one annotation, with a title for the Undo menu."""

    title: Message
    changes: tuple[Change, ...]

    def inverse(self) -> "Edit":
        """Return the edit that undoes this one."""
        return Edit(self.title, tuple(change.inverse() for change in reversed(self.changes)))


def changes_to_json(changes: tuple[Change, ...]) -> str:
    """Return the changes as JSON for the history; `changes_from_json` reads them back equal."""
    rows = [
        {
            "kind": _NAMES[type(change.item)],
            "before": change.before and _without_defaults(change.before),
            "after": change.after and _without_defaults(change.after),
        }
        for change in changes
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def changes_from_json(text: str) -> tuple[Change, ...]:
    """Read the output of `changes_to_json`.

    Raises:
        ValueError: The text is something else; the message says what is wrong.
    """
    rows = read_json(text)
    if not isinstance(rows, list):
        raise ValueError("it is no list of changes")
    return tuple(map(_change, rows))


def _change(row: object) -> Change:
    if not isinstance(row, dict) or row.keys() != _ROW:
        raise ValueError("a change in it has no kind, before and after")
    kind = _KINDS.get(row["kind"]) if isinstance(row["kind"], str) else None
    if kind is None:
        raise ValueError("a change in it is of an unknown kind")
    before, after = _item(kind, row["before"]), _item(kind, row["after"])
    if before is None and after is None:
        raise ValueError("a change in it changes nothing")
    if None not in (before, after) and _id(before) != _id(after):
        raise ValueError("a change in it makes one item into another")
    return Change(before, after)


def _without_defaults(item: Item) -> dict[str, Any]:
    values: dict[str, Any] = {
        field.name: value
        for field, value in zip(fields_of(type(item)), item, strict=True)
        if value != field.default or not (field.later or value in (None, "", ()))
    }
    if "spans" in values:
        values["spans"] = [span._asdict() for span in values["spans"]]
    return values


def _item(kind: type[Item], values: object) -> Item | None:
    if values is None:
        return None
    fields = _fields(kind, values)
    for field in fields_of(kind):
        if field.is_list and isinstance(fields.get(field.name), list):
            fields[field.name] = tuple(fields[field.name])
    spans = fields.get("spans")
    if isinstance(spans, list):
        fields["spans"] = tuple(_checked(RoleSpan(**_fields(RoleSpan, span))) for span in spans)
    return _checked(kind(**fields))


def _id(item: Item | None) -> str:
    return getattr(item, "id", "")


def _fields(kind: type[Item | RoleSpan], values: object) -> dict[str, Any]:
    """Return the values by field; raise ValueError if one without a default is missing."""
    known = kind._fields
    needed = {name for name in known if name not in kind._field_defaults}
    if not isinstance(values, dict) or not needed <= values.keys() <= {*known}:
        raise ValueError(f"a {kind.__name__.lower()} in it has not the fields of one")
    return dict(values)


_T = TypeVar("_T", bound=Item | RoleSpan)


def _checked(item: _T) -> _T:
    if (fault := validation_error(item)) is not None:
        raise ValueError(f"a {type(item).__name__.lower()} in it: {fault}")
    return item
