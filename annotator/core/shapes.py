"""The allowed values of fields, for all code that reads items from a file.

Items are made by the ten thousand, so they are not checked when they are made. Items read from a
project, which may come from another person, are checked with these shapes instead; `core.fields`
says which field has which.
"""

from array import array
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NamedTuple

MOST: Final = 2**53
"""The limit of counters and of numbers that are written for other programs."""
FURTHEST: Final = 2**32 - 1
"""The limit of offsets in a text and of lengths of lists."""


class FieldType(NamedTuple):
    """The allowed values of a field. `words` complete "it is not …".

    `quick` returns whether all of many values are allowed, and may raise TypeError if one is not.
    """

    words: str
    fits: Callable[[Any], bool]
    quick: Callable[[Sequence[Any]], bool]
    optional: bool = False
    """Whether None is allowed."""

    def holds(self, value: object) -> bool:
        return self.optional if value is None else self.fits(value)

    def hold(self, values: Sequence[object]) -> bool:
        """Return whether all of the values are allowed, in a tenth of the time of checking each."""
        if self.optional and (empty := values.count(None)):
            if empty == len(values):
                return True
            values = [value for value in values if value is not None]
        try:
            return not values or self.quick(values)
        except TypeError:
            return False


def maybe(shape: FieldType) -> FieldType:
    """Return a shape that also allows None."""
    return shape._replace(optional=True)


def whole(low: int, high: int) -> FieldType:
    """Return the shape of a whole number from `low` to `high`."""

    def fits(value: object) -> bool:
        return type(value) is int and low <= value <= high

    def quick(values: Sequence[Any]) -> bool:
        try:
            packed = array("I", values)  # fails unless all are whole numbers from 0 on
        except OverflowError:
            return all(map(fits, values))
        return (low <= 0 or low <= min(packed)) and (high >= FURTHEST or max(packed) <= high)

    return FieldType(f"a whole number from {low} to {high}", fits, quick)


def one_of(values: Collection[str]) -> FieldType:
    """Return the shape of one of these strings."""
    known = frozenset(values)
    return FieldType(
        f"one of {', '.join(sorted(known))}",
        lambda value: type(value) is str and value in known,
        lambda values: set(values) <= known,
    )


def _are_texts(values: object) -> bool:
    return type(values) in (tuple, list) and all(type(value) is str for value in values)  # type: ignore[attr-defined]


def _each(words: str, fits: Callable[[Any], bool]) -> FieldType:
    return FieldType(words, fits, lambda values: all(map(fits, values)))


def _is_text(value: object) -> bool:
    return type(value) is str


TEXT: Final = FieldType("a text", _is_text, lambda values: type("".join(values)) is str)
LONG_TEXT: Final = _each("a text", _is_text)
"""Like TEXT, for few and long texts: joining them would take memory."""
TEXTS: Final = _each("a list of texts", _are_texts)
OBJECT: Final = _each("an object", lambda value: type(value) is dict)
TRUTH: Final = _each("true or false", lambda value: type(value) is bool)
NAME: Final = FieldType(
    "a text that is not empty",
    lambda value: type(value) is str and value != "",
    lambda values: type("".join(values)) is str and "" not in values,
)
ORDINAL: Final = whole(0, FURTHEST)
PLACE: Final = whole(-FURTHEST, FURTHEST)
SECONDS: Final = whole(-MOST, MOST)
SPANS: Final = _each("a list of spans", lambda value: type(value) is tuple)
