"""Each command through the real `main`: what it prints, where, and its exit code."""

import json
import os
from pathlib import Path

import pytest

from annotator.formats import formats

GOLDEN = Path(__file__).parents[1] / "golden"
NATIVE = GOLDEN / "native.jsonl"


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
    names = [format_.name for format_ in formats()]
    assert [row["name"] for row in data] == [*names, "pdf-copy"]
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
    assert done.err == f"annotator: {filled}: 1 problem found; each says how to mend it\n"
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
    monkeypatch.setattr("annotator.services.example.data_folder", lambda: tmp_path)
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
