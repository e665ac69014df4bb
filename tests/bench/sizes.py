"""What the window costs at each size: articles of 3 KB to 5 MB, projects of 100,000 articles."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.core.models import Article
from annotator.core.record import Record
from annotator.store import Project
from annotator.work.presets import find_scheme
from tests.bench.opened import milliseconds, opened, settle
from tests.bench.samples import article_text, project_with, record

if TYPE_CHECKING:
    from annotator.ui.main_window import MainWindow

SIZES: Final = (
    ("3 KB, 15 spans", 3_000, 15, 30.0, 16.0),
    ("100 KB, 1,000 spans", 100_000, 1_000, None, 16.0),
    ("1 MB, 10,000 spans", 1_000_000, 10_000, 100.0, 16.0),
    ("5 MB, 100,000 spans", 5_000_000, 100_000, None, 33.0),
)
"""Name, letters, spans, and in milliseconds what opening and nearly each interaction may take."""
_MANY: Final = 100_000
_STEPS: Final = 40
_NO_KEY: Final = Qt.KeyboardModifier.NoModifier


class Timed(NamedTuple):
    """Milliseconds of one deed, over and over; `budget` is for the slowest but one in a hundred."""

    name: str
    samples: list[float]
    budget: float | None


def deeds(home: Path) -> Iterator[Timed]:
    """Opening, marking, undo and a scrolled frame at each size."""
    for name, letters, spans, opening, budget in SIZES:
        large = record("large", letters, spans)
        path = project_with(home / f"{letters}.annotator", [large, record("small", 3_000, 15)])
        with opened(path) as window:
            yield from _at_size(window, name, opening, budget)


def with_many_articles(home: Path) -> Iterator[Timed]:
    """The list of a project of 100,000 articles: the window's start, next article, filter."""
    path = home / "many.annotator"
    with Project.create(path, find_scheme("news")) as project, project.importing() as target:
        for number in range(_MANY):
            text = article_text(1_500, seed=number % 300)
            article = Article(f"a{number}", f"Item {number}. {text}", title=f"Item {number}")
            target.add(Record(article))
    with opened(path) as window:
        yield Timed(
            "next article of 100,000", _times(window, Qt.Key.Key_PageDown, control=True), 30
        )
        panel = window.furniture.articles
        window.furniture.actions["show_articles"].trigger()
        typed = [word[:end] for word in ("Item 99", "nowhere") for end in range(1, len(word) + 1)]
        yield Timed(
            "filter of the list, 100,000 articles",
            [milliseconds(partial(_narrow, panel, words)) for words in typed],
            50,
        )


def _at_size(
    window: "MainWindow", name: str, opening: float | None, budget: float
) -> Iterator[Timed]:
    keys = {one: window.project.key_of(one) for one in ("large", "small")}
    opened = []
    for _ in range(5):
        window.session.open_article(keys["small"])
        settle()
        opened.append(milliseconds(lambda: _show(window, keys["large"])))
        settle()
    yield Timed(f"open {name}, painted", opened, opening)
    annotation, article = window.session.annotation, window.session.article
    assert annotation is not None
    assert article is not None
    annotation.warm()
    middle, marks, undone = len(article.text) // 2, [], []
    for number in range(_STEPS):
        start = article.text.index(" ", middle + number * 20) + 1
        window.view.select(start, start + 5)
        settle()
        marks.append(milliseconds(lambda: _press(window, Qt.Key.Key_1)))
        settle()
    for _ in range(_STEPS):
        undone.append(milliseconds(lambda: _press(window, Qt.Key.Key_Z, control=True)))
        settle()
    bar = window.view.verticalScrollBar()
    frames = [milliseconds(lambda: _scroll(window, bar.value() + 60)) for _ in range(_STEPS)]
    yield Timed(f"mark to painted, {name}", marks, budget)
    yield Timed(f"undo to painted, {name}", undone, budget)
    yield Timed(f"scroll frame, {name}", frames, budget)


def _times(window: "MainWindow", key: Qt.Key, *, control: bool) -> list[float]:
    found = []
    for _ in range(_STEPS):
        found.append(milliseconds(lambda: _press(window, key, control=control)))
        settle()
    return found


def _show(window: "MainWindow", key: int) -> None:
    window.session.open_article(key)
    window.view.viewport().repaint()


def _press(window: "MainWindow", key: Qt.Key, *, control: bool = False) -> None:
    QTest.keyClick(window.view, key, Qt.KeyboardModifier.ControlModifier if control else _NO_KEY)
    QApplication.processEvents()


def _narrow(panel: Any, words: str) -> None:
    """What happens once the pause after a key in the filter is over."""
    panel.model.show_only(words, None, None)
    panel.view.viewport().repaint()


def _scroll(window: "MainWindow", value: int) -> None:
    window.view.verticalScrollBar().setValue(value)
    window.view.viewport().repaint()
