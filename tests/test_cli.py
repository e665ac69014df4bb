"""Each command through the real `main`: what it prints, where, and its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import cli
from annotator.cli import main
from annotator.cli.arguments import make_parser
from annotator.formats import formats

GOLDEN = Path(__file__).parent / "golden"
NATIVE = GOLDEN / "native.jsonl"
SHARED = Path(__file__).parents[2] / "shared"


class Answered:
    """What one command line led to."""

    def __init__(self, capsys, *arguments):
        self.code = main([str(argument) for argument in arguments])
        self.out, self.err = capsys.readouterr()

    @property
    def data(self):
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def complaint(self) -> str:
        """The one line on stderr; nothing else was printed."""
        (line,) = self.err.splitlines()
        assert self.out == ""
        assert "Traceback" not in line
        return line


@pytest.fixture
def run(capsys):
    return lambda *arguments: Answered(capsys, *arguments)


@pytest.fixture
def empty(tmp_path, run):
    path = tmp_path / "news.annotator"
    assert run("new", path).code == 0
    return path


@pytest.fixture
def filled(empty, run):
    assert run("import", empty, NATIVE).code == 0
    return empty


@pytest.fixture
def window(monkeypatch):
    """Stands for the window and the picture; returns what they were asked for."""
    asked = []

    def open_window(project):
        asked.append(project)
        return 0

    def take_screenshot(project, out, **look):
        asked.append((project, look))
        out.write_bytes(b"PNG")

    for name, function in (("app", open_window), ("screenshot", take_screenshot)):
        module = type(sys)(f"annotator.ui.{name}")
        setattr(module, function.__name__, function)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(f"annotator.ui.{name}", module, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return asked


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


# new


def test_new_makes_a_project_with_the_scheme_asked_for(tmp_path, run):
    path = tmp_path / "a.annotator"
    done = run("new", path, "--scheme", "conll", "--json")
    assert (done.code, done.data) == (0, {"project": str(path), "scheme": "conll"})
    assert path.exists()


def test_new_leaves_what_is_there_alone(empty, run):
    before = empty.read_bytes()
    done = run("new", empty)
    assert (done.code, "exists" in done.complaint) == (1, True)
    assert empty.read_bytes() == before


def test_new_with_an_unknown_scheme_names_the_known_ones_and_makes_nothing(tmp_path, run):
    done = run("new", tmp_path / "a.annotator", "--scheme", "nonsense")
    assert done.code == 1
    assert "known are conll, news" in done.complaint
    assert list(tmp_path.iterdir()) == []


# import


def test_import_says_what_it_added_and_again_that_nothing_changed(empty, run):
    first = run("import", empty, NATIVE)
    assert (first.code, first.out) == (0, f"{NATIVE}: 3 articles and 2 annotations added\n")
    again = run("import", empty, NATIVE)
    assert "0 articles and 0 annotations added; 3 unchanged" in again.out


def test_import_answers_programs_with_one_object(empty, run):
    done = run("import", empty, NATIVE, "--json")
    (file,) = done.data["files"]
    counts = (file["articles"], file["annotations"], file["unchanged"], file["kept"])
    assert counts == (3, 2, 0, 0)
    assert (file["format"], file["error"], file["faults"]) == ("native", None, [])


def test_import_names_the_file_and_line_at_fault_and_takes_the_other_file(empty, tmp_path, run):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"format":"annotator/1"}\n', encoding="utf-8")
    done = run("import", empty, bad, NATIVE)
    assert done.code == 1
    assert done.err.startswith(f"annotator: {bad}: line 1: article: Field required")
    assert done.err.count("\n") == 1
    assert "3 articles" in done.out


def test_import_gives_programs_every_fault(empty, tmp_path, run):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"format":"annotator/1"}\n' * 30, encoding="utf-8")
    done = run("import", empty, bad, "--json")
    (file,) = done.data["files"]
    assert [fault["line"] for fault in file["faults"]] == list(range(1, 31))
    assert done.err.count("\n") == 1


def test_import_suggests_replace_for_what_it_left_alone(filled, run):
    other = filled.parent / "other.jsonl"
    other.write_text(NATIVE.read_text(encoding="utf-8").replace("long day", "short"), "utf-8")
    assert "1 left as the project has it" in run("import", filled, other).out
    assert "--replace" in run("import", filled, other).out
    assert "1 replaced" in run("import", filled, other, "--replace").out


def test_import_as_gives_the_annotations_to_someone_else(empty, run):
    run("import", empty, NATIVE, "--as", "cy")
    out = empty.parent / "out.jsonl"
    run("export", empty, out, "--format", "native", "--annotator", "cy")
    assert {json.loads(line)["annotator"] for line in out.read_bytes().splitlines()} == {"cy"}


def test_import_says_in_which_encoding_a_text_was(empty, run):
    path = empty.parent / "alt.txt"
    text = "Die Bürgermeisterin sagte, die Brücke öffne im Frühjahr. " * 5
    path.write_bytes(text.encode("cp1252"))
    assert "read as cp1252" in run("import", empty, path).out


def test_import_into_nowhere_says_how_to_make_a_project(tmp_path, run):
    path = tmp_path / "none.annotator"
    done = run("import", path, NATIVE)
    assert done.code == 1
    assert f"make it with: annotator new {path}" in done.complaint


def test_import_of_a_missing_file_names_it(empty, run):
    done = run("import", empty, "none.jsonl")
    assert (done.code, done.complaint[:44]) == (1, "annotator: none.jsonl: No such file or direc")


# export


def test_export_gives_back_what_was_imported(filled, run):
    out = filled.parent / "out.jsonl"
    done = run("export", filled, out, "--format", "native")
    assert (done.code, done.out) == (0, f"wrote 2 annotations of 3 articles to {out}\n")
    assert sorted(out.read_bytes().splitlines()) == sorted(NATIVE.read_bytes().splitlines())


def test_export_says_what_the_format_cannot_hold(filled, run):
    out = filled.parent / "out.jsonl"
    done = run("export", filled, out, "--format", "prodigy")
    assert "prodigy cannot hold, and left out:\n" in done.out
    assert "  2 × entity names that no mention spells out\n" in done.out
    assert "1 article without annotation left out\n" in done.out
    again = run("export", filled, out, "--format", "prodigy", "--force", "--json")
    assert again.data["lost"]["entity names that no mention spells out"] == 2


def test_export_replaces_a_file_only_with_force(filled, run):
    out = filled.parent / "out.jsonl"
    out.write_text("precious", encoding="utf-8")
    done = run("export", filled, out, "--format", "native")
    assert (done.code, "replace it with --force" in done.complaint) == (1, True)
    assert out.read_text(encoding="utf-8") == "precious"
    assert run("export", filled, out, "--format", "native", "--force").code == 0


def test_export_writes_only_the_people_and_statuses_asked_for(filled, run):
    def exported(*options):
        out = filled.parent / "out.jsonl"
        assert run("export", filled, out, "--format", "native", "--force", *options).code == 0
        return sorted(json.loads(line)["annotator"] for line in out.read_bytes().splitlines())

    assert exported("--annotator", "ada", "ben") == ["ada", "ben"]
    assert exported("--annotator", "ada", "--annotator", "ben") == ["ada", "ben"]
    assert exported("--status", "skipped") == ["ben"]
    assert exported("--status", "skipped", "--status", "done") == ["ada", "ben"]


def test_export_of_gold_before_there_is_any_says_who_there_is(filled, run):
    done = run("export", filled, filled.parent / "x", "--format", "native", "--gold")
    assert (done.code, done.complaint) == (
        1,
        "annotator: gold has annotated nothing here; there is ada, ben",
    )


def test_export_to_an_unknown_format_names_the_known_ones(filled, run):
    done = run("export", filled, filled.parent / "x", "--format", "bratt")
    assert (done.code, "known are native, prodigy, " in done.complaint) == (1, True)


def test_export_into_a_folder_that_is_not_there_names_it(filled, run):
    done = run("export", filled, filled.parent / "no" / "x", "--format", "native")
    assert done.code == 1
    assert "No such file or directory; check the path" in done.complaint


# formats, check, stats, schema


def test_formats_lists_every_format_with_its_ways_and_losses(run):
    text, data = run("formats").out, run("formats", "--json").data["formats"]
    assert [row["name"] for row in data] == [format_.name for format_ in formats()]
    for format_ in formats():
        assert f"\n{format_.name} " in "\n" + text
        assert all(words in text for words in format_.loses)
    by_name = {row["name"]: row for row in data}
    assert by_name["native"]["loses"] == []
    assert (by_name["text"]["reads"], by_name["text"]["writes"]) == (True, False)


def test_check_is_content_with_a_sound_project(filled, run):
    done = run("check", filled)
    assert (done.code, "as it should be" in done.out) == (0, True)
    assert run("check", filled, "--json").data == {"ok": True, "problems": []}


def test_check_names_the_article_and_the_span_that_does_not_hold(filled, run):
    import sqlite3

    connection = sqlite3.connect(filled)
    connection.execute("UPDATE mention SET text = 'Ann Leigh' WHERE text = 'Ann Lee'")
    connection.commit()
    connection.close()
    done = run("check", filled)
    assert done.code == 1
    assert "news-1" in done.out
    assert "Ann Leigh" in done.out
    assert done.err == f"annotator: {filled}: 1 problem found; go back to a backup copy\n"
    found = run("check", filled, "--json")
    assert (found.code, found.data["ok"], len(found.data["problems"])) == (1, False, 1)


def test_stats_counts_articles_labels_and_each_persons_progress(filled, run):
    done = run("stats", filled, "--json")
    assert done.code == 0
    assert done.data["articles"] == 3
    assert done.data["annotators"]["ada"] == {
        "todo": 2, "doing": 0, "done": 1, "skipped": 0, "seconds": 412,
    }  # fmt: skip
    text = run("stats", filled).out
    assert "3 articles" in text
    assert "PERSON" in text


def test_schema_is_a_json_schema_that_knows_the_format(run):
    assert json.loads(run("schema").out)["$id"] == "annotator/1"
    assert run("schema", "--json").data == json.loads(run("schema").out)


@pytest.mark.parametrize("command", ["check", "stats", "screenshot", "export"])
def test_every_command_on_no_project_says_how_to_make_one(tmp_path, command, run):
    more = {"screenshot": ["x.png"], "export": ["x", "--format", "native"]}.get(command, [])
    done = run(command, tmp_path / "none.annotator", *more)
    assert (done.code, "make it with: annotator new" in done.complaint) == (1, True)


@pytest.mark.parametrize("command", ["check", "stats", "import"])
def test_a_file_that_is_no_project_is_refused_in_one_line(tmp_path, command, run):
    path = tmp_path / "x.annotator"
    path.write_bytes(b"PK\3\4" * 100)
    done = run(command, path, *([NATIVE] if command == "import" else []))
    assert (done.code, "not an Annotator project" in done.complaint) == (1, True)


# example, window, screenshot


def test_example_makes_the_project_once_and_opens_it(tmp_path, window, run):
    path = tmp_path / "e.annotator"
    assert run("example", path).out == f"made {path}\n"
    assert run("example", path).out == f"{path} is there already\n"
    assert window == [path, path]
    assert run("check", path).code == 0


def test_example_without_a_path_lies_in_the_users_data(tmp_path, window, monkeypatch, run):
    monkeypatch.setattr("annotator.work.example._data_folder", lambda: tmp_path)
    assert run("example", "--json").data["made"] is True
    assert (tmp_path / "annotator" / "example.annotator").exists()
    assert window == []


def test_example_can_be_drawn_without_a_display(tmp_path, window, no_display, run):
    out = tmp_path / "shot.png"
    done = run("example", tmp_path / "e.annotator", "--screenshot", out)
    assert (done.code, out.exists()) == (0, True)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_screenshot_takes_its_look_from_the_options(empty, window, run):
    out = empty.parent / "a.png"
    options = ["--dark", "--size", "800x600", "--article", "news-1"]
    assert run("screenshot", empty, out, *options).out == f"wrote {out}\n"
    assert run("screenshot", empty, out, "--json").data["picture"] == str(out)
    assert window == [
        (empty, {"dark": True, "size": (800, 600), "article": "news-1"}),
        (empty, {"dark": False, "size": (1440, 900), "article": None}),
    ]


@pytest.mark.parametrize("size", ["800", "x", "80x600", "800x-1"])
def test_a_size_that_is_none_is_wrong_usage(empty, size, run):
    done = run("screenshot", empty, "a.png", "--size", size)
    assert (done.code, "--size" in done.complaint) == (2, True)


def test_no_arguments_open_the_last_project_and_a_path_opens_that_one(empty, window, run):
    assert run().code == 0
    assert run(empty).code == 0
    assert window == [None, empty]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.usefixtures("no_display")
def test_without_a_display_one_line_says_what_works_instead(empty, run):
    for done in (run(), run(empty)):
        assert done.code == 1
        assert "annotator screenshot" in done.complaint
        assert "QT_QPA_PLATFORM=vnc" in done.complaint


def test_a_project_that_is_not_there_is_named_with_what_to_do(tmp_path, run):
    done = run(tmp_path / "none.annotator")
    assert (done.code, "make it with: annotator new" in done.complaint) == (1, True)


# usage and bugs


@pytest.mark.parametrize(
    "arguments",
    [
        ["exprot"],
        ["exprot", "a"],
        ["import"],
        ["--nonsense"],
        ["export", "a", "b"],
        ["export", "a", "b", "--format", "native", "--gold", "--annotator", "ada"],
        ["export", "a", "b", "--format", "native", "--status", "finished"],
        ["import", "a", "b", "--offsets", "letters"],
        ["formats", "--js"],
    ],
)
def test_wrong_usage_is_one_line_that_points_to_the_help(arguments, run):
    done = run(*arguments)
    assert done.code == 2
    assert done.complaint.startswith("annotator: ")
    assert "--help" in done.complaint


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(name, run):
    done = run(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"usage: annotator {name}" in done.out


def test_help_and_version_succeed_and_help_lists_every_command(run):
    listing = run("--help").out
    assert all(f"\n  {name} " in listing for name in cli.COMMANDS)
    assert run("--version").out.startswith("annotator ")


def test_the_short_list_of_commands_is_the_parsers():
    (commands,) = [
        action.choices for action in make_parser()._actions if action.metavar == "COMMAND"
    ]
    assert tuple(commands) == cli.COMMANDS


def test_a_bug_is_one_line_and_shows_its_traceback_only_when_debugging(run, monkeypatch):
    def broken():
        raise KeyError("x")

    monkeypatch.setattr("annotator.formats.formats", broken)
    monkeypatch.delenv("ANNOTATOR_DEBUG", raising=False)
    done = run("formats")
    assert (done.code, "a bug in annotator (KeyError: 'x')" in done.complaint) == (1, True)
    monkeypatch.setenv("ANNOTATOR_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["formats"])


def test_an_interrupted_import_says_nothing_and_leaves_nothing(empty, run, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("annotator.work.importing._count", interrupted)
    done = run("import", empty, NATIVE)
    assert (done.code, done.out, done.err) == (130, "", "")
    monkeypatch.undo()
    assert run("stats", empty, "--json").data["articles"] == 0


# as a process of its own


def process(*arguments, **more):
    command = [sys.executable, "-m", "annotator", *map(str, arguments)]
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, capture_output=True, env=environment | more, encoding="utf-8", check=False
    )


def test_the_command_line_works_as_a_process_of_its_own(tmp_path):
    path, out = tmp_path / "ü 😀.annotator", tmp_path / "out.jsonl"
    assert process("new", path).returncode == 0
    assert process("import", path, NATIVE).returncode == 0
    assert process("export", path, out, "--format", "native").returncode == 0
    assert sorted(out.read_bytes().splitlines()) == sorted(NATIVE.read_bytes().splitlines())
    failed = process("stats", tmp_path / "none")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.count("\n") == 1


def test_a_terminal_without_unicode_is_no_reason_to_crash(filled):
    done = process("check", filled.rename(filled.with_name("ü😀")), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="the shell has no pipes of this kind")
def test_a_reader_that_leaves_early_is_no_traceback():
    root = Path(__file__).parents[1]
    script = (
        f'"{sys.executable}" -c "from annotator.cli import main; main([\'schema\'] )" | head -c 9'
    )
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, env=environment, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        ([], {"argparse", "annotator.formats", "annotator.store", "annotator.work", "json"}),
        (
            ["--help"],
            {"annotator.formats", "annotator.store", "json.decoder", "importlib.metadata"},
        ),
        (["formats"], {"annotator.store", "annotator.core.record"}),
        (["schema"], {"annotator.store", "annotator.formats"}),
    ],
)
def test_no_command_waits_for_what_it_does_not_need(arguments, unwanted):
    script = (
        "import sys, types\n"
        "before = set(sys.modules)\n"
        "from annotator import cli\n"
        "if not sys.argv[1:]: cli.open_window = lambda project: 0\n"
        "code = cli.main(sys.argv[1:])\n"
        "print(code, *sorted(set(sys.modules) - before), file=sys.stderr)\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        text=True,
        check=True,
    )
    code, *loaded = done.stderr.split()
    assert code == "0"
    heavy = {"orjson", "chardet", "sqlite_utils", "PySide6", "sqlite3"}
    heavy |= set() if arguments == ["schema"] else {"pydantic"}
    assert not (unwanted | heavy) & set(loaded)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpora are not beside the checkout")
def test_every_field_of_the_gold_article_comes_back(empty, run):
    gold, out = SHARED / "gold" / "shafaq.jsonl", empty.parent / "out.jsonl"
    assert run("import", empty, gold).code == 0
    assert run("export", empty, out, "--format", "native").code == 0
    assert lacks(json.loads(gold.read_bytes()), json.loads(out.read_bytes())) == []


def lacks(given, found) -> list:
    """What of `given` is not in `found`, at any depth."""
    if isinstance(given, dict):
        inner = [lacks(value, found.get(key)) for key, value in given.items()]
        return [gap for gaps in inner for gap in gaps]
    if isinstance(given, list) and len(given) == len(found):
        inner = [lacks(*pair) for pair in zip(given, found, strict=True)]
        return [gap for gaps in inner for gap in gaps]
    return [] if given == found else [(given, found)]


def test_stats_say_the_same_as_lines_as_json_and_as_a_table(filled, run, tmp_path):
    out = tmp_path / "figures.csv"
    done = run("stats", filled, "--json", "--csv", out)
    assert done.code == 0
    assert done.data["labels"]["PERSON"] == 2
    assert done.data["median_seconds"] == {"ada": 412}
    assert done.data["durations"] == [0, 0, 0, 1, 0, 0, 0]
    (days,) = done.data["days"].values()
    assert list(days.values()) == [1]
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert "Active time by annotator,ada,seconds in all,412" in lines
    assert f"Articles done per day,{next(iter(days))},ada,1" in lines
    text = run("stats", filled).out
    assert "7 min for a done article (median)" in text
    assert f"articles done per day: {next(iter(days))} 1" in text
