"""Files that SQLite has open in this process are opened by nothing else, whatever their name."""

import ast
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.files import (
    FileIsOpen,
    FileIsProject,
    check_folder_not_open,
    check_not_open,
    is_open,
    open_files,
    open_to_read,
    read_text,
)
from annotator.formats import FormatError, find_format, format_of
from annotator.formats.articles.tables import preview
from annotator.services.atomic_output import atomic_file, move_into_place
from annotator.services.evaluation import read_gold
from annotator.services.export import ExportError, export_file
from annotator.services.importing import import_files
from annotator.services.merging import MergeError, is_project, merge_files
from annotator.services.presets import find_scheme, write_scheme
from annotator.services.rescue import write_rescue
from annotator.services.statistics import write_csv
from annotator.store import NotAProject, Project
from tests.opens import Opens, needs_inotify

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX locks go so easily")
ROOT = Path(__file__).resolve().parents[1]
_REFUSED = (FileIsOpen, FormatError, ExportError, MergeError, NotAProject)
_LAST_ONE = """
import sqlite3, sys
project = sqlite3.connect(sys.argv[1])
project.execute("SELECT * FROM project").fetchall()
project.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in" / "news.annotator"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    """A project that is open, in a folder that holds it under other names as well."""
    path.parent.mkdir()
    Project.create(path, find_scheme("news")).close()
    with Project.open(path) as project:
        project.set_value("open", "yes")
        (path.parent / "link.annotator").symlink_to(path)
        (path.parent / "hard.jsonl").hardlink_to(path)
        yield project


def names_of(path: Path) -> list[Path]:
    """The three files, under every name they can be reached by."""
    inside = path.parent
    usual = [Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm")]
    return [
        *usual,
        inside / "link.annotator",
        inside / "hard.jsonl",
        Path(os.path.relpath(path)),
        inside / ".." / "in" / path.name,
        *(
            Path(f"/proc/self/cwd/{os.path.relpath(one)}")
            for one in usual
            if Path("/proc").exists()
        ),
    ]


def keeps_its_log(path: Path) -> bool:
    """Whether the log outlives another program that has the project open and closes it."""
    subprocess.run([sys.executable, "-c", _LAST_ONE, str(path)], check=True)
    return Path(f"{path}-wal").exists()


def test_what_this_is_all_about_closing_any_descriptor_drops_the_locks(
    project: Project, path: Path
) -> None:
    assert keeps_its_log(path)
    with path.open("rb"):
        pass
    assert not keeps_its_log(path)


def test_an_open_project_is_known_under_every_name(project: Project, path: Path) -> None:
    for name in names_of(path):
        assert is_open(name), name
        with pytest.raises(FileIsOpen, match="is a project that is open here"), open_to_read(name):
            pass
        with pytest.raises(FileIsOpen), open_to_read(name, open_files()):
            pass
        with pytest.raises(FileIsOpen):
            check_not_open(name)
    with pytest.raises(FileIsOpen):
        check_folder_not_open(path.parent.parent)
    project.close()
    assert not any(map(is_open, names_of(path)))
    assert keeps_its_log(path) is False
    with open_to_read(path) as file:
        assert file.read(6) == b"SQLite"


def test_other_files_are_not_taken_for_open_ones(project: Project, tmp_path: Path) -> None:
    plain, empty, database = (tmp_path / name for name in ("a.txt", "empty", "other.db"))
    plain.write_bytes(b"One\r\ntwo\rthree\n")
    empty.touch()
    sqlite3.connect(database).execute("CREATE TABLE t(x)").connection.close()
    with plain.open("rb"), open_to_read(plain) as again:
        assert again.read(3) == b"One"
    assert read_text(plain) == "One\ntwo\nthree\n"
    for path in (empty, database):
        with open_to_read(path):
            pass
    check_folder_not_open(tmp_path / "nowhere")
    assert not is_open(tmp_path / "nowhere")


def test_no_descriptor_is_left_behind(project: Project, path: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    before = len([*Path("/dev/fd").iterdir()])
    for _ in range(20):
        with open_to_read(tmp_path / "a.txt"):
            pass
        with pytest.raises(FileIsOpen), open_to_read(path):
            pass
    assert len([*Path("/dev/fd").iterdir()]) == before


@pytest.mark.parametrize("when", ["before it is open", "while it is read"])
def test_a_project_that_is_opened_meanwhile_keeps_its_locks(
    tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "late.annotator"
    Project.create(path, find_scheme("news")).close()
    known = open_files()
    if when == "before it is open":
        with Project.open(path) as project:
            project.set_value("open", "yes")
            with pytest.raises(FileIsOpen), open_to_read(path, known):
                pass
            assert keeps_its_log(path)
        return
    with open_to_read(path, known) as file:
        project = Project.open(path)
        project.set_value("open", "yes")
        assert file.read(6) == b"SQLite"
    assert keeps_its_log(path)
    project.close()


def roads(project: Project, path: Path, name: Path) -> Iterator[Callable[[], object]]:
    """Everything that reads or writes a file that somebody names, with this name."""
    yield lambda: format_of(name)
    yield lambda: preview(name)
    yield lambda: read_gold(name)
    yield lambda: find_scheme(str(name))
    yield lambda: merge_files(project, [name])
    yield lambda: export_file(project, name, "native", overwrite=True)
    yield lambda: write_scheme(project.scheme, name)
    yield lambda: write_csv([], name)
    yield lambda: write_rescue(name, [])
    yield lambda: atomic_file(name).__enter__()
    yield lambda: move_into_place(path.parent.parent / "part", name)
    yield (
        lambda: (
            find_format("instruct")
            .with_options({"template": f"@{name}"})
            .write(project.records(bare=True), BytesIO())
        )
    )


@needs_inotify
def test_no_road_opens_an_open_project_or_puts_a_file_in_its_place(
    project: Project, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "part").write_text("complete")
    (tmp_path / "text.txt").write_text("A text.")
    assert import_files(project, [tmp_path / "text.txt"]).failed == ()
    files = [Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm")]
    before = [one.stat().st_ino for one in files]
    for name in names_of(path):
        for road in roads(project, path, name):
            with Opens(files) as opens:
                with pytest.raises(
                    (FileIsOpen, FormatError, ExportError, MergeError, NotAProject)
                ) as told:
                    road()
                assert not opens.take()
            assert str(told.value).count(str(name)) >= 1
            assert [one.stat().st_ino for one in files] == before
    with Opens(files) as opens:
        assert is_project(path)
        report = import_files(project, [*files, path.parent])
        assert len(report.failed) == 3
        assert {one.name for one in report.passed_over} >= {path.name, "link.annotator"}
        assert not opens.take()
    assert keeps_its_log(path)


def test_no_file_takes_the_place_of_a_project_that_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "news.annotator"
    Project.create(path, find_scheme("news")).close()
    before = path.read_bytes()
    with pytest.raises(FileIsProject, match="is a project, which no other file may replace"):
        write_csv([], path)
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


def test_an_export_takes_no_folder_that_holds_an_open_project(
    project: Project, path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (tmp_path / "text.txt").write_text("A text.")
    import_files(project, [tmp_path / "text.txt"])
    export_file(project, out, "brat")
    export_file(project, out, "brat", overwrite=True)
    inner = out / "mine.annotator"
    Project.create(inner, find_scheme("news")).close()
    with Project.open(inner) as mine:
        mine.set_value("open", "yes")
        with pytest.raises(FileIsOpen, match="mine"):
            export_file(project, out, "brat", overwrite=True)
        assert mine.value("open") == "yes"
    assert inner.exists()


def test_a_second_opening_of_a_project_reads_it_by_sqlite_alone(
    project: Project, path: Path
) -> None:
    for name in (path, path.parent / "link.annotator"):
        with Project.open(name) as second:
            assert second.value("open") == "yes"
        assert keeps_its_log(path)


def test_sqlite_never_opens_a_log_or_a_hard_link_of_an_open_project_as_another_one(
    project: Project, path: Path
) -> None:
    for name in (Path(f"{path}-wal"), Path(f"{path}-shm"), path.parent / "hard.jsonl"):
        with pytest.raises(NotAProject, match="choose the project file itself"):
            Project.open(name)
    assert keeps_its_log(path)
    project.close()
    assert not Path(f"{path.parent / 'hard.jsonl'}-wal").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["export", "{}", "{}", "--format", "native", "--force"],
        ["export", "{}", "{}-wal", "--format", "native", "--force"],
        ["screenshot", "{}", "{}"],
        ["stats", "{}", "--csv", "{}"],
        ["import", "{}", "{}"],
        ["merge", "{}", "{}"],
    ],
)
def test_a_command_that_gets_the_project_twice_leaves_it_alone(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "news.annotator"
    (tmp_path / "text.txt").write_text("Ann Lee went home.")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(tmp_path / "text.txt")]) == 0
    capsys.readouterr()
    code = main([part.replace("{}", str(path)) for part in command])
    err = capsys.readouterr().err
    if "{}-wal" not in command:
        assert (code, len(err.splitlines())) == (1, 1)
        assert str(path) in err
    assert main(["stats", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 1
    assert main(["check", str(path)]) == 0


def test_asking_for_many_files_costs_little_once_it_is_known_what_is_open(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    listed = os.listdir

    def list_and_tell(folder: str) -> list[str]:
        asked.extend([folder] if str(folder).endswith("/fd") else [])
        return listed(folder)

    monkeypatch.setattr(os, "listdir", list_and_tell)
    (tmp_path / "many").mkdir()
    for number in range(50):
        (tmp_path / "many" / f"{number}.txt").write_text(f"Text number {number}.")
    assert import_files(project, [tmp_path / "many"]).failed == ()
    assert len(asked) <= 2


# The code


OPENERS = {"read_text", "read_bytes", "write_text", "write_bytes"}
MODES = set("rwxabt+")
COPIES = {"copy", "copy2", "copyfile", "copytree", "move"}
CALLS = re.compile(rf"\b(?:open|{'|'.join(sorted(OPENERS | COPIES))})\(")
"""Without one of these words there is no such call: to take each module apart is slow."""
OWN = {
    "files.py": "the one place that opens files of other people",
    "cli/__init__.py": "the null device",
    "formats/brat.py": "writes into the folder of an export, which is new",
    "formats/loss_check.py": "writes into a new folder of its own, and reads from there",
    "formats/labelstudio.py": "writes into the folder of an export, which is new",
    "formats/table_writer.py": "the parts of a workbook that was just made in memory",
    "formats/uima.py": "writes into the folder of an export, which is new",
    "formats/parquet.py": "writes into the folder of an export, which is new, and counts there",
    "suggest/crf.py": "a model that was trained into a folder of its own",
    "suggest/gazetteer.py": "a file of the program",
    "suggest/lexicon.py": "a file of the program",
    "ui/i18n/gettext_translator.py": "a file of the program",
    "ui/theme/icons.py": "a file of the program",
    "ui/printing/copies.py": "a PDF in a folder of its own",
    "services/backup_folders.py": "a note in the folder of backups",
    "services/backup_packs.py": "the part that takes its place when it is complete",
    "services/backup_store.py": "a passing file for a backup that is read",
    "services/own_models.py": "a key of the user's own",
    "services/agreement_report.py": "the part that takes its place when it is complete",
    "services/suggester_config.py": "the part that takes its place when it is complete",
    "services/statistics.py": "the part that takes its place when it is complete",
    "services/atomic_output.py": "the part that takes its place when it is complete",
    "services/presets.py": "the part that takes its place when it is complete",
    "services/partitioned_output.py": "the part, its partitions and journal, in its own folder",
    "services/partitions.py": "a partition of the output, in the folder of its job",
    "services/rescue.py": "the part that takes its place when it is complete",
}
"""Who opens files by themselves, and which."""


def opens_files(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        modes = [a.value for a in node.args if isinstance(a, ast.Constant)]
        has_mode = any(isinstance(m, str) and m and set(m) <= MODES for m in modes)
        on_system = isinstance(function, ast.Attribute) and ast.unparse(function.value) in (
            "os", "io", "codecs", "shutil", "mmap",
        )  # fmt: skip
        if name in OPENERS and not (isinstance(function, ast.Name)):
            return True
        if name == "open" and (isinstance(function, ast.Name) or has_mode or on_system):
            return True
        if on_system and name in COPIES:
            return True
    return False


def test_files_are_opened_in_few_places_which_are_known() -> None:
    folder = ROOT / "annotator"
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if CALLS.search(source := path.read_text("utf-8")) and opens_files(ast.parse(source))
    }
    assert found == set(OWN)


def test_one_sqlite_is_in_the_process_and_reaches_no_project_by_another_door() -> None:
    sources = {path: path.read_text("utf-8") for path in (ROOT / "annotator").rglob("*.py")}
    assert any(imported(source, {"sqlite3"}) for source in sources.values())
    others = {"apsw", "duckdb", "pysqlite3", "PySide6.QtSql", "sqlalchemy", "dbm"}
    assert [path for path, source in sources.items() if imported(source, others)] == []


def imported(source: str, names: set[str]) -> set[str]:
    """Which of these modules the source imports."""
    if not any(name.rpartition(".")[2] in source for name in names):
        return set()  # to take each module apart is slow
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(".".join(node.module.split(".")[:2]))
    return found & names
