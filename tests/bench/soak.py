"""`make bench ARGS="soak [--actions N]"`: work in the real window at random, and watch.

Key presses, clicks, drags, undo, articles to and fro, as the seed has it. Every now and then what
the store holds, what the lists show and what the window paints from are compared; memory in use is
measured after a warm-up and at the end, and every warning of Qt counts as a fault.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from annotator.store import Project
from tests.bench.memory import live, resident
from tests.bench.samples import project_with, record
from tests.ui.driving import WIDE, Driver, boxes, run_main

_EXPECTED: Final = "This plugin does not support"
_WARM_UP: Final = 0.2
"""The share of the actions after which memory is measured first: caches are full by then."""
_LEAK: Final = 400.0
"""Bytes in use that may come on top for each action: what the articles have come to hold by then.

Between the 1,000th and the 3,500th action of seed 0 it is 200, and it falls, since what is
deleted and undone catches up with what is marked. A kilobyte that is lost in each action is
two and a half times the limit. Resident memory says less: a heap with holes in it is no leak.
"""
_LEAK_RESIDENT: Final = 2_000.0
"""The same where only resident memory can be measured, with the holes that malloc keeps."""
_MEASURED: Final = 5_000
"""Fewer actions say nothing about a leak: the first visits of each article fill its caches."""
_ARTICLES: Final = 6
_NONE = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Outcome(NamedTuple):
    """What came of it. The bytes are by how much each action after the warm-up made it grow.

    `live` is memory in use; None where that cannot be measured.
    """

    actions: int
    seconds: float
    compared: int
    live: float | None
    resident: float
    faults: tuple[str, ...]

    @property
    def leaks(self) -> bool:
        """Whether more stays than the work explains. Fewer than 5,000 actions tell nothing."""
        if self.actions < _MEASURED:
            return False
        return self.resident > _LEAK_RESIDENT if self.live is None else self.live > _LEAK

    def memory(self) -> str:
        """Both figures in words."""
        resident = f"{self.resident:.0f} bytes more resident"
        if self.live is None:
            return f"{resident} (what is in use cannot be told without glibc 2.33)"
        return f"{self.live:.0f} bytes more in use, {resident}"


class _Held(NamedTuple):
    """What the process holds at one moment."""

    live: int | None
    resident: int

    @classmethod
    def now(cls) -> "_Held":
        return cls(live(), resident())

    def grown(self, before: "_Held", actions: int) -> tuple[float | None, float]:
        """By how much for each action since then."""
        more = None
        if self.live is not None and before.live is not None:
            more = (self.live - before.live) / actions
        return more, (self.resident - before.resident) / actions

    def __str__(self) -> str:
        used = "" if self.live is None else f"{self.live / 2**20:.1f} MB in use, "
        return f"{used}{self.resident / 2**20:.0f} MB resident"


class Soak:
    """One window, and a hand that does what the chance says."""

    def __init__(self, driver: Driver, seed: int) -> None:
        self._driver = driver
        self._session = driver.window.session
        self._chance = random.Random(seed)
        self.compared = 0
        self.faults: list[str] = []
        self._operations: list[tuple[int, Callable[[], None]]] = [
            (30, self._mark),
            (12, self._quote),
            (8, self._part),
            (10, lambda: self._press("z", _CONTROL)),
            (5, lambda: self._press("y", _CONTROL)),
            (8, self._delete),
            (6, lambda: self._press(self._chance.choice("jkweox"))),
            (5, lambda: self._press(self._chance.choice(".,"))),
            (4, self._another_article),
            (3, lambda: self._press("f")),
            (2, lambda: self._press(Qt.Key.Key_Return, _CONTROL)),
            (2, self._zoom),
            (1, self._look),
            (1, self._trash),
        ]

    def act(self) -> None:
        """One action, whatever it leads to; a box or menu that comes up is closed."""
        weights = [weight for weight, _ in self._operations]
        (operation,) = self._chance.choices(
            [operation for _, operation in self._operations], weights
        )
        operation()
        self._clear()

    def compare(self) -> None:
        """That store, window and lists hold the same."""
        self.compared += 1
        key, annotation = self._session.article_key, self._session.annotation
        if key is None or annotation is None:
            return
        with Project.open(self._session.project.path, read_only=True) as project:
            stored = project.annotation(key, self._session.annotator)
        stored.head = stored.head._replace(seconds=annotation.head.seconds)
        if stored != annotation:
            self.faults.append(f"article {key}: the window does not show what is saved")
        side = self._driver.window.workspace.lists.side
        shown = side.entities.model().rowCount(), side.quotes.model().rowCount()
        if shown != (len(annotation.entities), len(annotation.quotes)):
            self.faults.append(f"article {key}: the lists show {shown} entities and quotes")

    def _press(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        self._driver.view.setFocus()
        self._driver.key(key, modifiers=modifiers)

    def _select(self) -> None:
        length = len(self._driver.text())
        start = self._chance.randrange(max(1, length - 40))
        end = start + self._chance.choice((3, 5, 9, 14, 30))
        if self._chance.random() < 0.1:
            self._driver.drag(start, min(end, length))
        else:
            self._driver.view.select(start, min(end, length))

    def _mark(self) -> None:
        self._select()
        self._press(self._chance.choice("1234567"))

    def _quote(self) -> None:
        self._select()
        self._press("q")

    def _part(self) -> None:
        self._select()
        self._press(self._chance.choice("ca"))

    def _delete(self) -> None:
        self._press("j")
        self._press(Qt.Key.Key_Delete)

    def _another_article(self) -> None:
        self._press(self._chance.choice((Qt.Key.Key_Right, Qt.Key.Key_Left)), _ALT)

    def _zoom(self) -> None:
        self._driver.window.workspace.actions[self._chance.choice(_ZOOMS)].trigger()

    def _look(self) -> None:
        self._driver.window.workspace.actions[self._chance.choice(_LOOKS)].trigger()

    def _trash(self) -> None:
        """Delete the article, and take that back."""
        self._driver.window.workspace.actions["move_to_trash"].trigger()
        self._rest()
        self._press("z", _CONTROL)
        self._rest()
        shown = self._driver.window.workspace.lists.articles.model.rowCount()
        if shown != _ARTICLES:
            self.faults.append(f"{shown} articles after a deletion that was taken back")

    def _rest(self) -> None:
        while self._driver.window.session.jobs.running():
            QApplication.processEvents()

    def _clear(self) -> None:
        for box in boxes():
            if "met a bug" in box.text():
                self.faults.append(box.detailedText())
            box.close()
        for dialog in self._driver.dialogs():
            dialog.close()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._driver.settle()


_ALT = Qt.KeyboardModifier.AltModifier
_ZOOMS = ("zoom_in", "zoom_out", "zoom_reset", "zoom_reset")
_LOOKS = ("light_theme", "dark_theme")


def soak(folder: Path, actions: int, seed: int, told: Callable[[str], None]) -> Outcome:
    """Do so many actions in a project of a few articles below `folder`."""
    os.environ["LOGNAME"] = "ada"
    records = [record(f"a{number}", 6_000, 60, seed=number) for number in range(_ARTICLES)]
    project = project_with(folder / "soak.annotator", records)
    warnings: list[str] = []

    def listen(kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not words.startswith(_EXPECTED):
            warnings.append(f"Qt: {words}")

    outcome: list[Outcome] = []

    def script(driver: Driver) -> None:
        hand, began, before = Soak(driver, seed), time.monotonic(), _Held.now()
        warm = int(actions * _WARM_UP)
        for number in range(actions):
            if number == warm:
                before = _Held.now()
            hand.act()
            if number % 50 == 0:
                hand.compare()
            if number % 1000 == 999:
                told(f"{number + 1:,} actions, {_Held.now()}")
        hand.compare()
        in_use, in_memory = _Held.now().grown(before, max(1, actions - warm))
        seconds = time.monotonic() - began
        faults = (*hand.faults, *warnings)
        outcome.append(Outcome(actions, seconds, hand.compared, in_use, in_memory, faults))

    previous = qInstallMessageHandler(listen)
    try:
        run_main([str(project)], script, size=WIDE)
    finally:
        qInstallMessageHandler(previous)
    with Project.open(project) as after:
        damage = tuple(problem.sentence for problem in after.check())
    return outcome[0]._replace(faults=(*outcome[0].faults, *damage))


def main() -> int:
    """Work, and say what came of it; 1 for a fault or a leak."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=soak")
    parser.add_argument("--actions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for variable in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{variable}_HOME"] = name
        found = soak(
            Path(name), options.actions, options.seed, lambda words: print(words, flush=True)
        )
    print(
        f"{found.actions:,} actions in {found.seconds:.0f} s, {found.compared:,} comparisons, "
        f"for each action after the warm-up {found.memory()}"
    )
    for fault in found.faults[:20]:
        print(fault)
    print(f"{len(found.faults)} faults{', and it leaks' if found.leaks else ''}")
    return 1 if found.faults or found.leaks else 0


if __name__ == "__main__":
    sys.exit(main())
