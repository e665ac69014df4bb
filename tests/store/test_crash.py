"""Whatever kills the program: each edit that was reported as saved is in the file."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import annotator
from annotator.store import Project
from tests.store.samples import SCHEME, record, rows

ROOT = Path(annotator.__file__).resolve().parent.parent

_EDITOR = """
import sys
from annotator.core.edit import Change, Edit
from annotator.core.models import Entity
from annotator.store import Project
with Project.open(sys.argv[1]) as project:
    number = int(sys.argv[2])
    while True:
        number += 1
        edit = Edit("Mark", (Change(None, Entity(f"e{number}", "PERSON", "Zoë", number)),))
        project.apply(1, "ada", edit)
        print(number, flush=True)
"""


def _edit_until_killed(path: Path, first: int, acknowledged: int) -> int:
    """The number of the last edit that was reported as saved before SIGKILL."""
    last = first
    with subprocess.Popen(
        [sys.executable, "-c", _EDITOR, str(path), str(first)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = int(line)
            if last >= first + acknowledged:
                process.send_signal(signal.SIGKILL)
    return last


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")
def test_a_killed_program_loses_no_saved_edit_and_leaves_no_half_one(path: Path) -> None:
    with Project.create(path, SCHEME) as project, project.importing() as target:
        target.add(record("a1"))
    chance = random.Random(5)
    stored = 0
    for _ in range(5):
        acknowledged = _edit_until_killed(path, stored, chance.randint(1, 120))
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
