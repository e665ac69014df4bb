"""A small project on the desk: three articles, one of them with entities and quotes."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention, Quote, Role, RoleSpan
from annotator.core.record import Record
from annotator.core.scheme import scheme_from_json
from annotator.resources import resource
from annotator.store import Project
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.session import Session

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TEXT = (
    "Ann Lee met Bob Ray in Oslo. 😀 “We won,” Ann said, “at last.” "
    "Bob said that Oslo was cold. Lee nodded."
)


def mention(id_: str, entity: str, words: str, occurrence: int = 1) -> Mention:
    """A mention of these words where they occur in TEXT for the n-th time."""
    start = -1
    for _ in range(occurrence):
        start = TEXT.index(words, start + 1)
    return Mention(id_, entity, start, start + len(words), words, int(id_[1:]))


def span(role: Role, words: str) -> RoleSpan:
    """A span of these words in TEXT."""
    start = TEXT.index(words)
    return RoleSpan(role, start, start + len(words), words)


def annotation() -> Annotation:
    """What Ada said of TEXT: Ann Lee speaks in q1; nobody yet in q2."""
    return Annotation(
        entities=[
            Entity("e1", "PERSON", "Ann Lee", 1),
            Entity("e2", "PERSON", "Bob Ray", 2),
            Entity("e3", "GPE", "Oslo", 3),
        ],
        mentions=[
            mention("m1", "e1", "Ann Lee"),
            mention("m2", "e2", "Bob Ray"),
            mention("m3", "e3", "Oslo"),
            mention("m4", "e3", "Oslo", 2),
            mention("m5", "e3", "cold"),
            mention("m6", "e1", "Lee", 2),
        ],
        quotes=[
            Quote(
                "q1",
                1,
                (span("content", "“We won,”"), span("content", "“at last.”"), span("cue", "said")),
                "direct",
                speakers=("e1",),
            ),
            Quote("q2", 2, (span("content", "Oslo was cold"),), "indirect"),
        ],
    )


@dataclass
class Desk:
    """A project file and the session on it."""

    path: Path
    project: Project
    session: Session

    def again(self) -> Annotation:
        """Ada's work as the file holds it, read by another connection."""
        with Project.open(self.path) as project:
            return project.annotation(self.session.article_key or 0, "ada")

    def names(self) -> dict[str, str]:
        """The names of the entities in the file, by id."""
        return {entity.id: entity.name for entity in self.again().entities.values()}


def registry_of(session: Session) -> ActionRegistry:
    """A registry of actions for a panel that is shown by itself."""
    return ActionRegistry(QWidget(), session)


@pytest.fixture
def desk(tmp_path: Path, qapp: object) -> Iterator[Desk]:
    """The first of three articles open, by Ada."""
    scheme = scheme_from_json(resource("resources", "schemes", "news.json").read_text("utf-8"))
    path = tmp_path / "news.annotator"
    with Project.create(path, scheme) as project:
        with project.importing() as importer:
            first = Article("a1", TEXT, "Ann won", source="Gazette", published="2024-05-01")
            importer.add(Record(first, "ada", annotation()))
            importer.add(Record(Article("a2", "Rain fell.", "Rain in spring")))
            importer.add(Record(Article("a3", "Snow fell.", "Snow in May", source="Herald")))
        session = Session(project, "ada")
        session.open_article(project.article_keys(annotator="ada")[0])
        yield Desk(path, project, session)


@pytest.fixture
def strict() -> Iterator[Callable[[QAbstractItemModel], None]]:
    """Watches a model; any signal that contradicts its rows ends the test run."""
    testers = []

    def watch(model: QAbstractItemModel) -> None:
        mode = QAbstractItemModelTester.FailureReportingMode.Fatal
        testers.append(QAbstractItemModelTester(model, mode))

    yield watch
    testers.clear()
