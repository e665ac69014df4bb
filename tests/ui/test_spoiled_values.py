"""What makes no sense in a project is told in the window or passed over; it never is a bug."""

import random
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.spoiled import ARTICLES, STRUCTURAL, Spoiler, look_at_all

PARTS = -(-len(STRUCTURAL) // ARTICLES)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_makes_no_sense_in_an_article_every_view_opens(
    qapp: QApplication, tmp_path: Path, part: int
) -> None:
    """Spans outside the text, unknown roles, lost speakers, quotes inside themselves …"""
    some = STRUCTURAL[part::PARTS]
    path = Spoiler(tmp_path).made([], some)
    assert look_at_all(path, some, thorough=False) == ""


def test_wrong_values_by_chance_leave_every_view_to_open(
    qapp: QApplication, tmp_path: Path
) -> None:
    """`make bench ARGS="values --windows 500"` opens any number of them."""
    spoiler = Spoiler(tmp_path)
    plantings, structural = spoiler.by_chance(random.Random(3))
    path = spoiler.made(plantings, structural)
    assert look_at_all(path, [*plantings, *structural], thorough=False) == ""
