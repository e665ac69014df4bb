"""Disks that refuse, files that vanish, clocks that go back, power that fails in mid-write."""

import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from annotator.core.annotation import StaleEdit
from annotator.services.merging import merge_files
from annotator.store import (
    DiskError,
    NotAProject,
    Project,
    ProjectDamaged,
    ProjectLocked,
    ProjectReadOnly,
    ProjectRemoved,
    StoreError,
    annotations,
)
from annotator.store.errors import store_error_for
from tests.store.samples import SCHEME, ZOE, adding, record

resource = pytest.importorskip("resource", reason="only POSIX systems limit the size of files")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes, which root may mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    if (
        shutil.which("mount") is None
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("only root can mount a small disk, and not everywhere")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _edit_for_ever(project: Project) -> None:
    for number in count(1):
        project.apply(1, "ada", adding(ZOE._replace(id=f"e{number}", ordinal=number)))


def _import_too_much(project: Project) -> None:
    with project.importing() as target:
        for number in range(1000):
            target.add(record(f"a{number}", text=f"{number} word " * 1000))


def sentence(error: BaseException) -> str:
    words = str(error)
    assert "\n" not in words
    assert ";" in words, "it says what is wrong and then what to do"
    return words


def test_edits_on_a_disk_that_fills_up_are_refused_and_those_before_are_there(
    small_disk: Path,
) -> None:
    path = small_disk / "news.db"
    with Project.create(path, SCHEME) as project:
        with project.importing() as target:
            target.add(record("a1"))
        filler = small_disk / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - 1_000_000))
        with pytest.raises(DiskError, match="disk is full; free some space") as caught:
            _edit_for_ever(project)
        assert str(path) in sentence(caught.value)
        saved = project.revision(1, "ada")
        assert saved > 0
        assert len(project.annotation(1, "ada").entities) == saved
        filler.unlink()
        project.apply(1, "ada", adding(ZOE._replace(id="after", ordinal=99_999)))
    with Project.open(path) as project:
        assert len(project.annotation(1, "ada").entities) == saved + 1
        assert project.check() == []


def test_an_import_and_a_backup_that_do_not_fit_leave_nothing(small_disk: Path) -> None:
    path = small_disk / "news.db"
    Project.create(path, SCHEME).close()
    with Project.open(path) as project:
        with pytest.raises(DiskError) as caught:
            _import_too_much(project)
        sentence(caught.value)
        assert project.article_keys(annotator="ada") == []
        (small_disk / "filler").write_bytes(bytes(3_400_000))
        with pytest.raises(DiskError) as caught:
            project.backup(small_disk / "copy.db")
        sentence(caught.value)
        assert project.check() == []
    assert {file.name for file in small_disk.iterdir()} == {"news.db", "filler"}


def test_a_disk_that_refuses_to_write_costs_nothing_that_was_saved(
    path: Path, project: Project, key: int
) -> None:
    project.apply(key, "ada", adding(ZOE))
    with files_no_longer_than(4096), pytest.raises(DiskError) as caught:
        project.apply(key, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    sentence(caught.value)
    project.apply(key, "ada", adding(ZOE._replace(id="e3", ordinal=3)))
    assert list(project.annotation(key, "ada").entities) == ["e1", "e3"]
    assert project.check() == []


def test_a_project_that_was_removed_while_open_takes_no_more_edits(
    path: Path, project: Project, key: int
) -> None:
    project.apply(key, "ada", adding(ZOE))
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(ProjectRemoved, match="was removed or replaced while it was open") as caught:
        project.apply(key, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    assert str(path) in sentence(caught.value)
    path.with_name("elsewhere.db").rename(path)
    project.apply(key, "ada", adding(ZOE._replace(id="e3", ordinal=3)))
    assert list(project.annotation(key, "ada").entities) == ["e1", "e3"]


def test_a_project_that_was_replaced_while_open_takes_no_more_edits(
    path: Path, project: Project, key: int, tmp_path: Path
) -> None:
    project.backup(tmp_path / "older.db")
    project.apply(key, "ada", adding(ZOE))
    (tmp_path / "older.db").replace(path)
    with pytest.raises(ProjectRemoved, match="replaced"):
        project.apply(key, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    with pytest.raises(ProjectRemoved, match="replaced"), project.importing() as target:
        target.add(record("a2", text="other"))


@pytest.mark.parametrize("way", ["removed", "replaced"])
def test_a_project_whose_file_has_gone_is_rescued_with_what_waits(
    path: Path, project: Project, key: int, tmp_path: Path, way: str
) -> None:
    project.backup(tmp_path / "older.db")
    project.apply(key, "ada", adding(ZOE))
    assert not project.file.is_gone()
    for file in tmp_path.glob("news.db*"):
        file.unlink()
    if way == "replaced":
        (tmp_path / "older.db").replace(path)
    assert project.file.is_gone()
    waits = adding(ZOE._replace(id="e2", ordinal=2))
    project.rescue(tmp_path / "rescue.db", [(key, "ada", waits)])
    with Project.open(tmp_path / "rescue.db") as rescued:
        assert list(rescued.annotation(key, "ada").entities) == ["e1", "e2"]
        assert rescued.next_undo_title(key, "ada") == waits.title
        assert rescued.check() == []
    with pytest.raises(StaleEdit):
        project.rescue(tmp_path / "other.db", [(key, "ada", waits), (key, "ada", waits)])
    assert list(tmp_path.glob("*other.db*")) == []


def test_a_drive_without_locks_is_named(path: Path) -> None:
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL
    told = store_error_for(error, path)
    assert isinstance(told, ProjectLocked)
    assert "network drives" in sentence(told)


def test_a_clock_that_goes_back_makes_nothing_older(
    path: Path, project: Project, key: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.apply(key, "ada", adding(ZOE))
    before = project.annotation(key, "ada").updated
    project.backup(tmp_path / "copy.db")
    monkeypatch.setattr(annotations, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    with Project.open(tmp_path / "copy.db") as copy:
        copy.apply(key, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
        assert copy.annotation(key, "ada").updated == before
    assert merge_files(project, [tmp_path / "copy.db"]).counts() == {"newer": 1}
    assert list(project.annotation(key, "ada").entities) == ["e1", "e2"]
    undone = project.undo(key, "ada")
    assert undone is not None
    assert list(project.annotation(key, "ada").entities) == ["e1"]


def test_another_connection_is_noticed_when_it_has_saved(
    path: Path, project: Project, key: int
) -> None:
    before = project.data_version()
    project.apply(key, "ada", adding(ZOE))
    assert project.data_version() == before
    with Project.open(path) as other:
        other.apply(key, "ben", adding(ZOE))
    assert project.data_version() != before


def _log_of_edits(path: Path, edits: int) -> tuple[bytes, bytes, list[int]]:
    """File and log after so many edits, and how long the log was when each was acknowledged."""
    log = Path(f"{path}-wal")
    ends = []
    with Project.open(path) as project:
        for number in range(1, edits + 1):
            project.apply(1, "ada", adding(ZOE._replace(id=f"e{number}", ordinal=number)))
            ends.append(log.stat().st_size)
        return path.read_bytes(), log.read_bytes(), ends


@pytest.mark.parametrize("harm", ["cut", "zeros", "noise"])
def test_a_power_cut_in_mid_write_takes_no_edit_that_was_saved(
    path: Path, tmp_path: Path, harm: str
) -> None:
    """What fsync has reported stays; after it the log may end anywhere, or in anything."""
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
    file, log, ends = _log_of_edits(path, 12)
    chance = random.Random(7)
    for trial in range(25):
        at = chance.randrange(ends[0], len(log))
        sure = sum(end <= at for end in ends)
        torn = log[:at]
        if harm != "cut":
            rest = len(log) - at
            torn += bytes(rest) if harm == "zeros" else chance.randbytes(rest)
        copy = tmp_path / f"{trial}" / "news.db"
        copy.parent.mkdir()
        copy.write_bytes(file)
        Path(f"{copy}-wal").write_bytes(torn)
        with Project.open(copy) as project:
            found = list(project.annotation(1, "ada").entities)
            assert found == [f"e{number}" for number in range(1, len(found) + 1)]
            assert len(found) >= sure
            assert project.check() == []


FROM_OUTSIDE: dict[str, type[StoreError]] = {
    "SQLITE_BUSY": ProjectLocked,
    "SQLITE_LOCKED": ProjectLocked,
    "SQLITE_PROTOCOL": ProjectLocked,
    "SQLITE_READONLY": ProjectReadOnly,
    "SQLITE_PERM": ProjectReadOnly,
    "SQLITE_CANTOPEN": DiskError,
    "SQLITE_FULL": DiskError,
    "SQLITE_IOERR": DiskError,
    "SQLITE_CORRUPT": ProjectDamaged,
    "SQLITE_NOTADB": NotAProject,
    "SQLITE_CONSTRAINT": StoreError,
}
OUR_OWN = ("SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE", "SQLITE_MISMATCH", "SQLITE_TOOBIG")


def _codes_of(family: str) -> list[int]:
    """The code of this name and all the finer ones that SQLite has for it."""
    return [
        code
        for name, code in vars(sqlite3).items()
        if name == family or name.startswith(f"{family}_")
    ]


def _error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(("family", "kind"), FROM_OUTSIDE.items())
def test_every_fault_from_outside_is_a_sentence_with_the_name_of_the_file(
    path: Path, family: str, kind: type[StoreError]
) -> None:
    codes = _codes_of(family)
    assert codes
    for code in codes:
        told = store_error_for(_error(code), path)
        assert type(told) is kind
        assert str(path) in sentence(told)
        assert "{" not in str(told)


@pytest.mark.parametrize("family", OUR_OWN)
def test_a_fault_of_the_program_is_not_blamed_on_the_file(path: Path, family: str) -> None:
    codes = _codes_of(family)
    assert codes
    assert [store_error_for(_error(code), path) for code in codes] == [None] * len(codes)


def test_a_fault_that_has_no_code_is_one_of_the_program_unless_it_tells_of_bad_text(
    path: Path,
) -> None:
    assert (
        store_error_for(sqlite3.ProgrammingError("Cannot operate on a closed database."), path)
        is None
    )
    with sqlite3.connect(":memory:") as connection, pytest.raises(sqlite3.Error) as caught:
        connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchall()
    connection.close()
    told = store_error_for(caught.value, path)
    assert isinstance(told, ProjectDamaged)
    assert str(path) in sentence(told)
