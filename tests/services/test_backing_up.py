"""Backups that are made by themselves: when, which ones stay, and going back to one."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import main
from annotator.services.backups import (
    Backup,
    BackupDamaged,
    BackupError,
    back_up,
    back_up_if_due,
    backup_file,
    backup_folder,
    contents,
    expired_backups,
    find_backup,
    list_backups,
    restore_backup,
)
from annotator.store import Project, ProjectDamaged, ProjectExists, StoreError
from tests.store.samples import SCHEME, ZOE, adding, execute, record

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "news.annotator"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
        target.add(record("a2", "ben", text=record("a1").article.text + " More."))
    return path


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path) as project:
        yield project


@pytest.fixture
def folder(path: Path, tmp_path: Path) -> Path:
    return backup_folder(path, tmp_path / "backups")


def edit(project: Project, number: int) -> None:
    project.apply(1, "ada", adding(ZOE._replace(id=f"e{number}", ordinal=number)))


def test_a_backup_is_made_once_an_hour_while_something_changes(
    project: Project, folder: Path
) -> None:
    made = []
    for minute in range(0, 241, 10):
        if minute % 60 == 50 and minute < 150:
            edit(project, minute + 1)
        made.append(back_up_if_due(project, folder, NOON + timedelta(minutes=minute)))
    times = [minute * 10 for minute, path in enumerate(made) if path is not None]
    assert times == [0, 60, 120]
    assert [one.made for one in list_backups(project.path, folder)] == [
        NOON + 2 * HOUR, NOON + HOUR, NOON,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", ["seconds", "scheme", "remark", "article", "assignment", "value"]
)
def test_every_change_makes_a_backup_due(project: Project, folder: Path, change: str) -> None:
    back_up(project, folder, NOON)
    assert back_up_if_due(project, folder, NOON + 2 * HOUR) is None
    if change == "seconds":
        project.add_seconds(1, "ada", 5)
    elif change == "scheme":
        project.set_scheme(SCHEME._replace(title="Other"))
    elif change == "remark":
        project.add_comment(2, "ben", (0, 1), "look", "eve")
    elif change == "article":
        with project.importing() as target:
            target.add(record("a3", text="third"))
    elif change == "assignment":
        project.assign("ben", [1])
    else:
        project.set_value("x", "y")
    assert back_up_if_due(project, folder, NOON + 2 * HOUR) is not None


def test_a_clock_that_goes_back_does_not_stop_the_backups(project: Project, folder: Path) -> None:
    back_up(project, folder, NOON + 1000 * HOUR)
    edit(project, 1)
    assert back_up_if_due(project, folder, NOON) is not None
    assert len(list_backups(project.path, folder)) == 2


def test_a_damaged_last_backup_is_no_reason_to_make_none(project: Project, folder: Path) -> None:
    made = back_up(project, folder, NOON)
    assert made is not None
    made.write_bytes(made.read_bytes()[:50])
    assert back_up_if_due(project, folder, NOON + 2 * HOUR) is not None


def _kept(ages: list[timedelta]) -> list[timedelta]:
    backups = [Backup(Path(str(n)), NOON - age) for n, age in enumerate(ages)]
    gone = {one.path for one in expired_backups(backups, NOON)}
    return sorted(NOON - one.made for one in backups if one.path not in gone)


def test_a_year_of_hourly_backups_is_thinned_to_hours_days_and_weeks() -> None:
    kept = _kept([HOUR * n for n in range(24 * 365)])
    assert sum(age < timedelta(days=1) for age in kept) == 24
    assert sum(timedelta(days=1) <= age < timedelta(days=30) for age in kept) in (29, 30)
    assert 47 <= sum(age >= timedelta(days=30) for age in kept) <= 49


@given(st.lists(st.integers(-10_000, 5_000_000), max_size=60))
def test_thinning_keeps_the_newest_and_is_done_at_once(minutes: list[int]) -> None:
    ages = [timedelta(minutes=minute) for minute in minutes]
    kept = _kept(ages)
    assert set(kept) <= set(ages)
    assert not ages or min(ages) in kept
    assert _kept(kept) == kept
    past = [age for age in ages if age >= timedelta()]
    assert not past or min(past) in kept


def test_backups_from_the_future_stay_all_of_them() -> None:
    minutes = timedelta(minutes=1)
    ahead = sorted(-minutes * n for n in (1, 2, 3, 61, 62, 60 * 24 * 40, 60 * 24 * 40 + 1))
    assert _kept(ahead) == ahead
    past = [minutes * n for n in (1, 2, 3)]
    assert _kept([*ahead, *past]) == [*ahead, minutes]


def test_old_backups_go_when_a_new_one_is_made(project: Project, folder: Path) -> None:
    for minutes in (0, 5, 10):
        back_up(project, folder, NOON + timedelta(minutes=minutes))
    stranger = folder / "mine.annotator"
    stranger.write_text("precious")
    edit(project, 1)
    made = back_up_if_due(project, folder, NOON + 2 * HOUR)
    assert made is not None
    assert [one.made for one in list_backups(project.path, folder)] == [
        NOON + 2 * HOUR, NOON + timedelta(minutes=10),
    ]  # fmt: skip
    assert stranger.read_text() == "precious"


def test_backups_of_two_projects_of_one_name_do_not_meet(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "news.annotator", tmp_path / "b" / "news.annotator"
    assert backup_folder(first) != backup_folder(second)


def test_a_cancelled_backup_leaves_nothing(project: Project, folder: Path) -> None:
    assert back_up(project, folder, NOON, cancelled=lambda: True) is None
    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_two_backups_in_one_second_have_two_names(project: Project, folder: Path) -> None:
    assert back_up(project, folder, NOON) != back_up(project, folder, NOON)


def test_what_differs_is_told_annotation_by_annotation(project: Project, folder: Path) -> None:
    backup = back_up(project, folder, NOON)
    assert backup is not None
    assert contents(project, backup).differences == ()
    edit(project, 1)
    project.undo(2, "ben")
    found = contents(project, backup)
    (one,) = found.differences
    assert (one.article, one.annotator, one.then) == ("a1", "ada", None)
    assert one.now is not None
    assert (one.now.entities, one.now.status) == (1, "todo")
    assert (found.articles, found.articles_now, found.mentions, found.quotes) == (2, 2, 1, 1)


def test_going_back_keeps_the_present_and_can_itself_be_taken_back(
    path: Path, project: Project, folder: Path
) -> None:
    edit(project, 1)
    before = back_up(project, folder, NOON)
    assert before is not None
    edit(project, 2)
    kept = restore_backup(path, before, folder, NOON + HOUR)
    assert kept is not None
    assert list(project.annotation(1, "ada").entities) == ["e1"]
    assert project.check() == []
    edit(project, 9)
    restore_backup(path, kept, folder, NOON + 2 * HOUR)
    assert list(project.annotation(1, "ada").entities) == ["e1", "e2"]
    assert len(list_backups(path, folder)) == 3
    assert str(project.next_undo_title(1, "ada")) == "Mark"


@pytest.mark.parametrize("harm", ["cut", "noise", "trigger", "text"])
def test_going_back_mends_a_project_that_cannot_be_opened(
    path: Path, folder: Path, harm: str
) -> None:
    with Project.open(path) as project:
        before = back_up(project, folder, NOON)
    assert before is not None
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[:9000])
    elif harm == "noise":
        path.write_bytes(content[:4096] + b"\x55" * (len(content) - 4096))
    elif harm == "trigger":
        execute(path, "CREATE TRIGGER t AFTER INSERT ON review BEGIN SELECT 1; END")
    else:
        path.write_text("my shopping list")
    spoiled = path.read_bytes()
    kept = restore_backup(path, before, folder, NOON + HOUR)
    assert kept is not None
    assert kept.read_bytes() == spoiled
    with Project.open(path) as project:
        assert project.check() == []
        assert project.annotators() == ["ben"]


def test_going_back_to_a_project_that_was_removed(path: Path, folder: Path) -> None:
    with Project.open(path) as project:
        before = back_up(project, folder, NOON)
    assert before is not None
    path.unlink()
    assert restore_backup(path, before, folder, NOON) is None
    with Project.open(path) as project:
        assert project.annotators() == ["ben"]


@pytest.mark.parametrize("size", [512, 4096, 65536])
def test_going_back_to_a_backup_with_pages_of_another_size(
    path: Path, project: Project, folder: Path, size: int
) -> None:
    edit(project, 1)
    before = folder / "news@2026-11-25-120000Z.annotator"
    folder.mkdir(parents=True)
    project.backup(before)
    execute(before, "PRAGMA journal_mode = DELETE", f"PRAGMA page_size = {size}", "VACUUM")
    edit(project, 2)
    restore_backup(path, before, folder, NOON + HOUR)
    assert list(project.annotation(1, "ada").entities) == ["e1"]
    assert project.check() == []
    assert list(path.parent.glob(".*")) == []


def test_a_spoiled_backup_changes_nothing(path: Path, project: Project, folder: Path) -> None:
    before = back_up(project, folder, NOON)
    assert before is not None
    (pack,) = (folder / "packs").iterdir()
    pack.write_bytes(pack.read_bytes()[:9000])
    edit(project, 1)
    with pytest.raises(BackupDamaged, match="is missing; use another backup"):
        restore_backup(path, before, folder, NOON + HOUR)
    assert list(project.annotation(1, "ada").entities) == ["e1"]
    with pytest.raises(BackupError, match="is the project itself"):
        restore_backup(path, path, folder, NOON)


def test_a_copy_that_is_cut_off_gets_no_name(project: Project, tmp_path: Path) -> None:
    """Another program cuts the copy off before it is looked at."""

    def meddle(done: int, total: int) -> None:
        if done == total:
            partial = partial_in(tmp_path)
            os.truncate(partial, partial.stat().st_size - 4096)

    with pytest.raises(StoreError):
        project.backup(tmp_path / "copy.annotator", meddle)
    assert not (tmp_path / "copy.annotator").exists()
    assert list(tmp_path.glob(".copy*")) == []
    (tmp_path / "copy.annotator").write_text("x")
    with pytest.raises(ProjectExists):
        project.backup(tmp_path / "copy.annotator", meddle)


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM annotation", "INSERT INTO annotator (name) VALUES ('eve')", "DROP TABLE remark"],
)
def test_a_sound_copy_with_other_rows_or_tables_gets_no_name(
    project: Project, tmp_path: Path, change: str
) -> None:
    """Another program writes into the copy before it is looked at; SQLite finds no fault in it."""

    def meddle(done: int, total: int) -> None:
        if done == total:
            with closing(sqlite3.connect(partial_in(tmp_path))) as connection, connection:
                connection.execute(change)
                (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
                assert answer == "ok"

    with pytest.raises(ProjectDamaged, match="does not hold what the project holds") as caught:
        project.backup(tmp_path / "copy.annotator", meddle)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "copy.annotator").exists()
    assert list(tmp_path.glob(".copy*")) == []
    project.backup(tmp_path / "copy.annotator")


def partial_in(folder: Path) -> Path:
    """The copy that has no name yet."""
    (path,) = folder.glob(".copy.annotator.*.partial")
    return path


def test_backups_and_revert_on_the_command_line(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backups", str(path), "--now"]) == 0
    (line, count) = capsys.readouterr().out.splitlines()
    stamp = line.partition(": ")[0]
    assert re.fullmatch(f"{stamp}: 2 articles, 1 mention, 1 quote; as now, [0-9]+ kB", line)
    assert re.fullmatch(f"1 backup, [0-9]+ kB, in {backup_folder(path)}", count)
    assert main(["backups", str(path), "--list"]) == 0
    assert capsys.readouterr().out.startswith(f"{stamp}: 2 articles, 1 mention, 1 quote, ")
    copy = path.with_name("copy.annotator")
    assert main(["revert", str(path), stamp, "--to", str(copy)]) == 0
    assert capsys.readouterr().out.startswith(f"{copy} is a project with what was in ")
    with Project.open(copy) as project:
        assert project.annotators() == ["ben"]
    assert main(["revert", str(path), stamp, "--to", str(copy)]) == 1
    assert "exists already" in capsys.readouterr().err
    with Project.open(path) as project:
        edit(project, 1)
    assert main(["revert", str(path), stamp, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        "  ada on a1: nothing; now todo, 0 mentions, 0 quotes"
    )
    assert main(["backups", str(path), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["backups"]
    assert row["differences"][0]["now"]["entities"] == 1
    assert main(["revert", str(path), stamp, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    with Project.open(path) as project:
        assert project.annotators() == ["ben"]
    with backup_file(Path(answer["kept"])) as kept, Project.open(kept) as project:
        assert project.annotators() == ["ada", "ben"]


def test_a_backup_that_is_not_there_is_named_in_one_line(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["revert", str(path), "2031"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"annotator: no backup of {path} from '2031' in ")
    assert line.endswith("; see: annotator backups")


def test_a_backup_that_is_opened_as_a_project_is_told_for_what_it_is(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = back_up(project, folder, NOON)
    assert main(["stats", str(backup)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "is a backup and no project; open the project, and go back to it there" in line
    assert line.endswith("; see: annotator revert --help")


def test_a_beginning_that_fits_several_backups_is_not_enough(
    path: Path, project: Project, folder: Path
) -> None:
    for hours in range(2):
        back_up(project, folder, NOON + hours * HOUR)
    with pytest.raises(BackupError, match="2 backups of"):
        find_backup(path, folder, "2026")
    assert find_backup(path, folder, "2026-11-25-13").stem.endswith("130000Z")


def test_a_project_that_was_moved_and_renamed_finds_its_backups_and_goes_on_with_them(
    path: Path, tmp_path: Path
) -> None:
    base = tmp_path / "backups"
    folder = backup_folder(path, base)
    with Project.open(path) as project:
        first = back_up(project, folder, NOON)
    moved = tmp_path / "archive" / "old@news.annotator"
    moved.parent.mkdir()
    path.rename(moved)
    assert backup_folder(moved, base) == folder
    assert [one.path for one in list_backups(moved, folder)] == [first]
    assert find_backup(moved, folder, "2026-11-25") == first
    with Project.open(moved) as project:
        edit(project, 1)
        second = back_up_if_due(project, backup_folder(moved, base), NOON + HOUR)
    assert [one.path for one in list_backups(moved, folder)] == [second, first]
    assert first is not None
    restore_backup(moved, first, folder, NOON + 2 * HOUR)
    with Project.open(moved) as project:
        assert project.annotation(1, "ada").entities == {}
        assert project.check() == []


def test_a_copy_of_a_project_has_no_backups_while_the_project_is_there(
    path: Path, tmp_path: Path
) -> None:
    base = tmp_path / "backups"
    with Project.open(path) as project:
        back_up(project, backup_folder(path, base), NOON)
        project.backup(tmp_path / "copy.annotator")
    copy = tmp_path / "copy.annotator"
    assert not backup_folder(copy, base).exists()
    path.unlink()
    assert len(list_backups(copy, backup_folder(copy, base))) == 1
    with Project.open(copy) as project:
        back_up(project, backup_folder(copy, base), NOON + HOUR)
        project.backup(tmp_path / "second.annotator")
    assert not backup_folder(tmp_path / "second.annotator", base).exists()


@pytest.mark.parametrize("note", ["", "[]", "5", '{"id": 7}', '{"id": null, "path": 5}'])
def test_a_note_of_origin_that_is_damaged_is_passed_over(
    path: Path, tmp_path: Path, note: str
) -> None:
    base = tmp_path / "backups"
    (base / "x").mkdir(parents=True)
    (base / "x" / "project.json").write_text(note)
    assert backup_folder(path, base).parent == base
    assert not backup_folder(path, base).exists()
