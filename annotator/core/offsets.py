"""Code points here, UTF-16 units in Qt: the one place that converts."""

import re
from bisect import bisect_left

# Not compiled here: most articles need it never, and compiling takes milliseconds.
_WIDE = "[\U00010000-\U0010ffff]"


class Utf16Offsets:
    """The two ways to count one text. Both directions are monotonic and cost O(log n)."""

    def __init__(self, text: str) -> None:
        self.code_points = len(text)
        wide = [] if text.isascii() else [match.start() for match in re.finditer(_WIDE, text)]
        self._wide = wide
        self._wide_units = [offset + before for before, offset in enumerate(wide)]
        self.units = len(text) + len(wide)

    def to_units(self, offset: int) -> int:
        """The UTF-16 position of code-point `offset`."""
        return offset + bisect_left(self._wide, offset)

    def to_code_points(self, position: int) -> int:
        """The code-point offset of a UTF-16 `position`; inside a pair, that of its character."""
        return position - bisect_left(self._wide_units, position)

    def to_code_points_up(self, position: int) -> int:
        """Like `to_code_points`, but inside a pair the offset after its character."""
        return position - bisect_left(self._wide_units, position - 1)
