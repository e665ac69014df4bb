"""A project that several connections and processes have open keeps every edit."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotator.core import edits
from annotator.services.merging import is_project
from annotator.store import Project, file_guard
from annotator.store.generations import Generations, generations_in_file

_VISIT = (
    "import sys; from annotator.store import Project\n"
    "with Project.open(sys.argv[1]) as project:\n"
    "    project.set_value('visited', 'yes')\n"
)


def test_an_edit_after_another_process_has_come_and_gone_is_not_lost(
    project: Project, path: Path, key: int
) -> None:
    """SQLite's locks are the process's: no second opening here may let go of those of the first."""
    with Project.open(path) as job:
        assert job.article(key).id == "a1"
    assert is_project(path)
    subprocess.run([sys.executable, "-c", _VISIT, str(path)], check=True)
    article, before = project.article(key), project.annotation(key, "ada")
    project.apply(key, "ada", edits.mark(article, before, 0, 3, "PERSON"))
    seen = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from annotator.store import Project\n"
            "with Project.open(sys.argv[1], read_only=True) as project:\n"
            f"    print(len(project.annotation({key}, 'ada').mentions), project.value('visited'))",
            str(path),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert seen.split() == ["1", "yes"]
    assert project.value("visited") == "yes"


def test_a_project_that_is_edited_while_it_is_opened_again_keeps_its_log(
    project: Project, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the readings of the second opening fall between the edits and checkpoints."""
    edited: list[int] = []

    def generations_before_edits(path: Path) -> Generations | None:
        found = generations_in_file(path)
        for _ in range(2):  # the second is based on what the checkpoint has put into the file
            edited.append(len(edited))
            project.set_value("edits", str(len(edited)))
            with closing(sqlite3.connect(path)) as other:
                other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        project.set_value("edits", str(len(edited)))
        return found

    project.set_value("edits", "0")
    monkeypatch.setattr(file_guard, "generations_in_file", generations_before_edits)
    with Project.open(path) as again:
        assert edited
        assert again.value("edits") == str(len(edited))
        project.set_value("edits", "more")
        assert again.value("edits") == "more"
    assert [*path.parent.glob("*overwritten*")] == []


def test_edits_go_on_while_a_reader_keeps_part_of_the_log_out_of_the_file(
    project: Project, path: Path, key: int
) -> None:
    """What SQLite has copied until then may be no sound file by itself."""
    unsound = 0
    for number in range(40):
        text = str(number) * 3_000
        project.set_value(f"note {number}", text)
        with closing(sqlite3.connect(path)) as reader, closing(sqlite3.connect(path)) as other:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM project").fetchone()
            project.set_value(f"note {number}", text[::-1] + "0")
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
            unsound += generations_in_file(path) is None
            project.set_value("last", text)
    assert unsound
    assert project.check() == []
    project.close()
    with Project.open(path) as again:
        assert again.value("last") == "39" * 3_000
    assert [*path.parent.glob("*overwritten*")] == []
