"""Projects with wrong values in some of their articles, looked at in the real window."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMessageBox, QWidget

from annotator.core.models import Decision
from annotator.store import Project
from tests.planting import OWNERS, Ground, Planting, chance_planting
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, adding, annotation, record
from tests.ui.driving import Driver, bugs, run_main, visible

ARTICLES: Final = 9
STRUCTURAL: Final = (
    # Each value may stand in its column; together, or in this text, they make no sense.
    "UPDATE mention SET start = 5000, end = 5010 WHERE annotation = {}",
    "UPDATE mention SET start = 9, end = 2 WHERE annotation = {}",
    "UPDATE mention SET text = 'other words' WHERE annotation = {}",
    "UPDATE mention SET entity = 'e99' WHERE annotation = {}",
    "UPDATE entity SET label = 'NOBODY' WHERE annotation = {}",
    "UPDATE entity SET name = '' WHERE annotation = {}",
    "UPDATE entity SET ordinal = 9007199254740992 WHERE annotation = {}",
    "UPDATE quote_span SET start = 5000, end = 5010 WHERE annotation = {}",
    "UPDATE quote_span SET start = end WHERE annotation = {}",
    "UPDATE quote_span SET role = 'x' WHERE annotation = {}",
    "UPDATE quote SET speakers = '[\"e99\"]' WHERE annotation = {}",
    'UPDATE quote SET addressees = \'["e99", "e99"]\' WHERE annotation = {}',
    "UPDATE quote SET parent = id WHERE annotation = {}",
    "UPDATE quote SET parent = 'q99' WHERE annotation = {}",
    "UPDATE quote SET type = 'x' WHERE annotation = {}",
    "DELETE FROM quote_span WHERE annotation = {}",
    "DELETE FROM entity WHERE annotation = {}",
    "UPDATE decision SET start = 5000, end = 6000 WHERE annotation = {}",
    "UPDATE remark SET start = 9, end = 2 WHERE annotation = {}",
    "UPDATE remark SET start = 5000, end = 6000 WHERE annotation = {}",
    "UPDATE annotation SET seconds = 9007199254740992 WHERE pk = {}",
    "UPDATE annotation SET updated = 'zzzz' WHERE pk = {}",
    "UPDATE article SET published = 'zzzz', length = 0 WHERE pk = {}",
    "UPDATE article SET title = char(0) || char(8238) || char(10) || '<h1>x' WHERE pk = {}",
    "UPDATE edit SET changes = '[]' WHERE annotation = {}",
    "DELETE FROM article_text WHERE article = {}",
)
_ROLES: Final = (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.UserRole,
)  # fmt: skip
_VIEWS: Final = (
    "statistics", "edit_scheme", "find_in_project", "show_comments", "show_trash", "show_agreement",
    "import_report", "preferences", "guidelines", "show_reading", "replace_labels",
    "show_training", "hold_back", "show_articles", "show_minimap",
)  # fmt: skip
_OF_ARTICLE: Final = (
    "focus_quotes", "focus_entities", "next_span", "next_span", "cycle_spans", "next_concern",
    "next_quoted", "next_name", "attributes", "merge_entities", "all_occurrences", "note_article",
    "copy_marked", "undo", "redo", "toggle_flag", "suggest",
)  # fmt: skip
_OF_REVIEW: Final = ("review", "focus_review", "next_span", "side_by_side", "review")
"""An article is looked at with the review, and the next one without, if only the first is done."""


def make_many(path: Path) -> None:
    """Several articles alike, each annotated by two, with everything that belongs to it."""
    decision = Decision("d1", 1, "mention", "taken", 2, 9, ("v1",), ("ada",), "m1", "eve", "2026")
    inner = SAID._replace(id="q2", ordinal=2, parent="q1")
    with Project.create(path, SCHEME) as project:
        with project.importing() as target:
            for number in range(ARTICLES):
                for name in ("ada", "ben"):
                    work = annotation(ZOE, NAMED, SAID, inner)
                    target.add(record(f"a{number}", name, work, title=f"Title {number}",
                                      published=f"2026-01-0{number + 1}"))  # fmt: skip
        for key in range(1, ARTICLES + 1):
            project.apply(key, "ada", adding(ZOE._replace(id="e5", name="Ann", ordinal=5)))
            project.apply(key, "ada", adding(decision))
            project.add_comment(key, "ada", (0, 3), "look here", "eve")
            project.set_review(key, "ben", "returned", "eve")
        project.assign("ada", [1, 2])
        with project.importing() as target:
            target.add(record("gone", "ada"))
        with project.trashing() as trash:
            trash.take(ARTICLES + 1, "ada")


class Spoiler:
    """Makes spoiled copies of one project."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_many(folder / "sound.annotator")
        self._ground = Ground(folder / "sound.annotator", folder / "loose.annotator")
        self._made = 0

    def made(self, plantings: Sequence[Planting], structural: Sequence[str]) -> Path:
        """A project with these in it; each statement for an article of its own, or a few."""
        self._made += 1
        path = self._folder / f"spoiled{self._made}.annotator"
        self._ground.plant(path, plantings)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for turn, statement in enumerate(structural):
                # The annotations of an article are numbered one after the other.
                owner = turn % ARTICLES + 1
                if "article" not in statement.partition(" ")[2][:16]:
                    owner = 2 * owner - 1
                # A strict table takes no change of a row in which it would not take a value.
                with suppress(sqlite3.IntegrityError):
                    connection.execute(statement.format(owner))
        return path

    def by_chance(self, chance: random.Random) -> tuple[list[Planting], list[str]]:
        """Something in some of the articles, so that others stay as they were."""
        plantings = []
        while len(plantings) < 4:
            one = chance_planting(chance, self._ground.stock)
            if one.table in OWNERS and one.column != OWNERS[one.table]:
                owner = chance.randint(1, 2 * ARTICLES)
                plantings.append(one._replace(belonging_to=owner))
        return plantings, chance.sample(STRUCTURAL, 2)


def some_spoiled(folder: Path, number: int, seed: int) -> Iterator[tuple[Path, list[str]]]:
    """So many projects by chance, each with what is wrong in it."""
    spoiler, chance = Spoiler(folder), random.Random(seed)
    for _ in range(number):
        plantings, structural = spoiler.by_chance(chance)
        path = spoiler.made(plantings, structural)
        yield path, [*map(str, plantings), *structural]
        for file in folder.glob(f"{path.name}*"):
            file.unlink()


class _Closer:
    """Closes what asks or tells while nobody is there, and remembers which bugs were told."""

    def __init__(self) -> None:
        self.bugs: list[str] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self.close_modal)
        self._timer.start(5)

    def close_modal(self) -> None:
        for box in bugs():
            self.bugs.append(box.detailedText() or box.text())
            box.close()
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QDialog) and modal.isVisible():
            _read_all(modal)
            if isinstance(modal, QMessageBox):
                modal.close()
            modal.reject()

    def stop(self) -> None:
        self.close_modal()
        self._timer.stop()


def look_at_all(path: Path, what: Sequence[object], *, thorough: bool = True) -> str:
    """Open it in the window and look at everything; which bug came of it, "" if none.

    Not `thorough`: at every article and what shows it beside others, but by few actions.
    """
    closer: list[_Closer] = []

    def script(driver: Driver) -> None:
        closer.append(_Closer())
        _look(driver, thorough=thorough)
        driver.settle()
        closer[0].stop()

    try:
        code = run_main([str(path)], script)
    except Exception as error:
        return f"{'; '.join(map(str, what))}: {type(error).__name__}: {error}"
    told = closer[0].bugs if closer else []
    if code or told:
        return f"{'; '.join(map(str, what))}: {code} {' '.join(told)}"
    return ""


def _look(driver: Driver, *, thorough: bool) -> None:
    for id_ in _VIEWS if thorough else _VIEWS[:4]:
        _trigger(driver, id_)
    session = driver.window.session
    for some in (_OF_ARTICLE, _OF_REVIEW):
        for key in session.project.article_keys(annotator=session.annotator):
            session.open_article(key)
            driver.settle()
            for id_ in some if thorough else some[:1]:
                _trigger(driver, id_, closing=thorough)
            _read_all(driver.window)


def _trigger(driver: Driver, id_: str, *, closing: bool = True) -> None:
    action = driver.window.workspace.actions[id_]
    if not action.isEnabled():
        return
    action.trigger()
    driver.settle()
    for widget in QApplication.topLevelWidgets():
        if closing and widget is not driver.window and visible(widget):
            _read_all(widget)
            for line in widget.findChildren(QLineEdit):
                if visible(line) and line.isEnabled():
                    line.setText("said")
                    driver.settle()
                    line.clear()
            widget.close()
    driver.settle()


def _read_all(widget: QWidget) -> None:
    """Ask every list for every value, as painting and a screen reader do."""
    for model in widget.findChildren(QAbstractItemModel):
        top = QModelIndex()
        for row in range(min(model.rowCount(top), 8)):
            for column in range(8):
                if model.hasIndex(row, column, top):
                    for role in _ROLES:
                        model.index(row, column, top).data(role)
