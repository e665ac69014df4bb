"""What a check finds, and what is counted."""

import pytest

from annotator.core.models import Head
from annotator.store import Problem, Project
from tests.store.samples import NAMED, SAID, ZOE, annotation, execute, record


@pytest.fixture
def annotated(project: Project) -> Project:
    with project.importing() as target:
        target.add(record("a1", "ada"))
        target.add(record("a2", "ada", annotation(ZOE, NAMED, head=Head("done", seconds=40))))
        target.add(record("a2", "bob", annotation(ZOE, SAID, head=Head("doing", seconds=2))))
        target.add(record("a3", text="bare"))
    return project


def test_a_sound_project_has_no_problems(annotated: Project) -> None:
    assert annotated.check() == []


@pytest.mark.parametrize(
    ("damage", "article", "words"),
    [
        ("UPDATE article SET text_sha256 = 'x' WHERE id = 'a1'", "a1", "is not the one that was"),
        ("UPDATE article SET length = 3 WHERE id = 'a3'", "a3", "is not the one that was imported"),
        ("DELETE FROM article_text WHERE article = 3", "a3", "the text is missing"),
        ("UPDATE mention SET start = 3 WHERE annotation = 2", "a2", "mention m1 says 'Zoë Lee'"),
        ("UPDATE mention SET start = -35 WHERE annotation = 2", "a2", "mention m1 says 'Zoë Lee'"),
        (
            "UPDATE quote_span SET text = 'x' WHERE annotation = 3 AND role = 'cue'",
            "a2",
            "cue of quote q1 says 'x' but [10, 14) of the text is 'said' (annotator bob)",
        ),
        ("UPDATE quote SET speakers = '[\"e7\"]'", "a1", "quote q1 names entity e7, which is not"),
        ("UPDATE quote SET parent = 'q7'", "a1", "quote q1 names parent q7, which is not there"),
        ("UPDATE mention SET entity = 'e7'", "a1", "mention m1 names entity e7, which is not"),
        ("UPDATE entity SET flags = '[' WHERE annotation = 1", "a1", "JSON cannot be read"),
        ("DELETE FROM annotation WHERE pk = 1", "", "a row of the table entity belongs to a row"),
        ("INSERT INTO article_text VALUES (9, 'x')", "", "search index does not fit the texts"),
    ],
)
def test_damage_that_other_programs_did_is_named(
    annotated: Project, damage: str, article: str, words: str
) -> None:
    execute(annotated.path, "PRAGMA foreign_keys = OFF", damage)
    found = [problem for problem in annotated.check() if problem.article == article]
    assert any(words in problem.sentence for problem in found), annotated.check()


def test_a_malformed_file_is_named(annotated: Project) -> None:
    execute(
        annotated.path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'article_text'",
    )
    annotated.close()
    with Project.open(annotated.path) as project:
        (first, *_) = project.check()
    assert first.article == ""
    assert first.sentence.startswith("the file is damaged: ")


def test_a_text_cannot_be_changed_by_other_programs_by_mistake(annotated: Project) -> None:
    with pytest.raises(Exception, match="the text of an article never changes"):
        execute(annotated.path, "UPDATE article_text SET text = 'x'")


def test_problems_are_values() -> None:
    assert Problem("a1", "x") == Problem("a1", "x")


def test_statistics_count_everything_once(annotated: Project) -> None:
    found = annotated.stats()
    assert found.articles == 3
    assert found.statuses == {
        "ada": {"todo": 1, "doing": 0, "done": 1, "skipped": 0},
        "bob": {"todo": 0, "doing": 1, "done": 0, "skipped": 0},
    }
    assert found.entities == 3
    assert found.mentions == {"PERSON": 2}
    assert found.quotes == {"direct": 2}
    assert found.spans == {"content": 2, "cue": 2}
    assert found.seconds == {"ada": 40, "bob": 2}


def test_statistics_of_an_empty_project_are_zeros(project: Project) -> None:
    found = project.stats()
    assert (found.articles, found.entities, found.mentions, found.statuses) == (0, 0, {}, {})
