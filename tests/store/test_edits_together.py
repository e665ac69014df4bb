"""Any sequence of edits leaves the file as it leaves an Annotation in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from annotator.core.annotation import Annotation
from annotator.core.edit_rules import exempt
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.store import Project
from annotator.store.importer import difference
from tests.examples import examples
from tests.store.samples import SCHEME
from tests.strategies import annotations_of, articles


@st.composite
def works(draw: DrawFn) -> tuple[Article, list[Annotation]]:
    """An article, and states that its annotation goes through, from nothing."""
    article = draw(articles())
    states = draw(st.lists(annotations_of(article), min_size=1, max_size=4))
    return article, [Annotation(), *(_untimed(state) for state in states)]


def _untimed(state: Annotation) -> Annotation:
    state.head = state.head._replace(seconds=0)
    return state


@contextmanager
def holding(article: Article) -> Iterator[Project]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.create(Path(folder) / "news.db", SCHEME) as project,
    ):
        with project.importing() as target:
            target.add(Record(article))
        yield project


@given(work=works())
@settings(max_examples=examples(8), deadline=None)
def test_all_undone_is_the_start_and_all_redone_the_end(
    work: tuple[Article, list[Annotation]],
) -> None:
    article, states = work
    with holding(article) as project:
        for before, after in pairwise(states):
            project.apply(1, "ada", exempt(difference(before, after)))
            assert project.annotation(1, "ada") == after
        for state in states[-2::-1]:
            project.undo(1, "ada")
            assert project.annotation(1, "ada") == state
        project.close()
        with Project.open(project.path) as reopened:
            for state in states[1:]:
                reopened.redo(1, "ada")
                assert reopened.annotation(1, "ada") == state
            assert reopened.redo(1, "ada") is None
            assert reopened.check() == []


@given(work=works(), data=st.data())
@settings(max_examples=examples(8), deadline=None)
def test_edits_undo_and_redo_in_any_order_keep_memory_and_file_equal(
    work: tuple[Article, list[Annotation]], data: DataObject
) -> None:
    article, states = work
    with holding(article) as project:
        held = project.annotation(1, "ada")
        for _ in range(8):
            operation = data.draw(st.sampled_from(["edit", "undo", "redo"]))
            if operation == "edit":
                edit = difference(held, data.draw(st.sampled_from(states)))
                project.apply(1, "ada", exempt(edit))
            else:
                edit = (project.undo if operation == "undo" else project.redo)(1, "ada")
            if edit is not None:
                held.apply(edit)
            assert project.annotation(1, "ada") == held
        assert project.check() == []
