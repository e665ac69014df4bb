"""A minute of the robot: nothing stale on the screen, nothing lost from the file.

`make bench ARGS=robot` is the same for an hour.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.robot.display import Display, missing
from tests.robot.robot import Round

_WHY: Final = missing()
_ACTIONS: Final = 45
_LONGEST: Final = 40.0
"""Seconds after which a round ends even if a busy machine has not let it do all its actions."""

pytestmark = pytest.mark.skipif(_WHY is not None, reason=_WHY or "")


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with Display() as shown:
        yield shown


@pytest.mark.parametrize("seed", [2, 3])
def test_work_at_random_leaves_nothing_stale_on_the_screen_and_loses_nothing(
    display: Display, tmp_path: Path, seed: int
) -> None:
    found = Round(display, tmp_path / "round", seed).work(_ACTIONS, time.monotonic() + _LONGEST)
    assert not found.faults, "\n".join(map(str, found.faults))
    assert found.counts["comparisons of the screen"] >= found.counts["actions"] - 1
    assert found.counts["photographs"]
