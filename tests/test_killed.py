"""kill -9 in a loop of edits: what was acknowledged is there, nothing is half-written."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.core.models import Article
from annotator.core.record import Record
from annotator.store import Project
from annotator.work.presets import find_scheme

ROOT = Path(__file__).resolve().parents[1]
WORDS = " ".join(f"word{number}" for number in range(4000))

ANNOTATE = """
import sys
from annotator.core import edits
from annotator.store import Project

with Project.open(sys.argv[1]) as project:
    key = project.article_keys(annotator="ada")[0]
    article, annotation = project.article(key), project.annotation(key, "ada")
    end = max((m.end for m in annotation.mentions.values()), default=-1)
    while True:
        start = end + 1
        end = article.text.index(" ", start)
        edit = edits.mark(article, annotation, start, end, "ORG")
        project.apply(key, "ada", edit)
        annotation.apply(edit)
        print(end, flush=True)
"""


def killed_after(project: Path, acknowledgements: int) -> int:
    """Annotate in another process, kill it there and then, return the last end it acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", ANNOTATE, str(project)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        for _ in range(acknowledgements):
            last = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().splitlines()
    return int(rest[-1] if rest else last)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_no_acknowledged_edit_is_lost_when_the_program_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "news.annotator"
    with Project.create(path, find_scheme("news")) as project, project.importing() as target:
        target.add(Record(Article("a", WORDS)))
    chance = random.Random(7)
    for _ in range(6):
        acknowledged = killed_after(path, chance.randint(1, 60))
        with Project.open(path) as project:
            key = project.article_keys(annotator="ada")[0]
            annotation = project.annotation(key, "ada")
            ends = sorted(mention.end for mention in annotation.mentions.values())
            assert acknowledged in ends
            assert len(ends) == WORDS[: ends[-1]].count(" ") + 1
            assert len(annotation.entities) == len(ends)
            assert project.check() == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_every_edit_before_the_kill_can_be_undone_after_it(tmp_path: Path) -> None:
    path = tmp_path / "news.annotator"
    with Project.create(path, find_scheme("news")) as project, project.importing() as target:
        target.add(Record(Article("a", WORDS)))
    killed_after(path, 25)
    with Project.open(path) as project:
        key = project.article_keys(annotator="ada")[0]
        edits = len(project.annotation(key, "ada").mentions)
        undone = sum(1 for _ in iter(lambda: project.undo(key, "ada"), None))
        assert undone == edits >= 25
        assert project.annotation(key, "ada").mentions == {}
