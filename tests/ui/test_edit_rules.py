"""Every writer leaves the same: the window, the bulk jobs, a program that has only the store."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from PySide6.QtWidgets import QApplication

import annotator
from annotator.cli import main
from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edit_rules import CompletedEdit, complete_edit, exempt
from annotator.core.errors import Rejected
from annotator.core.models import Article, Decision, Entity, Head, Item, Mention, Quote, RoleSpan
from annotator.core.occurrences import OccurrenceQuery
from annotator.core.provenance import provenance
from annotator.core.record import Record
from annotator.core.rejection import rejections
from annotator.core.scheme import Label, Scheme
from annotator.core.suggestion import SuggestedMention
from annotator.services.occurrences import find_occurrences, mark_occurrences
from annotator.services.relabelling import relabel
from annotator.store import Project
from annotator.ui.session import Session
from tests.examples import examples
from tests.strategies import annotated_articles

SCHEME = Scheme(
    "test",
    "Test",
    (Label("PERSON", "Person", "PER", "blue", "1"), Label("GPE", "Place", "GPE", "teal", "2")),
)
TEXT = "Ann met Bob. “Fine”, said Ann."
SUGGESTED = provenance(SuggestedMention(0, 3, "Ann", "PERSON", "Ann", confidence=0.8))
ANN = Entity("e1", "PERSON", "Ann", 1)
BOB = Entity("e2", "PERSON", "Bob", 2)
MENTIONS = (
    Mention("m1", "e1", 0, 3, "Ann", 1, extra=SUGGESTED),
    Mention("m2", "e2", 8, 11, "Bob", 2),
)
FINE = Quote("q1", 1, (RoleSpan("content", 13, 19, "“Fine”"),), "direct", extra=SUGGESTED)
DECIDED = Decision("d1", 1, "mention", "taken", 0, 3, item="m1")

Make = Callable[[Article, Annotation], Edit]
Write = Callable[[Project, str, Make], None]


def by_window(project: Project, who: str, make: Make) -> None:
    session = Session(project, who)
    said: list[str] = []
    session.status_message.connect(said.append)
    assert session.open_article(1)
    assert session.perform(make), said


def by_plugin(project: Project, who: str, make: Make) -> None:
    project.apply(1, who, make(project.article(1), project.annotation(1, who)))


WRITERS: tuple[Write, ...] = (by_window, by_plugin)


def written(
    article: Article, who: str, work: Annotation, write: Callable[[Project], object]
) -> Annotation:
    """The annotation as it is in the file of a new project after this was written."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "news.annotator"
        with Project.create(path, SCHEME) as project:
            with project.importing() as target:
                target.add(Record(article, who, work))
            write(project)
        with Project.open(path) as reopened:
            assert reopened.check() == []
            return reopened.annotation(1, who)


def work(*items: Item, status: str = "todo") -> Annotation:
    items = items or (ANN, BOB, *MENTIONS, FINE)
    return Annotation.of(Head(status), items)  # type: ignore[arg-type]


def by_relabelling(project: Project) -> None:
    report = relabel(project, "ada", {1: ["e1", "e2"]}, "PERSON", "GPE")
    assert report.entities == 2


def by_command(project: Project) -> None:
    path = str(project.path)
    project.close()
    assert main(["relabel", path, "--as", "ada", "PERSON", "GPE"]) == 0


@pytest.mark.parametrize("status", ["todo", "doing", "done"])
@pytest.mark.parametrize("write", [*WRITERS, by_relabelling, by_command])
def test_a_suggestion_whose_label_somebody_changes_says_so_whoever_wrote_it(
    status: str, write: Callable[..., None], qapp: QApplication
) -> None:
    def make(_article: Article, on: Annotation) -> Edit:
        return edits.relabel_entities(on, ["e1", "e2"], "GPE", "Place")

    def run(project: Project) -> None:
        if write in WRITERS:
            write(project, "ada", make)
        else:
            write(project)

    found = written(Article("a", TEXT), "ada", work(status=status), run)
    assert {entity.label for entity in found.entities.values()} == {"GPE"}
    row = (found.mentions["m1"].extra or {})["suggestion"]
    assert row == SUGGESTED["suggestion"] | {"changed_by": "ada"}
    assert found.mentions["m2"].extra is None
    assert found.head.status == ("doing" if status == "todo" else status)


@pytest.mark.parametrize("write", WRITERS)
def test_a_deleted_suggestion_is_rejected_whoever_deleted_it(
    write: Write, qapp: QApplication
) -> None:
    def run(project: Project) -> None:
        write(project, "ada", lambda _, on: edits.delete_mention(on, "m1"))
        write(project, "ada", lambda _, on: edits.delete_quote(on, "q1"))

    found = written(Article("a", TEXT), "ada", work(), run)
    assert [(one.is_quote, one.ranges) for one in rejections(found.head)] == [
        (False, ((0, 3),)),
        (True, ((13, 19),)),
    ]


@pytest.mark.parametrize("write", [*WRITERS, by_relabelling])
def test_gold_that_somebody_changes_is_decided_anew_whoever_changed_it(
    write: Callable[..., None], qapp: QApplication
) -> None:
    gold = work(ANN, BOB, *MENTIONS, DECIDED)

    def run(project: Project) -> None:
        if write is by_relabelling:
            relabel(project, "gold", {1: ["e1"]}, "PERSON", "GPE")
        else:
            write(project, "gold", lambda _, on: edits.relabel_entity(on, "e1", "GPE", "Place"))

    found = written(Article("a", TEXT), "gold", gold, run)
    assert found.decisions["d1"].outcome == "changed"


def test_marking_in_many_articles_begins_them_as_the_window_does(qapp: QApplication) -> None:
    def everywhere(project: Project) -> None:
        places = find_occurrences(project, "ada", OccurrenceQuery("Ann"))
        assert mark_occurrences(project, "ada", places, "GPE", "Place") == 2

    def one(project: Project) -> None:
        spans = [(0, 3), (26, 29)]
        by_window(project, "ada", lambda art, on: edits.mark_all(art, on, spans, "GPE", "Place"))

    article, bare = Article("a", TEXT), work(BOB, MENTIONS[1])
    found = written(article, "ada", bare, everywhere)
    assert found == written(article, "ada", bare, one)
    assert found.head.status == "doing"


def with_provenance(draw: Callable[..., bool], annotation: Annotation) -> Annotation:
    """The annotation with some of its mentions and quotes accepted suggestions."""

    def maybe(item: Item) -> Item:
        suggested = isinstance(item, (Mention, Quote)) and draw(st.booleans())
        return item._replace(extra={**(item.extra or {}), **SUGGESTED}) if suggested else item

    return Annotation.of(annotation.head, map(maybe, annotation.items()), annotation.updated)


def with_decisions(draw: Callable[..., bool], annotation: Annotation) -> Annotation:
    """The annotation with decisions on some of its mentions and quotes."""
    decisions: list[Item] = []
    for item in (*annotation.mentions.values(), *annotation.quotes.values()):
        if draw(st.booleans()):
            number = len(decisions) + 1
            kind = "mention" if isinstance(item, Mention) else "quote"
            start = item.start
            decisions.append(
                Decision(f"d{number}", number, kind, "taken", start, start + 1, item=item.id)
            )
    return Annotation.of(annotation.head, (*annotation.items(), *decisions), annotation.updated)


def makes(annotation: Annotation) -> list[Make]:
    """Edits of each item of the annotation, of those kinds that the rules look at."""
    found: list[Make] = [lambda _, on: edits.set_status(on, "done")]
    for id_ in annotation.entities:
        found += [
            lambda _, on, id_=id_: edits.relabel_entity(on, id_, "GPE", "Place"),
            lambda _, on, id_=id_: edits.delete_entity(on, id_),
            lambda _, on, id_=id_: edits.set_note(on.entities[id_], "why?"),
        ]
    for id_ in annotation.mentions:
        found += [
            lambda _, on, id_=id_: edits.relabel_mention(on, id_, "GPE", "Place"),
            lambda _, on, id_=id_: edits.delete_mention(on, id_),
            lambda _, on, id_=id_: edits.set_kind(on, id_, "nominal"),
        ]
    for id_ in annotation.quotes:
        found += [
            lambda _, on, id_=id_: edits.set_type(on, id_, "indirect"),
            lambda _, on, id_=id_: edits.delete_quote(on, id_),
            lambda _, on, id_=id_: edits.set_flag(on.quotes[id_], "discuss", on=True),
        ]
    return found


@given(made=annotated_articles(), data=st.data(), is_gold=st.booleans())
@settings(max_examples=examples(25), deadline=None)
def test_the_same_edit_leaves_the_same_whoever_writes_it(
    made: tuple[Article, Annotation], data: DataObject, is_gold: bool, qapp: QApplication
) -> None:
    article, annotation = made
    annotation = with_provenance(data.draw, annotation)
    who = "gold" if is_gold else "ada"
    if is_gold:
        annotation = with_decisions(data.draw, annotation)
    make = data.draw(st.sampled_from(makes(annotation)))
    try:
        expected = complete_edit(annotation, make(article, annotation), who)
    except Rejected:
        return
    found = [
        written(article, who, annotation, lambda project, by=by: by(project, who, make))
        for by in WRITERS
    ]
    assert found[0] == found[1]
    annotation.apply(expected)
    assert found[0] == annotation


@given(made=annotated_articles(), data=st.data(), is_gold=st.booleans())
@settings(max_examples=examples(15), deadline=None)
def test_relabelling_many_leaves_what_the_window_leaves_in_each(
    made: tuple[Article, Annotation], data: DataObject, is_gold: bool, qapp: QApplication
) -> None:
    article, annotation = made
    who = "gold" if is_gold else "ada"
    people = [e.id for e in annotation.entities.values() if e.label == "PERSON"]
    if not people:
        return
    annotation = with_provenance(data.draw, annotation)
    if is_gold:
        annotation = with_decisions(data.draw, annotation)
    chosen = data.draw(st.lists(st.sampled_from(people), min_size=1, unique=True))
    in_window = written(
        article,
        who,
        annotation,
        lambda project: by_window(
            project, who, lambda _, on: edits.relabel_entities(on, chosen, "GPE", "Place")
        ),
    )
    in_bulk = written(
        article,
        who,
        annotation,
        lambda project: relabel(project, who, {1: chosen}, "PERSON", "GPE"),
    )
    assert in_bulk == in_window


def test_a_completed_edit_is_written_as_it_is() -> None:
    edit = edits.relabel_entity(work(), "e1", "GPE", "Place")
    done = complete_edit(work(), edit, "ada")
    assert complete_edit(work(), done, "bob") is done
    assert tuple(exempt(edit)) == tuple(edit)


def test_only_the_rules_make_completed_edits_and_few_writers_are_exempt() -> None:
    root = Path(annotator.__file__).parent
    sources = {
        path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*.py")
    }
    name = CompletedEdit.__name__
    makers = {
        path for path, text in sources.items() if re.search(rf"\b{name}\(|\b{name}\._make", text)
    }
    assert makers == {"core/edit_rules.py"}
    writers = {path for path, text in sources.items() if re.search(r"\bexempt\(", text)}
    assert writers - makers == {
        "services/restore.py",  # a version as it was
        "store/importer.py",  # what the file says
        "store/scheme_change.py",  # another name for the same label
    }
