"""Import and export in bulk: all or nothing, the same again changes nothing, nothing is lost."""

import json
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.models import Article, Head
from annotator.core.parsing import parse
from annotator.core.record import Record
from annotator.store import Outcome, Project, ProjectDamaged, StoreError, TextConflict
from tests.examples import examples
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, adding, annotation, execute, record, rows
from tests.strategies import records

LATER = ZOE._replace(name="Z. Lee")


def add(project: Project, *given: Record, replace: bool = False) -> list[Outcome]:
    with project.importing() as target:
        return [target.add(one, replace=replace) for one in given]


def work(project: Project) -> list[tuple[str, str | None]]:
    return [(found.article.id, found.annotator) for found in project.records(bare=True)]


def test_what_is_new_is_added(project: Project) -> None:
    given = [record("a1"), record("a1", "ada"), record("a2", "ada"), record("a2", "bob")]
    assert add(project, *given) == [
        Outcome.ADDED_ARTICLE,
        Outcome.ADDED_ANNOTATION,
        Outcome.ADDED_ARTICLE,
        Outcome.ADDED_ANNOTATION,
    ]
    assert list(project.records()) == given[1:]
    assert project.article_keys(annotator="ada", text="works") == [1, 2]


def test_the_same_again_changes_nothing(project: Project) -> None:
    given = [record("a1", "ada"), record("a2", text="bare")]
    add(project, *given)
    before = rows(project.path, "SELECT * FROM annotation")
    assert set(add(project, *given)) == {Outcome.UNCHANGED}
    assert set(add(project, *given, replace=True)) == {Outcome.UNCHANGED}
    assert rows(project.path, "SELECT * FROM annotation") == before


def test_the_same_again_leaves_what_was_edited_since(project: Project) -> None:
    add(project, record("a1", "ada"))
    project.apply(1, "ada", adding(LATER._replace(id="e2")))
    assert add(project, record("a1", "ada")) == [Outcome.UNCHANGED]
    assert list(project.annotation(1, "ada").entities) == ["e1", "e2"]


def test_other_work_of_the_same_annotator_is_kept_or_replaced_as_one_edit(
    project: Project,
) -> None:
    add(project, record("a1", "ada"))
    other = record("a1", "ada", annotation(LATER, NAMED, head=Head("done", seconds=7)))
    assert add(project, other) == [Outcome.KEPT]
    assert project.annotation(1, "ada").entities == {"e1": ZOE}
    assert add(project, other, replace=True) == [Outcome.REPLACED]
    assert list(project.records()) == [other]
    assert project.next_undo_title(1, "ada") == "Import"
    project.undo(1, "ada")
    assert project.annotation(1, "ada").quotes == {"q1": SAID}
    assert project.annotation(1, "ada").head.status == "todo"


def test_work_that_differs_only_in_time_is_unchanged(project: Project) -> None:
    add(project, record("a1", "ada"))
    slower = record("a1", "ada", annotation(ZOE, NAMED, SAID, head=Head(seconds=99)))
    assert add(project, slower, replace=True) == [Outcome.UNCHANGED]


def test_time_spent_looking_is_no_work_that_an_import_could_destroy(project: Project) -> None:
    add(project, record("a1"))
    project.add_seconds(1, "ada", 5)
    given = record("a1", "ada", annotation(ZOE, head=Head("done", seconds=10)))
    assert add(project, given) == [Outcome.ADDED_ANNOTATION]
    assert project.annotation(1, "ada").head == Head("done", seconds=15)
    assert project.revision(1, "ada") == 1


def test_a_bare_article_with_a_known_text_is_not_added_again(project: Project) -> None:
    assert add(project, record("a1"), record("again")) == [
        Outcome.ADDED_ARTICLE,
        Outcome.UNCHANGED,
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
@settings(max_examples=examples(20), deadline=None)
def test_whatever_was_imported_is_exported_equal(given_records: list[Record]) -> None:
    by_text = {record.article.text: record for record in given_records}
    unique = list(by_text.values())
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.create(Path(folder) / "news.db", SCHEME) as project,
    ):
        add(project, *unique)
        assert list(project.records(bare=True)) == unique
        assert set(add(project, *unique)) <= {Outcome.UNCHANGED}
        assert project.check() == []


@pytest.mark.parametrize("name", ["gold/shafaq.jsonl", "corpora/gum_news.jsonl"])
def test_real_articles_come_out_as_they_went_in(project: Project, shared: Path, name: str) -> None:
    lines = (shared / name).read_text("utf-8").splitlines()
    given = [parse(line) for line in lines]
    assert set(add(project, *given)) == {Outcome.ADDED_ARTICLE}
    assert list(project.records()) == given
    assert set(add(project, *given)) == {Outcome.UNCHANGED}
    assert project.check() == []
    spans = sum(len(json.loads(line)["entities"]) for line in lines)
    assert project.stats().entities == spans
