"""Code points here, UTF-16 units in Qt: the one place that converts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

# Not compiled here: most articles need it never, and compiling takes milliseconds.
_WIDE = "[\U00010000-\U0010ffff]"


class Utf16Offsets:
    """The two ways to count one text. Both directions are monotonic and cost O(log n).

    `breaks` are code-point offsets, ascending, at which what Qt shows has a unit more than the
    text. The place before such a unit and the one behind it are one offset, shown behind it.
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
        """The UTF-16 position of code-point `offset`."""
        return offset + bisect_left(self._wide, offset) + bisect_right(self._breaks, offset)

    def to_code_points(self, position: int) -> int:
        """The code-point offset of a UTF-16 `position`; inside a pair, that of its character."""
        position -= bisect_left(self._break_units, position)
        return position - bisect_left(self._wide_units, position)

    def to_code_points_up(self, position: int) -> int:
        """Like `to_code_points`, but inside a pair the offset after its character."""
        position -= bisect_left(self._break_units, position)
        return position - bisect_left(self._wide_units, position - 1)
