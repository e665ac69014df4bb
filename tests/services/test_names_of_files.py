"""Exports, bundles and backups under names that not every system would take."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from annotator.formats import formats
from annotator.services.assignments import assign
from annotator.services.backups import back_up, backup_folder, find_backup, list_backups
from annotator.services.export import export_file
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.store import Project
from tests.bench.samples import project_with, record
from tests.core.test_file_names import refused_by

IDS = (
    "𠀀" * 100,
    "字" * 100,
    "../../../../evil",
    "CON",
    "con",
    "e\u0301",
    "é",
    "a/b",
    "a_b",
    "nul.txt",
)
PEOPLE = ("ann", "ANN", "Zoë/Lee", "Zoe\u0308_Lee", "字" * 100, "aux", "annotation.conf", "dr.who")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    records = [
        replace(record(id_, 300, 4, seed=number), annotator=who)
        for number, id_ in enumerate(IDS)
        for who in (PEOPLE[number % len(PEOPLE)], "ben")
    ]
    return project_with(tmp_path_factory.mktemp("names") / "p.annotator", records)


@pytest.mark.parametrize("name", [format_.name for format_ in formats() if format_.writes])
def test_every_export_has_names_that_any_system_takes_and_comes_back(project, tmp_path, name):
    form = next(format_ for format_ in formats() if format_.name == name)
    out = tmp_path / "out" if form.folder else tmp_path / f"out{form.suffixes[0]}"
    with Project.open(project) as opened:
        report = export_file(opened, out, name)
        assert report.annotations == 2 * len(IDS)
    written = [path for path in out.rglob("*") if path.name != ".annotator-export"]
    assert [refused_by(path.name) for path in written if refused_by(path.name)] == []
    assert not (tmp_path.parent / "evil").exists()
    if name not in ("brat", "uima", "uima-json"):
        return
    files = [path for path in written if path.suffix in form.suffixes]
    assert len(files) == 2 * len(IDS)
    with Project.create(tmp_path / "again.annotator", find_scheme("news")) as again:
        assert import_files(again, [out]).failed == ()
        found = {(one.article.id, one.annotator) for one in again.records()}
    with Project.open(project) as opened:
        assert found == {(one.article.id, one.annotator) for one in opened.records()}


def test_bundles_of_people_of_nearly_the_same_name_are_files_of_their_own(project, tmp_path):
    with Project.open(project) as opened:
        bundles = assign(opened, tmp_path, PEOPLE, everybody=1)
    assert [bundle.annotator for bundle in bundles] == list(PEOPLE)
    assert len({bundle.path.name.casefold() for bundle in bundles}) == len(PEOPLE)
    assert all(bundle.path.is_file() and not refused_by(bundle.path.name) for bundle in bundles)


@pytest.fixture
def near_the_root():
    """A folder with a short path: SQLite takes no path longer than 512 bytes."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("stem", ["字" * 76, "x" * 236, "a@b", "@", "caf\udce9", "ann@2026-01-01"])
def test_a_project_of_any_name_has_backups_that_are_found(near_the_root, stem):
    path = near_the_root / f"{stem}.annotator"
    try:
        Project.create(path, find_scheme("news")).close()
    except (OSError, UnicodeEncodeError):
        pytest.skip("this system takes no such name")
    folder = backup_folder(path, near_the_root / "backups")
    moment = datetime(2026, 2, 1, 12, 30, tzinfo=UTC)
    with Project.open(path) as project:
        made = back_up(project, folder, moment)
    (found,) = list_backups(path, folder)
    assert (found.path, found.made) == (made, moment)
    assert find_backup(path, folder, "2026-02-01") == made
