"""Type-checked access to objects from other tools' files: only values of the requested type.

Readers of other tools' files use this for all values from JSON, CAS or MessagePack. A required
value that is missing or of another type raises FormatError with a message; an optional one is
empty.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from annotator.formats.base import FormatError

_SHOWN: Final = 40
_LONGEST_NUMBER: Final = 2**63
"""The limit of SQLite's integers; Python converts much longer ones to text slowly or not at all."""


class Fields:
    """The keys and values of one object from another tool."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __bool__(self) -> bool:
        return bool(self._values)

    def words(self, *keys: str) -> str:
        """Return the text (or number as text) of the first of these keys that is not empty, else
        "".
        """
        return next((text for key in keys if (text := words(self._values.get(key)))), "")

    def text(self, key: str) -> str | None:
        """Return the text of a key; None for a value of any other type."""
        value = self._values.get(key)
        return value if isinstance(value, str) else None

    def offset(self, key: str, what: str) -> int:
        """Return the offset of a key. Raises FormatError unless it is a non-negative integer."""
        return whole_number(self._values.get(key), what)

    def number(self, key: str) -> int | None:
        """Return the integer of a key; None for a value of any other type."""
        value = self._values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def is_true(self, key: str) -> bool:
        return self._values.get(key) is True

    def fields(self, key: str) -> "Fields":
        """Return the object of a key; an empty one if there is none."""
        return fields(self._values.get(key))

    def objects(self, key: str) -> "Iterator[Fields]":
        """Return an iterator over the objects in the list of a key, or over a single object.

        It is empty for None. Raises FormatError for anything else.
        """
        return objects(self._values.get(key), key)

    def entries(self, *keys: str) -> list[Any]:
        """Return the unchecked list of the first existing key; empty for values of other types."""
        value = next((self._values[key] for key in keys if key in self._values), None)
        return list(value) if isinstance(value, list | tuple) else []

    def texts(self, key: str) -> list[str]:
        """Return the texts in the list of a key; "" for what is neither text nor a number."""
        return [words(value) for value in self.entries(key)]

    def each_fields(self) -> "Iterator[tuple[str, Fields]]":
        """Return an iterator over every key with its object, empty where the value is none."""
        return ((str(key), fields(value)) for key, value in self._values.items())

    def each(self) -> Iterator[tuple[str, str]]:
        """Return an iterator over every key with its value as text."""
        return ((str(key), words(value)) for key, value in self._values.items())

    def raw(self, key: str) -> object:
        """Return the unchecked value of a key, for callers that test its type."""
        return self._values.get(key)


def fields(value: object) -> Fields:
    """Return an object; an empty one for a value of any other type."""
    return Fields(value) if isinstance(value, dict) else Fields({})


def needed_fields(value: object, words_: str) -> Fields:
    """Return an object. Raises FormatError with this message for a value of any other type."""
    if not isinstance(value, dict):
        raise FormatError(words_)
    return Fields(value)


def objects(value: object, what: str) -> Iterator[Fields]:
    """Yield the objects in a list, or a single object; nothing for None.

    Raises FormatError for anything else.
    """
    if value is None:
        return
    for entry in value if isinstance(value, list) else [value]:
        yield needed_fields(entry, f"{what} holds something that is no object: {_shown(entry)}")


def words(value: object) -> str:
    """Return a value as text: "" for None, and for what is neither text nor a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if -_LONGEST_NUMBER <= value < _LONGEST_NUMBER else ""
    return str(value) if isinstance(value, float) and math.isfinite(value) else ""


def whole_number(value: object, what: str) -> int:
    """Return a value that is a non-negative integer. Raises FormatError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LONGEST_NUMBER:
        raise FormatError(f"{what} is not a whole number: {_shown(value)}")
    return value


def _shown(value: object) -> str:
    if isinstance(value, int) and not -_LONGEST_NUMBER <= value < _LONGEST_NUMBER:
        return "a number that is far too large"
    shown = {list: "a list", dict: "an object", type(None): "nothing"}.get(type(value))
    plain = shown or (repr(value) if isinstance(value, str) else str(value))
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
