"""The list of a project of 100,000 articles: next article, filter, page, order of doubt."""

import random
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.core.models import Article
from annotator.core.record import Record
from annotator.services.presets import find_scheme
from annotator.store import ARTICLE_ORDERS, ArticleOrder, Project
from tests.bench.figures import Figure
from tests.bench.opened import milliseconds, opened, settle
from tests.bench.samples import article_text
from tests.bench.sizes import press

_MANY: Final = 100_000
_DIFFERENT: Final = 300
_TIMES: Final = 120
_TYPED: Final = ("Item 99", "nowhere", "minister said", "the council", "zq")
_ROUNDS: Final = 3
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier


def project_of_many(path: Path) -> None:
    """100,000 articles of 1,500 letters, titled Item 0 and so on; nothing is annotated."""
    pool = [article_text(1_500, seed=number) for number in range(_DIFFERENT)]
    with Project.create(path, find_scheme("news")) as project, project.importing() as target:
        for number in range(_MANY):
            text = f"Item {number}. {pool[number % _DIFFERENT]}"
            target.add(Record(Article(f"a{number}", text, title=f"Item {number}")))


def operations(path: Path) -> Iterator[Figure]:
    """What keys cost in the list of this project, painted; the filter's pause left out."""
    with opened(path) as window:
        following = [
            milliseconds(lambda: press(window, Qt.Key.Key_PageDown, _CONTROL))
            for _ in range(_TIMES)
        ]
        yield Figure("next article of 100,000", "ms", following, 30, each=True)
        panel = window.workspace.lists.articles
        if not panel.isVisible():
            window.workspace.actions["show_articles"].trigger()
            settle()
        assert panel.view.isVisible()
        typed = [word[:end] for word in _TYPED for end in range(1, len(word) + 1)] * _ROUNDS
        floor = _bare_milliseconds(path)
        narrowed = [milliseconds(partial(_narrow, panel, words)) for words in typed]
        yield Figure(
            "key of the list's filter, 100,000 articles", "ms", narrowed, 50, floor, each=True
        )
        _narrow(panel, "")
        panel.view.setCurrentIndex(panel.model.index(0))
        pages = [milliseconds(partial(_page, panel)) for _ in range(_TIMES)]
        assert panel.view.currentIndex().row() > _TIMES
        yield Figure("page of the list, 100,000 articles", "ms", pages, 16, each=True)
        for order in ARTICLE_ORDERS:
            sorts = [milliseconds(partial(_sort, panel, order)) for _ in range(5)]
            yield Figure(f"list in the order {order!r}, 100,000 articles", "ms", sorts)
        doubts = {key: random.Random(key).random() for key in range(1, _MANY + 1)}
        ordered = [milliseconds(partial(_order, panel, doubts)) for _ in range(5)]
        yield Figure("order of doubt, 100,000 articles", "ms", ordered)


def _narrow(panel: Any, words: str) -> None:
    """What happens once the pause after a key in the filter is over."""
    panel.line.setText(words)
    panel.model.show_only(words, None, None)
    panel.follow()
    QApplication.processEvents()


def _page(panel: Any) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_PageDown)
    QApplication.processEvents()


def _sort(panel: Any, order: ArticleOrder) -> None:
    panel.model.sort_by(order)
    panel.follow()
    QApplication.processEvents()


def _order(panel: Any, doubts: dict[int, float]) -> None:
    panel.model.put_first(doubts)
    QApplication.processEvents()


def _bare_milliseconds(path: Path) -> float:
    """The titles alone, looked through by bare sqlite3 for something that is in none."""
    connection = sqlite3.connect(path)
    query = "SELECT pk FROM article WHERE title LIKE ? OR source LIKE ? OR id LIKE ?"
    found = [
        milliseconds(lambda: connection.execute(query, ("%zq%",) * 3).fetchall()) for _ in range(5)
    ]
    connection.close()
    return sorted(found)[2]
