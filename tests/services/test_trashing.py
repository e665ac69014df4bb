"""Deleting, restoring and emptying as whole-project jobs, and what other jobs make of the trash."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from annotator.core.record import dump
from annotator.core.scheme import scheme_to_json
from annotator.services.backups import (
    back_up,
    back_up_if_due,
    backup_file,
    contents,
    list_backups,
    restore_backup,
)
from annotator.services.export import export_file
from annotator.services.merging import merge_files
from annotator.services.trash import (
    TrashError,
    delete_articles,
    delete_permanently,
    full_name,
    numbers_of,
    restore_articles,
)
from annotator.store import ArticleExists, NoSuchArticle, Project, ProjectReadOnly
from annotator.store.schema import LADDER
from tests.store.samples import SCHEME, TEXT, older_project, record

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "news.annotator"
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for number in range(1, 5):
            target.add(record(f"a{number}", "ada", text=f"{TEXT} {number}"))
    return path


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path) as project:
        yield project


def ids(project: Project) -> list[str]:
    return [one.article.id for one in project.records(bare=True)]


def numbers(project: Project) -> list[int]:
    return [item.number for item in project.trash()]


def test_many_go_together_and_come_back_together(project: Project) -> None:
    seen: list[tuple[int, int | None, str]] = []
    done = delete_articles(project, [1, 3, 3], "ada", progress=lambda *step: seen.append(step))
    assert [item.id for item in done.items] == ["a1", "a3"]
    assert done.annotations == 2
    assert [step[::2] for step in seen] == [(1, "a1"), (2, "a3")]
    assert ids(project) == ["a2", "a4"]
    back = restore_articles(project, numbers(project))
    assert sorted(back.keys) == [1, 3]
    assert ids(project) == ["a1", "a2", "a3", "a4"]


def test_a_job_that_is_cancelled_or_fails_has_changed_nothing(project: Project) -> None:
    asked = iter([False, False, True])
    done = delete_articles(project, [1, 2, 3], "ada", cancelled=lambda: next(asked))
    assert (done.cancelled, done.items, len(ids(project)), project.trash()) == (True, (), 4, [])
    with pytest.raises(NoSuchArticle):
        delete_articles(project, [1, 99], "ada")
    assert len(ids(project)) == 4
    delete_articles(project, [1, 2], "ada")
    assert restore_articles(project, numbers(project), cancelled=lambda: True).cancelled
    with project.importing() as target:
        target.add(record("a1", text="Another."))
    with pytest.raises(ArticleExists):
        restore_articles(project, numbers(project))
    assert ids(project) == ["a3", "a4", "a1"]
    assert len(project.trash()) == 2


def test_nothing_goes_for_good_without_a_backup_that_has_it(
    project: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    delete_articles(project, [1, 2], "ada")
    assert delete_permanently(project, [1], folder, NOON, cancelled=lambda: True).cancelled
    assert len(project.trash()) == 2
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        delete_permanently(project, [1], tmp_path / "file" / "in", NOON)
    assert len(project.trash()) == 2
    done = delete_permanently(project, [1], folder, NOON)
    assert [item.id for item in project.trash()] == ["a2"]
    assert done.backup is not None
    with backup_file(done.backup) as file, Project.open(file) as backup:
        restore_articles(backup, [1])
        assert ids(backup) == ["a1", "a3", "a4"]


def test_what_is_in_the_trash_is_named_by_its_id_and_if_need_be_by_its_time(
    project: Project,
) -> None:
    delete_articles(project, [1], "ada")
    assert numbers_of(project, ["a1"]) == [1]
    (item,) = project.trash()
    assert numbers_of(project, [full_name(item)[:-4]]) == [1]
    with pytest.raises(TrashError, match="there is no a2 in the trash"):
        numbers_of(project, ["a1", "a2"])
    with project.importing() as target:
        target.add(record("a1", text="Another."))
    delete_articles(project, [5], "ada")
    with pytest.raises(TrashError, match="more than once; name one of a1@20"):
        numbers_of(project, ["a1"])


def test_no_export_has_a_deleted_article(project: Project, tmp_path: Path) -> None:
    delete_articles(project, [2], "ada")
    export_file(project, tmp_path / "out.jsonl", "native")
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert [line.split('"id":"', 1)[1][:2] for line in lines] == ["a1", "a3", "a4"]


def test_the_trash_of_another_project_is_not_merged(
    path: Path, project: Project, tmp_path: Path
) -> None:
    other = tmp_path / "other.annotator"
    project.backup(other)
    with Project.open(other) as theirs:
        delete_articles(theirs, [1], "ben")
    report = merge_files(project, [other], new_articles=True)
    assert (report.trashed, report.added, project.trash()) == ((), (), [])
    assert len(ids(project)) == 4


@pytest.mark.parametrize("new_articles", [True, False])
def test_a_merge_brings_what_was_deleted_here_as_new_and_says_so(
    project: Project, tmp_path: Path, new_articles: bool
) -> None:
    bundle = tmp_path / "ben.jsonl"
    bundle.write_text(json.dumps(dump(record("a1", "ben", text=f"{TEXT} 1"))), "utf-8")
    delete_articles(project, [1], "ada")
    report = merge_files(project, [bundle], new_articles=new_articles)
    assert report.trashed == ("a1",)
    assert len(project.trash()) == 1
    if new_articles:
        key = project.key_of("a1")
        assert key == 5
        assert project.annotation(key, "ben").entities
        assert not project.annotation(key, "ada").entities
    else:
        assert project.key_of("a1") is None


def test_backups_tell_what_lies_in_the_trash_now(project: Project, tmp_path: Path) -> None:
    backup = back_up(project, tmp_path, NOON)
    assert backup is not None
    assert back_up_if_due(project, tmp_path, NOON + 2 * HOUR) is None
    delete_articles(project, [2], "ada")
    found = contents(project, backup)
    (one,) = found.differences
    assert (one.article, one.annotator, one.now, one.trashed) == ("a2", "ada", None, True)
    assert (found.articles, found.articles_now, found.trash, found.trash_now) == (4, 3, 0, 1)
    assert back_up_if_due(project, tmp_path, NOON + 3 * HOUR) is not None
    delete_permanently(project, numbers(project), tmp_path, NOON + 4 * HOUR)
    assert not contents(project, backup).differences[0].trashed
    assert back_up_if_due(project, tmp_path, NOON + 6 * HOUR) is not None


def test_a_backup_of_the_version_before_can_be_looked_into_and_gone_back_to(
    path: Path, project: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = older_project(
        folder / "news@2026-01-01-000000Z.annotator", len(LADDER) - 1, scheme_to_json(SCHEME)
    )
    before = old.read_bytes()
    (backup,) = list_backups(path, folder)
    assert contents(project, backup.path).articles == 0
    restore_backup(path, backup.path, folder, NOON)
    with Project.open(path) as after:
        assert ids(after) == []
        assert after.trash() == []
    assert old.read_bytes() == before


def test_a_project_that_may_not_be_written_refuses(path: Path) -> None:
    with Project.open(path, read_only=True) as project, pytest.raises(ProjectReadOnly):
        delete_articles(project, [1], "ada")
