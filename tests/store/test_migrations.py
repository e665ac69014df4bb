"""Older files are brought up to date, after a copy; backups are whole."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from annotator.services.read_only import open_read_only
from annotator.store import (
    DiskError,
    NewerProject,
    Project,
    ProjectDamaged,
    ProjectExists,
    ProjectReadOnly,
    backup,
    backups,
)
from annotator.store.opening import open_database
from annotator.store.schema import LADDER, Migration
from tests.store.samples import SCHEME, ZOE, adding, older_project, record, rows

NEXT = (
    *LADDER,
    Migration("add_importance", ("ALTER TABLE article ADD COLUMN importance INTEGER",)),
)
BROKEN = (*NEXT, Migration("break_things", ("CREATE TABLE fine (x)", "CREATE TABLE article (x)")))


@pytest.fixture
def older(path: Path) -> Path:
    """A file of today, which is an old one to the ladders of these tests."""
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1", "ada"))
    return path


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("news.backup-*.db"))


def test_every_step_has_a_name_of_its_own() -> None:
    assert len({step.name for step in LADDER}) == len(LADDER)


def test_the_tables_are_strict() -> None:
    tables = [
        sql for step in LADDER for sql in step.statements if sql.split()[:2] == ["CREATE", "TABLE"]
    ]
    assert len(tables) > 10
    assert all(") STRICT" in sql for sql in tables)


def test_an_older_file_takes_the_pending_step_after_a_copy(older: Path) -> None:
    open_database(older, ladder=NEXT).close()
    assert rows(older, "SELECT id, importance FROM article") == [("a1", None)]
    assert rows(older, "PRAGMA user_version") == [(len(NEXT),)]
    (copy,) = copies(older)
    assert copy.name.startswith(f"news.backup-v{len(LADDER)}-20")
    with Project.open(copy) as project:
        assert [found.article.id for found in project.records()] == ["a1"]


def scheme_of_version_2(*names: str) -> str:
    """The scheme with these labels as JSON, which does not say who is a person."""
    labels = [{"name": name, "title": name, "short": name, "tone": "blue"} for name in names]
    return json.dumps({"version": 2, "name": "old", "title": "Old", "labels": labels})


def test_labels_of_an_older_file_are_of_people_as_their_names_said(path: Path) -> None:
    before = scheme_of_version_2("PERS", "MENSCH", "PERCENT")
    older_project(path, 5, before)
    stored = "SELECT value FROM project WHERE key = 'scheme'"
    for _ in range(2):
        with Project.open(path) as project:
            assert [label.person for label in project.scheme.labels] == [True, False, False]
            assert project.check() == []
        ((now,),) = rows(path, stored)
        assert [label["person"] for label in json.loads(now)["labels"]] == [True, False, False]
    (copy,) = copies(path)
    assert copy.name.startswith("news.backup-v5-")
    assert rows(copy, stored) == [(before,)]


def test_an_older_file_can_still_be_looked_at_for_reading_only(path: Path) -> None:
    older_project(path, 5, scheme_of_version_2("PERSON"))
    before = path.read_bytes()
    with open_read_only(path) as project:
        assert project.scheme.is_person("PERSON")
    assert path.read_bytes() == before


def test_a_damaged_scheme_of_an_older_file_is_reported_and_kept(path: Path) -> None:
    older_project(path, 5, '{"labels": 7}')
    with pytest.raises(ProjectDamaged, match="damaged scheme"):
        Project.open(path)
    assert rows(path, "SELECT value FROM project WHERE key = 'scheme'") == [('{"labels": 7}',)]


def test_an_up_to_date_file_is_opened_without_a_copy(older: Path) -> None:
    open_database(older, ladder=NEXT).close()
    open_database(older, ladder=NEXT).close()
    assert len(copies(older)) == 1


def test_copies_within_a_second_are_numbered(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FixedSizeLabel(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "FixedSizeLabel":
            return cls(2026, 11, 25, 12, 0, 0, tzinfo=tz)

    monkeypatch.setattr(backups, "datetime", FixedSizeLabel)
    made = [backups.backup_before_migration(older, 7).name for _ in range(3)]
    first = f"{older.stem}.backup-v7-20261125-120000"
    assert made == [f"{first}{more}{older.suffix}" for more in ("", "-2", "-3")]
    assert len(copies(older)) == 3


def test_a_step_that_fails_leaves_the_file_as_it_was(older: Path) -> None:
    before = rows(older, "SELECT name, sql FROM sqlite_schema")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_database(older, ladder=BROKEN)
    assert rows(older, "SELECT name, sql FROM sqlite_schema") == before
    Project.open(older).close()


def test_an_older_file_is_not_brought_up_to_date_for_reading_only(older: Path) -> None:
    before = older.read_bytes()
    with pytest.raises(ProjectReadOnly, match="open it once for writing"):
        open_database(older, read_only=True, ladder=NEXT)
    assert older.read_bytes() == before


def test_the_file_of_a_newer_program_is_refused_by_this_one(older: Path) -> None:
    open_database(older, ladder=NEXT).close()
    before = older.read_bytes()
    with pytest.raises(NewerProject):
        Project.open(older)
    assert older.read_bytes() == before


def test_a_backup_of_an_open_project_holds_all_that_was_saved(
    project: Project, key: int, tmp_path: Path
) -> None:
    project.apply(key, "ada", adding(ZOE))
    project.backup(tmp_path / "copy.db")
    project.apply(key, "ada", adding(ZOE).inverse())
    with Project.open(tmp_path / "copy.db") as copy:
        assert copy.annotation(key, "ada").entities == {"e1": ZOE}
        assert str(copy.next_undo_title(key, "ada")) == "Mark"
        assert copy.check() == []
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"copy.db", "news.db", "news.db-shm", "news.db-wal"}


def test_a_backup_waits_for_no_writer(project: Project, key: int, tmp_path: Path) -> None:
    with closing(sqlite3.connect(project.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM article")
        project.backup(tmp_path / "copy.db")
    with Project.open(tmp_path / "copy.db") as copy:
        assert copy.article(key).id == "a1"


def test_a_backup_never_overwrites(project: Project, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(ProjectExists, match="exists already; open it, or choose another name"):
        project.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_backup_into_a_folder_that_is_not_there_says_so(project: Project, tmp_path: Path) -> None:
    with pytest.raises(DiskError, match=r"copy\.db"):
        project.backup(tmp_path / "nowhere" / "copy.db")


def test_a_damaged_project_gives_no_backup(older: Path) -> None:
    content = bytearray(older.read_bytes())
    content[4096:12288] = b"\x55" * 8192
    older.write_bytes(content)
    with pytest.raises(ProjectDamaged):
        backup(older, older.with_name("copy.db"))
    left = {file.name for file in older.parent.iterdir()}
    assert left <= {"news.db", "news.db-shm", "news.db-wal"}
