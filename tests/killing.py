"""Kills an editor with SIGKILL while it edits; `tests.faults` kills whatever else there is."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import annotator

ROOT: Final = Path(annotator.__file__).resolve().parent.parent
_EDITOR: Final = """
import sys
from annotator.core.message import verbatim
from annotator.core.edit import Change
from annotator.core.edit import Edit
from annotator.core.models import Entity
from annotator.store import Project
with Project.open(sys.argv[1]) as project:
    number = int(sys.argv[2])
    while True:
        number += 1
        made = Entity(f"e{number}", "PERSON", "Zoë", number)
        edit = Edit(verbatim("Mark"), (Change(None, made),))
        project.apply(1, "ada", edit)
        print(number, flush=True)
"""


def edit_until_killed(path: Path, first: int, acknowledged: int) -> int:
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
