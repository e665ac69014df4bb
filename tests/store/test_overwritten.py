"""Other programs write over an open project, or take its log away: nothing is lost in silence."""

import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.scheme import scheme_to_json
from annotator.store import (
    LogLost,
    Project,
    ProjectOverwritten,
    restore_backup,
)
from annotator.store.generations import generations_in_file
from tests.meddling import Meddling
from tests.store.other_process import OtherProcess
from tests.store.samples import SCHEME, execute, mark, older_project, record, rows

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="there, nothing can be done to a file that is open"
)
OPEN_AND_MARK = """
from annotator.store import Project
from tests.store.samples import mark
project = Project.open(path)
mark(project, 1)
"""
CHECKPOINT = "sql('PRAGMA wal_checkpoint(TRUNCATE)')"
IN_TWO = "sql('PRAGMA wal_checkpoint(PASSIVE)')"


def made(path: Path, page_bytes: int) -> Path:
    """A project with some articles, and pages of this length."""
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for number in range(30):
            target.add(record(f"a{number}", text=f"Zoë Lee came {number} times. " * 40))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute(f"PRAGMA page_size = {page_bytes}")
    connection.execute("VACUUM")
    connection.close()
    return path


@pytest.fixture
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return made(tmp_path / "news.db", getattr(request, "param", 16384))


@pytest.fixture
def other(path: Path) -> Iterator[OtherProcess]:
    with OtherProcess(path) as process:
        yield process


def found(path: Path) -> list[int]:
    """The edits that are in the file, which must be as it should be."""
    with Project.open(path) as project:
        assert project.check() == []
        entities = [e for key in (1, 2) for e in project.annotation(key, "ada").entities]
    return sorted(int(entity[1:]) for entity in entities)


def copied(path: Path, project: Project, other: OtherProcess) -> Path:
    """What a sync program has of the project as it is now."""
    other.do(CHECKPOINT)
    copy = path.with_name("copy")
    other.do(f"shutil.copyfile(path, {str(copy)!r})")
    assert project.data_version() >= 0
    return copy


@pytest.mark.parametrize("path", [4096, 16384], indirect=True)
@pytest.mark.parametrize(("log", "times"), [(CHECKPOINT, True), (IN_TWO, False), ("pass", True)])
def test_an_older_copy_written_over_the_project_takes_no_further_edit(
    path: Path, other: OtherProcess, log: str, times: bool
) -> None:
    with Project.open(path) as project:
        mark(project, 1, 2)
        copy = copied(path, project, other)
        mark(project, 3)
        other.do(CHECKPOINT)
        mark(project, 4)
        other.do(log)
        other.do(f"overwrite({str(copy)!r}, times={times})")
        with pytest.raises(ProjectOverwritten, match="was overwritten while it was open"):
            mark(project, 5)
        with pytest.raises(ProjectOverwritten):
            mark(project, 6)
        assert list(project.annotation(1, "ada").entities) == ["e1", "e2"]
    assert path.read_bytes() == copy.read_bytes()
    assert found(path) == [1, 2]


def test_a_copy_that_is_the_file_itself_costs_nothing(path: Path, other: OtherProcess) -> None:
    with Project.open(path) as project:
        mark(project, 1)
        copy = copied(path, project, other)
        mark(project, 2)
        other.do(f"overwrite({str(copy)!r})")
        mark(project, 3)
    assert found(path) == [1, 2, 3]


def test_a_later_copy_from_another_computer_is_no_state_of_this_one(
    path: Path, other: OtherProcess, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    with Project.open(path) as project:
        mark(project, 1)
        copy = copied(path, project, other)
        shutil.copyfile(copy, elsewhere)
        with Project.open(elsewhere) as theirs:
            mark(theirs, *range(50, 90))
        mark(project, 2)
        other.do(f"overwrite({str(elsewhere)!r})")
        with pytest.raises(ProjectOverwritten):
            mark(project, 3)
    assert found(path) == [1, *range(50, 90)]


@pytest.mark.parametrize("length", [0, 50, 4096, 40_000])
def test_a_copy_that_came_in_half_is_left_alone(
    path: Path, other: OtherProcess, length: int
) -> None:
    with Project.open(path) as project:
        mark(project, 1)
        copy = copied(path, project, other)
        mark(project, 2)
        other.do(f"overwrite({str(copy)!r}, length={length})")
        with pytest.raises(ProjectOverwritten):
            mark(project, 3)
        assert project.annotators() in ([], ["ada"])
        assert project.article_rows([1], "ada") == project.article_rows([1], "ada")
    assert path.read_bytes() == copy.read_bytes()[:length]


def test_an_overwritten_project_is_told_by_looking_alone(path: Path, other: OtherProcess) -> None:
    with Project.open(path) as project:
        copy = copied(path, project, other)
        mark(project, 1)
        project.file.verify()
        other.do(CHECKPOINT)
        project.file.verify()
        other.do(f"overwrite({str(copy)!r})")
        assert not project.file.is_overwritten
        with pytest.raises(ProjectOverwritten):
            project.file.verify()
        assert project.file.is_overwritten
    assert found(path) == []


def test_what_can_no_longer_be_read_is_told_as_overwritten_if_it_was(
    path: Path, other: OtherProcess, tmp_path: Path
) -> None:
    noise = tmp_path / "noise"
    noise.write_bytes(path.read_bytes()[:100] + b"\x55" * (path.stat().st_size - 100))
    with Project.open(path) as project:
        other.do(f"overwrite({str(noise)!r})")
        project._database.connection.execute("PRAGMA shrink_memory")
        with pytest.raises(ProjectOverwritten, match="was overwritten while it was open"):
            project.article_keys(annotator="ada", text="came")
        assert project.file.is_overwritten
        assert project.article_keys(annotator="ada") == []


def test_an_import_whose_file_is_written_over_meanwhile_says_so(
    path: Path, other: OtherProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.store.file_guard._LONG_WRITE_S", 0.0)
    with Project.open(path) as project:
        copy = copied(path, project, other)
        mark(project, 1)
        other.do(CHECKPOINT)
        importing = project.importing()
        importing.__enter__().add(record("b1", text="Something else."))
        other.do(f"overwrite({str(copy)!r})")
        with pytest.raises(ProjectOverwritten):
            importing.__exit__(None, None, None)


def test_a_project_that_an_older_version_made_is_guarded_from_its_first_step(
    tmp_path: Path,
) -> None:
    path = older_project(tmp_path / "news.db", 4, scheme_to_json(SCHEME))
    copy = tmp_path / "copy"
    with OtherProcess(path) as other:
        other.do(f"shutil.copyfile(path, {str(copy)!r})")
        with Project.open(path) as project:
            other.do(f"overwrite({str(copy)!r})")
            with pytest.raises(ProjectOverwritten):
                project.set_value("x", "y")
    assert path.read_bytes() == copy.read_bytes()


LEGITIMATE = {
    "a checkpoint": CHECKPOINT,
    "a part of one": IN_TWO,
    "writing": "sql(\"UPDATE article SET url = title || 'x'\")",
    "writing and a checkpoint": "sql(\"UPDATE article SET url = title || 'x'\", "
    "'PRAGMA wal_checkpoint(TRUNCATE)')",
    "tidying": "sql('VACUUM', 'PRAGMA wal_checkpoint(TRUNCATE)')",
    "a table of its own": "sql('CREATE TABLE IF NOT EXISTS mine (x)', 'INSERT INTO mine "
    "VALUES (randomblob(500000))', 'PRAGMA wal_checkpoint')",
    "new indexes": "sql('REINDEX', 'ANALYZE', 'PRAGMA optimize')",
    "looking": "sql('SELECT count(*) FROM article')",
}


@pytest.mark.parametrize("what", LEGITIMATE)
def test_what_goes_through_sqlite_is_no_harm(path: Path, other: OtherProcess, what: str) -> None:
    with Project.open(path) as project:
        for number in range(1, 7):
            mark(project, number)
            other.do(LEGITIMATE[what])
            if number % 2:
                project.file.verify()
        assert project.file.mended == 0
    assert found(path) == [1, 2, 3, 4, 5, 6]


def test_a_second_annotator_and_its_checkpoints_are_no_harm(
    path: Path, other: OtherProcess
) -> None:
    other.do(
        "from annotator.store import Project\n"
        "from tests.store.samples import mark\n"
        "project = Project.open(path)"
    )
    with Project.open(path) as project:
        for number in range(1, 20):
            mark(project, number)
            other.do(f"mark(project, {100 + number}, article=2)")
            if number % 5 == 0:
                other.do("project.close(); project = Project.open(path)")
                project.file.verify()
        other.do("project.close()")
        mark(project, 20)
    assert found(path) == [*range(1, 21), *range(101, 120)]


def test_going_back_to_a_backup_is_no_harm_to_those_who_have_the_project_open(
    path: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    with Project.open(path) as project:
        mark(project, 1)
        project.backup(backup)
        mark(project, 2, 3)
        restore_backup(backup, path)
        project.file.verify()
        assert list(project.annotation(1, "ada").entities) == ["e1"]
        mark(project, 4)
    assert found(path) == [1, 4]


@pytest.mark.parametrize("which", ["wal", "shm", "both"])
@pytest.mark.parametrize("before", ["pass", CHECKPOINT])
@pytest.mark.parametrize("end", ["closed", "killed"])
def test_edits_outlive_a_log_that_was_removed(
    path: Path, other: OtherProcess, which: str, before: str, end: str
) -> None:
    with OtherProcess(path) as editor:
        editor.do(
            "from annotator.store import Project\n"
            "from tests.store.samples import mark\n"
            "project = Project.open(path)\n"
            "mark(project, 1, 2, 3)"
        )
        other.do(before)
        for suffix in ("wal", "shm"):
            if which in (suffix, "both"):
                other.do(f"{suffix}.unlink()")
        editor.do("mark(project, 4)\nassert project.file.mended == 1\nmark(project, 5)")
        if end == "killed":
            editor.kill()
        else:
            editor.do("project.close()")
    assert found(path) == [1, 2, 3, 4, 5]


def test_edits_outlive_a_log_that_was_removed_from_two_programs(
    path: Path, other: OtherProcess
) -> None:
    other.do(
        "from annotator.store import Project\n"
        "from tests.store.samples import mark\n"
        "project = Project.open(path)\n"
        "mark(project, 101, article=2)"
    )
    with Project.open(path) as project:
        mark(project, 1)
        assert project.file.mended == 0
        other.do("wal.unlink(); shm.unlink()")
        mark(project, 2)
        assert project.file.mended == 1
        other.do("mark(project, 102, article=2)")
        mark(project, 3)
        other.do("project.file.verify(); mark(project, 103, article=2); project.close()")
    assert found(path) == [1, 2, 3, 101, 102, 103]


def test_edits_outlive_a_log_that_was_removed_while_part_of_it_was_in_the_file(
    path: Path, other: OtherProcess
) -> None:
    """Somebody read an earlier state meanwhile; the part alone is no sound file."""
    with Project.open(path) as project:
        number = 0
        other.do("reader = sqlite3.connect(path, isolation_level=None)")
        while generations_in_file(path) is not None:
            number += 1
            assert number < 40
            project.set_value(f"note {number:02} a", "1" * 3_000)
            other.do(
                "reader.rollback()\n"
                "reader.execute('BEGIN')\n"
                "reader.execute('SELECT count(*) FROM article').fetchone()"
            )
            project.set_value(f"note {number:02} b", "2" * 3_000)
            other.do(IN_TWO)
        other.do("wal.unlink(); shm.unlink(); reader.close()")
        mark(project, 1)
        assert project.file.mended == 1
    with Project.open(path) as project:
        assert project.value(f"note {number:02} b") == "2" * 3_000
        assert project.check() == []
    assert found(path) == [1]


def test_what_another_program_wrote_by_a_new_index_of_the_log_is_there_as_well(
    path: Path, other: OtherProcess
) -> None:
    with Project.open(path) as project:
        mark(project, 2, 3)
        other.do("shm.unlink()")
        other.do("sql(\"INSERT INTO project VALUES ('kept:theirs', '1')\")")
        mark(project, 4)
        assert project.value("theirs") == "1"
        mark(project, 5)
    assert found(path) == [2, 3, 4, 5]
    with Project.open(path) as project:
        assert project.value("theirs") == "1"
        assert project.check() == []


def test_who_has_lost_the_locks_loses_no_edit_and_spoils_none(
    path: Path, other: OtherProcess
) -> None:
    """Closing the file in any way but SQLite's lets go of them; others then remove the log."""
    with Project.open(path) as project:
        for number in range(1, 40, 4):
            mark(project, number, number + 1)
            path.read_bytes()
            other.do("sql('SELECT count(*) FROM article')")
            assert not Path(f"{path}-wal").exists()
            other.do("sql(\"UPDATE article SET url = title || 'x'\")")
            mark(project, number + 2)
            path.read_bytes()
            other.do("sql('SELECT count(*) FROM article')")
            project.file.verify()
            mark(project, number + 3)
        assert project.file.mended == 20
    assert found(path) == [*range(1, 41)]


def test_a_log_that_another_connection_of_the_program_uses_is_mended_once_that_is_closed(
    path: Path, other: OtherProcess
) -> None:
    with Project.open(path) as project:
        mark(project, 1)
        with Project.open(path) as job:
            job.articles = job.article_keys(annotator="ada")  # type: ignore[attr-defined]
            path.read_bytes()
            other.do("sql('SELECT count(*) FROM article')")
            with pytest.raises(LogLost):
                mark(project, 2)
        mark(project, 2)
    assert found(path) == [1, 2]


def test_a_log_left_by_a_killed_program_does_not_mix_with_an_older_copy(
    path: Path, other: OtherProcess
) -> None:
    with OtherProcess(path) as editor:
        editor.do(OPEN_AND_MARK)
        other.do(CHECKPOINT)
        copy = path.with_name("copy")
        other.do(f"shutil.copyfile(path, {str(copy)!r})")
        editor.do("mark(project, 2)")
        other.do(CHECKPOINT)
        editor.do("mark(project, 3)")
        editor.kill()
    assert Path(f"{path}-wal").stat().st_size
    other.do(f"overwrite({str(copy)!r})")
    with Project.open(path) as project:
        aside = project.file.retired_log
        assert aside is not None
        assert aside.stat().st_size
        assert aside.name.startswith("news.overwritten-")
    assert found(path) == [1]


def test_a_log_left_by_a_killed_program_is_used_where_it_belongs(
    path: Path, other: OtherProcess
) -> None:
    with OtherProcess(path) as editor:
        editor.do(OPEN_AND_MARK)
        other.do(CHECKPOINT)
        editor.do("mark(project, 2, 3)")
        editor.kill()
    with Project.open(path) as project:
        assert project.file.retired_log is None
    assert found(path) == [1, 2, 3]


def test_the_command_line_says_in_one_sentence_that_the_file_was_written_over(
    path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotator.store.file_guard._LONG_WRITE_S", 0.0)
    copy, article = tmp_path / "copy", tmp_path / "article.txt"
    shutil.copyfile(path, copy)
    with Project.open(path) as project:
        mark(project, 1)
    article.write_text("Something else.")

    before: Callable[..., object] = Project.importing

    def importing(project: Project) -> object:
        with OtherProcess(path) as other:
            other.do(f"overwrite({str(copy)!r})")
        return before(project)

    monkeypatch.setattr(Project, "importing", importing)
    assert main(["import", str(path), str(article)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "was overwritten while it was open" in told
    assert path.read_bytes() == copy.read_bytes()


def test_a_file_remembers_only_those_who_wrote_last(path: Path) -> None:
    execute(
        path,
        "WITH RECURSIVE n (x) AS (SELECT 2 UNION ALL SELECT x + 1 FROM n WHERE x < 300) "
        "INSERT INTO generation SELECT x, x, 0 FROM n",
    )
    with Project.open(path) as project:
        mark(project, 1)
        mark(project, 2)
    assert rows(path, "SELECT count(*), max(number) FROM generation") == [(100, 302)]


@pytest.mark.parametrize("seed", [3, 33])
def test_whatever_others_do_to_the_project_no_acknowledged_edit_is_lost_in_silence(
    tmp_path: Path, seed: int
) -> None:
    """`make bench ARGS=faults` does it a hundred times."""
    editor = Meddling(tmp_path, random.Random(seed))
    editor.run(40)
    assert editor.end() > 0
