"""Starting, lists, orders and statistics cost the same in a project of any size."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.store import ARTICLE_ORDERS
from annotator.ui.statistics.window import StatisticsWindow
from tests.ui.driving import Driver, run_main, visible
from tests.ui.suggestions.waiting import until

_STEP = 10
"""So many instructions of SQLite are counted at a time."""
_BLOCKS = 12_000
"""What reading two blocks of positions takes at most; those of a project are more or less full."""


def make_project(folder: Path, number: int) -> Path:
    """So many short articles with any titles, dates and lengths, half of them done by ada."""
    chance = Random(number)
    source = folder / f"{number}.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for place in range(number):
            name = f"Ann{place}"
            line: dict[str, Any] = {
                "format": "annotator/1",
                "annotator": None,
                "article": {
                    "id": f"a{place}",
                    "title": f"Report {chance.randrange(10 * number)}",
                    "text": f"{name} met Ben." + " It rained." * chance.randrange(5),
                },
            }
            if place % 3:
                line["article"]["published"] = f"20{place % 30:02}-{place % 12 + 1:02}-01"
            if place % 2:
                mention = {"start": 0, "end": len(name), "text": name}
                entity = {"id": "e1", "label": "PER", "name": name, "mentions": [mention]}
                line |= {"annotator": "ada", "status": "done", "entities": [entity]}
            file.write(json.dumps(line) + "\n")
    path = folder / f"{number}.annotator"
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    return path


class Instructions:
    """Counts the instructions of SQLite on every connection that is opened meanwhile."""

    def __init__(self) -> None:
        self._count = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        connect = sqlite3.connect

        def watched(*args: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*args, **options)
            connection.set_progress_handler(self._step, _STEP)
            return connection

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", watched)
            yield

    def _step(self) -> int:
        self._count += _STEP
        return 0

    def taken(self) -> int:
        """Return how many were counted since the last call."""
        count, self._count = self._count, 0
        return count


def idle(driver: Driver) -> None:
    driver.settle()
    until(lambda: not driver.window.session.jobs.running(driver.window.session))
    driver.settle()


def cost_of_everything(path: Path) -> dict[str, int]:
    """The instructions of each of these until the window is idle again."""
    found: dict[str, int] = {}
    instructions = Instructions()

    def script(driver: Driver) -> None:
        panel = driver.window.workspace.lists.articles
        idle(driver)
        found["start"] = instructions.taken()
        panel.view.setFocus()
        deeds: dict[str, Callable[[], object]] = {
            "end of the list": lambda: driver.control(Qt.Key.Key_End),
            "start of the list": lambda: driver.control(Qt.Key.Key_Home),
            "middle of the list": lambda: panel.view.verticalScrollBar().setValue(
                panel.view.verticalScrollBar().maximum() // 2
            ),
            "open the last": lambda: driver.window.session.open_article(
                panel.model.key_at(panel.model.rowCount() - 1)
            ),
            "next": lambda: panel.neighbour(1),
            "next open": lambda: panel.neighbour(1, only_open=True),
        }
        for order in (*ARTICLE_ORDERS[1:], ARTICLE_ORDERS[0]):
            panel._sort(order)
            idle(driver)
            found[f"order {order}"] = instructions.taken()
            for what, deed in deeds.items():
                deed()
                idle(driver)
                found[f"{what} ({order})"] = instructions.taken()
        panel.model.put_first({key: 1 / key for key in range(2, 40)})
        idle(driver)
        found["the uncertain first"] = instructions.taken()
        panel.reload()
        idle(driver)
        found["reload"] = instructions.taken()
        driver.window.workspace.actions["statistics"].trigger()
        (window,) = (one for one in QApplication.topLevelWidgets()
                     if isinstance(one, StatisticsWindow) and visible(one))  # fmt: skip
        until(lambda: bool(window.series))
        found["statistics"] = instructions.taken()
        before = window.series
        window.who.setCurrentIndex(window.who.findData("ada"))
        until(lambda: window.series is not before)
        found["statistics of one"] = instructions.taken()

    with instructions.watching():
        assert run_main([str(path)], script) == 0
    return found


def test_nothing_reads_more_in_a_large_project(tmp_path: Path, qapp: object) -> None:
    small = cost_of_everything(make_project(tmp_path, 1000))
    large = cost_of_everything(make_project(tmp_path, 5000))
    assert small.keys() == large.keys()
    assert min(large["start"], large["statistics"], small["start"]) > 0
    more = {what: (small[what], large[what]) for what in small}
    dearer = {what: two for what, two in more.items() if two[1] > 1.2 * two[0] + _BLOCKS}
    assert dearer == {}
