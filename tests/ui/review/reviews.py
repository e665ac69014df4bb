"""One article that three people marked, and what the window says of a review of it."""

from pathlib import Path

from PySide6.QtCore import Qt

from annotator.core.annotation import Annotation
from annotator.core.models import Entity, Head, Quote
from annotator.store import Project
from annotator.ui.review.review_session import ReviewSession
from tests.core.factories import TEXT, mention, part
from tests.ui.driving import Driver

LATER = (part("content", "pay"), part("cue", "told"))


SAID = (part("content", '"We are ready,"'), part("cue", "said"), part("source", "Ann Lee"))


def person(*, label: str = "PERSON", cue: bool = True, later: bool = True) -> Annotation:
    lee = Entity("e1", "PERSON", "Ann Lee", 1)
    acme = Entity("e2", label, "ACME", 2)
    quotes = [Quote("q1", 1, SAID if cue else (SAID[0], SAID[2]), "direct", speakers=("e1",))]
    if later:
        quotes.append(Quote("q2", 2, LATER, "mixed"))
    return Annotation(
        head=Head("done"),
        entities=[lee, acme],
        mentions=[mention("m1", "e1", "Ann Lee"), mention("m2", "e2", "ACME")],
        quotes=quotes,
        updated="2026-03-04T12:00:00Z",
    )


WORKS = {
    "anna": person(),
    "ben": person(label="ORG", cue=False),
    "cy": person(label="ORG", later=False),
}


def reviewing(driver: Driver) -> ReviewSession:
    found = driver.window.workspace.review.reviewing
    assert found is not None
    return found


def open_words(driver: Driver) -> list[str]:
    return [TEXT[row.group.start : row.group.end] for row in reviewing(driver).open_rows]


def gold_of(path: Path) -> Annotation:
    with Project.open(path) as project:
        return project.annotation(1, "gold")


def go_to(driver: Driver, words: str) -> None:
    """Go with J and K to the difference about these words."""
    found = reviewing(driver)
    wanted = [TEXT[row.group.start : row.group.end] for row in found.rows].index(words)
    while found.row is not found.rows[wanted]:
        at = found.rows.index(found.row) if found.row is not None else -1
        driver.key(Qt.Key.Key_J if at < wanted else Qt.Key.Key_K)
