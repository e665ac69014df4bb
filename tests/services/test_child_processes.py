"""Children end with their parent, also when that is killed while they work."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.cli import main
from tests.children import running_after, working_children
from tests.services.parents import KINDS, long_text

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a project of long articles that ada has done."""
    project, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    text = long_text()
    mention = {"start": text.index("Ann"), "end": text.index("Ann") + len("Ann Lee")}
    entities = [{"label": "PERSON", "mentions": [mention]}]
    row = {"format": "annotator/1", "annotator": "ada", "status": "done", "entities": entities}
    with source.open("w", encoding="utf-8") as file:
        for number in range(5):
            article = {"id": f"a{number}", "text": f"{text} {number}", "language": "en"}
            file.write(json.dumps({**row, "article": article}) + "\n")
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(source)]) == 0
    return tmp_path


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind,
            marks=pytest.mark.skipif(
                kind.endswith("in C") and sys.platform != "linux",
                reason="only Linux ends a process whose Python is locked",
            ),
        )
        for kind in KINDS
    ],
)
def test_no_child_outlives_a_parent_that_is_killed(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind in ("training", "order"):
        request.getfixturevalue("folder")
    command = [sys.executable, "-m", "tests.services.parents", kind, str(tmp_path)]
    with subprocess.Popen(command, cwd=_ROOT) as parent:
        children = working_children(parent.pid)
        parent.kill()
    assert running_after(2, children) == []
