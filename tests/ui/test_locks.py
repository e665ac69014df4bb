"""The window opens no file of the open project, whatever dialog lists it: seen from outside."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.cli import main
from tests.opens import Opens, needs_inotify
from tests.ui.window_process import ROOT, Visitor, WindowProcess, marks_seen_by_another_program

pytestmark = needs_inotify
Projects = Callable[..., Path]
WORDS = [f"Name{number}" for number in range(40)]
VISITS = 3
"""How often another program comes at most."""
NEWS = " and ".join(f"{word} Lee" for word in WORDS) + " went home."

DIALOGS = {
    "open_project": "",
    "new_project": "",
    "import_files": "",
    "import_folder": "",
    "merge_files": "",
    "export_pdf": "",
    "place of the export": "export_file",
    "save the figures": "statistics",
    "save the report": "show_agreement",
    "folder of the backups": "backups",
    "save a backup as a project": "backups",
    "load a scheme": "edit_scheme",
    "save the scheme": "edit_scheme",
    "save a rescue file": "",
    "save the whole project": "",
}
"""What opens a file dialog, and the action that must come first."""


def files_of(project: Path) -> list[Path]:
    return [Path(f"{project}{suffix}") for suffix in ("", "-wal", "-shm")]


def two_annotators(project: Path, folder: Path) -> None:
    """Bring in work of two people, whose agreement can be measured."""
    out = folder / "work.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    row = json.loads(out.read_text("utf-8"))
    rows = [row | {"annotator": name, "status": "done"} for name in ("bob", "cy")]
    out.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    assert main(["import", str(project), str(out)]) == 0


@pytest.fixture
def project(project_of: Projects, tmp_path: Path) -> Path:
    """A project whose folder holds it under other names, too, and a copy that nobody has open."""
    project = project_of(NEWS)
    two_annotators(project, tmp_path)
    shutil.copy(project, tmp_path / "copy.annotator")
    assert main(["backups", str(project), "--now", "--list"]) == 0
    (tmp_path / "link.annotator").symlink_to(project)
    (tmp_path / "same.bin").hardlink_to(project)
    return project


def titles_in_the_code() -> set[str]:
    """The titles of all file dialogs of the program."""
    asking = {"ask_file", "ask_files", "ask_folder", "ask_save_path"}
    found = set()
    for path in (ROOT / "annotator" / "ui").rglob("*.py"):
        source = path.read_text("utf-8")
        if not any(name in source for name in asking):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in asking:
                title = node.args[1]
                assert isinstance(title, ast.Call)
                assert isinstance(title.args[0], ast.Constant)
                found.add(str(title.args[0].value))
    return found


def test_no_file_dialog_opens_a_file_and_every_mark_after_it_is_kept(
    project: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alias = tmp_path_factory.mktemp("other") / "alias"
    alias.symlink_to(tmp_path)
    words, titles = iter(WORDS), set()
    with Visitor(project) as visitor, WindowProcess(project, tmp_path) as window:
        window.tell("mark", next(words))
        with Opens([*files_of(project), tmp_path / "copy.annotator"]) as opens:
            for number, (operation, before) in enumerate(DIALOGS.items(), start=2):
                if before:
                    window.tell("prepare", before)
                opens.take()
                titles.add(window.tell("look", operation, str(alias)))
                assert not opens.take(), operation
                if before:
                    window.tell("leave")
                assert visitor.marks() == number - 1
                assert window.deleted() == []
                window.tell("mark", next(words))
        window.kill()
    assert titles == titles_in_the_code()
    assert marks_seen_by_another_program(project) == len(DIALOGS) + 1
    assert main(["check", str(project)]) == 0


def test_importing_what_holds_the_project_opens_it_no_more_than_another_import(
    project: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    for folder in (other, tmp_path):
        (folder / "new.txt").write_text(f"Something new in {folder.name}.", "utf-8")
    with WindowProcess(project, tmp_path) as window:
        window.tell("mark", WORDS[0])
        with Opens(files_of(project)) as opens:
            counts = []
            for dropped in ([other], [tmp_path], [*files_of(project), tmp_path / "same.bin"]):
                opens.take()
                assert window.tell("drop", *map(str, dropped)) is False
                window.tell("rest")
                counts.append(opens.take())
        # Those of SQLite for the job, which may have kept what an earlier one opened.
        assert counts[1] <= counts[0]
        assert counts[2] <= counts[0]
        assert marks_seen_by_another_program(project) == 1
        assert window.deleted() == []
        window.tell("mark", WORDS[1])
        window.kill()
    assert marks_seen_by_another_program(project) == 2


def test_other_programs_come_and_go_in_the_middle_of_an_import_by_the_dialog(
    project: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many.jsonl"
    row = json.loads((tmp_path / "work.jsonl").read_text("utf-8").splitlines()[0])
    with many.open("w", encoding="utf-8") as lines:
        for number in range(300):
            row["article"].update(id=f"a{number}", text=f"Text {number}.")
            lines.write(json.dumps(row) + "\n")
    with WindowProcess(project, tmp_path) as window:
        window.tell("mark", WORDS[0])
        window.tell("type_into_dialog", "import_files", str(many))
        visits = 0
        while window.tell("busy") and visits < VISITS:
            stats = subprocess.run(
                [sys.executable, "-m", "annotator", "stats", str(project)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert (stats.returncode, stats.stderr) == (0, "")
            assert window.deleted() == []
            visits += 1
        assert visits
        window.tell("rest")
        window.tell("mark", WORDS[1])
        window.kill()
    assert marks_seen_by_another_program(project) == 2
    assert main(["check", str(project)]) == 0
