"""The scheme: labels, quote types, attributes, conventions and guidelines of a project."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeVar

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, message, verbatim
from annotator.core.models import QUOTE_TYPES
from annotator.core.strict_json import read_object
from annotator.core.terms import term

VERSION: Final = 3
"""The version of the JSON.

Version 1, which has no such field, has labels and quote types only. Version 2 does not say which
labels are of people.
"""
_WITHOUT_PERSON: Final = 2

TONES: Final = (
    "blue", "orange", "teal", "rose", "violet", "green", "cyan", "pink", "olive", "stone",
)  # fmt: skip
"""The colours of labels, in the order in which new labels get them.

Each theme has shades of them that can be told apart by colour-blind users.
"""

_NEVER_SPEAKING: Final = frozenset({
    "NORP", "NATIONALITY", "RELIGION", "LOC", "LOCATION", "PLACE", "GEO", "CITY", "FAC", "FACILITY",
    "DATE", "TIME", "TIMEX", "DURATION", "EVENT", "WORK", "WORK_OF_ART", "PRODUCT", "PRO", "LAW",
    "LANGUAGE", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL", "NUMBER", "MISC", "MIS",
    "ORT", "DATUM", "ZEIT", "EREIGNIS", "WERK", "NATIONALITÄT", "SPRACHE", "GELD",
})  # fmt: skip
"""Labels of entities that cannot speak. A project's own label that is not listed may speak."""
_SPEAKING_PLACES: Final = frozenset({"GPE", "COUNTRY", "STATE", "LAND"})
"""Labels of places that speak as governments: "Oslo said", not "the Oslo mayor said"."""

Item = Literal["entity", "quote"]
AttributeType = Literal["bool", "choice", "text"]
ATTRIBUTE_TYPES: Final[tuple[AttributeType, ...]] = ("bool", "choice", "text")
Marks = Literal["in", "out"]
Split = Literal["one", "several"]


class SchemeError(AnnotatorError):
    """A scheme that cannot be read; the message says which entry is wrong."""


class Label(NamedTuple):
    """An entity label.

    `short` is the text of a chip, `tone` a colour name of the theme, `key` the shortcut that marks
    with the label, such as "1" or "Alt+1" ("" for none), `description` one line on its use,
    `section` the heading of the guidelines that explains it ("" if that is its name), and `person`
    whether its entities are people, with a surname, who can speak.
    """

    name: str
    title: str
    short: str
    tone: str
    key: str = ""
    description: str = ""
    section: str = ""
    person: bool = False


class Attribute(NamedTuple):
    """A property that entities or quotes can have beside their label or type.

    `name` is its key in exports. A bool is true or missing, a choice is one of `choices`.
    """

    name: str
    title: str
    of: Item
    type: AttributeType = "bool"
    choices: tuple[str, ...] = ()


class Conventions(NamedTuple):
    """How quotes are delimited.

    `marks` says whether the outer quote marks belong to the content, `split` whether a split quote
    is one quote with several parts or several quotes.
    """

    marks: Marks = "in"
    split: Split = "one"


class Scheme(NamedTuple):
    """Labels in the order of their keys, quote types, attributes, conventions and guidelines.

    The guidelines are in Markdown.
    """

    name: str
    title: str
    labels: tuple[Label, ...]
    quote_types: tuple[str, ...] = QUOTE_TYPES
    attributes: tuple[Attribute, ...] = ()
    conventions: Conventions = Conventions()
    guidelines: str = ""

    def label(self, name: str) -> Label:
        """Return the label called `name`; an unknown one gets a default colour and no key."""
        for label in self.labels:
            if label.name == name:
                return label
        person = person_by_name(name)
        return Label(name, name.capitalize(), name[:5].upper(), "stone", person=person)

    @property
    def person_label(self) -> str:
        """The name of the first label of people; "" if there is none."""
        return next((label.name for label in self.labels if label.person), "")

    def is_person(self, label: str) -> bool:
        """Return whether entities with the label of this name are people."""
        return self.label(label).person

    def can_speak(self, label: str, *, alone: bool = True) -> bool:
        """Return whether an entity with this label may be suggested as a speaker.

        People may, and others as `can_speak` says.
        """
        return can_speak(label, alone=alone) or self.is_person(label)

    def label_for_key(self, key: str) -> Label | None:
        return next((label for label in self.labels if label.key and label.key == key), None)

    def attributes_of(self, item: Item) -> tuple[Attribute, ...]:
        """Return the attributes of entities or of quotes."""
        return tuple(attribute for attribute in self.attributes if attribute.of == item)


def person_by_name(label: str) -> bool:
    """Return whether entities with a label of this name are people where no scheme says it."""
    return label.upper().startswith("PER") and not label.upper().startswith("PERCENT")


def can_speak(label: str, *, alone: bool = True) -> bool:
    """Return whether an entity with a label of this name may be suggested as a speaker.

    Where there is a scheme, ask that. `alone` is false if it is only a part of the source, such as
    "Oslo" in "the mayor of Oslo". The user may choose any entity regardless.
    """
    name = label.upper()
    return name not in _NEVER_SPEAKING and (alone or name not in _SPEAKING_PLACES)


def scheme_to_json(scheme: Scheme) -> str:
    """Return the scheme as JSON on one line; `scheme_from_json` reads it back equal."""
    return json.dumps(_row(scheme), ensure_ascii=False)


def scheme_to_text(scheme: Scheme) -> str:
    """Return the scheme as indented JSON, for a file; `scheme_from_json` reads it back equal.

    Which labels are of people is left out where the names of all labels say it, so that older
    versions of the program can read the file.
    """
    row = _row(scheme)
    if all(label.person == person_by_name(label.name) for label in scheme.labels):
        row["version"] = _WITHOUT_PERSON
        for label in row["labels"]:
            del label["person"]
    return json.dumps(row, ensure_ascii=False, indent=2) + "\n"


def _row(scheme: Scheme) -> dict[str, Any]:
    return {
        "version": VERSION,
        **scheme._asdict(),
        "labels": [label._asdict() for label in scheme.labels],
        "attributes": [attribute._asdict() for attribute in scheme.attributes],
        "conventions": scheme.conventions._asdict(),
    }


def scheme_from_json(text: str) -> Scheme:
    """Read a scheme of this version or an older one.

    Raises:
        SchemeError: The scheme cannot be read; the message names the wrong entry.
    """
    try:
        row = read_object(text)
        _check_version(row.pop("version", 1))
        for key in ("labels", "quote_types", "attributes"):
            if not isinstance(row.get(key, []), list):
                raise SchemeError(message("the scheme's {1} are not a list", key))
        scheme = Scheme(
            labels=_read(row.pop("labels", []), _label),
            quote_types=tuple(row.pop("quote_types", QUOTE_TYPES)),
            attributes=_read(row.pop("attributes", []), _attribute),
            conventions=Conventions(**row.pop("conventions", {})),
            **row,
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise SchemeError(message("the scheme cannot be read: {1}", str(error))) from error
    check_scheme(scheme)
    return scheme


_T = TypeVar("_T")


def _read(rows: Iterable[dict[str, Any]], make: Callable[[dict[str, Any]], _T]) -> tuple[_T, ...]:
    return tuple(make(row) for row in rows)


def _label(row: Mapping[str, Any]) -> Label:
    label = Label(**row)
    if "person" in row or not isinstance(label.name, str):
        return label
    return label._replace(person=person_by_name(label.name))


def _attribute(row: Mapping[str, Any]) -> Attribute:
    values = dict(row)
    choices = values.pop("choices", [])
    if not isinstance(choices, list):
        raise SchemeError(
            message("the choices of the scheme's {1} are not a list", str(values.get("name")))
        )
    return Attribute(choices=tuple(choices), **values)


def _check_version(version: object) -> None:
    if not isinstance(version, int) or version < 1:
        raise SchemeError(
            message("the scheme's version is not a number from 1 on: {1}", repr(version))
        )
    if version > VERSION:
        raise SchemeError(
            message(
                "the scheme has version {1} and this program knows {2} at most; update the program",
                str(version),
                str(VERSION),
            )
        )


def check_scheme(scheme: Scheme) -> None:
    """Check the scheme.

    Raises:
        SchemeError: Something is wrong; the message is about the first error.
    """
    named: tuple[tuple[Message, list[object]], ...] = (
        (message("name"), [scheme.name]),
        (message("title"), [scheme.title]),
        (message("label"), [label.name for label in scheme.labels]),
        (message("key"), [label.key for label in scheme.labels if label.key != ""]),
        (message("quote type"), [*scheme.quote_types]),
    )
    for what, values in named:
        _check_texts(what, values)
    for label in scheme.labels:
        for field in ("title", "short", "tone"):
            _check_text(message("{1} of label {2}", field, label.name), getattr(label, field))
        for field in ("description", "section"):
            _check_string(message("{1} of label {2}", field, label.name), getattr(label, field))
        if not isinstance(label.person, bool):
            raise SchemeError(
                message(
                    "the scheme's person of label {1} is not true or false: {2}",
                    label.name,
                    repr(label.person),
                )
            )
    if not scheme.labels or not scheme.quote_types:
        raise SchemeError(message("the scheme needs at least one label and one quote type"))
    _check_attributes(scheme)
    _check_one_of(verbatim("marks"), scheme.conventions.marks, ("in", "out"))
    _check_one_of(verbatim("split"), scheme.conventions.split, ("one", "several"))
    _check_string(message("text of guidelines"), scheme.guidelines)


def _check_attributes(scheme: Scheme) -> None:
    for attribute in scheme.attributes:
        what = message("attribute {1}", attribute.name)
        _check_one_of(verbatim(f"of ({what})"), attribute.of, ("entity", "quote"))
        _check_one_of(message("type ({1})", what), attribute.type, ATTRIBUTE_TYPES)
        _check_text(message("title of {1}", what), attribute.title)
        _check_texts(message("choice of {1}", what), [*attribute.choices])
        if (attribute.type == "choice") != bool(attribute.choices):
            raise SchemeError(
                message("the scheme's {1} has choices if its type is choice, and only so", what)
            )
    for item in ("entity", "quote"):
        names: list[object] = [a.name for a in scheme.attributes if a.of == item]
        _check_texts(message("{1} attribute", term(item)), names)


def _check_texts(what: Message, values: list[object]) -> None:
    for value in values:
        _check_text(what, value)
        if values.count(value) > 1:
            raise SchemeError(message("the scheme uses the {1} {2} twice", what, str(value)))


def _check_text(what: Message, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise SchemeError(
            message("the scheme has a {1} that is not a text: {2}", what, repr(value))
        )


def _check_string(what: Message, value: object) -> None:
    if not isinstance(value, str):
        raise SchemeError(
            message("the scheme has a {1} that is not a text: {2}", what, repr(value))
        )


def _check_one_of(what: Message, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SchemeError(
            message(
                "the scheme's {1} is {2} and not one of {3}", what, repr(value), ", ".join(allowed)
            )
        )
