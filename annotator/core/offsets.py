"""Conversion between code point offsets and the UTF-16 positions of Qt."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

# Not compiled here: most articles never need it, and compiling takes milliseconds.
_WIDE = "[\U00010000-\U0010ffff]"


class Utf16Offsets:
    """The code point and UTF-16 offsets of one text.

    Both directions are monotonic and take O(log n). `breaks` are code point offsets, ascending, at
    which the text in Qt has an additional unit. The positions before and after such a unit have the
    same offset, which converts to the position after it.
    """

    def __init__(self, text: str, breaks: Sequence[int] = ()) -> None:
        self.code_points = len(text)
        wide = [] if text.isascii() else [match.start() for match in re.finditer(_WIDE, text)]
        self._wide = wide
        self._wide_units = [offset + before for before, offset in enumerate(wide)]
        self.units = len(text) + len(wide) + len(breaks)
        self._breaks = breaks
        self._break_units = [
            offset + bisect_left(wide, offset) + before for before, offset in enumerate(breaks)
        ]

    def to_units(self, offset: int) -> int:
        """Return the UTF-16 position of a code point offset."""
        return offset + bisect_left(self._wide, offset) + bisect_right(self._breaks, offset)

    def to_code_points(self, position: int) -> int:
        """Return the code point offset of a UTF-16 position.

        Inside a pair, that of its character.
        """
        position -= bisect_left(self._break_units, position)
        return position - bisect_left(self._wide_units, position)

    def to_code_points_up(self, position: int) -> int:
        """Return the same as `to_code_points`, but inside a pair the offset after its character."""
        position -= bisect_left(self._break_units, position)
        return position - bisect_left(self._wide_units, position - 1)
