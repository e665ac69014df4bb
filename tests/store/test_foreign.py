"""A project that somebody else made is data: nothing in it runs, and looking leaves no trace."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.services.merging import merge_files
from annotator.store import Project, ProjectAltered, ProjectDamaged, StoreError
from annotator.store.opening import open_database
from annotator.store.schema import LADDER, Migration
from tests.store.samples import SCHEME, ZOE, adding, execute, record, rows

NEXT = (
    *LADDER,
    Migration("add_importance", ("ALTER TABLE article ADD COLUMN importance INTEGER",)),
)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A project alone in its folder, with one annotation, closed."""
    folder = tmp_path / "from-ben"
    folder.mkdir()
    path = folder / "ben.annotator"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1", "ben"))
    return path


def beside(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


STEAL = (
    "CREATE TRIGGER steal AFTER INSERT ON annotation BEGIN UPDATE article SET title = 'stolen'; END"
)
REDEFINED = (
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'length INTEGER NOT NULL', "
    "'length INTEGER NOT NULL CHECK (randomblob(9) IS NOT NULL)') WHERE name = 'article'",
)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ((STEAL,), "the trigger steal in it is of unknown origin"),
        (
            ("CREATE VIEW peek AS SELECT * FROM project",),
            "the view peek in it is of unknown origin",
        ),
        (("CREATE VIRTUAL TABLE own USING fts5 (x)",), "the table own in it is of unknown origin"),
        (
            ("CREATE INDEX slow ON article (abs(length))",),
            "the index slow in it is of unknown origin",
        ),
        (
            (
                "DROP VIEW labelled_span",
                "CREATE VIEW labelled_span AS SELECT load_extension('evil')",
            ),
            "its view labelled_span is another one",
        ),
        (("DROP TRIGGER article_text_never_changes",), "it lacks its trigger article_text_never"),
        (("DROP TABLE remark",), "it lacks its table remark"),
        (REDEFINED, "its table article is another one"),
        (("DELETE FROM _sqlite_migrations", "DROP VIEW labelled_span"), "lacks its view labelled"),
        (("DROP TABLE _sqlite_migrations", STEAL), "the trigger steal in it is of unknown origin"),
        (
            ('CREATE TRIGGER "a\nb" AFTER INSERT ON review BEGIN SELECT 1; END',),
            "trigger a b in it is of",
        ),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_the_program_did_not_make_is_refused_and_not_run(
    foreign: Path, statements: tuple[str, ...], words: str, read_only: bool
) -> None:
    execute(foreign, *statements)
    before = foreign.read_bytes()
    with pytest.raises(ProjectAltered, match="is not as Annotator makes it") as caught:
        Project.open(foreign, read_only=read_only)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert foreign.read_bytes() == before
    assert beside(foreign) == ["ben.annotator"]


def test_a_trigger_in_an_older_file_does_not_run_when_it_is_brought_up_to_date(
    foreign: Path,
) -> None:
    execute(foreign, STEAL.replace("annotation", "_sqlite_migrations"))
    with pytest.raises(ProjectAltered, match="trigger steal"):
        open_database(foreign, ladder=NEXT)
    assert rows(foreign, "SELECT title FROM article") == [("",)]
    assert beside(foreign) == ["ben.annotator"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python asks for it from 3.12 on")
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "statements",
    [
        ("PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = '' WHERE name = 'article'"),
        ("DELETE FROM article_index_data",),
        ("PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema"),
    ],
)
def test_not_even_the_programs_own_connection_can_write_behind_the_back_of_sqlite(
    foreign: Path, statements: tuple[str, ...], read_only: bool
) -> None:
    with closing(open_database(foreign, read_only=read_only)) as database:
        database.connection.execute("PRAGMA query_only = OFF")
        *first, last = statements
        for statement in first:
            database.connection.execute(statement)
        with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
            database.connection.execute(last)
        database.connection.execute("PRAGMA journal_mode = OFF")
        assert database.connection.execute("PRAGMA journal_mode").fetchone() != ("off",)
    assert Project.open(foreign).check() == []


def test_merging_an_altered_project_takes_nothing_of_it(
    foreign: Path, project: Project, key: int
) -> None:
    execute(foreign, STEAL)
    with pytest.raises(ProjectAltered):
        merge_files(project, [foreign])
    assert project.annotators() == []


def test_the_command_line_says_what_is_wrong_with_it_in_one_line(
    foreign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(foreign, STEAL)
    assert main(["check", str(foreign)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"annotator: {foreign} is not as Annotator makes it: the trigger steal")


def test_tables_of_ones_own_may_stand_in_a_project(foreign: Path) -> None:
    execute(
        foreign,
        "CREATE TABLE mine (article TEXT, sport TEXT)",
        "CREATE INDEX mine_sport ON mine (sport)",
        "ANALYZE",
    )
    with Project.open(foreign) as project:
        assert project.annotators() == ["ben"]


@pytest.mark.parametrize("wal", [False, True])
def test_looking_into_a_project_leaves_no_file_beside_it(foreign: Path, wal: bool) -> None:
    if not wal:
        execute(foreign, "PRAGMA journal_mode = DELETE")
    before = foreign.read_bytes()
    with Project.open(foreign, read_only=True) as project:
        assert [found.annotator for found in project.records()] == ["ben"]
        assert project.check() == []
    assert beside(foreign) == ["ben.annotator"]
    assert foreign.read_bytes() == before


def test_merging_a_project_leaves_its_folder_as_it_was(
    foreign: Path, project: Project, key: int
) -> None:
    before = foreign.read_bytes()
    assert merge_files(project, [foreign]).counts() == {"new": 1}
    assert beside(foreign) == ["ben.annotator"]
    assert foreign.read_bytes() == before


def test_looking_into_a_project_takes_nothing_from_the_one_who_edits_it(foreign: Path) -> None:
    with Project.open(foreign) as at_work:
        at_work.apply(1, "ada", adding(ZOE))
        with Project.open(foreign, read_only=True) as reader:
            assert list(reader.annotation(1, "ada").entities) == ["e1"]
        at_work.apply(1, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    with Project.open(foreign) as project:
        assert list(project.annotation(1, "ada").entities) == ["e1", "e2"]
    assert beside(foreign) == ["ben.annotator"]


def test_a_copy_with_the_log_of_a_killed_program_is_read_with_all_that_was_saved(
    foreign: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    with Project.open(foreign) as at_work:
        at_work.apply(1, "ada", adding(ZOE))
        for name in ("ben.annotator", "ben.annotator-wal"):
            shutil.copy(foreign.with_name(name), copy / name)
    with Project.open(copy / "ben.annotator", read_only=True) as reader:
        assert list(reader.annotation(1, "ada").entities) == ["e1"]
    assert beside(copy / "ben.annotator") == ["ben.annotator"]


@pytest.mark.parametrize(
    "value", ["[", "[" * 100_000, '{"labels": 3}', '{"labels": [{"name": 1, "evil": 2}]}', "null"]
)
def test_a_spoiled_scheme_is_damage_in_one_sentence(foreign: Path, value: str) -> None:
    with closing(sqlite3.connect(foreign, isolation_level=None)) as connection:
        connection.execute("UPDATE project SET value = ? WHERE key = 'scheme'", (value,))
    with pytest.raises(ProjectDamaged, match="has a damaged scheme") as caught:
        Project.open(foreign)
    assert str(foreign) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entity SET flags = '['",
        f"UPDATE entity SET extra = '{'[' * 100_000}'",
        "UPDATE entity SET name = CAST(x'ff41' AS TEXT)",
    ],
)
def test_a_column_that_cannot_be_read_is_damage_and_no_bug(foreign: Path, damage: str) -> None:
    execute(foreign, damage)
    with Project.open(foreign) as project, pytest.raises(StoreError, match="is damaged") as caught:
        project.annotation(1, "ben")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("words", ["'; DROP TABLE article; --", '" OR 1=1 --', "%_\\", "\0x", "*"])
def test_nothing_that_is_typed_is_ever_sql(foreign: Path, words: str) -> None:
    with Project.open(foreign) as project:
        found = project.article_keys(annotator=words, text=words)
        assert found == []
        assert project.labelled_entities(words, words) == []
        assert project.key_of(words) is None
        assert project.uses(labels=[words], types=[words]) == []
        assert list(project.records(annotators=[words])) == []
        project.assign(words.replace("\0", ""), [1])
        assert project.check() == []
        assert project.annotators() == ["ben"]
