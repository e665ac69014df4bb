"""One operation tried again and again, each time with another misfortune, and what must be left."""

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from tests.faults.calls import CHANGING, GROWING, Call, listed, recorded
from tests.faults.forks import Forks, Outcome
from tests.faults.operations import Operation, State, passing_in, problems_in, state_of
from tests.faults.power import Disk, said_by
from tests.faults.steps import Moment


class Fault(NamedTuple):
    """What goes wrong with a call, if it is of those kinds that can; later ones too if `lasting`.

    The calls are counted among all `kinds`.
    """

    action: str
    error: str = "EIO"
    failing: frozenset[str] = CHANGING
    lasting: bool = False
    kinds: frozenset[str] = CHANGING

    def __str__(self) -> str:
        if self.kinds == _READS:
            return f"reading {self.error}"
        what = self.action if self.action.startswith("kill") else f"{self.action} {self.error}"
        return f"{what}{' and so on' if self.lasting else ''}"


WRITING: Final = frozenset({"write"})
_READS: Final = frozenset({"read"})
FAULTS: Final = (
    Fault("fail"),
    Fault("fail", lasting=True),
    Fault("fail", "ENOSPC", GROWING),
    Fault("fail", "ENOSPC", GROWING, lasting=True),
    Fault("fail", "EINTR", frozenset({"create", "write", "truncate", "sync"})),
    Fault("short", "ENOSPC", WRITING),
    Fault("short", "ENOSPC", WRITING, lasting=True),
    Fault("kill before"),
    Fault("kill after"),
)
READING: Final = Fault("fail", "EIO", _READS, kinds=_READS)
_NOTE: Final = "/project.json"
"""Tells of whose backups a folder is; without it they are found where they always are."""
_KILLED: Final = -signal.SIGKILL
_MEMORY: Final = Path("/dev/shm")


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for passing files, in memory where there is any: nothing here waits for a disk."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


class Trials:
    """An operation, how things are before and after it, and a place to do it in."""

    def __init__(self, forks: Forks, folder: Path, operation: Operation, articles: int) -> None:
        self.operation = operation
        self._forks = forks
        self._template = (
            folder / operation.prepare.__name__
        )  # which several operations may begin with
        if not self._template.exists():
            self._template.mkdir(parents=True)
            operation.prepare(self._template, articles)
            assert problems_in(self._template) == []
        self._lists: dict[frozenset[str], list[str]] = {}
        self.before = state_of(self._template)
        self.place = folder / "work"
        self.whole = self._whole()

    def _whole(self) -> Outcome:
        """The operation without any misfortune."""
        self.anew(here=True)  # so that the children find everything loaded, and do what is counted
        whole = self.anew(here=True, count=True)
        assert whole.done, whole
        assert problems_in(self.place, self._template) == []
        assert passing_in(self.place) == []
        self.after = state_of(self.place)
        return whole

    @cached_property
    def _seconds(self) -> float:
        """How long the operation takes when nothing happens to it."""
        began = time.monotonic()
        assert self.anew().done
        return time.monotonic() - began

    def anew(self, **how: object) -> Outcome:
        """Do it in a fresh place."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self._template, self.place)
        return self._forks.do(self.operation, self.place, **how)

    # Kills

    def turns(self) -> list[int]:
        """The steps that decide, counted from 1."""
        found = [
            number
            for number, step in enumerate(self.whole.steps, start=1)
            if step == self.operation.turn
        ]
        assert found, f"{self.operation.name} has no {self.operation.turn}"
        return found if self.operation.edits else found[-1:]

    def moments(self) -> Iterator[Moment]:
        """Each moment at which the operation can be killed, in their order."""
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
        where = f"{self.operation.name}, killed {moment} ({step})"
        assert problems_in(self.place, self._template) == [], where
        if self.operation.edits:
            assert self.operation.edits(self.place) == self.whole.said[past], where
            told = self.whole.said[max(0, past - 1) : past + 1]
            assert not outcome.said or outcome.said[-1] in told, where
            return
        self._compare(self.after if past else self.before, where, self._is_between())

    def _is_between(self) -> bool:
        """Whether the old folder lies aside, and the new one has not taken its place yet."""
        target = self.place / self.operation.target
        return not target.exists() and any(self.place.glob(f".{self.operation.target}.*.old"))

    def _compare(self, wanted: State, where: str, folder_between: bool = False) -> None:
        """Each file is what it was or what it is to be; what was changed or made is as wanted."""
        if folder_between:
            (aside,) = self.place.glob(f".{self.operation.target}.*.old")
            aside.rename(self.place / self.operation.target)
        left = state_of(self.place)
        for name, content in left.items():
            if name.endswith(_NOTE):
                continue
            assert content in (self.before.get(name), self.after.get(name)), f"{where}: {name}"
        target = self.operation.target
        assert _below(left, target) == _below(wanted, target), f"{where}: {target}"
        assert self.before.keys() <= left.keys() | _below(self.before, target).keys(), where

    def kill_by_chance(self, seconds: float) -> bool:
        """Kill it after so long, wherever it is then; whether that was before its end."""
        outcome = self.anew(seconds=seconds)
        where = f"{self.operation.name}, killed after {seconds:.4f} s"
        assert outcome.code in (0, _KILLED), f"{where}: {outcome}"
        assert problems_in(self.place, self._template) == [], where
        if self.operation.edits:
            at = len(outcome.said) - 1
            assert self.operation.edits(self.place) in self.whole.said[max(at, 0) : at + 2], where
        else:
            wanted = self.after if outcome.done or self._has(self.after) else self.before
            self._compare(wanted, where, self._is_between())
        return not outcome.done

    def moment(self, chance: random.Random) -> float:
        """Some seconds after the beginning, most of them before the end."""
        return chance.uniform(0, self._seconds * 1.05)

    # Calls that fail

    def calls(self, kinds: Collection[str] = CHANGING) -> int:
        """How many calls of these kinds the whole operation makes."""
        return len(self._listed(frozenset(kinds)))

    def last_call(self, words: str, kinds: Collection[str] = CHANGING) -> int:
        """The number of the last call that these words begin with: what it does, and with what."""
        made = self._listed(frozenset(kinds))
        for at in range(len(made), 0, -1):
            if made[at - 1].startswith(words):
                return at
        raise LookupError(words)

    def writes_to(self, name: str) -> list[int]:
        """The numbers of the calls that write into the file of this name, among all that write."""
        writes = enumerate(self._listed(WRITING), start=1)
        return [at for at, call in writes if call == f"write {name}"]

    def _listed(self, kinds: frozenset[str]) -> list[str]:
        """The calls of these kinds that the whole operation makes."""
        if kinds not in self._lists:
            file = self.place.with_name("list")
            assert self.anew(fault={"list": str(file), "kinds": [*kinds]}).done
            self._lists[kinds] = listed(file)
        return self._lists[kinds]

    def fail(self, fault: Fault, at: int) -> Outcome:
        """Let the call with this number go wrong, and look at what is said and what is left."""
        how = {"action": fault.action, "error": fault.error, "failing": [*fault.failing], "at": at,
               "lasting": fault.lasting, "kinds": [*fault.kinds]}  # fmt: skip
        outcome = self.anew(fault=how)
        where = f"{self.operation.name}, {fault} at call {at} ({outcome.struck}): {outcome.refused}"
        if fault.action.startswith("kill"):
            assert outcome.code in (0, _KILLED), f"{where}: {outcome}"
        else:
            assert outcome.code == 0, f"{where}: {outcome}"
            assert not outcome.bug, f"{where}: {outcome.bug}"
            if not fault.lasting and not outcome.struck.startswith(("unlink", "rmdir")):
                assert passing_in(self.place) == [], where
        if self.operation.forgives and self.operation.forgives(
            self.place, outcome.refused, fault.lasting
        ):
            return outcome
        assert problems_in(self.place, self._template) == [], where
        # What was written, not flushed, and could not be taken back may turn up later.
        flush = fault.lasting and outcome.struck.startswith("sync")
        killed = fault.action.startswith("kill")
        self._settled(outcome, where, either=flush or killed, lasting=killed or fault.lasting)
        return outcome

    def _settled(self, outcome: Outcome, where: str, *, either: bool, lasting: bool) -> None:
        """What was reported is there, and what was refused is not; of a kill, one or the other."""
        if self.operation.edits:
            found = self.operation.edits(self.place)
            said = [*outcome.said[-1:]] or [self.whole.said[0]]
            if either:
                at = len(outcome.said)
                said += self.whole.said[at : at + 1]
            assert found in said, f"{where}: {found}"
            return
        done = outcome.done or (either and self._has(self.after))
        self._compare(self.after if done else self.before, where, lasting and self._is_between())

    # Power

    @cached_property
    def _record(self) -> list[Call]:
        record = self.place.with_name("record")
        outcome = self.anew(fault={"record": str(record)})
        assert outcome.done, outcome
        return recorded(record)

    def fail_power(self, chance: random.Random) -> None:
        """Let the power fail somewhere in the operation, or right after it, and look at what is
        left.
        """
        calls = self._record
        number = chance.choice((chance.randrange(len(calls)), len(calls)))
        disk = Disk(self._template, self.place)
        for call in calls[:number]:
            if call.kind != "mark":
                disk.apply(call)
        shutil.rmtree(self.place)
        self.place.mkdir()
        disk.fail(self.place, chance)
        where = f"{self.operation.name}, power failed after call {number} of {len(calls)}"
        assert problems_in(self.place, self._template) == [], where
        if self.operation.edits:
            said = said_by(calls, number)
            wanted = self.whole.said[max(0, said - 1) : said + 1]
            assert self.operation.edits(self.place) in wanted, where
        else:
            done = number == len(calls) or self._has(self.after)
            self._compare(self.after if done else self.before, where, self._is_between())

    def _has(self, state: State) -> bool:
        target = self.operation.target
        return _below(state_of(self.place), target) == _below(state, target)


def _below(state: State, target: str) -> State:
    return {
        name: content
        for name, content in state.items()
        if name == target or (name.startswith(f"{target}/") and not name.endswith(_NOTE))
    }
