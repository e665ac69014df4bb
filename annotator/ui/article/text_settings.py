"""The text settings of the article view, and the layers that are shown."""

from typing import Final, NamedTuple, Self

from PySide6.QtGui import QFont

from annotator.ui.article.document import TextMetrics
from annotator.ui.theme.fonts import READING

SIZES: Final = range(11, 41)
SPACINGS: Final = range(150, 301)
MEASURES: Final = range(40, 121)
_ROOM_FOR_BADGES: Final = 185
"""Below this line distance, in percent, badges would cover the line above."""
_FAR: Final = 34
_NARROWEST_WITH_NAMES: Final = 120
_LETTER: Final = 41 / 75
"""The average width of a letter, in font sizes."""


class TextSettings(NamedTuple):
    """Font, size in pixels, line distance in percent of the size, letters a line; layers shown.

    `badges` are the label badges on the chips.
    """

    family: str = READING
    size: int = 17
    spacing: int = 210
    measure: int = 75
    quotes: bool = True
    entities: bool = True
    links: bool = True
    badges: bool = True

    @property
    def pitch(self) -> int:
        """The distance from line to line, in pixels."""
        return round(self.size * max(self.spacing, self.tightest) / 100)

    @property
    def tightest(self) -> int:
        """The smallest line distance, in percent, that leaves room for what is shown."""
        return _ROOM_FOR_BADGES if self.badges and self.entities else SPACINGS[0]

    @property
    def column(self) -> int:
        """The width of the text, in pixels."""
        return round(self.size * self.measure * _LETTER)

    def within_limits(self) -> Self:
        """Return the settings with every number clamped to its range."""
        return self._replace(
            size=_clamped(self.size, SIZES),
            spacing=_clamped(self.spacing, SPACINGS),
            measure=_clamped(self.measure, MEASURES),
        )

    def sets_like(self, other: "TextSettings") -> bool:
        """Return whether the text is laid out as under `other`, so that only the marks differ."""
        return (self.family, self.size, self.pitch, self.column) == (
            other.family,
            other.size,
            other.pitch,
            other.column,
        )


def metrics_for(reading: TextSettings, width: int, *, rtl: bool) -> TextMetrics:
    """Return the layout of a text on a page of this width in pixels, 0 if it is not known yet."""
    font = QFont(reading.family)
    font.setPixelSize(reading.size)
    font.setWordSpacing(2)
    column = reading.column
    gutter = max(48, min(196, width - column - _FAR)) if width else 196
    if gutter < _NARROWEST_WITH_NAMES:
        gutter = 48
    if width:
        column = max(160, min(column, width - gutter - _FAR))
    return TextMetrics(font, reading.pitch, gutter, column, far=_FAR, rtl=rtl)


def _clamped(value: int, limits: range) -> int:
    return max(limits[0], min(limits[-1], value))
