"""Backups share what they have in common, and each is exactly what the project was."""

import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.formats import find_format
from annotator.services import backup_folders, backup_retention, backup_store
from annotator.services.backup_errors import BackupDamaged, BackupNewer, TooLittleSpace
from annotator.services.backup_manifest import read_manifest, write_manifest
from annotator.services.backup_packs import Packs
from annotator.services.backup_store import BackupStore
from annotator.services.backups import (
    back_up,
    back_up_if_due,
    backup_file,
    backup_sizes,
    contents,
    list_backups,
    remove_superfluous,
    restore_backup,
    save_backup_as,
)
from annotator.services.trash import delete_articles, delete_permanently
from annotator.store import Project, StoreError
from annotator.store.folder_lock import FolderLocked, exclusive_lock, shared_lock
from tests.examples import examples
from tests.store.samples import SCHEME, TEXT, ZOE, adding, record

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ARTICLES = 160


def text(number: int) -> str:
    """Five kilobytes that no other article has, and that compress as news do."""
    words = (f"{(number * 7919 + at * 104729) % 9973:x}" for at in range(900))
    return f"{TEXT} It was number {number}. " + " ".join(words)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of some megabytes."""
    path = tmp_path_factory.mktemp("large") / "news.annotator"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for number in range(ARTICLES):
            target.add(record(f"a{number}", "ben" if number % 3 else None, text=text(number)))
    return path


@pytest.fixture
def path(large: Path, tmp_path: Path) -> Path:
    return shutil.copy(large, tmp_path / "news.annotator")


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path) as project:
        yield project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def edit(project: Project, number: int) -> None:
    item = ZOE._replace(id=f"e{number}", ordinal=number)
    project.apply(1 + number * 31 % ARTICLES, "ada", adding(item))


def made(project: Project, folder: Path, now: datetime, **how: Any) -> Path:
    path = back_up(project, folder, now, **how)
    assert path is not None
    return path


def exported(project: Project) -> bytes:
    """What `annotator export` writes."""
    out = io.BytesIO()
    find_format("native").write(project.records(), out)
    return out.getvalue()


def rows(path: Path) -> dict[str, list[Any]]:
    """All that the tables hold, history, trash and search index included."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {
            name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))
            for (name,) in names.fetchall()
            if name != "article_index"  # its content is in the tables that SQLite keeps for it
        }


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def packs_in(folder: Path) -> list[Path]:
    return sorted((folder / "packs").glob("*.pack"), key=lambda path: path.stat().st_mtime_ns)


@cache
def _sound() -> set[bytes]:
    """The digests of files that were checked and need not be again, which takes long."""
    return set()


def _check(file: Path) -> None:
    digest = hashlib.sha256(file.read_bytes()).digest()
    if digest not in _sound():
        with Project.open(file) as project:
            assert project.check() == []
        _sound().add(digest)


def usable(folder: Path) -> list[str]:
    """The backups that can be read whole."""
    found, sentences = [], []
    for path in sorted(folder.glob("*.annotator-backup")):
        try:
            with backup_file(path) as file:
                _check(file)
            found.append(path.name)
        except BackupDamaged as error:
            sentences.append(str(error))
    assert not any("\n" in sentence for sentence in sentences)
    return found


def test_forty_hours_of_edits_take_less_than_twice_the_project(
    project: Project, path: Path, folder: Path
) -> None:
    """None of them has to go for that: they are as small."""
    for hour in range(40):
        for number in range(10):
            edit(project, hour * 10 + number)
        made(project, folder, NOON + hour * HOUR)
    assert len(list_backups(path, folder)) == 40
    size = path.stat().st_size
    assert size > 2_000_000
    assert bytes_in(folder) <= 2 * size
    sizes = backup_sizes(path, folder)
    assert sum(one.added for one in sizes.facts.values()) <= sizes.total <= bytes_in(folder)
    assert bytes_in(folder) - sizes.total < 1000  # the note whose backups they are
    newest = next(iter(sizes.facts.values()))
    assert newest.added < size / 20


def test_what_has_not_changed_is_not_written_again(project: Project, folder: Path) -> None:
    made(project, folder, NOON)
    first = {path: path.stat().st_mtime_ns for path in packs_in(folder)}
    edit(project, 1)
    made(project, folder, NOON + HOUR)
    assert {path: path.stat().st_mtime_ns for path in first} == first
    (second,) = set(packs_in(folder)) - set(first)
    assert second.stat().st_size < 100_000
    made(project, folder, NOON + 2 * HOUR)
    assert len(packs_in(folder)) == 2


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), st.integers(1, 12)),
        st.tuples(st.just("undo"), st.integers(1, 12)),
        st.tuples(st.just("import"), st.integers(0, 30)),
        st.tuples(st.just("delete"), st.integers(1, 12)),
        st.tuples(st.just("purge"), st.just(0)),
        st.tuples(st.just("comment"), st.integers(1, 12)),
        st.tuples(st.just("back up"), st.integers(1, 200)),
        st.tuples(st.just("thin"), st.just(0)),
    ),
    max_size=40,
)


@pytest.mark.examples
@settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_each_backup_is_what_the_export_said_at_that_moment(
    edits: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("edits")
    path, folder = place / "news.annotator", place / "kept"
    expected: dict[Path, tuple[bytes, dict[str, list[Any]]]] = {}
    now = NOON
    with Project.create(path, SCHEME) as project:
        with project.importing() as target:
            for number in range(12):
                target.add(record(f"a{number}", "ben", text=text(number)))
        for at, (what, number) in enumerate([*edits, ("back up", 1)]):
            keys = project.article_keys(annotator="ada")
            if what == "mark" and number in keys:
                project.apply(number, "ada", adding(ZOE._replace(id=f"e{at}", ordinal=at + 1)))
            elif what == "undo" and number in keys:
                project.undo(number, "ada")
            elif what == "import":
                with project.importing() as target:
                    target.add(record(f"b{at}", "eve", text=text(100 + at)))
            elif what == "delete" and number in keys:
                delete_articles(project, [number], "ada")
            elif what == "purge" and project.trash():
                numbers = [item.number for item in project.trash()]
                delete_permanently(project, numbers, folder, now)
            elif what == "comment" and number in keys:
                project.add_comment(number, "ben", (0, 1), f"look {at}", "eve")
            elif what == "back up":
                now += timedelta(minutes=number)
                with_log = exported(project)
                backup = made(project, folder, now)
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("PRAGMA wal_checkpoint")
                expected[backup] = (with_log, rows(path))
            elif what == "thin" and folder.exists():
                remove_superfluous(path, folder, now)
        for backup, (lines, tables) in expected.items():
            if backup.exists():
                with backup_file(backup) as file, Project.open(file) as then:
                    assert exported(then) == lines
                    assert then.check() == []
                with backup_file(backup) as file:
                    assert rows(file) == tables
    assert any(backup.exists() for backup in expected)
    assert [name for name in files_in(folder) if "partial" in name] == []
    shutil.rmtree(place)


def test_a_backup_is_what_was_saved_while_edits_go_on(path: Path, folder: Path) -> None:
    """Another thread edits all the time; each backup is one state, with whole edits."""
    done, opened = threading.Event(), threading.Event()
    written: list[int] = []

    def work() -> None:
        with Project.open(path) as project:
            opened.set()
            for number in range(1, 10_000):
                if done.is_set():
                    return
                edit(project, number)
                written.append(number)

    worker = threading.Thread(target=work)
    worker.start()
    assert opened.wait(60)
    try:
        with Project.open(path) as project:
            for hour in range(2):
                before = len(written)
                backup = made(project, folder, NOON + hour * HOUR)
                with backup_file(backup) as file, Project.open(file) as then:
                    edits = [
                        edit
                        for key in [*then.article_keys(annotator="ada")]
                        for edit in then.past(key, "ada")
                    ]
                    assert before <= len(edits) <= len(written) + 1
                    assert then.check() == []
    finally:
        done.set()
        worker.join()
    assert len(written) > 10


# Which go


def test_the_oldest_go_when_all_are_too_large_but_never_what_cannot_be_made_again(
    project: Project, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_retention, "_MIN_BYTES", 0)
    # One is about two fifths of the project.
    monkeypatch.setattr(backup_retention, "_MAX_SHARE", 0.5)
    reasons = ["asked", "restore", "asked", "restore", "delete", "asked", "asked", "asked"]
    every = []
    for hour, reason in enumerate(reasons):
        with project.importing() as target:
            for number in range(8):
                target.add(record(f"b{hour}-{number}", text=text(1000 + 10 * hour + number)))
        delete_articles(project, project.article_keys(annotator="ada")[:8], "ada")
        every.append(made(project, folder, NOON + hour * HOUR, reason=reason))
        remove_superfluous(path, folder, NOON + hour * HOUR)
    left = [backup for backup in every if backup.exists()]
    assert every[-1] in left
    assert every[3] in left  # the last one before going back
    assert every[4] in left  # the last one before deleting for good
    assert every[0] not in left
    assert every[1] not in left
    assert bytes_in(folder) <= 0.75 * path.stat().st_size
    assert usable(folder) == [backup.name for backup in left]


def test_what_only_a_removed_backup_needed_goes_with_it(
    project: Project, path: Path, folder: Path
) -> None:
    first = made(project, folder, NOON)
    base = bytes_in(folder)
    with project.importing() as target:
        for number in range(100):
            target.add(record(f"b{number}", text=text(2000 + number)))
    second = made(project, folder, NOON + HOUR)
    assert bytes_in(folder) > base + 50_000
    second.unlink()
    remove_superfluous(path, folder, NOON + HOUR)
    assert bytes_in(folder) < base + 5_000
    assert usable(folder) == [first.name]
    first.unlink()
    remove_superfluous(path, folder, NOON + HOUR)
    assert packs_in(folder) == []


def test_a_pack_that_is_needed_in_part_is_written_anew(
    project: Project, path: Path, folder: Path
) -> None:
    first = made(project, folder, NOON)
    delete_articles(project, project.article_keys(annotator="ada")[: ARTICLES * 3 // 4], "ada")
    delete_permanently(project, [item.number for item in project.trash()], folder, NOON + HOUR)
    last = made(project, folder, NOON + 2 * HOUR)
    for backup in list_backups(path, folder):
        if backup.path != last:
            backup.path.unlink()
    before = bytes_in(folder)
    remove_superfluous(path, folder, NOON + 3 * HOUR)
    assert bytes_in(folder) < before / 2
    assert usable(folder) == [last.name]
    assert not first.exists()


def test_whole_copies_of_earlier_versions_become_backups_that_share(
    project: Project, path: Path, folder: Path
) -> None:
    folder.mkdir()
    expected = {}
    for hour in range(3):
        edit(project, hour + 1)
        project.backup(folder / f"news@2026-11-25-0{hour}0000Z.annotator")
        expected[hour] = exported(project)
    before = bytes_in(folder)
    assert back_up_if_due(project, folder, NOON) is not None
    assert len(list_backups(path, folder)) == 4
    for tick in range(1, 4):  # as the window asks every ten minutes
        assert back_up_if_due(project, folder, NOON + timedelta(minutes=10 * tick)) is None
    listed = list_backups(path, folder)
    assert [backup.made.hour for backup in listed] == [12, 2, 1, 0]
    assert not any(backup.is_whole for backup in listed)
    assert bytes_in(folder) < before / 3
    for hour, backup in enumerate(reversed(listed[1:])):
        with backup_file(backup.path) as file, Project.open(file) as then:
            assert exported(then) == expected[hour]


def test_a_whole_copy_that_is_spoiled_stays_as_it_is(
    project: Project, path: Path, folder: Path
) -> None:
    folder.mkdir()
    spoiled = folder / "news@2026-11-25-000000Z.annotator"
    project.backup(spoiled)
    spoiled.write_bytes(spoiled.read_bytes()[:9000])
    for tick in range(3):
        back_up_if_due(project, folder, NOON + timedelta(minutes=10 * tick))
    assert spoiled.stat().st_size == 9000
    assert len(list_backups(path, folder)) == 2


def test_a_whole_copy_that_is_open_as_a_project_stays_one(
    project: Project, path: Path, folder: Path
) -> None:
    folder.mkdir()
    whole = folder / "news@2026-11-25-000000Z.annotator"
    project.backup(whole)
    back_up_if_due(project, folder, NOON)
    with Project.open(whole) as then:
        assert back_up_if_due(project, folder, NOON + timedelta(minutes=10)) is None
        edit(then, 1)
    assert whole.exists()
    back_up_if_due(project, folder, NOON + timedelta(minutes=20))
    assert not whole.exists()


# What others do to the folder


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


HARM: list[Callable[[Path], None]] = [cut, flip, empty, Path.unlink]


@pytest.mark.parametrize("harm", HARM)
def test_a_spoiled_manifest_takes_no_other_backup_along(
    project: Project, path: Path, folder: Path, harm: Callable[[Path], None]
) -> None:
    every = []
    for hour in range(3):
        edit(project, hour + 1)
        every.append(made(project, folder, NOON + hour * HOUR))
    harm(every[1])
    left = [every[0].name, every[2].name]
    assert usable(folder) == left
    edit(project, 9)
    assert back_up_if_due(project, folder, NOON + 4 * HOUR) is not None
    assert set(left) < set(usable(folder))
    facts = backup_sizes(path, folder).facts
    problems = [str(one.problem) for one in facts.values() if one.problem]
    assert len(problems) == (harm is not Path.unlink)
    assert all("use another backup" in problem for problem in problems)


@pytest.mark.parametrize("harm", HARM)
def test_a_spoiled_pack_spoils_what_needs_it_and_the_next_backup_is_whole_again(
    project: Project, path: Path, folder: Path, harm: Callable[[Path], None]
) -> None:
    first = made(project, folder, NOON)
    edit(project, 1)
    second = made(project, folder, NOON + HOUR)
    before = exported(project)
    harm(packs_in(folder)[0])
    assert usable(folder) == []
    with pytest.raises(BackupDamaged, match="use another backup"):
        restore_backup(path, first, folder, NOON + 2 * HOUR)
    assert exported(project) == before
    edit(project, 2)
    third = made(project, folder, NOON + 3 * HOUR)
    assert third.name in usable(folder)
    with backup_file(third) as file, Project.open(file) as then:
        assert exported(then) == exported(project)
    if harm is flip:  # the one chunk was written again, so the others are mended too
        assert usable(folder) == [first.name, second.name, third.name]


def test_a_backup_whose_parts_are_missing_is_named_without_reading_it(
    project: Project, path: Path, folder: Path
) -> None:
    first = made(project, folder, NOON)
    edit(project, 1)
    second = made(project, folder, NOON + HOUR)
    packs_in(folder)[1].unlink()
    facts = backup_sizes(path, folder).facts
    assert facts[first].problem is None
    assert "are missing" in str(facts[second].problem)


def test_nothing_is_removed_while_a_pack_is_not_complete_yet(
    project: Project, path: Path, folder: Path
) -> None:
    """As in a folder that is synced with another computer, whose files come one after another."""
    first = made(project, folder, NOON)
    edit(project, 1)
    second = made(project, folder, NOON + HOUR)
    (pack,) = set(packs_in(folder)[1:])
    whole = pack.read_bytes()
    cut(pack)
    first.unlink()
    manifest = second.read_bytes()
    second.unlink()  # it has not come either
    remove_superfluous(path, folder, NOON + HOUR)
    pack.write_bytes(whole)
    second.write_bytes(manifest)
    assert usable(folder) == [second.name]


def test_a_backup_of_a_newer_version_is_told_and_keeps_what_it_needs(
    project: Project, path: Path, folder: Path
) -> None:
    newer = made(project, folder, NOON)
    manifest = read_manifest(newer)
    write_manifest(newer, manifest.model_copy(update={"format": 2}))
    with pytest.raises(BackupNewer, match="newer version of Annotator"):
        save_backup_as(newer, path.with_name("copy.annotator"))
    before = packs_in(folder)
    edit(project, 1)
    assert back_up_if_due(project, folder, NOON + 40 * 24 * HOUR) is not None
    assert set(before) < set(packs_in(folder))
    write_manifest(newer, manifest)
    assert newer.name in usable(folder)


def test_two_computers_that_share_a_folder_use_what_both_have_made(
    project: Project, path: Path, folder: Path, tmp_path: Path
) -> None:
    made(project, folder, NOON)
    elsewhere = shutil.copytree(folder, tmp_path / "elsewhere")
    edit(project, 1)
    made(project, folder, NOON + HOUR)
    edit(project, 2)
    made(project, elsewhere, NOON + 2 * HOUR)
    shutil.copytree(elsewhere, folder, dirs_exist_ok=True)
    assert len(usable(folder)) == 3
    remove_superfluous(path, folder, NOON + 2 * HOUR)
    assert len(usable(folder)) == 3


# Room


def test_too_little_room_is_told_before_anything_is_written(
    project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(backup_store.shutil, "disk_usage", lambda _: usage._replace(free=9 << 20))
    with pytest.raises(TooLittleSpace, match="has 9 MB free, and a backup needs") as caught:
        back_up(project, folder, NOON)
    assert "\n" not in str(caught.value)
    assert files_in(folder) == [".lock"]


def test_a_disk_that_becomes_full_leaves_the_other_backups(
    project: Project, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    size = path.stat().st_size
    mount = ["mount", "-t", "tmpfs", "-o", f"size={3 * size // 2}", "none", str(small)]
    if (
        shutil.which("mount") is None
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("only root can mount a small disk, and not everywhere")
    try:
        monkeypatch.setattr(backup_store, "_MARGIN", -(1 << 40))  # as if it were large enough
        folder = small / "kept"
        first = made(project, folder, NOON)
        before = files_in(folder)
        (small / "other").write_bytes(bytes(size // 3))
        with project.importing() as target:
            for number in range(40):
                target.add(record(f"b{number}", text=text(3000 + number)))
        with pytest.raises((OSError, StoreError)):
            back_up(project, folder, NOON + HOUR)
        assert files_in(folder) == before
        (small / "other").unlink()
        assert usable(folder) == [first.name]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


# Cancelled, killed, two at a time


class Cancelled(Exception):
    pass


def test_a_backup_can_be_cancelled_at_each_step(project: Project, folder: Path) -> None:
    made(project, folder, NOON)
    before = files_in(folder)
    edit(project, 1)
    for most in (1, 2, 3, 5, 10, 100, 150, 300):
        asked = 0

        def cancelled(most: int = most) -> bool:
            nonlocal asked
            asked += 1
            return asked > most

        assert back_up(project, folder, NOON + HOUR, cancelled=cancelled) is None
        assert files_in(folder) == before
    assert back_up(project, folder, NOON + HOUR) is not None


def test_cancelling_interrupts_sqlite_in_the_middle_of_a_check(
    project: Project, tmp_path: Path
) -> None:
    from annotator.store.backups import CopyInterrupted, interrupted_if

    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(CopyInterrupted),
        interrupted_if(connection, lambda: True),
    ):
        connection.execute(endless).fetchone()


_KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from annotator.services import backup_packs, backup_store, backups
from annotator.store import Project
path, folder, step = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def die(*_):
    os._exit(9)
if step == "before the pack has its name":
    backup_packs.sync_folder = die
    backup_packs.os.fsync = die
elif step == "before the manifest":
    backups.write_manifest = die
elif step == "after the manifests are removed":
    backup_store.BackupStore.collect = die
elif step == "before the old packs are removed":
    finish = backup_packs.PackWriter.finish
    def finish_and_die(self):
        if finish(self) is not None:
            os._exit(9)
    if len(sys.argv) > 4:
        backup_packs.PackWriter.finish = finish_and_die
now = datetime(2026, 11, 25, 20, tzinfo=UTC)
if len(sys.argv) > 4:
    backups.remove_superfluous(path, folder, now)
else:
    with Project.open(path) as project:
        backups.back_up(project, folder, now)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("step", "thins"),
    [
        ("before the pack has its name", False),
        ("before the manifest", False),
        ("after the manifests are removed", True),
        ("before the old packs are removed", True),
    ],
)
def test_a_program_killed_between_two_steps_leaves_every_backup(
    project: Project, path: Path, folder: Path, step: str, thins: bool
) -> None:
    every = []
    for minutes in (0, 1, 2, 180):
        keys = project.article_keys(annotator="ada")
        if len(keys) > 60:
            delete_articles(project, keys[:40], "ada")
        every.append(made(project, folder, NOON + timedelta(minutes=minutes)))
    command = [sys.executable, "-c", _KILLED, path, folder, step, *(["thin"] if thins else [])]
    killed = subprocess.run(command, check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == 9
    if thins:
        assert usable(folder) == [every[2].name, every[3].name]
    else:
        assert usable(folder) == [one.name for one in every]
    for name in files_in(folder):
        assert "partial" not in name or name.startswith(".")
    yesterday = time.time() - 100_000
    for path_left in folder.rglob(".*.partial*"):
        os.utime(path_left, (yesterday, yesterday))
    last = made(project, folder, NOON + 9 * HOUR)
    remove_superfluous(path, folder, NOON + 9 * HOUR)
    assert usable(folder) == [every[2].name, every[3].name, last.name]
    assert [name for name in files_in(folder) if "partial" in name] == []
    manifests = [read_manifest(backup.path) for backup in list_backups(path, folder)]
    live = set().union(*(set(BackupStore(folder)._named(one)) for one in manifests))
    packs = Packs(folder / "packs").packs
    size = sum(entry.length for pack in packs for entry in pack.entries)
    needed = sum(
        {e.digest: e.length for pack in packs for e in pack.entries if e.digest in live}.values()
    )
    assert needed >= 0.6 * size


def test_one_backup_at_a_time_and_none_is_removed_while_one_is_read(
    project: Project, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(project, folder, NOON)
    monkeypatch.setattr(backup_folders, "LOCK_WAIT_S", 0.2)
    code = (
        "import sys; from pathlib import Path; from annotator.store import folder_lock\n"
        "with getattr(folder_lock, sys.argv[2])(Path(sys.argv[1]), 1):\n"
        "    print('locked', flush=True); sys.stdin.read()\n"
    )
    for kind in ("exclusive_lock", "shared_lock"):
        with subprocess.Popen(
            [sys.executable, "-c", code, folder, kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"locked\n"
            with pytest.raises(FolderLocked, match="another program"):
                back_up(project, folder, NOON + HOUR)
            if kind == "shared_lock":
                assert len(usable(folder)) == 2
            other.kill()  # a lock never outlives its program
        assert made(project, folder, NOON + HOUR).exists()


def test_threads_of_one_program_wait_for_one_another(folder: Path) -> None:
    folder.mkdir()
    inside: list[str] = []

    def work(name: str) -> None:
        with exclusive_lock(folder, 10):
            inside.append(name)
            time.sleep(0.05)
            inside.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside[0::2] == inside[1::2]
    with (
        shared_lock(folder, 0),
        shared_lock(folder, 0),
        pytest.raises(FolderLocked),
        exclusive_lock(folder, 0),
    ):
        raise AssertionError


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_cannot_be_written_can_be_read(
    project: Project, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = made(project, folder, NOON)
    (folder / ".lock").unlink()
    before = files_in(folder)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        assert contents(project, backup).differences == ()
        out = save_backup_as(backup, tmp_path / "copy.annotator")
    with Project.open(out) as then:
        assert exported(then) == exported(project)
    assert files_in(folder) == before
