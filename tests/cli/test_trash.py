"""`annotator delete` and `annotator trash` through the real `main`."""

import io
import sys
from pathlib import Path

import pytest

from annotator.services.backups import backup_folder, list_backups, save_backup_as
from annotator.store import Project
from tests.cli.conftest import NATIVE


def ids(path: Path) -> list[str]:
    with Project.open(path) as project:
        return sorted({one.article.id for one in project.records(bare=True)})


@pytest.fixture
def first(filled):
    return ids(filled)[0]


def test_delete_and_restore_say_what_they_did(filled, first, run):
    before = ids(filled)
    done = run("delete", filled, first, "--as", "lead")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(
        "1 article with 1 annotation, among them the work of ada, moved to the trash; "
        "annotator trash"
    )
    assert ids(filled) == before[1:]
    listed = run("trash", filled)
    line, count = listed.out.splitlines()
    assert line.startswith(f"{first}@20")
    assert "deleted by lead, 1 annotation" in line
    assert count == "1 article in the trash"
    assert "1 article in the trash" in run("stats", filled).out
    assert run("stats", filled, "--json").data["trash"] == 1
    assert run("trash", filled, "--restore", first).out == f"1 article restored: {first}\n"
    assert ids(filled) == before
    assert run("trash", filled).out == "the trash is empty\n"
    assert "trash" not in run("stats", filled).out


def test_programs_get_one_object(filled, first, run):
    (row,) = run("delete", filled, first, "--json").data["deleted"]
    assert (row["number"], row["id"], row["annotations"]) == (1, first, 1)
    assert row["others"] == ["ada"]
    row["others"] = []  # only who deletes is told
    assert run("trash", filled, "--json").data["trash"] == [row]
    assert run("trash", filled, "--restore", first, "--json").data == {"restored": [row]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("delete", "nonsense"), "there is no article nonsense in"),
        (("trash", "--restore", "nonsense"), "there is no nonsense in the trash of"),
        (("trash", "--delete", "nonsense", "--yes"), "there is no nonsense in the trash of"),
    ],
)
def test_a_wrong_name_changes_nothing(filled, first, run, arguments, words):
    command, *more = arguments
    if command == "delete":
        more.insert(0, first)
    done = run(command, filled, *more)
    assert (done.code, words in done.complaint) == (1, True)
    assert len(ids(filled)) == 3


def test_for_good_needs_a_yes_and_leaves_a_backup(filled, first, run, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    run("delete", filled, *ids(filled))
    asked = run("trash", filled, "--empty", "--folder", folder)
    assert (asked.code, "--yes" in asked.complaint) == (2, True)
    for answer, left in (("no\n", 3), ("y\n", 2)):
        terminal = io.StringIO(answer)
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", terminal)
        done = run("trash", filled, "--delete", first, "--folder", folder)
        assert "Delete 1 article for good? [y/N]" in done.err
        assert len(run("trash", filled, "--json").data["trash"]) == left
    done = run("trash", filled, "--empty", "--yes", "--folder", folder, "--json")
    assert len(done.data["deleted"]) == 2
    newest, _older = list_backups(filled, backup_folder(filled, folder))
    assert done.data["backup"] == str(newest.path)
    last = done.data["deleted"][0]["id"]
    kept = save_backup_as(newest.path, tmp_path / "kept.annotator")
    assert run("trash", kept, "--restore", last).out == f"1 article restored: {last}\n"
    again = run("trash", filled, "--empty", "--json")
    assert again.data == {"deleted": [], "backup": None}


def test_the_answer_to_the_question_is_no_unless_it_is_yes(filled, first, run, monkeypatch):
    run("delete", filled, first)
    terminal = io.StringIO("\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    assert run("trash", filled, "--empty").out == "nothing was deleted\n"
    assert len(run("trash", filled, "--json").data["trash"]) == 1


def test_an_article_that_is_there_again_is_told(filled, first, run):
    run("delete", filled, first)
    assert run("import", filled, NATIVE).code == 0
    done = run("trash", filled, "--restore", first)
    assert done.code == 1
    assert f"article {first!r} is in {filled} again" in done.complaint


def test_merge_says_what_lies_in_the_trash_here(filled, first, run):
    run("delete", filled, first)
    done = run("merge", filled, NATIVE)
    assert f"1 article of these in the trash here, where nothing was changed: {first}" in done.out
    assert run("merge", filled, NATIVE, "--json").data["trashed_articles"] == [first]


def test_revert_says_that_an_article_is_in_the_trash_now(filled, first, run, tmp_path):
    assert run("backups", filled, "--now", "--folder", tmp_path).code == 0
    run("delete", filled, first)
    done = run("revert", filled, "20", "--dry-run", "--folder", tmp_path)
    assert "; now in the trash" in done.out
