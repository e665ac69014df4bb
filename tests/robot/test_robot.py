"""A minute of the robot: nothing stale on the screen, nothing lost from the file.

`make bench ARGS=robot` is the same for an hour.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.robot.actor import Action
from tests.robot.display import Display, missing
from tests.robot.robot import Outcome, Round, read_actions

_WHY: Final = missing()
_ACTIONS: Final = 40
_LONGEST: Final = 45.0
"""Seconds after which a round ends even if a busy machine has not let it do all its actions."""
_START: Final = Action("start", (("start",),))
_END: Final = Action("end", (("kill",),))

pytestmark = pytest.mark.skipif(_WHY is not None, reason=_WHY or "")


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with Display(1200, 800) as shown:
        yield shown


def keys(*chords: str) -> Action:
    return Action(" ".join(chords), tuple(("key", chord) for chord in chords))


def middle(window: dict[str, Any], kind: str, name: str = "") -> tuple[int, int]:
    """The middle of the first thing of this kind that is so called."""
    spots = window["spots"]
    left, top, width, height = next(
        spot["rect"] for spot in spots if spot["kind"] == kind and name in spot["name"]
    )
    return left + width // 2, top + height // 2


def faults(found: Outcome) -> str:
    return "\n".join(map(str, found.faults))


@pytest.mark.parametrize("seed", [2])
def test_work_at_random_leaves_nothing_stale_on_the_screen_and_loses_nothing(
    display: Display, tmp_path: Path, seed: int
) -> None:
    found = Round(display, tmp_path / "round", seed).work(_ACTIONS, time.monotonic() + _LONGEST)
    assert not found.faults, faults(found)
    assert found.counts["comparisons of the screen"] >= found.counts["actions"] - 1 > 1


def test_a_button_that_was_under_the_mouse_is_painted_when_a_menu_takes_the_mouse(
    display: Display, tmp_path: Path
) -> None:
    work = Round(display, tmp_path / "round", 4)

    def play() -> Iterator[Action]:
        yield _START
        for spot in [s for s in work.window.look()["spots"] if s["kind"] == "button"][:4]:
            left, top, width, height = spot["rect"]
            yield Action(spot["name"], (("move", left + width // 2, top + height // 2),))
            yield keys("alt+f")
            yield keys("esc")
        # One that moves from under it by itself.
        yield keys("ctrl+1", "ctrl+shift+right", "ctrl+shift+right")
        left, top, width, height = next(
            spot["rect"]
            for spot in work.window.look()["spots"]
            if spot["kind"] == "button" and spot["name"] == "Quote"
        )
        yield Action("point", (("move", left + width // 2, top + height // 2),))
        yield keys("f9")
        yield keys("alt+f")
        yield keys("esc")
        yield _END

    found = work.replay(play())
    assert not found.faults, faults(found)


def test_faults_that_were_planted_are_found_and_can_be_met_again(
    display: Display, tmp_path: Path
) -> None:
    work = Round(display, tmp_path / "round", 4, planted=("rows", "map", "pick", "saving"))

    def play() -> Iterator[Action]:
        yield _START
        window = work.window.look()
        yield Action("pick", (("key", "j"),))
        yield Action("scroll the page", (("wheel", *middle(window, "page"), 9),))
        yield Action("scroll a list", (("wheel", *middle(window, "list", "Quotes"), 9),))
        yield keys("ctrl+1", "ctrl+shift+right", "1")
        yield _END

    found = work.replay(play())
    for said in ("pick: ", "scroll the page: ", "scroll a list: ", "in the file"):
        assert any(said in fault.words for fault in found.faults), (said, faults(found))
    folder = found.faults[0].folder
    assert {"before.png", "after.png", "difference.png"} <= {p.name for p in folder.iterdir()}
    assert [action.name for action in read_actions(folder / "actions.jsonl")][:1] == ["start"]
