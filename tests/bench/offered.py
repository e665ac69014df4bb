"""How long suggestions take in the window, and what the window feels of them."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.core.models import Article
from annotator.core.record import Record
from annotator.ui.main_window import MainWindow
from tests.bench.figures import Figure
from tests.bench.opened import milliseconds, opened, settle
from tests.bench.samples import project_with
from tests.bench.sizes import press

_SEED = next((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))
_TIMES = 400
_LONGEST = 120.0
_KEYS = 120


def figures(home: Path, runs: int) -> Iterator[Figure]:
    """Suggestions for the seed article and for 1 MB of it, in the window."""
    text = _SEED.read_text(encoding="utf-8")
    small = Record(Article("small", text, language="en"))
    large = Record(Article("large", f"{text}\n\n" * _TIMES, language="en"))
    project = project_with(home / "offered.annotator", [small, large])
    with opened(project, suggesting=True) as window:
        yield from _in_window(window, runs)


def _in_window(window: MainWindow, runs: int) -> Iterator[Figure]:
    keys = {name: window.project.key_of(name) for name in ("small", "large")}
    short = []
    for _ in range(runs):
        window.session.open_article(None)
        short.append(_until_offered(window, keys["small"])[0])
    yield Figure("suggestions of the seed article, shown", "ms", short)
    whole, still = _until_offered(window, keys["large"])
    yield Figure("suggestions of 1 MB, shown", "s", [whole / 1000])
    yield Figure("longest the window stood still meanwhile", "ms", [still], 100)
    for name, key in (
        ("Tab to the next suggestion painted, 1 MB", Qt.Key.Key_Tab),
        ("accepted to the next one painted, 1 MB", Qt.Key.Key_Return),
    ):
        samples = []
        for _ in range(_KEYS):
            samples.append(milliseconds(partial(press, window, key)))
            settle()
        yield Figure(name, "ms", samples, 16, each=True)


def _until_offered(window: MainWindow, key: int | None) -> tuple[float, float]:
    """Milliseconds from opening until suggestions show, and the longest gap between two events."""
    suggesting = window.workspace.suggestions.suggesting
    began = last = time.perf_counter()
    window.session.open_article(key)
    still = 0.0
    while suggesting.offer is None or suggesting.making:
        QApplication.processEvents()
        now = time.perf_counter()
        still, last = max(still, now - last), now
        assert now - began < _LONGEST
        time.sleep(0.001)
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000, still * 1000
