"""Tables of spans, read again after people and spreadsheets had them."""

import csv
import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from annotator.cli import main
from annotator.core.errors import AnnotatorError
from annotator.core.native_reader import parse
from annotator.core.record import Record
from annotator.formats import Context, FormatError, find_format, format_of
from annotator.formats.table_writer import COLUMNS
from tests.examples import examples

GOLDEN = Path(__file__).parents[1] / "golden"
TABLES = ["csv", "tsv", "xlsx"]


@pytest.fixture
def given() -> list[Record]:
    return [parse(line) for line in (GOLDEN / "native.jsonl").read_bytes().splitlines()]


def written(name: str, given: list[Record], folder: Path, texts: str = "yes") -> Path:
    format_ = find_format(name).with_options({"texts": texts})
    path = folder / f"table{format_.suffixes[0]}"
    with path.open("wb") as out:
        format_.write(iter(given), out)
    return path


def read(path: Path, **more) -> tuple[list[Record], list[str]]:
    context = Context(path, **more)
    with path.open("rb") as source:
        return [found.record for found in format_of(path).read(source, context)], context.remarks


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def put(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def fault_of(path: Path, **more) -> str:
    with pytest.raises(FormatError) as error:
        read(path, **more)
    return str(error.value)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_told_by_itself_and_gives_back_articles_nobody_annotated(name, given, tmp_path):
    path = written(name, given, tmp_path)
    assert format_of(path).name == name
    found, remarks = read(path)
    assert [(r.article.id, r.annotator) for r in found] == [
        (r.article.id, r.annotator) for r in given
    ]
    assert [r.article.text for r in found] == [r.article.text for r in given]
    assert remarks == []


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_the_texts_says_how_to_get_them(name, given, tmp_path):
    words = fault_of(written(name, given, tmp_path, "no"))
    assert "article news-1: its text is not in the table" in words
    assert "texts=yes" in words


def test_what_people_change_in_any_order_of_the_rows_comes_back(given, tmp_path):
    path = written("csv", given, tmp_path)
    rows = rows_of(path)
    for row in rows:
        if (row["layer"], row["id"]) == ("entity", "e1"):
            row["label"], row["note"] = "COACH", "'=quoted"
        if (row["layer"], row["id"]) == ("quote", "q2"):
            row["name"] = "ACME Ltd"  # a speaker by name, as a person would write it
    put(path, rows[::-1])
    found = {record.article.id: record for record in read(path)[0]}
    annotation = found["news-1"].annotation
    assert (annotation.entities["e1"].label, annotation.entities["e1"].note) == ("COACH", "=quoted")
    assert annotation.quotes["q2"].speakers == ("e2",)


def test_rows_that_disagree_are_told_and_the_first_one_is_taken(given, tmp_path):
    path = written("csv", given, tmp_path)
    rows = rows_of(path)
    of_entity = [row for row in rows if (row["layer"], row["id"]) == ("entity", "e1")]
    of_entity[-1]["label"] = "ORG"
    put(path, rows)
    found, remarks = read(path)
    assert found[0].annotation.entities["e1"].label == "PERSON"
    assert remarks == ["article news-1: the rows of entity e1 differ in label; the first was taken"]


def test_words_that_are_not_at_their_offsets_are_a_fault_and_nothing_is_taken(given, tmp_path):
    path = written("csv", given, tmp_path)
    rows = rows_of(path)
    next(row for row in rows if row["layer"] == "quote")["text"] = "other words"
    put(path, rows)
    assert "is said to be 'other words', but the text there is" in fault_of(path)
    rows[-2] |= {"layer": "sentence"}
    rows[-3] |= {"start": "two"}
    put(path, rows)
    words = fault_of(path)
    assert "the layer is 'sentence', not article, entity or quote" in words


def test_annotations_of_nobody_need_a_name(given, tmp_path):
    path = written("csv", given, tmp_path)
    put(path, [{**row, "annotator": ""} for row in rows_of(path)])
    assert "add --as NAME" in fault_of(path)
    found, _ = read(path, annotator="eve")
    assert [record.annotator for record in found] == ["eve", None, None]


@pytest.mark.parametrize("name", TABLES)
def test_a_text_of_many_cells_is_one_again(name, tmp_path):
    text = "= 1 + 1 😀 " * 9_000 + "'=end"
    row = {"format": "annotator/1", "article": {"id": "long", "text": text}, "annotator": None}
    (found,), _ = read(written(name, [parse(json.dumps(row))], tmp_path))
    assert found.article.text == text


def test_a_workbook_that_defines_entities_is_refused(given, tmp_path):
    path = written("xlsx", given, tmp_path)
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(bad, "w") as out:
        for part in good.infolist():
            data = good.read(part)
            if part.filename == "xl/workbook.xml":
                data = b'<!DOCTYPE a [<!ENTITY b "c">]>' + data
            out.writestr(part.filename, data)
    assert "defines entities, which is not safe" in fault_of(bad)


def test_a_workbook_without_our_columns_is_told(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "other.xlsx")
    assert "there is no row with the columns article, title" in fault_of(tmp_path / "other.xlsx")


CELLS = st.sampled_from(
    ["", "a", "entity", "quote", "0", "3", "Ann", "name", "9" * 5000, "'=", "x; a"]
)


@settings(max_examples=examples(12), deadline=None)
@drawn(rows=st.lists(st.tuples(*[CELLS] * len(COLUMNS)), max_size=4))
def test_any_cells_are_read_or_refused_but_never_a_bug(rows):
    out = io.StringIO(newline="")
    text = ("a", "", "", "", "", "", "article", "a", "", "", "", "", "0", "8", "Ann said", "{")
    csv.writer(out).writerows([COLUMNS, text, *rows])
    with suppress(AnnotatorError):
        list(find_format("csv").read(io.BytesIO(out.getvalue().encode()), Context(Path("t.csv"))))


@pytest.mark.parametrize("name", TABLES)
def test_the_command_line_exports_a_table_and_imports_it_into_a_new_project(name, tmp_path, capsys):
    one, other = str(tmp_path / "one.annotator"), str(tmp_path / "other.annotator")
    table = str(tmp_path / f"table.{name}")
    for project in (one, other):
        assert main(["new", project]) == 0
    assert main(["import", one, str(GOLDEN / "native.jsonl")]) == 0
    assert main(["export", one, table, "--format", name, "--option", "texts=yes"]) == 0
    assert main(["import", other, table]) == 0
    stats = []
    for project in (one, other):
        capsys.readouterr()
        assert main(["stats", project, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        stats.append([found[key] for key in ("articles", "mentions", "quotes", "spans")])
    assert stats[0] == stats[1]
