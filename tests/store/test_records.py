"""Import and export in bulk: all or nothing, the same again changes nothing, nothing is lost."""

import json
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.edit import changes_from_json
from annotator.core.message_json import message_from_json
from annotator.core.models import Article, Decision, Head, Item
from annotator.core.native_reader import parse
from annotator.core.record import Record
from annotator.store import ImportOutcome, Project, ProjectDamaged, StoreError, TextConflict
from tests.examples import examples
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, adding, annotation, execute, record, rows
from tests.strategies import records

LATER = ZOE._replace(name="Z. Lee")


def add(project: Project, *given: Record, replace: bool = False) -> list[ImportOutcome]:
    with project.importing() as target:
        return [target.add(one, replace=replace) for one in given]


def work(project: Project) -> list[tuple[str, str | None]]:
    return [(found.article.id, found.annotator) for found in project.records(bare=True)]


def test_what_is_new_is_added(project: Project) -> None:
    given = [record("a1"), record("a1", "ada"), record("a2", "ada"), record("a2", "bob")]
    assert add(project, *given) == [
        ImportOutcome.ADDED_ARTICLE,
        ImportOutcome.ADDED_ANNOTATION,
        ImportOutcome.ADDED_ARTICLE,
        ImportOutcome.ADDED_ANNOTATION,
    ]
    assert list(project.records()) == given[1:]
    assert project.article_keys(annotator="ada", text="works") == [1, 2]


def test_the_same_again_changes_nothing(project: Project) -> None:
    given = [record("a1", "ada"), record("a2", text="bare")]
    add(project, *given)
    before = rows(project.path, "SELECT * FROM annotation")
    assert set(add(project, *given)) == {ImportOutcome.UNCHANGED}
    assert set(add(project, *given, replace=True)) == {ImportOutcome.UNCHANGED}
    assert rows(project.path, "SELECT * FROM annotation") == before


def test_the_same_again_leaves_what_was_edited_since(project: Project) -> None:
    add(project, record("a1", "ada"))
    project.apply(1, "ada", adding(LATER._replace(id="e2")))
    assert add(project, record("a1", "ada")) == [ImportOutcome.UNCHANGED]
    assert list(project.annotation(1, "ada").entities) == ["e1", "e2"]


def test_other_work_of_the_same_annotator_is_kept_or_replaced_as_one_edit(
    project: Project,
) -> None:
    add(project, record("a1", "ada"))
    other = record("a1", "ada", annotation(LATER, NAMED, head=Head("done", seconds=7)))
    assert add(project, other) == [ImportOutcome.KEPT]
    assert project.annotation(1, "ada").entities == {"e1": ZOE}
    assert add(project, other, replace=True) == [ImportOutcome.REPLACED]
    assert list(project.records()) == [other]
    assert str(project.next_undo_title(1, "ada")) == "Import"
    project.undo(1, "ada")
    assert project.annotation(1, "ada").quotes == {"q1": SAID}
    assert project.annotation(1, "ada").head.status == "todo"


def test_work_that_differs_only_in_time_is_unchanged(project: Project) -> None:
    add(project, record("a1", "ada"))
    slower = record("a1", "ada", annotation(ZOE, NAMED, SAID, head=Head(seconds=99)))
    assert add(project, slower, replace=True) == [ImportOutcome.UNCHANGED]


def test_time_spent_looking_is_no_work_that_an_import_could_destroy(project: Project) -> None:
    add(project, record("a1"))
    project.add_seconds(1, "ada", 5)
    given = record("a1", "ada", annotation(ZOE, head=Head("done", seconds=10)))
    assert add(project, given) == [ImportOutcome.ADDED_ANNOTATION]
    assert project.annotation(1, "ada").head == Head("done", seconds=15)
    assert project.revision(1, "ada") == 1


def test_a_bare_article_with_a_known_text_is_not_added_again(project: Project) -> None:
    assert add(project, record("a1"), record("again")) == [
        ImportOutcome.ADDED_ARTICLE,
        ImportOutcome.UNCHANGED,
    ]
    assert work(project) == [("a1", None)]


def test_an_article_that_is_there_keeps_its_title(project: Project) -> None:
    add(project, record("a1", title="First"), record("a1", "ada", title="Second"))
    assert project.article(1).title == "First"


def test_another_text_under_a_known_id_is_refused_by_name(project: Project) -> None:
    add(project, record("a1"))
    with pytest.raises(TextConflict, match=r"article 'a1' is already in .* another id"):
        add(project, record("a2", "ada"), record("a1", text="Something else."))
    assert work(project) == [("a1", None)]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (NAMED._replace(start=3, end=10), r"mention m1 says 'Zoë Lee' but \[3, 10\)"),
        (NAMED._replace(start=900, end=907), "mention m1 says"),
        (SAID._replace(spans=(SAID.spans[0]._replace(text="it"),)), "content of quote q1 says"),
    ],
)
def test_a_span_that_does_not_hold_its_text_is_refused_by_name(
    project: Project, item: object, words: str
) -> None:
    bad = record("a1", "ada", annotation(ZOE, item))
    with pytest.raises(StoreError, match=f"article 'a1': {words}"):
        add(project, record("a2", "ada"), bad)
    assert work(project) == []


def test_half_a_surrogate_pair_is_refused_by_name(project: Project) -> None:
    with pytest.raises(StoreError, match="article 'a1' holds half a surrogate pair"):
        add(project, record("a1", title="\ud83d"))


def test_any_error_in_the_block_takes_everything_back(project: Project) -> None:
    def interrupted() -> None:
        with project.importing() as target:
            target.add(record("a1", "ada"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert work(project) == []
    assert project.annotators() == []
    assert project.article_keys(annotator="ada", text="works") == []
    assert project.check() == []


def test_records_come_by_article_then_annotator_and_can_be_chosen(project: Project) -> None:
    done = annotation(ZOE, head=Head("done"))
    add(project, record("b", "bob"), record("a", "ada", done), record("b", "ada", done))
    add(project, record("c", text="bare"))
    assert work(project) == [("b", "ada"), ("b", "bob"), ("a", "ada"), ("c", None)]
    chosen = project.records(annotators=["ada"], statuses=["done", "todo"])
    assert [found.article.id for found in chosen] == ["b", "a"]
    assert [r.annotator for r in project.records(statuses=["todo"])] == ["bob"]
    assert list(project.records(annotators=[])) == []
    assert [r.article.id for r in project.records(annotators=["bob"], bare=True)] == ["b", "c"]


def test_an_export_shows_one_moment_and_blocks_no_edit(project: Project) -> None:
    add(
        project,
        *(record(f"a{n}", "ada", text=f"Zoë {n}", work=annotation(ZOE)) for n in range(200)),
    )
    export = project.records()
    first = next(export)
    project.apply(200, "ada", adding(LATER._replace(id="e9")))
    add(project, record("late", "ada", annotation(ZOE), text="too late"))
    rest = list(export)
    assert len([first, *rest]) == 200
    assert all(list(found.annotation.entities) == ["e1"] for found in rest if found.annotation)


def test_an_export_that_is_given_up_leaves_nothing_open(project: Project) -> None:
    add(project, record("a1", "ada"), record("a2", "ada"))
    export = project.records()
    next(export)
    export.close()
    project.close()
    assert [file.name for file in project.path.parent.iterdir()] == ["news.db"]


def test_long_texts_are_read_a_few_at_a_time(project: Project) -> None:
    long = 2_000_000
    with project.importing() as target:
        for number in range(12):
            target.add(Record(Article(f"a{number}", f"{number:<{long}}")))
    tracemalloc.start()
    try:
        read = [len(one.article.text) for one in project.records(bare=True)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == [long] * 12
    assert peak < 6 * long


def test_an_export_of_a_wrong_span_names_it(project: Project) -> None:
    add(project, record("a1", "ada"))
    execute(project.path, "UPDATE mention SET start = 3")
    with pytest.raises(ProjectDamaged, match="article 'a1': mention m1 says 'Zoë Lee'"):
        list(project.records())


@given(given_records=st.lists(records(), max_size=4, unique_by=lambda record: record.article.id))
@settings(max_examples=examples(8), deadline=None)
def test_whatever_was_imported_is_exported_equal(given_records: list[Record]) -> None:
    by_text = {record.article.text: record for record in given_records}
    unique = list(by_text.values())
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.create(Path(folder) / "news.db", SCHEME) as project,
    ):
        add(project, *unique)
        assert list(project.records(bare=True)) == unique
        assert set(add(project, *unique)) <= {ImportOutcome.UNCHANGED}
        assert project.check() == []


@pytest.mark.parametrize("name", ["gold/shafaq.jsonl", "corpora/gum_news.jsonl"])
def test_real_articles_come_out_as_they_went_in(project: Project, shared: Path, name: str) -> None:
    lines = (shared / name).read_text("utf-8").splitlines()
    given = [parse(line) for line in lines]
    assert set(add(project, *given)) == {ImportOutcome.ADDED_ARTICLE}
    assert list(project.records()) == given
    assert set(add(project, *given)) == {ImportOutcome.UNCHANGED}
    assert project.check() == []
    spans = sum(len(json.loads(line)["entities"]) for line in lines)
    assert project.stats().entities == spans


@pytest.mark.parametrize(
    ("head", "items", "says"),
    [
        (Head("todo"), (), False),
        (Head("doing", seconds=70), (), False),
        (Head("done"), (), True),
        (Head("skipped"), (), True),
        (Head("doing", notes="odd"), (), True),
        (Head("doing", flags=("unsure",)), (), True),
        (Head("doing", extra={"x": 1}), (), True),
        (Head("doing"), (ZOE,), True),
        (Head("doing"), (SAID._replace(speakers=()),), True),
        (Head("doing"), (Decision("d1", 1, "mention", "agreed", 0, 2),), True),
    ],
)
def test_an_annotation_says_something_if_it_is_finished_or_holds_anything(
    project: Project, head: Head, items: tuple[Item, ...], says: bool
) -> None:
    given = record("a1", "ada", Annotation.of(head, items))
    add(project, given, record("a2", "ada"))
    empty, whole = project.records(empty=False), project.records()
    assert [found.article.id for found in empty] == (["a1", "a2"] if says else ["a2"])
    assert [found.article.id for found in whole] == ["a1", "a2"]
    bare = [(r.article.id, r.annotator) for r in project.records(empty=False, bare=True)]
    assert bare == [("a1", "ada" if says else None), ("a2", "ada")]
    assert project.set_aside(None).skipped == (head.status == "skipped")
    assert project.set_aside(None).empty == (not says)


def test_what_only_a_suggester_began_is_bare_for_those_who_ask_for_others(
    project: Project,
) -> None:
    add(project, record("a1", "suggester-x"), record("a2", "ada"), record("a2", "suggester-x"))
    assert work(project) == [("a1", "suggester-x"), ("a2", "ada"), ("a2", "suggester-x")]
    for names, found in (
        (["ada"], [("a1", None), ("a2", "ada")]),
        (["bob"], [("a1", None)]),
        (["suggester-x"], [("a1", "suggester-x"), ("a2", "suggester-x")]),
    ):
        records = project.records(annotators=names, bare=True)
        assert [(r.article.id, r.annotator) for r in records] == found


def test_who_only_looked_at_an_article_has_no_record_of_it(project: Project) -> None:
    add(project, record("a1"), record("a2", "ben"))
    project.add_seconds(1, "ada", 5)
    project.add_seconds(2, "ada", 5)
    assert work(project) == [("a1", None), ("a2", "ben")]
    assert [r.annotator for r in project.records(empty=False)] == ["ben"]
    assert list(project.records(annotators=["ada"])) == []


def test_time_that_was_spent_looking_is_added_to_that_of_the_work_that_comes(
    project: Project,
) -> None:
    add(project, record("a1"))
    project.add_seconds(1, "ada", 5)
    assert add(project, record("a1", "ada", annotation(head=Head("done", seconds=70)))) == [
        ImportOutcome.ADDED_ANNOTATION
    ]
    assert project.annotation(1, "ada").head == Head("done", seconds=75)
    assert project.revision(1, "ada") == 1
    assert project.annotation(1, "ada").updated == annotation().updated


def test_replaced_work_has_the_time_of_the_record_and_its_moment_if_it_tells_one(
    project: Project,
) -> None:
    add(project, record("a1", "ada", annotation(head=Head(seconds=9))))
    other = annotation(LATER, head=Head("done", seconds=70))
    other.updated = "2025-01-01T00:00:00Z"
    assert add(project, record("a1", "ada", other), replace=True) == [ImportOutcome.REPLACED]
    assert project.annotation(1, "ada").head.seconds == 70
    assert project.annotation(1, "ada").updated == "2025-01-01T00:00:00Z"
    assert project.revision(1, "ada") == 2
    third = annotation(ZOE)
    third.updated = None
    add(project, record("a1", "ada", third), replace=True)
    assert (project.annotation(1, "ada").updated or "") > "2026-01-01"


def test_what_a_machine_did_is_put_in_place_of_what_it_did_before_without_history(
    project: Project,
) -> None:
    def put(work: Annotation, text: str = "Another text.", id_: str = "a2") -> ImportOutcome:
        with project.importing() as target:
            return target.overwrite(record(id_, "bot", work, text=text))

    add(project, record("a1", "bot"), record("a1", "ada"))
    assert put(Annotation(entities=[ZOE])) is ImportOutcome.ADDED_ARTICLE
    assert put(Annotation(entities=[LATER])) is ImportOutcome.REPLACED
    assert project.annotation(2, "bot").entities == {"e1": LATER}
    assert project.revision(2, "bot") == 2
    assert put(Annotation(entities=[LATER])) is ImportOutcome.REPLACED
    assert project.revision(2, "bot") == 3
    assert (project.past(2, "bot"), project.undo(2, "bot")) == ((), None)
    assert project.revision(1, "bot") == project.revision(1, "ada") == 1
    project.apply(2, "bot", adding(ZOE._replace(id="e5", ordinal=5)))
    assert put(Annotation(entities=[ZOE])) is ImportOutcome.KEPT
    assert list(project.annotation(2, "bot").entities) == ["e1", "e5"]
    with project.importing() as target:
        assert target.overwrite(record("a3", text="bare")) is ImportOutcome.ADDED_ARTICLE
        with pytest.raises(TextConflict):
            target.overwrite(record("a2", "bot", annotation(), text="A third."))


def test_an_import_finds_what_it_has_just_brought(project: Project) -> None:
    with project.importing() as target:
        assert target.same_text("First.") is None
        assert target.add(record("a1", text="First.")) is ImportOutcome.ADDED_ARTICLE
        assert target.same_text("First.") == "a1"
        assert target.add(record("a2", text="First.")) is ImportOutcome.UNCHANGED
        assert target.add(record("a3", text="Second.")) is ImportOutcome.ADDED_ARTICLE
        assert target.add(record("a3", text="Second.")) is ImportOutcome.UNCHANGED
        with pytest.raises(TextConflict):
            target.add(record("a3", text="Third."))
        assert target.add(record("a1", "ada", Annotation(), text="First.")) is (
            ImportOutcome.ADDED_ANNOTATION
        )
    assert work(project) == [("a1", "ada"), ("a3", None)]


def test_an_import_that_differs_makes_one_edit_of_what_differs(project: Project) -> None:
    decision = Decision("d1", 1, "mention", "agreed", 0, 2)
    before = Annotation.of(Head("done"), [ZOE, NAMED, SAID, decision])
    add(project, record("a1", "ada", before))
    after = Annotation.of(
        Head("doing"), [ZOE, LATER._replace(id="e2", ordinal=2), NAMED._replace(note="x")]
    )
    assert add(project, record("a1", "ada", after), replace=True) == [ImportOutcome.REPLACED]
    assert project.annotation(1, "ada") == after
    (edit,) = project.past(1, "ada")
    changes = changes_from_json(edit.changes)
    assert str(message_from_json(edit.title)) == "Import"
    assert [(type(c.item).__name__, c.before is None, c.after is None) for c in changes] == [
        ("Head", False, False),
        ("Entity", True, False),
        ("Mention", False, False),
        ("Quote", False, True),
        ("Decision", False, True),
    ]
    project.undo(1, "ada")
    assert project.annotation(1, "ada") == before
