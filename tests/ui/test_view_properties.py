"""For any text: what the view shows, selects and keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtWidgets import QApplication

from annotator.core import edits
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.services.presets import find_scheme
from annotator.store import Project
from annotator.ui.article.document import display_text
from annotator.ui.article.view import ArticleView
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.session import Session
from annotator.ui.theme.theme import LIGHT
from tests import strategies
from tests.examples import examples
from tests.ui.lists.conftest import registry_of

few = settings(
    max_examples=examples(14),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def units(text: str) -> int:
    """The length of a text in UTF-16 units, computed without our own code."""
    return len(text.encode("utf-16-le")) // 2


@contextmanager
def desk(text: str) -> Iterator[tuple[Project, Session]]:
    """A session on a project with this text alone."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.annotator"
        with Project.create(path, find_scheme("news")) as project:
            with project.importing() as importer:
                importer.add(Record(Article("a", text)))
            session = Session(project, "ada")
            session.open_article(project.article_keys(annotator="ada")[0])
            yield project, session


@contextmanager
def shown(session: Session) -> Iterator[ArticleView]:
    view = ArticleView(session, LIGHT)
    session.reopen()
    try:
        yield view
    finally:
        view.deleteLater()
        QApplication.processEvents()


@few
@given(text=strategies.settled_texts())
def test_what_is_shown_has_as_many_units_as_the_text(text: str) -> None:
    assert units(display_text(text)) == units(text)


@few
@given(text=strategies.settled_texts())
def test_the_document_has_as_many_units_as_the_text(qapp: object, text: str) -> None:
    with desk(text) as (_, session), shown(session) as view:
        assert view.document().characterCount() - 1 == units(text)


@few
@given(text=strategies.settled_texts(), data=st.data())
def test_a_selection_is_given_back_on_whole_graphemes(
    qapp: object, text: str, data: st.DataObject
) -> None:
    start, end = data.draw(strategies.spans_of(text))
    with desk(text) as (_, session), shown(session) as view:
        view.select(start, end)
        span = view.selection()
    words = text[start:end]
    if span is None:
        assert words.strip() == ""
        return
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    for edge in span:
        finder.setPosition(units(text[:edge]))
        assert finder.isAtBoundary()
    lead = len(words) - len(words.lstrip())
    assert span[0] <= start + lead
    assert span[1] >= start + len(words.rstrip())


@few
@given(text=strategies.settled_texts(), data=st.data())
def test_store_session_and_lists_agree_after_any_edits(
    qapp: object, text: str, data: st.DataObject
) -> None:
    with desk(text) as (project, session):
        panel = SidePanel(session, LIGHT, registry_of(session))
        for _ in range(data.draw(st.integers(1, 6))):
            act(session, data)
            again = project.annotation(session.article_key or 0, "ada")
            annotation = session.annotation
            assert annotation is not None
            assert again.entities == annotation.entities
            assert again.mentions == annotation.mentions
            assert again.quotes == annotation.quotes
            assert panel.quotes.quotes.rowCount() == len(again.quotes)
            assert panel.entities.entities.entity_count() == len(again.entities)
        panel.deleteLater()
        QApplication.processEvents()


def act(session: Session, data: st.DataObject) -> None:
    """One operation: a mark, a quote, an undo or a redo."""
    assert session.article is not None
    operation = data.draw(st.sampled_from(["mark", "mark", "quote", "undo", "redo"]))
    if operation in ("undo", "redo"):
        getattr(session, operation)()
        return
    start, end = data.draw(strategies.spans_of(session.article.text))
    if operation == "quote":
        session.perform(lambda article, on: edits.create_quote(article, on, start, end))
    else:
        label = data.draw(st.sampled_from(["PERSON", "GPE"]))
        session.perform(lambda article, on: edits.mark(article, on, start, end, label))
