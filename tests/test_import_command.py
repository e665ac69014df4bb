"""`annotator import` on articles: columns, folders, what was left out or there already."""

import json
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.store import Project
from tests.formats.articles.writers import PARAGRAPHS, TEXT, page


@pytest.fixture
def project(tmp_path, capsys) -> Path:
    path = tmp_path / "news.annotator"
    assert main(["new", str(path)]) == 0
    capsys.readouterr()
    return path


def held(path: Path) -> dict[str, str]:
    with Project.open(path) as project:
        return {record.article.id: record.article.text for record in project.records(bare=True)}


def test_columns_are_named_by_options(project, tmp_path, capsys):
    table = tmp_path / "a.csv"
    table.write_text("nr;kicker;lede;when\n7;Flut;Der Fluss 😀 stieg.;1. Mai 2024\n", "utf-8")
    assert main(["import", str(project), str(table)]) == 1
    assert "no column is known to hold the text; name it with --text" in capsys.readouterr().err
    options = ["--text", "lede", "--title", "kicker", "--id", "nr", "--date", "when"]
    assert main(["import", str(project), str(table), *options]) == 0
    assert held(project) == {"7": "Der Fluss 😀 stieg."}
    with Project.open(project) as opened:
        (record,) = opened.records(bare=True)
    assert (record.article.title, record.article.published) == ("Flut", "2024-05-01")


def test_a_folder_is_answered_in_lines_for_people(project, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "b.txt").write_text(TEXT, "utf-8")
    (folder / "c.txt").write_text(TEXT.replace("Freitag", "Samstag"), "utf-8")
    body = f"<p>{PARAGRAPHS[2]}</p><img src=a.jpg><p>All else is well in town today.</p>"
    (folder / "d.html").write_bytes(page(body))
    (folder / "e.pdf").write_bytes(b"%PDF-1.4 oops")
    (folder / "f.bin").write_bytes(b"\0")
    assert main(["import", str(project), str(folder)]) == 1
    told = capsys.readouterr()
    assert f"{folder / 'b.txt'}: 0 articles and 0 annotations added; 1 duplicate not" in told.out
    assert "  b has the text of a\n" in told.out
    assert "% the same as a\n" in told.out
    assert f"{folder / 'd.html'}: 1 article and 0 annotations added; not taken: images" in told.out
    assert "1 file in no known format passed over" in told.out
    assert told.err == f"annotator: {folder / 'e.pdf'}: it is damaged or no PDF\n"


def test_a_program_reads_all_of_it_in_one_object(project, tmp_path, capsys):
    lines = tmp_path / "a.jsonl"
    rows = [{"id": "x", "text": TEXT}, {"id": "y", "text": TEXT}, {"id": "z", "text": TEXT + " !"}]
    rows += [{"id": "w", "text": TEXT + " Ende."}, {"id": "v", "text": ""}]
    lines.write_text("\n".join(map(json.dumps, rows)))
    assert main(["import", str(project), str(lines), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (file,) = answer["files"]
    assert (file["format"], file["articles"], answer["passed_over"]) == ("jsonl-articles", 3, [])
    assert file["duplicates"] == [{"article": "y", "of": "x", "line": 2}]
    assert [near_duplicate["article"] for near_duplicate in file["near_duplicates"]] == ["z", "w"]
    assert all(
        near_duplicate["of"] in "xz" and near_duplicate["share"] > 0.9
        for near_duplicate in file["near_duplicates"]
    )
    assert file["left_out"] == {"rows without text": 1}


def test_a_near_duplicate_keeps_its_flag_through_an_export(project, tmp_path, capsys):
    for name, text in (("a", TEXT), ("b", TEXT.replace("Freitag", "Samstag"))):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    assert main(["import", str(project), str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]) == 0
    out = tmp_path / "out.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    metas = [json.loads(line)["article"]["meta"] for line in out.read_text("utf-8").splitlines()]
    assert metas == [{}, {"near_duplicate_of": "a"}]


def test_an_empty_folder_is_told(project, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert main(["import", str(project), str(tmp_path / "in")]) == 0
    assert capsys.readouterr().out == "nothing to import was found\n"
