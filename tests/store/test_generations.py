"""Which state of a project has grown out of which: told by the commits that each of them knows."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from annotator.store import Project
from annotator.store.database import Database, connect
from annotator.store.generations import (
    Generation,
    Generations,
    generations_in_file,
    generations_of,
    new_writer,
    next_number,
    note,
    prune_writers,
    supersede,
)
from tests.store.samples import SCHEME, execute, rows


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """A project in which nothing was done yet, without anything that looks after it."""
    Project.create(path, SCHEME).close()
    execute(path, "DELETE FROM generation")
    with closing(connect(path)) as database:
        yield database


def noted(database: Database, *commits: tuple[int, int, int]) -> Generations:
    with database.writing() as connection:
        for writer, number, base in commits:
            note(connection, Generation(writer, number), base)
    return generations_of(database.connection)


def test_the_newest_commit_is_the_one_with_the_largest_number() -> None:
    assert Generations().newest == Generation() == Generation(0, 0)
    assert Generations({9: 4, 5: 7, 7: 6}).newest == Generation(5, 7)


def test_a_state_includes_what_its_writer_did_up_to_there_and_nothing_of_strangers() -> None:
    state = Generations({5: 7})
    for commit in ((5, 6), (5, 7), (0, 0), (9, 0)):
        assert state.include(Generation(*commit))
    for commit in ((5, 8), (9, 1)):
        assert not state.include(Generation(*commit))


def test_a_writer_has_a_number_of_its_own_that_every_column_takes() -> None:
    made = {new_writer() for _ in range(100)}
    assert len(made) == 100
    assert all(0 < writer < 2**62 and writer % 2 for writer in made)


def test_each_writer_is_remembered_with_its_last_commit_and_the_base_of_the_newest(
    database: Database,
) -> None:
    found = noted(database, (5, 1, 0), (9, 2, 1), (5, 3, 2), (7, 2, 8))
    assert (found.last, found.base, found.newest) == ({5: 3, 9: 2, 7: 2}, 2, Generation(5, 3))
    assert noted(database).last == found.last


def test_the_next_commit_is_one_further_if_the_state_knows_the_one_that_was_seen(
    database: Database,
) -> None:
    noted(database)
    assert next_number(database.connection, Generation()) == 1
    assert next_number(database.connection, Generation(5, 1)) is None
    noted(database, (5, 3, 0), (9, 7, 0))
    expected = {(0, 0): 8, (5, 0): 8, (5, 2): 8, (5, 3): 8, (5, 4): None, (7, 1): None}
    for seen, number in expected.items():
        assert next_number(database.connection, Generation(*seen)) == number


def test_a_later_state_knows_all_that_the_earlier_one_knew_and_is_further(
    database: Database,
) -> None:
    here = noted(database, (5, 3, 2), (9, 7, 1))
    earlier = Generations({5: 6, 9: 2, 11: 12}, 4)
    with database.writing() as connection:
        supersede(connection, earlier)
    after = generations_of(database.connection)
    assert {writer: after.last[writer] for writer in (5, 9, 11)} == {5: 6, 9: 7, 11: 12}
    assert after.newest.number == 13
    assert after.newest.writer not in (5, 9, 11)
    assert after.base == 0
    assert after.include(here.newest)
    assert after.include(earlier.newest)
    with database.writing() as connection:
        supersede(connection, Generations())
    assert generations_of(database.connection).newest.number == 14


def test_of_many_writers_those_who_wrote_last_are_remembered(database: Database) -> None:
    noted(database, *((writer, 500 - writer, 0) for writer in range(1, 103)))
    with database.writing() as connection:
        prune_writers(connection)
    assert generations_of(database.connection).last.keys() == set(range(1, 101))


def test_the_first_edit_of_a_writer_makes_a_project_forget_the_oldest_ones(
    path: Path, database: Database
) -> None:
    noted(database, *((writer, writer, 0) for writer in range(1, 151)))
    with Project.open(path) as project:
        project.set_value("a", "b")
    last = generations_of(database.connection).last
    assert len(last) == 100
    assert last.keys() >= set(range(52, 151))


def test_a_file_without_the_table_knows_of_no_commit_and_other_faults_are_told(
    path: Path, database: Database
) -> None:
    noted(database, (5, 3, 0))
    before = generations_of(database.connection)
    execute(path, "CREATE TABLE own (a)")
    assert generations_of(database.connection).layout > before.layout
    execute(path, "DROP TABLE generation")
    assert generations_of(database.connection) == Generations()
    assert generations_in_file(path.with_name("nothing")) is None


def test_each_edit_of_a_project_is_one_commit_that_the_next_opening_goes_on_from(
    path: Path,
) -> None:
    Project.create(path, SCHEME).close()
    ((made,),) = rows(path, "SELECT max(number) FROM generation")
    for expected in (1, 2):
        with Project.open(path) as project:
            project.set_value("a", f"{expected}")
        ((number,),) = rows(path, "SELECT max(number) FROM generation")
        assert number == (made or 0) + expected
