"""What happens at the door: each file that is no healthy project gets its own sentence."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import annotator
from annotator.core.scheme import Label, Scheme
from annotator.store import (
    DiskError,
    NewerProject,
    NotAProject,
    Project,
    ProjectDamaged,
    ProjectExists,
    ProjectLocked,
    ProjectMissing,
    ProjectReadOnly,
    opening,
)
from annotator.store.database import Database, connect
from annotator.store.file_guard import retire_log
from annotator.store.schema import LADDER
from tests.store.samples import SCHEME, ZOE, adding, execute, record, rows

ROOT = Path(annotator.__file__).resolve().parent.parent


def test_a_new_project_is_an_empty_one_with_its_scheme(path: Path) -> None:
    with Project.create(path, SCHEME) as project:
        assert project.scheme == SCHEME
        assert project.article_keys(annotator="ada") == []
        assert project.annotators() == []
        assert project.check() == []


def test_a_changed_scheme_is_there_after_reopening(path: Path) -> None:
    other = Scheme("other", "Other", (Label("ORG", "Organisation", "ORG", "violet", "2"),))
    with Project.create(path, SCHEME) as project:
        project.set_scheme(other)
        assert project.scheme == other
    with Project.open(path) as project:
        assert project.scheme == other


def test_the_file_says_that_it_is_a_project_and_of_which_version(project: Project) -> None:
    assert rows(project.path, "PRAGMA application_id") == [(0x416E6E74,)]
    assert rows(project.path, "PRAGMA user_version") == [(len(LADDER),)]
    assert rows(project.path, "PRAGMA journal_mode") == [("wal",)]


def test_a_closed_project_is_one_file(path: Path) -> None:
    Project.create(path, SCHEME).close()
    assert list(path.parent.iterdir()) == [path]


def test_making_a_project_over_a_file_is_refused_and_leaves_the_file(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(ProjectExists, match="exists already"):
        Project.create(path, SCHEME)
    assert path.read_text() == "precious"


def test_making_a_project_in_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="could not be written: No such file or directory"):
        Project.create(tmp_path / "nowhere" / "news.db", SCHEME)


def _missing(path: Path) -> None:
    assert not path.exists()


def _folder(path: Path) -> None:
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("Ann Lee said nothing.\n" * 100)


def _empty(path: Path) -> None:
    path.touch()


def _other_database(path: Path) -> None:
    execute(path, "CREATE TABLE article (id TEXT)")


def _newer(path: Path) -> None:
    Project.create(path, SCHEME).close()
    execute(path, f"PRAGMA user_version = {len(LADDER) + 1}")


def _unknown_step(path: Path) -> None:
    Project.create(path, SCHEME).close()
    execute(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('annotator', 'from_the_future', '2031')",
    )


def _cut_off(path: Path) -> None:
    Project.create(path, SCHEME).close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _cut_off_beside_an_empty_log(path: Path) -> None:
    _cut_off(path)
    Path(f"{path}-wal").touch()


def _only_the_first_bytes(path: Path) -> None:
    Project.create(path, SCHEME).close()
    path.write_bytes(path.read_bytes()[:40])


def _overwritten(path: Path) -> None:
    Project.create(path, SCHEME).close()
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\x55" * (len(content) - 100))


def _no_scheme(path: Path) -> None:
    Project.create(path, SCHEME).close()
    execute(path, "DELETE FROM project")


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (_missing, ProjectMissing, "does not exist; check the name"),
        (_folder, NotAProject, "is a folder; choose the project file"),
        (_text, NotAProject, "is not an Annotator project"),
        (_empty, NotAProject, "is not an Annotator project"),
        (_other_database, NotAProject, "is an SQLite database but not an Annotator project"),
        (_newer, NewerProject, "newer version of Annotator; update"),
        (_unknown_step, NewerProject, "newer version of Annotator; update"),
        (_cut_off, ProjectDamaged, "is cut off"),
        (_cut_off_beside_an_empty_log, ProjectDamaged, "is cut off"),
        (_only_the_first_bytes, ProjectDamaged, "is cut off"),
        (_overwritten, ProjectDamaged, "is damaged; go back to a backup"),
        (_no_scheme, ProjectDamaged, "has lost its scheme"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_healthy_project_is_refused_in_one_sentence_and_left_as_it_is(
    path: Path,
    make: Callable[[Path], None],
    kind: type[Exception],
    words: str,
    read_only: bool,
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind, match=words) as caught:
        Project.open(path, read_only=read_only)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_project_that_another_program_holds_says_so(path: Path) -> None:
    Project.create(path, SCHEME).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ProjectLocked, match="in use by another program; close it there"):
            Project.open(path, busy_timeout_ms=10)


def test_a_write_that_another_writer_keeps_waiting_changes_nothing(
    path: Path, project: Project, key: int
) -> None:
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        Project.open(path, busy_timeout_ms=10) as late,
    ):
        other.execute("BEGIN EXCLUSIVE")
        assert late.article(key).id == "a1"
        with pytest.raises(ProjectLocked, match="in use by another program"):
            late.apply(key, "ada", adding(ZOE))
        other.execute("ROLLBACK")
        assert late.annotators() == []
        late.apply(key, "ada", adding(ZOE))
    assert list(project.annotation(key, "ada").entities) == ["e1"]


def test_a_project_open_for_reading_takes_no_edit(path: Path, project: Project, key: int) -> None:
    with Project.open(path, read_only=True) as reader:
        assert reader.read_only
        assert reader.article(key).id == "a1"
        with pytest.raises(ProjectReadOnly, match="may not be written"):
            reader.apply(key, "ada", adding(ZOE))
        assert reader.check() == []


def test_a_full_disk_is_named_and_nothing_is_written(project: Project) -> None:
    connection = project._database.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with (
        pytest.raises(DiskError, match="disk is full; free some space"),
        project.importing() as target,
    ):
        target.add(record("a1", text="word " * 100_000))
    assert project.article_keys(annotator="ada") == []


def test_making_a_project_on_a_full_disk_leaves_no_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cramped(path: Path) -> Database:
        database = connect(path)
        database.connection.execute("PRAGMA max_page_count = 10")
        return database

    monkeypatch.setattr(opening, "connect", cramped)
    with pytest.raises(DiskError, match="disk is full"):
        Project.create(path, SCHEME)
    assert list(path.parent.iterdir()) == []


@pytest.fixture
def visible_to_all() -> Iterator[Path]:
    """A folder that other users may read, unlike those of the tests."""
    folder = Path(tempfile.mkdtemp(dir="/tmp" if os.name == "posix" else None))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


# Drops root's rights only after the imports: Python itself may lie where others cannot read.
_TRY = """
import os, sys
import annotator.core.record, annotator.store.export
from annotator.store import Project
from annotator.store import StoreError
path, mode, user = sys.argv[1:]
os.setgroups([])
os.setgid(int(user))
os.setuid(int(user))
try:
    with Project.open(path, read_only=mode == "ro") as project:
        print(len(project.article_keys(annotator="ada")), len(list(project.records(bare=True))))
except StoreError as error:
    print(type(error).__name__, error)
"""


def _as_somebody_else(path: Path, mode: str) -> str:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can become a user whom the file does not belong to")
    # Somebody else may not write down what is covered.
    known = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(
        [sys.executable, "-c", _TRY, str(path), mode, "65534"],
        env=known | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(("file_mode", "said"), [(0o644, "the file"), (0o666, "the folder")])
def test_a_project_that_may_not_be_written_is_refused_and_can_be_read(
    visible_to_all: Path, file_mode: int, said: str
) -> None:
    path = visible_to_all / "news.db"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
    path.chmod(file_mode)
    refused = _as_somebody_else(path, "rw")
    assert refused.startswith(f"ProjectReadOnly {path} cannot be edited because {said} ")
    assert _as_somebody_else(path, "ro") == "1 1\n"
    assert list(visible_to_all.iterdir()) == [path]


def test_a_project_that_may_not_even_be_read_says_so(visible_to_all: Path) -> None:
    path = visible_to_all / "news.db"
    Project.create(path, SCHEME).close()
    path.chmod(0o600)
    assert _as_somebody_else(path, "ro").startswith(f"DiskError {path} cannot be read: ")


def test_opening_and_editing_loads_neither_pydantic_nor_sqlite_utils(
    path: Path, project: Project, key: int
) -> None:
    script = (
        "import sys\n"
        "import annotator.store\n"
        "with annotator.store.Project.open(sys.argv[1]) as project:\n"
        "    key, = project.article_keys(annotator='ada')\n"
        "    project.article(key), project.annotation(key, 'ada'), project.undo(key, 'ada')\n"
        "print([n for n in ('pydantic', 'sqlite_utils', 'annotator.core.record', 'click')\n"
        "       if n in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_a_project_is_cut_off_if_a_byte_is_missing_whatever_its_pages_are(
    path: Path, page_size: int
) -> None:
    Project.create(path, SCHEME).close()
    execute(path, "PRAGMA journal_mode = DELETE", f"PRAGMA page_size = {page_size}", "VACUUM",
            "PRAGMA journal_mode = WAL")  # fmt: skip
    whole = path.read_bytes()
    Project.open(path).close()
    path.write_bytes(whole[:-1])
    with pytest.raises(ProjectDamaged, match="is cut off"):
        Project.open(path)
    path.write_bytes(whole + b"more")
    Project.open(path).close()


def test_a_header_that_lags_behind_says_nothing_of_the_length(path: Path) -> None:
    """Programs with an SQLite from before 2010 write the file without keeping that number up."""
    Project.create(path, SCHEME).close()
    whole = bytearray(path.read_bytes())
    pages = int.from_bytes(whole[28:32], "big")
    whole[28:32] = (pages + 5).to_bytes(4, "big")
    path.write_bytes(whole)
    with pytest.raises(ProjectDamaged, match="is cut off"):
        Project.open(path)
    whole[92:96] = (int.from_bytes(whole[24:28], "big") + 1).to_bytes(4, "big")
    path.write_bytes(whole)
    Project.open(path).close()


def test_a_log_is_put_aside_under_a_name_that_tells_why(path: Path) -> None:
    wal, shm = Path(f"{path}-wal"), Path(f"{path}-shm")
    assert retire_log(path) is None
    shm.touch()
    wal.touch()
    assert retire_log(path) is None
    assert not wal.exists()
    assert not shm.exists()
    for content, log, index in ((b"x", True, True), (b"", True, True), (b"x", False, False),
                                (b"x", False, True), (b"x", True, False)):  # fmt: skip
        wal.write_bytes(content)
        shm.touch()
        kept = retire_log(path, log=log, index=index)
        assert (wal.exists(), shm.exists()) == (not log, not index)
        assert (kept is not None) == (log and content != b"")
        if kept is not None:
            assert kept.name.startswith("news.overwritten-2")
            assert kept.name.endswith(".db-wal")
            assert kept.read_bytes() == content
            kept.unlink()
