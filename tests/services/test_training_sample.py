"""What a training learns from: bounded however many articles are done, and chosen unread."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main
from annotator.core.models import Article
from annotator.services.background_training import LETTERS, last_training, retrain
from annotator.services.training import train_project
from annotator.services.training_sample import sample_of
from annotator.store import Project
from annotator.store.done_annotations import DoneAnnotation
from tests.suggest.test_training import row

MANY = 400


def done(number: int, length: int = 3000, annotator: str = "ada", **more: Any) -> DoneAnnotation:
    text_hash = hashlib.sha256(str(number).encode()).hexdigest()
    values = {"updated": f"2026-01-01T00:00:00Z {number:06}", "text_hash": text_hash, **more}
    return DoneAnnotation(number, annotator, length=length, **values)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(row(n)) for n in range(MANY)), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    with Project.open(path) as opened:
        yield opened


def test_a_large_project_gives_the_newest_articles_and_as_many_older_ones() -> None:
    letters = 300_000
    for count in (1_000, 10_000):
        sample = sample_of([done(n) for n in range(count)], letters)
        assert sample.done == count
        assert not sample.learns_from_held
        chosen = [found.key for found in (*sample.learnt, *sample.held)]
        assert letters * 0.9 < 3000 * len(chosen) <= letters
        newest = [n for n in range(count) if int(done(n).text_hash[:8], 16) % 5][-40:]
        assert set(newest) <= set(chosen)
        assert sum(key < count // 2 for key in chosen) > 15


def test_what_is_held_back_is_never_learnt_from_whatever_comes_later() -> None:
    held, learnt = set[int](), set[int]()
    for count in range(100, 3_000, 100):
        sample = sample_of([done(n) for n in range(count)], 200_000)
        held |= {found.key for found in sample.held}
        learnt |= {found.key for found in sample.learnt}
        assert sample.held
    assert not held & learnt


def test_without_a_bound_everything_is_learnt_from_and_gold_goes_first() -> None:
    annotations = [done(n) for n in range(50)]
    annotations += [done(n, annotator="gold", updated=None) for n in range(10)]
    annotations += [done(n, annotator="suggester-rules") for n in range(60)]
    for letters in (None, 10_000_000):
        sample = sample_of(annotations, letters)
        chosen = {found.key: found.annotator for found in (*sample.learnt, *sample.held)}
        assert chosen == {n: "gold" if n < 10 else "ada" for n in range(50)}
        assert sample.learns_from_held


def test_articles_that_are_longer_than_the_bound_are_learnt_from_as_well() -> None:
    sample = sample_of([done(n, 1_000_000 + n) for n in range(20)], 10_000)
    assert len(sample.learnt) == 4
    assert len(sample.held) == 1


def test_a_training_reads_the_texts_of_its_sample_and_no_other(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[int]()
    article = Project.article

    def counted(self: Project, key: int) -> Article:
        read.append(key)
        return article(self, key)

    monkeypatch.setattr(Project, "article", counted)
    monkeypatch.setattr(Project, "records", None)
    letters = 6_000
    report = train_project(project, letters=letters)
    assert (report.done, report.articles) == (MANY, len(set(read)))
    assert len(set(read)) * 60 < letters
    assert report.used
    read.clear()
    assert train_project(project).articles == MANY


def test_a_training_in_the_background_is_bounded(tmp_path: Path, project: Project) -> None:
    """By articles of which one is a fifth of what it may learn from."""
    source = tmp_path / "long.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for number in range(6):
            made = row(MANY + number)
            made["article"]["text"] += "x" * (LETTERS // 5)
            file.write(json.dumps(made) + "\n")
    project.close()
    assert main(["import", str(project.path), str(source)]) == 0
    with Project.open(project.path) as opened:
        report = retrain(opened, "ada").report
        assert report is not None
        assert report.articles < report.done == MANY + 6
        kept = last_training(opened)
    assert kept is not None
    assert kept.report == report


def test_the_command_says_what_it_learnt_from(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.close()
    assert main(["train", str(project.path)]) == 0
    assert f"trained on {MANY} done articles" in capsys.readouterr().out
