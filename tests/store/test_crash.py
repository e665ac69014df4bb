"""Whatever kills the program: each edit that was reported as saved is in the file."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.store import Project
from tests.killing import ROOT, edit_until_killed
from tests.store.samples import SCHEME, record, rows


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
def test_a_killed_program_loses_no_saved_edit_and_leaves_no_half_one(path: Path) -> None:
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
    chance = random.Random(5)
    stored = 0
    for _ in range(5):
        acknowledged = edit_until_killed(path, stored, chance.randint(1, 120))
        with Project.open(path) as project:
            names = project.annotation(1, "ada").entities
            stored = len(names)
            assert list(names) == [f"e{number}" for number in range(1, stored + 1)]
            assert acknowledged <= stored <= acknowledged + 1
            assert project.revision(1, "ada") == stored
            assert project.check() == []
        assert rows(path, "SELECT count(*) FROM edit WHERE state = 'done'") == [(stored,)]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
def test_a_project_killed_before_its_first_checkpoint_still_opens(path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from annotator.store import Project\n"
        "from tests.store.samples import SCHEME\n"
        "Project.create(sys.argv[1], SCHEME)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with Project.open(path) as project:
        assert project.scheme == SCHEME
