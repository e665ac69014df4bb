"""Importing on a real project: whole files or nothing, and the same again changes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.core.record import dump
from annotator.formats import FormatError, Unit
from annotator.services.export import export_file
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.store import Project

GOLDEN = Path(__file__).parents[1] / "golden"
NATIVE = GOLDEN / "native.jsonl"


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "news.annotator", find_scheme("news")) as made:
        yield made


def rows(project) -> list[dict]:
    return [dump(record) for record in project.records(bare=True)]


def tally(report) -> tuple[int, ...]:
    (file,) = report.files
    return (file.articles, file.annotations, file.unchanged, file.kept, file.replaced)


def changed_file(folder: Path, **changes) -> Path:
    """The golden file with other words in the head of its first line."""
    lines = NATIVE.read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | changes)
    path = folder / "changed.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def written(folder: Path, *rows: dict) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def row(id_: str, text: str = "Ann Lee won.", annotator: str | None = "ada", **more) -> dict:
    article = {"id": id_, "text": text}
    return {"format": "annotator/1", "article": article, "annotator": annotator} | more


def test_a_native_file_arrives_whole_with_its_counts(project):
    assert tally(import_files(project, [NATIVE])) == (3, 2, 0, 0, 0)
    given = [json.loads(line) for line in NATIVE.read_bytes().splitlines()]
    assert sorted(rows(project), key=str) == sorted(given, key=str)


def test_the_same_file_again_changes_nothing(project):
    import_files(project, [NATIVE])
    before = rows(project)
    assert tally(import_files(project, [NATIVE])) == (0, 0, 3, 0, 0)
    assert rows(project) == before


def test_a_different_annotation_is_kept_unless_it_may_be_replaced(project, tmp_path):
    import_files(project, [NATIVE])
    other = changed_file(tmp_path, notes="another day")
    assert tally(import_files(project, [other])) == (0, 0, 2, 1, 0)
    assert "another day" not in str(rows(project))
    assert tally(import_files(project, [other], replace=True)) == (0, 0, 2, 0, 1)
    assert "another day" in str(rows(project))


def test_a_fault_in_one_line_refuses_the_file_and_lets_the_next_one_in(project, tmp_path):
    bad = written(
        tmp_path, row("a1"), row("a2", entities=[{"mentions": [{"start": 0, "end": 99}]}])
    )
    report = import_files(project, [bad, NATIVE])
    assert [file.error is None for file in report.files] == [False, True]
    assert str(report.failed[0].error).startswith(f"{bad}: line 2: mention m1 is [0, 99)")
    assert [fault.line for fault in report.failed[0].faults] == [2]
    assert {row["article"]["id"] for row in rows(project)} == {"news-1", "news-2", "news-3"}


def test_an_article_with_another_text_under_the_same_id_is_named_with_its_line(project, tmp_path):
    clash = written(tmp_path, row("a1"), row("a1", text="Ben won.", annotator="ben"))
    report = import_files(project, [clash])
    assert f"{clash}: line 2: " in str(report.failed[0].error)
    assert "a1" in str(report.failed[0].error)
    assert rows(project) == []


def test_two_different_annotations_by_one_person_in_one_file_are_refused(project, tmp_path):
    path = written(tmp_path, row("a1", notes="x"), row("a1", annotator="ben", notes="y"))
    for replace in (False, True):
        report = import_files(project, [path], annotator="cy", replace=replace)
        assert "line 2: article a1 is annotated by cy twice" in str(report.failed[0].error)
        assert rows(project) == []


def test_the_annotator_named_owns_all_annotations_of_the_file(project):
    import_files(project, [NATIVE], annotator="cy")
    assert {row["annotator"] for row in rows(project)} == {"cy", None}


def test_foreign_offsets_are_refused_with_the_word_that_lets_them_in(project, tmp_path):
    mention = {"start": 3, "end": 10, "text": "Ann Lee"}
    path = written(tmp_path, row("a1", text="😀 Ann Lee", entities=[{"mentions": [mention]}]))
    refused = import_files(project, [path])
    assert "--offsets utf-16" in str(refused.failed[0].error)
    assert tally(import_files(project, [path], offsets=Unit.UTF_16)) == (1, 1, 0, 0, 0)
    ((entity,),) = [found["entities"] for found in rows(project)]
    assert (
        entity["mentions"][0] | {"start": 2, "end": 9, "text": "Ann Lee"} == entity["mentions"][0]
    )


def test_a_text_reports_the_encoding_it_was_in(project, tmp_path):
    path = tmp_path / "news.txt"
    path.write_bytes(
        ("Die Bürgermeisterin sagte, die Brücke öffne im Frühjahr. " * 5).encode("cp1252")
    )
    (file,) = import_files(project, [path]).files
    assert (file.format, file.encoding, file.articles) == ("text", "cp1252", 1)


def test_a_missing_file_is_reported_by_name(project, tmp_path):
    (file,) = import_files(project, [tmp_path / "none.jsonl"]).files
    assert "none.jsonl: No such file or directory" in str(file.error)


def test_an_unknown_format_is_refused_before_any_file_is_read(project):
    with pytest.raises(FormatError, match="known are native"):
        import_files(project, [NATIVE], format="nonsense")


def test_progress_counts_the_bytes_of_all_files(project):
    seen = []
    import_files(project, [NATIVE, GOLDEN / "text.txt"], progress=lambda *step: seen.append(step))
    totals = {total for _done, total, _what in seen}
    assert totals == {NATIVE.stat().st_size + (GOLDEN / "text.txt").stat().st_size}
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert done[-1] in totals


def test_a_cancelled_import_leaves_nothing_of_the_file_it_was_in(project, tmp_path):
    text = tmp_path / "first.txt"
    text.write_text("First.", encoding="utf-8")
    answers = iter([False, False, False, True])
    report = import_files(project, [text, NATIVE], cancelled=lambda: next(answers))
    assert report.cancelled
    assert [file.path for file in report.files] == [text]
    assert [row["article"]["id"] for row in rows(project)] == ["first"]


def test_a_killed_import_leaves_nothing_half_written(tmp_path):
    path = tmp_path / "news.annotator"
    Project.create(path, find_scheme("news")).close()
    big = tmp_path / "big.jsonl"
    big.write_text("".join(json.dumps(row(f"a{n}")) + "\n" for n in range(500)), encoding="utf-8")
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from annotator.store import Project\n"
        "from annotator.services.importing import import_files\n"
        "steps = iter(range(1000))\n"
        "die = lambda: os._exit(9) if next(steps) == 400 else False\n"
        "with Project.open(Path(sys.argv[1])) as project:\n"
        "    import_files(project, [Path(sys.argv[2])], cancelled=die)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, path, big], check=False)
    assert ended.returncode == 9
    with Project.open(path) as project:
        assert rows(project) == []
        assert project.check() == []
        assert tally(import_files(project, [big])) == (500, 500, 0, 0, 0)


def test_emoji_arabic_and_crlf_survive_the_way_through_a_project(project, tmp_path):
    raw = "\ufeff😀 “We won,”\r\nقال الوزير: «نعم»\rcafe\u0301 👩‍👧 end\r\n"
    pieces = ["😀", "“We won,”", "قال", "«نعم»", "cafe\u0301", "👩‍👧 end", "”\r\nقال"]
    spans = [(raw.index(piece), raw.index(piece) + len(piece), piece) for piece in pieces]
    quoted = [{"role": "content", "start": s, "end": e, "text": t} for s, e, t in spans]
    named = [{"label": "X", "mentions": [{"start": s, "end": e, "text": t}]} for s, e, t in spans]
    source = written(tmp_path, row("a1", raw, entities=named, quotes=[{"spans": quoted}]))
    assert import_files(project, [source]).failed == ()
    for format_ in ("native", "prodigy"):
        out = tmp_path / f"{format_}.out"
        export_file(project, out, format_)
        exported = json.loads(out.read_bytes())
        text = exported.get("text") or exported["article"]["text"]
        assert text == raw[1:].replace("\r\n", "\n").replace("\r", "\n")
        found = list(all_spans(exported))
        assert [s["text"].replace("\n", "\r\n") for s in found].count("”\r\nقال") == 2
        assert len(found) == 2 * len(pieces)
        assert all(text[s["start"] : s["end"]] == s["text"] for s in found)


def all_spans(exported: dict):
    yield from exported.get("spans", [])
    for entity in exported.get("entities", []):
        yield from entity["mentions"]
    for quote in exported.get("quotes", []):
        yield from quote["spans"]
