"""What the window costs at each size of an article, from 3 KB to 5 MB."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.bench.figures import Figure
from tests.bench.opened import milliseconds, opened, settle
from tests.bench.samples import project_with, record

if TYPE_CHECKING:
    from annotator.ui.main_window import MainWindow

_ROUNDS: Final = 3
_STEPS: Final = 40
_LABEL: Final = Qt.Key.Key_2
"""Organisation, which all entities of these articles are."""
_COMMON: Final = "harbour"
_FEW: Final = 25
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_ALT: Final = Qt.KeyboardModifier.AltModifier
_PLAIN: Final = Qt.KeyboardModifier.NoModifier


class Size(NamedTuple):
    """Letters and spans; in milliseconds what opening and each interaction may take."""

    name: str
    letters: int
    spans: int
    opening: float | None
    budget: float
    times: int
    """How often it is opened."""

    @property
    def file(self) -> str:
        return f"{self.letters}.annotator"


SIZES: Final = (
    Size("3 KB, 15 spans", 3_000, 15, 30, 16, 100),
    Size("100 KB, 1,000 spans", 100_000, 1_000, 30, 16, 100),
    Size("1 MB, 10,000 spans", 1_000_000, 10_000, 100, 16, 20),
    Size("5 MB, 100,000 spans", 5_000_000, 100_000, None, 33, 5),
)


def operations(home: Path) -> Iterator[Figure]:
    """Opening, marking, undo, scrolling and marking everywhere at each size."""
    for size in SIZES:
        large = record("large", size.letters, size.spans)
        path = project_with(home / size.file, [record("small", 3_000, 15), large])
        with opened(path) as window:
            yield from _at_size(window, size)


def _at_size(window: "MainWindow", size: Size) -> Iterator[Figure]:
    keys = {one: window.project.key_of(one) for one in ("large", "small")}

    def small() -> None:
        window.session.open_article(keys["small"])
        settle()

    def timed(operation: Callable[[], object], times: int) -> list[float]:
        found = []
        for _ in range(times):
            small()
            found.append(milliseconds(operation))
        return found

    def show() -> None:
        window.session.open_article(keys["large"])
        QApplication.processEvents()

    shown = timed(show, size.times)
    yield Figure(f"open {size.name}, painted", "ms", shown, size.opening)
    gone_to = timed(lambda: press(window, Qt.Key.Key_PageDown, _CONTROL), size.times)
    yield Figure(f"next article, {size.name}", "ms", gone_to, size.opening, each=True)
    _rest(window)
    marks, undone = _marked(window)
    yield Figure(f"mark to painted, {size.name}", "ms", marks, size.budget, each=True)
    yield Figure(f"undo to painted, {size.name}", "ms", undone, size.budget, each=True)
    yield Figure(f"scroll frame, {size.name}", "ms", _scrolled(window), size.budget, each=True)
    yield from _everywhere(window, size)


def _rest(window: "MainWindow") -> None:
    """Half a second in which nobody touches anything, as after opening an article to read it."""
    end = time.monotonic() + 0.5
    while time.monotonic() < end or not window.workspace.article.index_preloader.done:
        settle()
        time.sleep(0.005)


def _marked(window: "MainWindow") -> tuple[list[float], list[float]]:
    """Marks of words in the middle of the article, and each of them undone."""
    article = window.session.article
    assert article is not None
    middle, marks, undone = len(article.text) // 2, list[float](), list[float]()
    for _ in range(_ROUNDS):
        for number in range(_STEPS):
            start = article.text.index(" ", middle + number * 20) + 1
            window.view.select(start, start + 5)
            settle()
            marks.append(milliseconds(lambda: press(window, _LABEL)))
            settle()
        for _ in range(_STEPS):
            undone.append(milliseconds(lambda: press(window, Qt.Key.Key_Z, _CONTROL)))
            settle()
    return marks, undone


def _scrolled(window: "MainWindow") -> list[float]:
    """Frames of going down by 60 pixels each, and up again at the end of the article."""
    bar, frames, step = window.view.verticalScrollBar(), list[float](), 60
    for _ in range(_ROUNDS * _STEPS):
        if not 0 <= bar.value() + step <= bar.maximum():
            step = -step
        frames.append(milliseconds(lambda by=step: _scroll(window, bar.value() + by)))
        settle()
    return frames


def _everywhere(window: "MainWindow", size: Size) -> Iterator[Figure]:
    """All places of some words at once: of a few in about 20 places, of one in a thousand words."""
    article = window.session.article
    assert article is not None
    few = _seldom(article.text)
    for words, times, budget in ((few, _ROUNDS * _STEPS, size.budget), (_COMMON, 4, None)):
        start, places = article.text.index(words), len(re.findall(words, article.text))
        samples = []
        for _ in range(times):
            window.view.select(start, start + len(words))
            settle()
            samples.append(milliseconds(lambda: press(window, _LABEL, _ALT)))
            settle()
            press(window, Qt.Key.Key_Z, _CONTROL)
            settle()
        name = f"mark everywhere, {size.name}: {places:,} places"
        yield Figure(name, "ms", samples, budget, each=budget is not None)


def _seldom(text: str) -> str:
    """Words from the middle of the text, as many as it takes to be in few places of it."""
    rest = text[text.index(" ", len(text) // 2) + 1 :].split("\n", maxsplit=1)[0].split(" ")
    wanted = (" ".join(rest[:count]) for count in range(1, len(rest) + 1))
    return next(words for words in wanted if len(re.findall(re.escape(words), text)) <= _FEW)


def press(window: "MainWindow", key: Qt.Key, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
    """Press a key in the text, and let the window paint what it changes."""
    QTest.keyClick(window.view, key, modifiers)
    QApplication.processEvents()


def _scroll(window: "MainWindow", value: int) -> None:
    window.view.verticalScrollBar().setValue(value)
    QApplication.processEvents()
