"""An edit: what one user action changed, as values before and after, so that it can be inverted."""

import json
from typing import Any, NamedTuple

from annotator.core.models import Decision, Entity, Head, Item, Mention, Quote, RoleSpan

_KINDS: dict[str, type[Item]] = {
    "head": Head,
    "entity": Entity,
    "mention": Mention,
    "quote": Quote,
    "decision": Decision,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_REQUIRED = object()
_TUPLES = ("flags", "speakers", "addressees", "members", "sources")


class Change(NamedTuple):
    """One item before and after. No `before` adds, no `after` removes; never neither."""

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
    """What one user action did to one annotation, under the title the Undo menu shows."""

    title: str
    changes: tuple[Change, ...]

    def inverse(self) -> "Edit":
        """The edit that takes this one back."""
        return Edit(self.title, tuple(change.inverse() for change in reversed(self.changes)))


def changes_to_json(changes: tuple[Change, ...]) -> str:
    """The changes as JSON for the history; `changes_from_json` reads them back equal."""
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
    """Read what `changes_to_json` wrote."""
    return tuple(
        Change(_item(row["kind"], row["before"]), _item(row["kind"], row["after"]))
        for row in json.loads(text)
    )


def _without_defaults(item: Item) -> dict[str, Any]:
    values = {
        name: value
        for name, value in item._asdict().items()
        if value not in (None, "", ()) or value != item._field_defaults.get(name, _REQUIRED)
    }
    if "spans" in values:
        values["spans"] = [span._asdict() for span in values["spans"]]
    return values


def _item(kind: str, values: dict[str, Any] | None) -> Item | None:
    if values is None:
        return None
    for key in _TUPLES:
        if key in values:
            values[key] = tuple(values[key])
    if "spans" in values:
        values["spans"] = tuple(RoleSpan(**span) for span in values["spans"])
    return _KINDS[kind](**values)
