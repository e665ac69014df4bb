"""Lists: which articles fit, in which order, and how far an annotator is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Head
from annotator.core.record import Record
from annotator.store import ArticleRow, NoSuchArticle, Project
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, annotation, record


@pytest.fixture
def library(project: Project) -> Project:
    """Four articles; ada has done the second one and begun the third."""
    with project.importing() as target:
        target.add(record("wire/1", title="Rain in Ürümqi", text="It rained on al-Sadr's house."))
        target.add(record("wire/2", "ada", annotation(head=Head("done")), source="Shafaq News"))
        target.add(record("wire/3", "ada", annotation(head=Head("doing")), title="100% sure"))
        target.add(record("daily_4", title="Häuser", text="Die Häuser, “Straße” und NOT gate"))
    return project


def found(project: Project, text: str) -> list[int]:
    return project.article_keys(annotator="ada", text=text)


def test_articles_come_in_the_order_of_their_import(library: Project) -> None:
    assert found(library, "") == [1, 2, 3, 4]
    assert [library.article(key).id for key in (1, 4)] == ["wire/1", "daily_4"]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("imported", ["b", "a", "d", "c", "e", "f"]),
        ("title", ["f", "d", "b", "a", "e", "c"]),
        ("newest", ["a", "d", "b", "c", "e", "f"]),
        ("oldest", ["b", "d", "a", "c", "e", "f"]),
        ("shortest", ["c", "e", "f", "b", "a", "d"]),
    ],
)
def test_articles_can_be_had_in_other_orders(project: Project, order: str, ids: list[str]) -> None:
    rows = [
        ("b", "Item 9", "2024-03-01", 40),
        ("a", "item 10", "2025-01-01", 50),
        ("d", "“Häuser” go", "2024-12-31T10:00:00Z", 60),
        ("c", "Zoo", None, 10),
        ("e", "Über uns\nAlles", None, 20),
        ("f", "", None, 30),  # shown by its id
    ]
    with project.importing() as target:
        for id_, title, published, length in rows:
            target.add(Record(Article(id_, f"{id_:<{length}}", title, published=published)))
    assert [project.article(key).id for key in project.article_positions(order).keys(0, 99)] == ids


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("rain", [1]),
        ("HOUSE rai", [1]),
        ("al-sad", [1]),
        ("ouse", []),
        ("hauser", [4]),
        ("häu", [4]),
        ("ÜRÜM", [1]),
        ("shafaq n", [2]),
        ("wire/", [1, 2, 3]),
        ("%", [3]),
        ("_", [4]),
        ("Zoe", [2, 3]),
        ("gate not", [4]),
        ("rain h", [1]),
        ("rain z", []),
        ('"stra', [4]),
        ("  ", [1, 2, 3, 4]),
        ("gate OR rained", []),
        ("text:rained", []),
        ("\0\ud800", []),
    ],
)
def test_a_search_finds_words_by_their_beginning_and_titles_by_any_part(
    library: Project, text: str, keys: list[int]
) -> None:
    assert found(library, text) == keys


@given(text=st.text(st.characters(codec=None), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_search_is_a_syntax_error(library: Project, text: str) -> None:
    assert set(found(library, text)) <= {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("status", "ada", "bob"),
    [("todo", [1, 4], [1, 2, 3, 4]), ("doing", [3], []), ("done", [2], []), ("skipped", [], [])],
)
def test_articles_are_found_by_the_status_one_annotator_gave_them(
    library: Project, status: str, ada: list[int], bob: list[int]
) -> None:
    assert library.article_keys(annotator="ada", status=status) == ada
    assert library.article_keys(annotator="bob", status=status) == bob


def test_status_and_text_both_have_to_fit(library: Project) -> None:
    assert library.article_keys(annotator="ada", status="todo", text="wire") == [1]


def test_rows_come_in_the_order_asked_for_without_keys_that_are_not_there(
    library: Project,
) -> None:
    assert library.article_rows([3, 99, 1], "ada") == [
        ArticleRow(3, "wire/3", "100% sure", None, None, "doing", 36),
        ArticleRow(1, "wire/1", "Rain in Ürümqi", None, None, "todo", 29),
    ]


def test_rows_of_more_articles_than_a_statement_holds_values(project: Project) -> None:
    with project.importing() as target:
        for number in range(1200):
            target.add(record(f"a{number}", text=f"text {number}"))
    keys = project.article_keys(annotator="ada")[::-1]
    assert [row.key for row in project.article_rows(keys, "ada")] == keys


def test_progress_counts_articles_without_annotation_as_todo(library: Project) -> None:
    progress = library.progress("ada")
    assert progress.total == 4
    assert progress.counts == {"todo": 2, "doing": 1, "done": 1, "skipped": 0}
    assert library.progress("nobody").counts["todo"] == 4


def test_keys_go_by_the_id_and_unknown_ids_have_none(library: Project) -> None:
    assert library.key_of("wire/3") == 3
    assert library.key_of("wire/9") is None
    assert library.key_of("\ud800") is None


def test_an_unknown_article_is_an_error_that_says_so(library: Project) -> None:
    with pytest.raises(NoSuchArticle, match="no article with the key 99"):
        library.article(99)


def test_keys_stay_the_same_after_reopening(path: Path) -> None:
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
        target.add(record("a2", text="another"))
    with Project.open(path) as project:
        assert (project.key_of("a1"), project.key_of("a2")) == (1, 2)


def test_articles_are_found_by_the_notes_and_flags_of_one_annotator_on_anything_in_them(
    project: Project,
) -> None:
    flag, note = {"flags": ("unsure",)}, {"note": "look"}
    works = {
        "plain": (ZOE, NAMED, SAID),
        "entity": (ZOE._replace(**flag), NAMED, SAID),
        "mention": (ZOE, NAMED._replace(**note), SAID),
        "quote": (ZOE, NAMED, SAID._replace(**flag, **note)),
        "head": (ZOE, Head(flags=("unsure",), notes="look")),
    }
    with project.importing() as target:
        for number, (id_, items) in enumerate(works.items()):
            head = next((item for item in items if isinstance(item, Head)), Head("doing"))
            target.add(record(id_, "ada", Annotation.of(head, items)))
            target.add(record(f"bare{number}", text=f"{number}"))
    for_flag = [project.key_of(id_) for id_ in ("entity", "quote", "head")]
    for_note = [project.key_of(id_) for id_ in ("mention", "quote", "head")]
    assert project.article_keys(annotator="ada", marker="flag") == for_flag
    assert project.article_keys(annotator="ada", marker="note") == for_note
    assert project.article_keys(annotator="bob", marker="flag") == []
    doing = project.article_keys(annotator="ada", marker="flag", status="doing")
    assert doing == for_flag[:2]
    assert project.article_keys(annotator="ada", marker="flag", text="quo") == for_flag[1:2]
    rows = project.article_rows(project.article_keys(annotator="ada"), "ada")
    assert {row.id for row in rows if row.flagged} == {row.id for row in rows if row.noted}
    assert [row.id for row in rows if row.flagged] == ["head"]
    rows = project.article_rows(project.article_keys(annotator="ada"), "bob")
    assert {(row.status, row.flagged, row.noted) for row in rows} == {("todo", False, False)}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("50%", ["50% off"]),
        ("50_", ["50_x"]),
        ("50\\", ["50\\y"]),
        ("ÜBER", ["Über uns"]),
        ("über", ["Über uns"]),
        ("a", ["Café", "a"]),
        ("é", ["Über uns", "Café"]),
        ("ca", ["Café"]),
        ("text o", ["50% off"]),
        ("fé", ["Café"]),
        ("e", ["Über uns", "Café"]),
        ("r  u", ["Über uns"]),
        ("u uber", []),
    ],
)
def test_titles_are_searched_for_any_part_without_case_and_accents(
    project: Project, text: str, ids: list[str]
) -> None:
    words = {"50% off": "text one", "50_x": "two", "50\\y": "three", "505": "x", "Über uns": "x y",
             "Café": "x z", "a": "q"}  # fmt: skip
    with project.importing() as target:
        for number, (title, body) in enumerate(words.items()):
            target.add(record(f"{number}", title=title, text=body))
    keys = project.article_keys(annotator="ada", text=text)
    assert [project.article(key).title for key in keys] == ids


def test_the_title_orders_numbers_by_their_size_and_passes_over_marks(project: Project) -> None:
    titles = ["Item 10", "item 9", "“Item 9a”", "'Item 8'", "Item 9", "item 010", "Ärger", "ab"]
    with project.importing() as target:
        for number, title in enumerate(titles):
            target.add(record(f"{number}", title=title, text=f"{number}"))
    assert [
        project.article(key).title for key in project.article_positions("title").keys(0, 99)
    ] == [
        *("ab", "Ärger", "'Item 8'", "item 9", "Item 9", "“Item 9a”", "Item 10", "item 010"),
    ]
