"""The command line as a whole: window or command, usage, bugs, processes, what it imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import cli
from annotator.cli import main
from annotator.cli.arguments import make_parser

GOLDEN = Path(__file__).parents[1] / "golden"
NATIVE = GOLDEN / "native.jsonl"
SHARED = Path(__file__).parents[3] / "shared"
ROOT = Path(__file__).parents[2]


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

    monkeypatch.setattr("annotator.services.importing._count", interrupted)
    done = run("import", empty, NATIVE)
    assert (done.code, done.out, done.err) == (130, "", "")
    monkeypatch.undo()
    assert run("stats", empty, "--json").data["articles"] == 0


# as a process of its own


def process(*arguments, **more):
    command = [sys.executable, "-m", "annotator", *map(str, arguments)]
    root = ROOT
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
    root = ROOT
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
        ([], {"argparse", "annotator.formats", "annotator.store", "annotator.services", "json"}),
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
    root = ROOT
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
