"""Foreign objects, read key by key: no value of another kind than the one asked for comes out.

Readers of other tools' files take nothing out of JSON, CAS or MessagePack by themselves. What has
to be there raises FormatError in words; what may be there is empty where it is anything else.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from annotator.formats.base import FormatError

_SHOWN: Final = 40
_LONGEST_NUMBER: Final = 2**63
"""What SQLite can hold; Python turns far longer ones into words slowly, or not at all."""


class Fields:
    """The keys and values of one foreign object."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __bool__(self) -> bool:
        return bool(self._values)

    def words(self, *keys: str) -> str:
        """Return the words (or number) of the first of these keys that has any, else ""."""
        return next((said for key in keys if (said := words(self._values.get(key)))), "")

    def text(self, key: str) -> str | None:
        """Return the words of a key; None where there is anything else."""
        value = self._values.get(key)
        return value if isinstance(value, str) else None

    def offset(self, key: str, what: str) -> int:
        """Raises FormatError for anything but a whole number that is not negative."""
        return whole_number(self._values.get(key), what)

    def number(self, key: str) -> int | None:
        """Return the whole number of a key; None where there is anything else."""
        value = self._values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def is_true(self, key: str) -> bool:
        return self._values.get(key) is True

    def fields(self, key: str) -> "Fields":
        """Return the object of a key, without keys where there is none."""
        return fields(self._values.get(key))

    def objects(self, key: str) -> "Iterator[Fields]":
        """Return the objects in the list of a key, or the one that stands in its place.

        Nothing where there is nothing. Raises FormatError for anything else.
        """
        return objects(self._values.get(key), key)

    def entries(self, *keys: str) -> list[Any]:
        """Return the list of the first of these keys that is there, unread; empty for anything
        else.
        """
        value = next((self._values[key] for key in keys if key in self._values), None)
        return list(value) if isinstance(value, list | tuple) else []

    def texts(self, key: str) -> list[str]:
        """Return the words in the list of a key; "" for what is neither words nor a number."""
        return [words(value) for value in self.entries(key)]

    def each_fields(self) -> "Iterator[tuple[str, Fields]]":
        """Every key with its object, which is without keys where there is none."""
        return ((str(key), fields(value)) for key, value in self._values.items())

    def each(self) -> Iterator[tuple[str, str]]:
        """Every key with its words."""
        return ((str(key), words(value)) for key, value in self._values.items())

    def raw(self, key: str) -> object:
        """What stands there, for whoever looks at its kind."""
        return self._values.get(key)


def fields(value: object) -> Fields:
    """Return an object; one without keys for anything else."""
    return Fields(value) if isinstance(value, dict) else Fields({})


def needed_fields(value: object, words_: str) -> Fields:
    """Return an object. Raises FormatError with these words for anything else."""
    if not isinstance(value, dict):
        raise FormatError(words_)
    return Fields(value)


def objects(value: object, what: str) -> Iterator[Fields]:
    """Yield the objects in a list, or the one that stands in its place; nothing for nothing.

    Raises FormatError for anything else.
    """
    if value is None:
        return
    for entry in value if isinstance(value, list) else [value]:
        yield needed_fields(entry, f"{what} holds something that is no object: {_shown(entry)}")


def words(value: object) -> str:
    """Return a value as words: "" for nothing, and for what is neither words nor a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if -_LONGEST_NUMBER <= value < _LONGEST_NUMBER else ""
    return str(value) if isinstance(value, float) and math.isfinite(value) else ""


def whole_number(value: object, what: str) -> int:
    """Raises FormatError for anything but a whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LONGEST_NUMBER:
        raise FormatError(f"{what} is not a whole number: {_shown(value)}")
    return value


def _shown(value: object) -> str:
    if isinstance(value, int) and not -_LONGEST_NUMBER <= value < _LONGEST_NUMBER:
        return "a number that is far too large"
    shown = {list: "a list", dict: "an object", type(None): "nothing"}.get(type(value))
    plain = shown or (repr(value) if isinstance(value, str) else str(value))
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
