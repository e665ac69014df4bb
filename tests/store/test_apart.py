"""Three annotators on three articles, all with the same ids: what one does shows nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.message import verbatim
from annotator.core.models import Article, Decision, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.core.versions import HistoryEdit
from annotator.store import Project
from tests.store.samples import SCHEME, adding, changing, execute, rows

NAMES = ("ada", "ben", "cleo")
PLACES = [(key, name) for key in (1, 2, 3) for name in NAMES]
HERE = (2, "ben")


def work(key: int, name: str) -> Annotation:
    """The same ids as in all others, and words of its own."""
    spans = (RoleSpan("content", 4, 6, "hi"), RoleSpan("cue", 7, 11, "said"))
    return Annotation(
        head=Head("doing", f"{name} {key}", extra={"of": f"{name} {key}"}),
        entities=[Entity("e1", "PER" if key == 2 else "ORG", f"{name} {key}", 1),
                  Entity("e2", "PER", f"other of {name}", 2)],
        mentions=[Mention("m1", "e1", 0, 3, "Ann", 1, note=f"{name} {key}"),
                  Mention("m2", "e2", 12, 14, "Bo", 2)],
        quotes=[Quote("q1", 1, spans, "direct", note=f"{name} {key}", speakers=("e1",))],
        decisions=[Decision("d1", 1, "mention", "agreed", 0, 3, note=f"{name} {key}")],
    )  # fmt: skip


@pytest.fixture
def nine(project: Project) -> Project:
    with project.importing() as target:
        for key, name in PLACES:
            target.add(Record(Article(f"a{key}", f"Ann hi said Bo {key}"), name, work(key, name)))
    for key, name in PLACES:
        project.apply(key, name, adding(Entity("e3", "PER", f"new {name}", 3)))
        project.apply(key, name, adding(Entity("e4", "PER", f"gone {name}", 4)))
        project.undo(key, name)
        project.add_seconds(key, name, 10 * key)
        project.add_comment(key, name, (0, 3), f"{name} {key}", "lea")
    return project


def seen(project: Project) -> dict[tuple[int, str], Any]:
    """Everything there is of each annotation."""
    found = {}
    for key, name in PLACES:
        on = project.annotation(key, name)
        found[key, name] = (
            [on.head, *on.items(), on.updated],
            project.revision(key, name),
            project.past(key, name),
            (project.next_undo_title(key, name), project.next_redo_title(key, name)),
            project.extras(name)[key],
            project.review(key, name),
            project.comments(key, name),
            [row.status for row in project.article_rows([key], name)],
            [
                (e.id, e.mentions)
                for e in project.labelled_entities(name, "PER")
                if e.article == key
            ],
        )
    return found


def test_each_annotation_holds_what_was_put_into_it(nine: Project) -> None:
    for key, name in PLACES:
        on = nine.annotation(key, name)
        expected = work(key, name)
        assert on.head == expected.head._replace(seconds=10 * key)
        assert {**on.entities} == expected.entities | {"e3": Entity("e3", "PER", f"new {name}", 3)}
        assert (on.mentions, on.quotes, on.decisions) == (
            *(expected.mentions, expected.quotes, expected.decisions),
        )
    records = {(r.article.id, r.annotator): r.annotation for r in nine.records()}
    assert records == {(f"a{key}", name): nine.annotation(key, name) for key, name in PLACES}
    stats = nine.stats()
    assert (stats.mentions, stats.labels) == ({"ORG": 6, "PER": 12}, {"ORG": 6, "PER": 21})
    assert nine.stats("ben").mentions == {"ORG": 2, "PER": 4}
    assert len(nine.annotation_digests()) == 9


def quote(project: Project) -> Quote:
    return project.annotation(*HERE).quotes["q1"]


def mention(project: Project) -> Mention:
    return project.annotation(*HERE).mentions["m1"]


OPERATIONS: dict[str, Callable[[Project], object]] = {
    "add": lambda p: p.apply(*HERE, adding(Mention("m3", "e2", 0, 3, "Ann", 3))),
    "change an entity": lambda p: p.apply(
        *HERE,
        changing(p.annotation(*HERE).entities["e2"], Entity("e2", "ORG", "Bo Ek", 2, "Q1")),
    ),
    "change a mention": lambda p: p.apply(
        *HERE, changing(mention(p), mention(p)._replace(kind="nominal"))
    ),
    "change a quote": lambda p: p.apply(
        *HERE, changing(quote(p), quote(p)._replace(spans=quote(p).spans[:1]))
    ),
    "delete a quote": lambda p: p.apply(*HERE, Edit(verbatim("x"), (Change(quote(p), None),))),
    "delete a mention": lambda p: p.apply(*HERE, Edit(verbatim("x"), (Change(mention(p), None),))),
    "undo": lambda p: p.undo(*HERE),
    "redo": lambda p: p.redo(*HERE),
    "time": lambda p: p.add_seconds(*HERE, 7),
    "review": lambda p: p.set_review(*HERE, "returned", "lea"),
    "remark": lambda p: p.add_comment(*HERE, (0, 3), "more", "lea"),
    "done": lambda p: p.finish_comment(p.comments(*HERE)[0].id),
    "head": lambda p: p.apply(
        *HERE, changing(p.annotation(*HERE).head, p.annotation(*HERE).head._replace(status="done"))
    ),
}


def test_what_is_done_in_one_annotation_shows_in_no_other(nine: Project) -> None:
    before = seen(nine)
    for name, operation in OPERATIONS.items():
        operation(nine)
        after = seen(nine)
        changed = {place for place in PLACES if before[place] != after[place]}
        assert (name, changed) == (name, {HERE})
        before = after
    assert nine.check() == []


def test_an_import_and_what_a_machine_did_anew_change_the_annotation_they_are_of(
    nine: Project,
) -> None:
    before = seen(nine)
    other = work(7, "dan")
    given = Record(Article("a2", "Ann hi said Bo 2"), "ben", other)
    with nine.importing() as target:
        target.add(given, replace=True)
    after = seen(nine)
    assert {place for place in PLACES if before[place] != after[place]} == {HERE}
    assert {**nine.annotation(*HERE).entities} == {**other.entities}
    with nine.importing() as target:
        assert str(target.add(given)) == "unchanged"
        for key, name in PLACES:
            if (key, name) != HERE:
                again = Record(Article(f"a{key}", f"Ann hi said Bo {key}"), name, work(key, name))
                assert str(target.add(again)) == "unchanged"
    assert seen(nine) == after


def test_a_name_of_the_scheme_changes_where_it_is_used(nine: Project) -> None:
    before = seen(nine)
    assert nine.set_scheme(SCHEME, labels={"ORG": "COMPANY"}) == 6
    after = seen(nine)
    assert {key for key, name in PLACES if before[key, name] != after[key, name]} == {1, 3}
    for key, name in PLACES:
        label = "PER" if key == 2 else "COMPANY"
        assert nine.annotation(key, name).entities["e1"].label == label
        assert isinstance(nine.past(key, name)[-1], HistoryEdit)
    assert {use.items for use in nine.uses(labels=["COMPANY"])} == {1}


def test_an_article_that_goes_takes_only_what_is_its_own(nine: Project) -> None:
    before = seen(nine)
    with nine.trashing() as trash:
        told = trash.take(2, "ada")
    assert (told.annotations, told.others) == (3, ("ben", "cleo"))
    rest = {place: all_ for place, all_ in before.items() if place[0] != 2}
    left = [row for row in PLACES if row[0] != 2]
    assert [(w[0], w[1]) for w in nine.annotation_digests()] == [
        (f"a{key}", name) for key, name in left
    ]
    assert {place: nine.past(*place) for place in left} == {p: rest[p][2] for p in left}
    with nine.trashing() as trash:
        trash.restore(told.number)
    assert seen(nine) == before


def test_check_names_a_comment_that_lies_outside_its_text(nine: Project) -> None:
    assert len("Ann hi said Bo 2") == 16
    (comment,) = nine.comments(*HERE)
    for start, end in ((0, 0), (0, 16), (16, 16), (0, 17), (-1, 3), (5, 4), (17, 17)):
        execute(
            nine.path,
            f"UPDATE remark SET start = {start}, \"end\" = {end} WHERE id = '{comment.id}'",
        )
        told = [(p.article, p.sentence) for p in nine.check()]
        wrong = [("a2", f"comment '{comment.id}' lies outside the text")]
        assert told == ([] if 0 <= start <= end <= 16 else wrong)


def test_check_names_each_history_that_is_out_of_order_once(nine: Project) -> None:
    for name in ("ben", "cleo"):
        nine.apply(2, name, adding(Entity("e7", "PER", "x", 7)))
        nine.apply(2, name, adding(Entity("e8", "PER", "x", 8)))
        nine.apply(2, name, adding(Entity("e9", "PER", "x", 9)))
    for number, table in rows(
        nine.path, "SELECT min(pk), annotation FROM edit GROUP BY annotation"
    ):
        if table in (5, 6):
            execute(nine.path, f"UPDATE edit SET state = 'undone' WHERE pk = {number}")
    told = sorted(p.sentence for p in nine.check() if "out of order" in p.sentence)
    assert told == [f"the history is out of order (annotator {name})" for name in ("ben", "cleo")]
