"""A window that is killed takes with it what it has started on a long article."""

import json
import sys
from pathlib import Path

import pytest

from annotator.cli import main
from tests.children import running_after, working_children
from tests.services.parents import long_text
from tests.ui.window_process import WindowProcess

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One short open article, long ones that are done, and a long one that is open."""
    folder = tmp_path_factory.mktemp("long")
    path, source = folder / "p.annotator", folder / "in.jsonl"
    text = long_text()
    mention = {"start": text.index("Ann"), "end": text.index("Ann") + len("Ann Lee")}
    with source.open("w", encoding="utf-8") as file:
        for number in range(7):
            article = {"id": f"a{number}", "text": f"{text} {number}", "language": "en"}
            row = {"format": "annotator/1", "article": article, "annotator": "ada"}
            if number:
                entities = [{"label": "PERSON", "mentions": [mention]}]
                row |= {"status": "done", "entities": entities}
            file.write(json.dumps(row) + "\n")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    return path


@pytest.mark.parametrize("action", ["suggest", "train_model", "uncertain_first"])
def test_no_child_outlives_a_window_that_is_killed(
    action: str, project: Path, tmp_path: Path
) -> None:
    """The suggester of the article that is open, the training, and the order by uncertainty."""
    with WindowProcess(project, tmp_path) as window:
        window.tell("trigger", action)
        children = working_children(window.pid)
        window.kill()
    assert running_after(2, children) == []
