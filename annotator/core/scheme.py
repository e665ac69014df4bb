"""The scheme: which labels and quote types a project uses, and how they look and are reached."""

import json
from typing import NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.models import QUOTE_TYPES


class SchemeError(AnnotatorError):
    """A scheme that cannot be read; the words say which entry is at fault."""


class Label(NamedTuple):
    """An entity label. `short` is what a chip shows, `tone` a colour name of the theme,
    `key` the digit that marks with it ("" for none)."""

    name: str
    title: str
    short: str
    tone: str
    key: str = ""


class Scheme(NamedTuple):
    """Labels in the order of their keys, and the quote types offered."""

    name: str
    title: str
    labels: tuple[Label, ...]
    quote_types: tuple[str, ...] = QUOTE_TYPES

    def label(self, name: str) -> Label:
        """The label called `name`; one that an import brought gets a plain look and no key."""
        for label in self.labels:
            if label.name == name:
                return label
        return Label(name, name.capitalize(), name[:5].upper(), "stone")

    def label_for_key(self, key: str) -> Label | None:
        return next((label for label in self.labels if label.key and label.key == key), None)


def scheme_to_json(scheme: Scheme) -> str:
    row = {**scheme._asdict(), "labels": [label._asdict() for label in scheme.labels]}
    return json.dumps(row, ensure_ascii=False)


def scheme_from_json(text: str) -> Scheme:
    """Read a scheme. Raises SchemeError naming the entry at fault."""
    try:
        row = json.loads(text)
        for key in ("labels", "quote_types"):
            if not isinstance(row.get(key, []), list):
                raise SchemeError(f"the scheme's {key} are not a list")
        labels = tuple(Label(**label) for label in row.pop("labels", []))
        types = tuple(row.pop("quote_types", QUOTE_TYPES))
        scheme = Scheme(labels=labels, quote_types=types, **row)
    except (ValueError, TypeError, AttributeError) as error:
        raise SchemeError(f"the scheme cannot be read: {error}") from error
    _check(scheme)
    return scheme


def _check(scheme: Scheme) -> None:
    named: tuple[tuple[str, list[object]], ...] = (
        ("name", [scheme.name]),
        ("title", [scheme.title]),
        ("label", [label.name for label in scheme.labels]),
        ("key", [label.key for label in scheme.labels if label.key != ""]),
        ("quote type", [*scheme.quote_types]),
    )
    for what, values in named:
        for value in values:
            _check_text(what, value)
            if values.count(value) > 1:
                raise SchemeError(f"the scheme uses the {what} {value} twice")
    for label in scheme.labels:
        for what in ("title", "short", "tone"):
            _check_text(f"{what} of label {label.name}", getattr(label, what))
    if not scheme.labels or not scheme.quote_types:
        raise SchemeError("the scheme needs at least one label and one quote type")


def _check_text(what: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise SchemeError(f"the scheme has a {what} that is not a text: {value!r}")
