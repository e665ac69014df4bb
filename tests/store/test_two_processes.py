"""A project that several connections and processes have open keeps every edit."""

import subprocess
import sys
from pathlib import Path

from annotator.core import edits
from annotator.services.merging import is_project
from annotator.store import Project

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
