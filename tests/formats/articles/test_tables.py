"""Tables of articles: columns found or chosen, and every faulty row named by its line."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.text import normalize
from annotator.formats import Columns, FormatError
from annotator.formats.columns import detect, resolve
from tests.formats.articles.reading import article, articles, context_of

CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
).filter(lambda text: bool(text.strip()) and settled(text))


def settled(text: str) -> str:
    return normalize(text.lstrip("\ufeff") or " ").text.strip()


def table(rows: list[list[str]], **dialect: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue().encode()


@given(st.lists(CELLS, min_size=1, max_size=4), st.sampled_from(",;\t|"))
def test_what_a_csv_writer_wrote_is_read_again(texts, delimiter):
    rows = [["nr", "text", "title"], *([str(n), text, "T"] for n, text in enumerate(texts))]
    context = context_of("csv-articles")
    context.columns = Columns(id="nr")
    found = articles("csv-articles", table(rows, delimiter=delimiter), context)
    assert [a.text for a in found] == [normalize(text).text for text in texts]
    assert [a.id for a in found] == [str(n) for n in range(len(texts))]


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_what_a_json_writer_wrote_is_read_again(texts):
    data = "\n".join(json.dumps({"text": text, "id": n}) for n, text in enumerate(texts))
    found = articles("jsonl-articles", data.encode())
    assert [a.text for a in found] == [normalize(text).text for text in texts]


def test_usual_names_are_found_whatever_their_case_and_language():
    names = ["Nr", "Überschrift", "VOLLTEXT", "Publication Date", "Quelle", "Link", "Sprache"]
    assert detect(names) == Columns(
        text="VOLLTEXT", title="Überschrift", published="Publication Date", source="Quelle",
        url="Link", language="Sprache",
    )  # fmt: skip
    assert detect(["العنوان", "النص"]) == Columns(text="النص", title="العنوان")
    assert detect(["whatever"]) == Columns(text="whatever")
    assert detect(["a", "b"]) == Columns()


def test_a_chosen_column_goes_before_a_usual_one_and_is_used_once():
    columns = resolve(Columns(text="title", title="text"), ["title", "text", "date"])
    assert columns == Columns(text="title", title="text", published="date")


def test_one_column_may_be_text_and_title():
    context = context_of("csv-articles")
    context.columns = Columns(text="words", title="words")
    found = article("csv-articles", table([["nr", "words"], ["1", "Hello."]]), context)
    assert (found.text, found.title, found.meta) == ("Hello.", "Hello.", {"nr": "1"})


def test_columns_that_nobody_asked_for_are_kept():
    data = table([["text", "section", "empty"], ["Hello.", "Local", ""]])
    assert article("csv-articles", data).meta == {"section": "Local"}


def test_without_ids_an_article_is_called_by_its_text_so_that_rows_may_move():
    one, two = ({"text": "First."}, {"text": "Second."})
    ids = {}
    for rows in ([one, two], [two, one]):
        data = "\n".join(json.dumps(row) for row in rows).encode()
        ids |= {(a.text, a.id): a.id for a in articles("jsonl-articles", data)}
    assert len(ids) == 2
    assert all(id_.startswith("news-") for id_ in ids.values())


def test_a_cell_longer_than_the_module_allows_at_first_is_read():
    text = "word " * 100_000
    assert article("csv-articles", table([["id", "text"], ["1", text]])).text == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a,b\n1,2\n", r"no column is known to hold the text; name it with --text COLUMN: a, b$"),
        (b"text,b\n1,2\n3,4,5\n", r"line 3: this row has 3 cells, the header 2; quote the commas$"),
        (b'text,b\nx,y\n"open,2\n', r"line 3: this row is no CSV: unexpected end of data$"),
        (b"text,text\n1,2\n", r"two columns are called 'text'; rename one of them$"),
        (b"text,id\n", r"there is no row in it$"),
        (b"", r"there is no row in it$"),
    ],
)
def test_a_faulty_table_is_refused_by_name_and_line(data, why):
    with pytest.raises(FormatError, match=rf"^news\.csv: {why}"):
        articles("csv-articles", data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"text": "a"}\n{oops\n', r"line 2: this is no JSON in UTF-8"),
        (b'{"text": "a"}\n[1]\n', r"line 2: this is no JSON object$"),
        (b'{"text": "a"}\n{"text": 5}\n{"text": ["x"]}', r"line 2: .*no text; line 3: .*no text$"),
        (b'{"text": "a\\u0000"}\n', r"line 1: the text holds a NUL"),
        (b'{"text": "a\\ud800"}\n', r"line 1: the text holds half a surrogate pair"),
        (b'{"text": "a"}\n{"text": "\xff"}\n', r"line 2: this is no JSON in UTF-8"),
        (b"[" * 100_000, r"line 1: this is no JSON"),
    ],
)
def test_faulty_lines_are_refused_by_name_and_number(data, why):
    with pytest.raises(FormatError, match=rf"^news\.jsonl: {why}"):
        articles("jsonl-articles", data)


def test_a_column_that_is_not_there_is_answered_with_those_that_are():
    context = context_of("csv-articles")
    context.columns = Columns(text="body", title="kicker")
    with pytest.raises(FormatError, match=r"no column 'kicker'; the columns are: body, x$"):
        articles("csv-articles", table([["body", "x"], ["a", "b"]]), context)
