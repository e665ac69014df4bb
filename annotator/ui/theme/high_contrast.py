"""The themes of high contrast, light and dark.

Their tones keep the hues of the usual themes and also differ in lightness, so that normal,
protan, deutan and tritan eyes can distinguish them; a test checks that.
"""

from collections.abc import Iterable
from typing import Final

from annotator.ui.theme.theme import ColorSet, Theme

_LIGHT_TONES: Final = {
    "blue": "#3d2fc7",
    "violet": "#51336a",
    "green": "#1b7738",
    "teal": "#054f37",
    "stone": "#656565",
    "rose": "#340f05",
    "orange": "#721a06",
    "cyan": "#022a34",
    "pink": "#b2009d",
    "olive": "#876b00",
}
_LIGHT_SPEAKERS: Final = ("#886701", "#0a755d", "#033bb8", "#4a1525", "#3a1261", "#254101")
_DARK_TONES: Final = {
    "blue": "#82a2f1",
    "violet": "#ad60fe",
    "green": "#129c57",
    "teal": "#d0fbf9",
    "stone": "#878381",
    "rose": "#feb0b4",
    "orange": "#e45811",
    "cyan": "#87dbfa",
    "pink": "#ea39b4",
    "olive": "#fcf519",
}
_DARK_SPEAKERS: Final = ("#de8e09", "#41fedd", "#73a1d2", "#fe2367", "#ab5af9", "#dbf694")


def _shades(strong: str, page: str, share: float) -> ColorSet:
    """Return a tone whose background mixes `share` of its strong colour into the page."""
    return ColorSet(_mixed(strong, page, share), strong, strong, page)


def _mixed(color: str, other: str, share: float) -> str:
    parts = ((int(color[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in parts)


def _all(colors: Iterable[str], page: str, share: float) -> tuple[ColorSet, ...]:
    return tuple(_shades(color, page, share) for color in colors)


LIGHT_CONTRAST: Final = Theme(
    dark=False,
    page="#ffffff",
    panel="#ffffff",
    card="#ffffff",
    line="#6b6b6b",
    groove="#dcdcdc",
    text="#000000",
    muted="#3d3d3d",
    accent="#0033cc",
    accent_ink="#ffffff",
    selection="#ffd84d",
    hover="#e4e4e4",
    good="#00571f",
    bad="#a30000",
    shadow="#60000000",
    tones=dict(zip(_LIGHT_TONES, _all(_LIGHT_TONES.values(), "#ffffff", 0.09), strict=True)),
    speakers=_all(_LIGHT_SPEAKERS, "#ffffff", 0.09),
    nobody=_shades("#4d4d4d", "#ffffff", 0.09),
)

DARK_CONTRAST: Final = Theme(
    dark=True,
    page="#000000",
    panel="#000000",
    card="#000000",
    line="#9a9a9a",
    groove="#3c3c3c",
    text="#ffffff",
    muted="#d4d4d4",
    accent="#8ab4ff",
    accent_ink="#000000",
    selection="#665200",
    hover="#2e2e2e",
    good="#5dff8f",
    bad="#ff9c9c",
    shadow="#c0000000",
    tones=dict(zip(_DARK_TONES, _all(_DARK_TONES.values(), "#000000", 0.2), strict=True)),
    speakers=_all(_DARK_SPEAKERS, "#000000", 0.2),
    nobody=_shades("#c0c0c0", "#000000", 0.2),
)
