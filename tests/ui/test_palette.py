"""The colours of labels: legible, and told apart by colour-blind eyes, light and dark."""

from itertools import combinations

import pytest

from annotator.core.scheme import TONES
from annotator.ui.theme.theme import DARK, LIGHT, Theme
from tests.ui.colour_science import EYES, ciede2000, contrast, distance

LOOKS = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
MOST_EYES = [eyes for eyes in EYES if eyes != "tritanopia"]


def test_the_distance_is_that_of_the_published_test_data() -> None:
    published = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, -1.0, 2.0), (50, 0.0, 0.0), 2.3669),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, wanted in published:
        assert ciede2000(one, other) == pytest.approx(wanted, abs=5e-5)


def test_red_and_green_look_alike_to_the_simulated_eyes_and_not_to_others() -> None:
    assert distance("#b04a3a", "#6e7030") > 30
    assert distance("#b04a3a", "#6e7030", "deuteranopia") < 15
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@LOOKS
def test_each_look_has_all_tones_that_schemes_may_use(theme: Theme) -> None:
    assert set(theme.tones) == set(TONES)
    assert 8 <= len(TONES) <= 12


@LOOKS
@pytest.mark.parametrize("tone", TONES)
def test_words_are_legible_on_every_chip(theme: Theme, tone: str) -> None:
    shades = theme.tones[tone]
    assert contrast(theme.text, shades.fill) >= (6 if theme.dark else 7)
    for one, other in (
        (shades.ink, shades.strong),
        (shades.strong, shades.fill),
        (shades.strong, theme.card),
        (shades.strong, theme.panel),
    ):
        assert contrast(one, other) >= 4.5


@LOOKS
@pytest.mark.parametrize("eyes", MOST_EYES)
def test_tones_are_told_apart_by_their_tabs_and_by_their_fills(theme: Theme, eyes: str) -> None:
    for one, other in combinations(TONES, 2):
        first, second = theme.tones[one], theme.tones[other]
        assert distance(first.strong, second.strong, eyes) >= 9, (one, other)
        assert distance(first.fill, second.fill, eyes) >= 4, (one, other)


@LOOKS
def test_even_without_blue_no_two_tones_look_the_same(theme: Theme) -> None:
    for one, other in combinations(TONES, 2):
        first, second = theme.tones[one], theme.tones[other]
        apart = (first.strong, second.strong), (first.fill, second.fill)
        assert max(distance(*pair, "tritanopia") for pair in apart) >= 3, (one, other)
