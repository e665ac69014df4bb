"""What a check finds, and what is counted."""

from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.models import Decision, Entity, Head
from annotator.store import Problem, Project
from tests.store.samples import NAMED, SAID, ZOE, adding, annotation, execute, record


@pytest.fixture
def annotated(project: Project) -> Project:
    with project.importing() as target:
        target.add(record("a1", "ada"))
        target.add(record("a2", "ada", annotation(ZOE, NAMED, head=Head("done", seconds=40))))
        target.add(record("a2", "bob", annotation(ZOE, SAID, head=Head("doing", seconds=2))))
        target.add(record("a3", text="bare"))
    return project


@pytest.fixture
def worked_on(annotated: Project) -> Project:
    """With a history, a decision, a version, a comment and an assignment as well."""
    project = annotated
    for number in (7, 8):
        edit = adding(Entity(f"e{number}0", "PERSON", "Eve", number))
        project.apply(1, "ada", edit)
    project.apply(1, "ada", adding(Decision("d1", 1, "mention", "taken", 2, 9)))
    project.assign("ada", [1])
    execute(
        project.path,
        "INSERT INTO version VALUES (1, 'x', '2026', 1, "
        """'[{"kind":"head","before":null,"after":{}}]', '[]')""",
        "INSERT INTO remark VALUES ('r1', 1, 0, 3, 'look', 'eve', '2026', NULL)",
    )
    return project


def test_a_sound_project_has_no_problems(worked_on: Project) -> None:
    assert worked_on.check() == []


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
        (
            "INSERT INTO article_index (rowid, terms) VALUES (9, '10x')",
            "",
            "search index does not fit the texts",
        ),
        (
            "INSERT INTO article_index (article_index, rowid, terms) "
            "VALUES ('delete', 1, '10said')",
            "",
            "search index does not fit the texts",
        ),
        ("UPDATE article SET title = 'Other' WHERE pk = 1", "", "search index does not fit the"),
        ("UPDATE article SET source = 'Other' WHERE pk = 1", "", "search index does not fit the"),
        ("DELETE FROM article_index_data WHERE id > 9", "", "search index does not fit the texts"),
        ("UPDATE article SET id = CAST(x'ff' AS TEXT) WHERE pk = 1", "", "text that is no UTF-8"),
        ("UPDATE article SET meta = '[1]' WHERE pk = 1", "a1", "a column of the article that"),
        ("UPDATE article SET extra = '{' WHERE pk = 1", "a1", "a column of the article that"),
        ("UPDATE entity SET name = CAST(x'ff' AS TEXT)", "a1", "an item holds text that is no"),
        ("UPDATE annotation SET notes = CAST(x'ff' AS TEXT)", "a1", "an annotation holds text"),
        ("UPDATE annotation SET extra = 'x'", "a1", "JSON cannot be read"),
        ("UPDATE annotation SET seconds = -1 WHERE pk = 1", "a1", "the time spent is negative"),
        ("UPDATE mention SET \"end\" = start, text = ''", "a1", "mention m1 is empty"),
        ("UPDATE quote_span SET \"end\" = start, text = ''", "a1", "cue of quote q1 is empty"),
        ("UPDATE quote_span SET role = 'chorus'", "a1", "a part with the role 'chorus'"),
        ("DELETE FROM quote_span", "a1", "quote q1 has no spans"),
        ("UPDATE quote SET parent = 'q1'", "a1", "quote q1 is inside itself"),
        ('UPDATE decision SET start = 5, "end" = 99', "a1", "decision d1 lies outside the text"),
        ("UPDATE decision SET members = '{'", "a1", "JSON cannot be read"),
        ("UPDATE edit SET changes = '[{}]'", "a1", "a row of the table edit cannot be read"),
        ("UPDATE edit SET changes = CAST(x'ff' AS TEXT)", "", "the table edit holds text that is"),
        ("UPDATE edit SET state = 'undone' WHERE pk = 1", "a1", "the history is out of order"),
        ("UPDATE version SET content = '[]'", "a1", "a row of the table version cannot be read"),
        ('UPDATE remark SET "end" = 9999', "a1", "comment 'r1' lies outside the text"),
        ("UPDATE remark SET text = CAST(x'ff' AS TEXT)", "", "the table remark holds text that"),
        ("UPDATE assignment SET article = 99", "", "a row of the table assignment belongs to"),
        (
            "DELETE FROM annotator",
            "",
            "a row of the table annotation belongs to",
        ),
    ],
)
def test_damage_that_other_programs_did_is_named(
    worked_on: Project, damage: str, article: str, words: str
) -> None:
    execute(worked_on.path, "PRAGMA foreign_keys = OFF", damage)
    found = [problem for problem in worked_on.check() if problem.article == article]
    assert any(words in problem.sentence for problem in found), worked_on.check()
    assert all(problem.mend for problem in worked_on.check())


def _define(path: Path, column: str) -> None:
    sql = f"CREATE INDEX entity_label ON entity ({column})"
    execute(
        path,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = '{sql}' WHERE name = 'entity_label'",
    )


@pytest.mark.parametrize("damaged", ["search index", "index"])
def test_indexes_are_made_anew_by_mending(
    annotated: Project, damaged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = annotated.path
    annotated.close()
    if damaged == "index":
        _define(path, "name")
        execute(path, "UPDATE entity SET label = 'ORG'")  # which leaves the index as it is
        _define(path, "label")
    else:
        execute(path, "INSERT INTO article_index (article_index) VALUES ('delete-all')")
    assert main(["check", str(path)]) == 1
    assert "make it anew: annotator check --mend" in capsys.readouterr().out
    assert main(["check", str(path), "--mend"]) == 0


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
