"""The units in which other tools count offsets, and their conversion to code points."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import Enum
from itertools import accumulate


class Unit(Enum):
    """The unit of an offset. The values are those that `--offsets` accepts."""

    CODE_POINTS = "code-points"
    UTF_16 = "utf-16"
    UTF_8 = "utf-8"

    @property
    def title(self) -> str:
        return _TITLES[self]


_TITLES = {
    Unit.CODE_POINTS: "code points",
    Unit.UTF_16: "UTF-16 units",
    Unit.UTF_8: "UTF-8 bytes",
}


class OffsetConverter:
    """Converts offsets into one text, counted in `unit`, to code points."""

    def __init__(self, text: str, unit: Unit) -> None:
        self._length = len(text)
        self._starts = None if unit is Unit.CODE_POINTS else _starts(text, unit)

    def code_point(self, offset: int) -> int | None:
        """Return the code-point offset; None if it is outside the text or inside a character."""
        if self._starts is None:
            return offset if 0 <= offset <= self._length else None
        index = bisect_left(self._starts, offset)
        return index if index <= self._length and self._starts[index] == offset else None


def _starts(text: str, unit: Unit) -> Sequence[int] | None:
    """Return the start of each character, then the end of the text; None if all units agree."""
    if text.isascii():
        return None
    width: Callable[[str], int] = _utf_16_width if unit is Unit.UTF_16 else _utf_8_width
    return list(accumulate(map(width, text), initial=0))


def _utf_16_width(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _utf_8_width(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def matching_units(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[Unit, ...]:
    """Return the units in which every `(start, end, text)` matches the text; none for no spans."""
    return tuple(unit for unit in Unit if spans and _all_match(text, unit, spans))


def _all_match(text: str, unit: Unit, spans: Sequence[tuple[int, int, str]]) -> bool:
    counted = OffsetConverter(text, unit)
    for start, end, text_there in spans:
        first, last = counted.code_point(start), counted.code_point(end)
        if first is None or last is None or text[first:last] != text_there:
            return False
    return True
