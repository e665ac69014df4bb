"""One deed tried again and again, each time with another misfortune, and what must be left."""

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from tests.faults.deeds import Deed, State, passing_in, problems_in, state_of
from tests.faults.forks import Forks, Outcome
from tests.faults.steps import Moment

_KILLED: Final = -signal.SIGKILL
_MEMORY: Final = Path("/dev/shm")


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for passing files, in memory where there is any: nothing here waits for a disk."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


class Trials:
    """A deed, how things are before and after it, and a place to do it in."""

    def __init__(self, forks: Forks, folder: Path, deed: Deed, articles: int) -> None:
        self.deed = deed
        self._forks = forks
        self._template = folder / deed.prepare.__name__  # which several deeds may begin with
        if not self._template.exists():
            self._template.mkdir(parents=True)
            deed.prepare(self._template, articles)
            assert problems_in(self._template) == []
        self.before = state_of(self._template)
        self.place = folder / "work"
        self.whole = self._whole()

    def _whole(self) -> Outcome:
        """The deed without any misfortune."""
        whole = self.anew(here=True, count=True)  # so that the children find everything loaded
        assert whole.done, whole
        assert problems_in(self.place, self._template) == []
        assert passing_in(self.place) == []
        self.after = state_of(self.place)
        return whole

    @cached_property
    def _seconds(self) -> float:
        """How long the deed takes when nothing happens to it."""
        began = time.monotonic()
        assert self.anew().done
        return time.monotonic() - began

    def anew(self, **how: object) -> Outcome:
        """Do it in a fresh place."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self._template, self.place)
        return self._forks.do(self.deed, self.place, **how)

    # Kills

    def turns(self) -> list[int]:
        """The steps that decide, counted from 1."""
        found = [
            number
            for number, step in enumerate(self.whole.steps, start=1)
            if step == self.deed.turn
        ]
        assert found, f"{self.deed.name} has no {self.deed.turn}"
        return found if self.deed.edits else found[-1:]

    def moments(self) -> Iterator[Moment]:
        """Each moment at which the deed can be killed, in their order."""
        for step in range(1, len(self.whole.steps) + 1):
            yield Moment(step)
            yield Moment(step, after=True)

    def few_moments(self) -> list[Moment]:
        """Around what decides, and in the middle of what comes before that."""
        turn = self.turns()[-1]
        return [Moment(turn // 2), Moment(turn), Moment(turn, after=True)]

    def kill(self, moment: Moment) -> None:
        """Kill it then: all of it is there if it was decided, else nothing of it."""
        outcome = self.anew(kill=moment)
        step = self.whole.steps[moment.step - 1]
        assert (outcome.code, outcome.died) == (_KILLED, step), f"{moment}: {outcome}"
        past = sum((turn, True) <= moment for turn in self.turns())
        where = f"{self.deed.name}, killed {moment} ({step})"
        assert problems_in(self.place, self._template) == [], where
        if self.deed.edits:
            assert self.deed.edits(self.place) == self.whole.said[past], where
            told = self.whole.said[max(0, past - 1) : past + 1]
            assert not outcome.said or outcome.said[-1] in told, where
            return
        self._compare(self.after if past else self.before, where, self._between(moment))

    def _between(self, moment: Moment) -> bool:
        """Whether it was killed while a folder is replaced: no system does that in one step."""
        found = [n for n, step in enumerate(self.whole.steps, 1) if step == "posix.rename"]
        return self.deed.turn == "posix.rename" and (found[0], True) <= moment < (found[1], True)

    def _compare(self, wanted: State, where: str, folder_between: bool = False) -> None:
        """Each file is what it was or what it is to be; what was changed or made is as wanted."""
        if folder_between and not (self.place / self.deed.target).exists():
            (aside,) = self.place.glob("*.old")
            aside.rename(self.place / self.deed.target)
        left = state_of(self.place)
        for name, content in left.items():
            assert content in (self.before.get(name), self.after.get(name)), f"{where}: {name}"
        target = self.deed.target
        assert _below(left, target) == _below(wanted, target), f"{where}: {target}"
        assert self.before.keys() <= left.keys() | _below(self.before, target).keys(), where

    def kill_by_chance(self, seconds: float) -> bool:
        """Kill it after so long, wherever it is then; whether that was before its end."""
        outcome = self.anew(seconds=seconds)
        where = f"{self.deed.name}, killed after {seconds:.4f} s"
        assert outcome.code in (0, _KILLED), f"{where}: {outcome}"
        assert problems_in(self.place, self._template) == [], where
        if self.deed.edits:
            at = len(outcome.said) - 1
            assert self.deed.edits(self.place) in self.whole.said[max(at, 0) : at + 2], where
        else:
            wanted = self.after if outcome.done or self._has(self.after) else self.before
            self._compare(wanted, where, any(self.place.glob("*.old")) and not outcome.done)
        return not outcome.done

    def moment(self, chance: random.Random) -> float:
        """Some seconds after the beginning, most of them before the end."""
        return chance.uniform(0, self._seconds * 1.05)

    def _has(self, state: State) -> bool:
        target = self.deed.target
        return _below(state_of(self.place), target) == _below(state, target)


def _below(state: State, target: str) -> State:
    return {
        name: content
        for name, content in state.items()
        if name == target or name.startswith(f"{target}/")
    }
