"""Every look keeps its words legible; those of high contrast serve every kind of colour vision."""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from annotator.ui.settings import Settings, settings_path
from annotator.ui.theme.high_contrast import DARK_CONTRAST, LIGHT_CONTRAST
from annotator.ui.theme.theme import DARK, LIGHT, ColorSet, Theme, theme_by_name
from tests.ui.driving import Driver, run_main

LOOKS = {
    "light": LIGHT,
    "dark": DARK,
    "light-contrast": LIGHT_CONTRAST,
    "dark-contrast": DARK_CONTRAST,
}
HIGH = [LIGHT_CONTRAST, DARK_CONTRAST]

# What each kind of colour vision makes of linear RGB, after Machado, Oliveira and Fernandes,
# "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(color: str) -> list[float]:
    channels = QColor(color).getRgbF()[:3]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(color: str, vision: str) -> tuple[float, float, float]:
    """CIE L*a*b* of what an eye of this kind sees."""
    seen = [
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear(color), strict=True))))
        for row in VISIONS[vision]
    ]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        sum(m * c for m, c in zip(row, seen, strict=True)) / w
        for row, w in zip(rows, white, strict=True)
    )
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def shades_of(theme: Theme) -> Iterator[ColorSet]:
    yield from (*theme.tones.values(), *theme.speakers, theme.nobody)


@pytest.mark.parametrize("look", LOOKS)
def test_words_stand_out_on_every_ground_of_every_look(look: str) -> None:
    theme = LOOKS[look]
    high = look.endswith("contrast")
    grounds = [theme.page, theme.panel, theme.card, theme.hover, theme.selection]
    body = [contrast(theme.text, ground) for ground in grounds]
    assert min(body) >= 7
    assert contrast(theme.muted, theme.panel) >= (7 if high else 4.5)
    assert contrast(theme.muted, theme.groove) >= 4.5
    for shades in shades_of(theme):
        assert contrast(theme.text, shades.fill) >= (12 if high else 6)
        assert contrast(shades.strong, shades.fill) >= 4.4
        assert contrast(shades.ink, shades.strong) >= 4.5


@pytest.mark.parametrize("theme", HIGH)
def test_edges_and_lines_of_high_contrast_stand_out_from_the_page(theme: Theme) -> None:
    assert contrast(theme.line, theme.page) >= 4.5
    for shades in shades_of(theme):
        assert contrast(shades.edge, theme.page) >= 4.5


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", HIGH)
def test_no_two_tones_of_high_contrast_look_alike_to_any_eye(theme: Theme, vision: str) -> None:
    for group in (theme.tones.values(), theme.speakers):
        seen = [lab(shades.strong, vision) for shades in group]
        assert min(math.dist(a, b) for a, b in itertools.combinations(seen, 2)) > 15


def test_each_look_has_every_tone_and_is_found_by_its_name() -> None:
    for look, theme in LOOKS.items():
        assert theme_by_name(look) is theme
        assert theme.tones.keys() == LIGHT.tones.keys()
        assert len(theme.speakers) == len(LIGHT.speakers)


@pytest.mark.parametrize("look", ["light-contrast", "dark-contrast"])
def test_high_contrast_is_chosen_in_the_menu_checked_and_remembered(
    project_of: Callable[..., Path], look: str
) -> None:
    project = project_of("Ann Lee met Bob Ray in Oslo.")
    id_ = look.replace("light-", "light_").replace("dark-", "dark_")

    def checked(driver: Driver) -> list[str]:
        ids = ("follow_system", "light_theme", "dark_theme", "light_contrast", "dark_contrast")
        actions = driver.window.workspace.actions
        return [name for name in ids if actions[name].isChecked()]

    def first(driver: Driver) -> None:
        assert checked(driver) == ["follow_system"]
        driver.window.workspace.actions[id_].trigger()
        driver.settle()
        assert checked(driver) == [id_]

    def second(driver: Driver) -> None:
        assert checked(driver) == [id_]
        image = driver.picture()
        assert image.pixelColor(3, image.height() - 4) == QColor(LOOKS[look].page)
        driver.select("Oslo")
        driver.key("3")
        assert driver.painted("Oslo", LOOKS[look].tones["green"].fill)

    run_main([str(project)], first)
    assert Settings(settings_path()).theme_name == look
    run_main([str(project)], second)
