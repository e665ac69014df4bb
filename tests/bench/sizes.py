"""What the window costs at each size of an article, from 3 KB to 5 MB, as a new user has it.

`python -m tests.bench.sizes LETTERS SPANS FOLDER` measures one size in a process of its own and
prints JSON. Suggestions and the learner are on, somebody thinks for 0.3 s after each key, and what
is done meanwhile counts.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.core.record import Record
from annotator.ui.article.span_view import SpanView
from tests.bench import zipf
from tests.bench.event_loop import Cost, cost, idle, paints_counted
from tests.bench.figures import Figure
from tests.bench.opened import opened
from tests.bench.samples import project_with

if TYPE_CHECKING:
    from annotator.ui.main_window import MainWindow

_STEPS: Final = 32
_LABEL: Final = Qt.Key.Key_2
_FEW: Final = 25
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_ALT: Final = Qt.KeyboardModifier.AltModifier
_PLAIN: Final = Qt.KeyboardModifier.NoModifier
_WORD: Final = re.compile(r"\b[a-z]{5,}\b")
PAINT_MS: Final = 16
AFTER_MS: Final = 10


class Size(NamedTuple):
    """Letters and spans; in milliseconds what opening may take, and how often it is opened."""

    name: str
    letters: int
    spans: int
    opening: float | None
    times: int


SIZES: Final = (
    Size("3 KB, 15 spans", 3_000, 15, 30, 12),
    Size("100 KB, 1,000 spans", 100_000, 1_000, 30, 8),
    Size("1 MB, 10,000 spans", 1_000_000, 10_000, 100, 5),
    Size("5 MB, 20,000 spans", 5_000_000, 20_000, None, 3),
)

Costs = dict[str, list[Cost]]


def operations(home: Path, pace: float) -> Iterator[Figure]:
    """Opening, marking, undo, suggestions, lists and scrolling at each size.

    Args:
        home: A folder for the projects.
        pace: How much slower this machine is than the one of the budgets.
    """
    for size in SIZES:
        folder = home / str(size.letters)
        folder.mkdir()
        command = [sys.executable, "-m", "tests.bench.sizes", size.name, str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        costs = {
            name: [Cost(*one) for one in rows] for name, rows in json.loads(done.stdout).items()
        }
        for name, rows in costs.items():
            opening = name in {"open", "next article"}
            budget = size.opening if opening else PAINT_MS
            yield from figures(f"{name}, {size.name}", rows, pace, budget)


def figures(name: str, costs: list[Cost], pace: float, budget: float | None) -> Iterator[Figure]:
    """Three rows of an operation: to the paint, the longest slice afterwards, all until idle."""
    painted = [one.painted for one in costs]
    wall = [one.wall for one in costs]
    yield Figure(f"{name}: painted", "ms", painted, budget, each=True, pace=pace, wall=wall)
    slices = [one.longest for one in costs]
    yield Figure("— longest slice until idle", "ms", slices, AFTER_MS, each=True, pace=pace)
    yield Figure("— all of it until idle", "ms", [one.painted + one.after for one in costs])


def measure(window: "MainWindow", size: Size, paints: list[int]) -> Costs:
    """All operations in the article `large`, in the order in which somebody would do them."""
    session, view = window.session, window.view
    keys = {one: window.project.key_of(one) for one in ("large", "small")}
    found: Costs = {}

    def add(name: str, operation: Callable[[], object]) -> None:
        found.setdefault(name, []).append(cost(operation, paints))

    for name, operation in (
        ("open", lambda: session.open_article(keys["large"])),
        ("next article", lambda: press(window, Qt.Key.Key_PageDown, _CONTROL)),
    ):
        for _ in range(size.times):
            session.open_article(keys["small"])
            idle()
            add(name, operation)
    _until_suggested(window)
    assert session.article is not None
    text = session.article.text
    words = unmarked_words(window, text)
    step = len(words) // (_STEPS + 1)
    for number in range(_STEPS):
        place = number * step
        view.select(*words[place])
        idle()
        add("mark", lambda: press(window, _LABEL))
        if not number % 2:
            add("undo", lambda: press(window, Qt.Key.Key_Z, _CONTROL))
            add(
                "redo",
                lambda: press(window, Qt.Key.Key_Z, _CONTROL | Qt.KeyboardModifier.ShiftModifier),
            )
        if not number % 4:
            view.select(words[place + 1][0], words[place + 4][1])
            idle()
            add("quote", lambda: press(window, Qt.Key.Key_Q))
            add("scroll a page", lambda: press(window, Qt.Key.Key_PageDown))
    for _ in range(_STEPS // 4):
        if window.workspace.suggestions.suggesting.offer is None:
            break
        add("next suggestion", lambda: press(window, Qt.Key.Key_Tab))
        add("accept it", lambda: press(window, Qt.Key.Key_Return))
    press(window, Qt.Key.Key_Escape)
    idle()
    start, end = _seldom(text, words)
    for _ in range(_STEPS // 4):
        view.select(start, end)
        idle()
        add("mark everywhere", lambda: press(window, _LABEL, _ALT))
        press(window, Qt.Key.Key_Z, _CONTROL)
        idle()
    return found


def unmarked_words(window: "MainWindow", text: str) -> list[tuple[int, int]]:
    """Beginning and end of words that are in no span; marking one always changes something."""
    annotation = window.session.annotation
    assert annotation is not None
    marked = {
        place
        for span in (
            *annotation.mentions.values(),
            *(span for quote in annotation.quotes.values() for span in quote.spans),
        )
        for place in range(span.start, span.end)
    }
    return [word.span() for word in _WORD.finditer(text) if marked.isdisjoint(range(*word.span()))]


def _until_suggested(window: "MainWindow") -> None:
    """Wait until the suggestions for the open article are there."""
    while window.workspace.suggestions.suggesting.making:
        idle()
    idle()


def _seldom(text: str, words: list[tuple[int, int]]) -> tuple[int, int]:
    """A word of the text that is in some places of it, but in few."""
    counts = Counter(_WORD.findall(text))
    return min(words, key=lambda place: abs(counts[text[slice(*place)]] - _FEW / 2))


def press(window: "MainWindow", key: Qt.Key, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
    """Press a key as the window system brings it, wherever the focus is."""
    QTest.keyClick(window.windowHandle(), key, modifiers)


def main() -> None:
    """Measure one size, and print what was found as JSON."""
    size = next(one for one in SIZES if one.name == sys.argv[1])
    home = Path(sys.argv[2])
    large = zipf.record(1, size=size.letters, spans=size.spans)
    small = zipf.record(2, size=3_000, spans=15)
    named = [
        Record(one.article._replace(id=name), "ada", one.annotation)
        for name, one in (("small", small), ("large", large))
    ]
    path = project_with(home / "sized.annotator", named)
    with paints_counted(SpanView) as paints, opened(path, suggesting=True) as window:
        idle()
        print(json.dumps(measure(window, size, paints)))


if __name__ == "__main__":
    main()
