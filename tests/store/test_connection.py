"""What every connection to a project promises, whatever is in the file and whoever opened it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.store.database import Database, connect
from annotator.store.errors import ProjectLocked
from annotator.store.opening import create_database, open_database
from annotator.store.schema import LADDER, Migration
from tests.store.samples import execute

NEXT = (
    *LADDER,
    Migration("add_importance", ("ALTER TABLE article ADD COLUMN importance INTEGER",)),
)


def _asked(database: Database, pragma: str) -> object:
    (answer,) = database.connection.execute(f"PRAGMA {pragma}").fetchone()
    return answer


@pytest.mark.parametrize("way", ["made", "opened", "brought up to date"])
def test_a_write_returns_when_it_is_on_the_disk_itself(path: Path, way: str) -> None:
    """With any other setting, SQLite may lose what it has reported as written at a power cut."""
    database = create_database(path, "{}")
    if way != "made":
        database.close()
        database = open_database(path, ladder=LADDER if way == "opened" else NEXT)
    with closing(database):
        assert _asked(database, "journal_mode") == "wal"
        assert _asked(database, "synchronous") == 2


@pytest.mark.parametrize("read_only", [False, True])
def test_a_view_in_the_file_calls_no_function_of_the_program(path: Path, read_only: bool) -> None:
    create_database(path, "{}").close()
    execute(path, "CREATE VIEW peek AS SELECT shout(value) AS value FROM project")
    called = []
    with closing(connect(path, read_only=read_only)) as database:
        database.connection.create_function("shout", 1, called.append)
        with pytest.raises(sqlite3.OperationalError, match="unsafe use of shout"):
            database.connection.execute("SELECT value FROM peek").fetchall()
    assert called == []


def test_a_connection_for_reading_writes_nothing(path: Path) -> None:
    create_database(path, "{}").close()
    before = path.read_bytes()
    with (
        closing(connect(path, read_only=True)) as database,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        database.connection.execute("DELETE FROM project")
    assert path.read_bytes() == before


def test_what_a_write_has_read_is_still_so_when_it_writes(path: Path) -> None:
    """Of two writers the second is the one that waits, before it has read anything."""
    create_database(path, "{}").close()
    with closing(open_database(path)) as first, closing(connect(path, busy_timeout_ms=0)) as second:
        with first.writing() as connection:
            (scheme,) = connection.execute("SELECT value FROM project").fetchone()
            (before,) = connection.execute("SELECT count(*) FROM project").fetchone()
            with pytest.raises(ProjectLocked), second.writing():
                pass
            connection.execute("INSERT INTO project VALUES ('copy', ?)", (scheme,))
        with second.writing() as connection:
            assert connection.execute("SELECT count(*) FROM project").fetchone() == (before + 1,)


def test_a_new_project_has_pages_in_which_a_news_text_wastes_little(path: Path) -> None:
    with closing(create_database(path, "{}")) as database:
        assert _asked(database, "page_size") == 16 * 1024
        assert _asked(database, "foreign_keys") == 1
        assert _asked(database, "trusted_schema") == 0
        assert database.uncached_connection is not database.connection
        assert database.uncached_connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert _asked(database, "wal_autocheckpoint") * 16 * 1024 == 4 * 1024 * 1024  # type: ignore[operator]


def test_a_second_connection_for_reading_writes_nothing_and_waits_as_long(path: Path) -> None:
    with closing(create_database(path, "{}")) as database:
        database.busy_timeout_ms = 1234
        with closing(database.another()) as other:
            assert other.read_only
            assert _asked(other, "query_only") == 1
            assert _asked(other, "busy_timeout") == 1234
