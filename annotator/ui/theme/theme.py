"""The colours of the light and the dark theme; those of high contrast are in `high_contrast`.

A tone is a named colour of the scheme or of a speaker; each theme has its own shades of it.
Body text on any fill keeps a contrast of at least 7:1 (light) or 6:1 (dark), and a strong colour
4.5:1 on its fill, on a card and under its ink. The strong colours of any two tones differ by a
CIEDE2000 distance of 9 and their fills by 4 at least, also to red- and green-blind eyes; see
`tests/ui/test_palette.py`.
"""

from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette


class ColorSet(NamedTuple):
    """One tone: background, edge, the strong colour of tabs, bars and names, and ink over it."""

    fill: str
    edge: str
    strong: str
    ink: str


class Theme(NamedTuple):
    """All colours of one theme, as CSS names. `tones` are for labels, `speakers` for quotes.

    `line` separates things; `groove` is the background of counts and progress bars.
    """

    dark: bool
    page: str
    panel: str
    card: str
    line: str
    groove: str
    text: str
    muted: str
    accent: str
    accent_ink: str
    selection: str
    hover: str
    good: str
    bad: str
    shadow: str
    tones: dict[str, ColorSet]
    speakers: tuple[ColorSet, ...]
    nobody: ColorSet

    def tone(self, name: str) -> ColorSet:
        """Return the shades of a label's tone; an unknown tone gets those of stone."""
        return self.tones.get(name, self.tones["stone"])

    def speaker(self, number: int | None) -> ColorSet:
        """Return the shades of the `number`-th speaker of an article; None is no speaker."""
        return self.nobody if number is None else self.speakers[number % len(self.speakers)]


LIGHT: Final = Theme(
    dark=False,
    page="#fffefb",
    panel="#faf9f7",
    card="#ffffff",
    line="#e7e5e4",
    groove="#e7e5e4",
    text="#1c1917",
    muted="#6b6560",
    accent="#4f46e5",
    accent_ink="#ffffff",
    selection="#cfcbf5",
    hover="#f1efec",
    good="#15803d",
    bad="#b91c1c",
    shadow="#30000000",
    tones={
        "blue": ColorSet("#d4e7fe", "#93aad4", "#163583", "#ffffff"),
        "orange": ColorSet("#f7dec9", "#c5a186", "#632a03", "#ffffff"),
        "teal": ColorSet("#d1fcf1", "#92c7bd", "#186159", "#ffffff"),
        "rose": ColorSet("#fce1e3", "#e29db2", "#b01a54", "#ffffff"),
        "violet": ColorSet("#d9cde5", "#b099d7", "#5f34bc", "#ffffff"),
        "green": ColorSet("#ddfadf", "#95c3a5", "#085933", "#ffffff"),
        "cyan": ColorSet("#d7f7ff", "#91c4d2", "#09617a", "#ffffff"),
        "pink": ColorSet("#f1daea", "#c293b4", "#67094b", "#ffffff"),
        "olive": ColorSet("#eef6c5", "#bac486", "#56640d", "#ffffff"),
        "stone": ColorSet("#d8d3cd", "#a4a09b", "#3e3c39", "#ffffff"),
    },
    speakers=(
        ColorSet("#fdf0d0", "#d9b36a", "#965a10", "#ffffff"),
        ColorSet("#d8f5ef", "#74b5ad", "#0f6b64", "#ffffff"),
        ColorSet("#e0f0fe", "#7fb4dd", "#0b5c94", "#ffffff"),
        ColorSet("#fde6ea", "#dd94a4", "#a8214a", "#ffffff"),
        ColorSet("#ece7fd", "#a897df", "#5b35b5", "#ffffff"),
        ColorSet("#e9f7d3", "#9dbd68", "#46700f", "#ffffff"),
    ),
    nobody=ColorSet("#efedea", "#bdb7b0", "#6b6560", "#ffffff"),
)

DARK: Final = Theme(
    dark=True,
    page="#191a1d",
    panel="#1f2125",
    card="#24272b",
    line="#34373c",
    groove="#313439",
    text="#eceae6",
    muted="#a19c95",
    accent="#8b85f5",
    accent_ink="#14131f",
    selection="#3f3d66",
    hover="#2b2e33",
    good="#4ade80",
    bad="#f87171",
    shadow="#80000000",
    tones={
        "blue": ColorSet("#2d4872", "#5a76a3", "#abc9fb", "#181c23"),
        "orange": ColorSet("#482607", "#81572f", "#e5ae76", "#201811"),
        "teal": ColorSet("#1f4843", "#4c887e", "#9dfae7", "#162320"),
        "rose": ColorSet("#3f111a", "#783f48", "#de909a", "#1f1416"),
        "violet": ColorSet("#392261", "#644d94", "#b199f0", "#191522"),
        "green": ColorSet("#1e4326", "#477e56", "#8fe6ab", "#142018"),
        "cyan": ColorSet("#0a3c4b", "#487c8c", "#b5eeff", "#192124"),
        "pink": ColorSet("#481c36", "#824d6b", "#eaa4c9", "#21171c"),
        "olive": ColorSet("#3d4817", "#7a8440", "#e7ee89", "#202113"),
        "stone": ColorSet("#32312e", "#696763", "#ccc7c0", "#1d1c1b"),
    },
    speakers=(
        ColorSet("#332913", "#8f6c2a", "#e3ab45", "#231804"),
        ColorSet("#11302d", "#2f7a72", "#5cd0c2", "#041f1c"),
        ColorSet("#12283a", "#33688f", "#72b9ee", "#041624"),
        ColorSet("#3a1d26", "#8f4459", "#f592a8", "#2e0712"),
        ColorSet("#29224a", "#6553a8", "#b7a5fa", "#150d33"),
        ColorSet("#262f12", "#66802e", "#afd662", "#141c03"),
    ),
    nobody=ColorSet("#2a2a2c", "#605d59", "#b5b0a9", "#1c1a17"),
)


def theme_by_name(theme_name: str) -> Theme:
    """Return the theme "light", "dark", "light-contrast" or "dark-contrast"; else the desktop's."""
    usual = {"light": LIGHT, "dark": DARK}.get(theme_name)
    if usual is not None:
        return usual
    if theme_name in ("light-contrast", "dark-contrast"):
        from annotator.ui.theme.high_contrast import DARK_CONTRAST, LIGHT_CONTRAST

        return DARK_CONTRAST if theme_name == "dark-contrast" else LIGHT_CONTRAST
    return _system_theme()


def _system_theme() -> Theme:
    """Return the theme that the desktop asks for; light with normal contrast if unknown."""
    hints = QGuiApplication.styleHints()
    name = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    return theme_by_name(f"{name}-contrast" if high else name)


def palette(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme, for Fusion widgets."""
    result = QPalette()
    role = QPalette.ColorRole
    for name, color in (
        (role.Window, theme.panel),
        (role.Base, theme.card),
        (role.AlternateBase, theme.hover),
        (role.Button, theme.card),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.bad),
        (role.PlaceholderText, theme.muted),
        (role.ToolTipBase, theme.card),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.accent_ink),
        (role.Link, theme.accent),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Light, theme.hover),
    ):
        result.setColor(name, QColor(color))
    disabled = QPalette.ColorGroup.Disabled
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(disabled, name, QColor(theme.muted))
    return result
