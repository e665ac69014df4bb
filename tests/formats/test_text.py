"""Plain text: decoded with care, kept whole, its header understood only where it is plain."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import Context, FormatError, find_format
from annotator.formats.news_header import TITLE_LENGTH, iso_date, read_header, shorten
from annotator.resources import resource

GOLDEN = Path(__file__).parents[1] / "golden"
GERMAN = (
    "Die Bürgermeisterin sagte am Freitag, die neue Brücke über den Fluss werde früher fertig "
    "als geplant. Für die Anwohner sei das eine große Erleichterung, erklärte sie während einer "
    "Sitzung des Rates. Kritiker äußerten Zweifel an den Kosten, die sich verdoppelt hätten."
)
ARABIC = "قال الوزير إن بلاده مستعدة للمساعدة في هذا الشأن وإن الجسر سيفتح في الربيع المقبل"


def read(data: bytes, name="news.txt"):
    context = Context(Path(name))
    (found,) = find_format("text").read(io.BytesIO(data), context)
    return found.record.article, context.encoding


def test_the_golden_text_becomes_the_golden_article():
    path = GOLDEN / "text.txt"
    out = io.BytesIO()
    with path.open("rb") as source:
        records = [found.record for found in find_format("text").read(source, Context(path))]
    find_format("native").write(records, out)
    assert out.getvalue() == (GOLDEN / "text.jsonl").read_bytes()


def test_the_seed_article_states_its_date_and_source_and_stays_whole():
    (path,) = resource("seeds").glob("*.txt")
    article, _ = read(path.read_bytes(), path.name)
    assert article.text.encode() == path.read_bytes()
    assert (article.published, article.source) == ("2023-02-26", "Shafaq News")
    assert article.title.startswith("Iran's defense minister, Major-General")
    assert article.title.endswith("…")
    assert (article.id, article.language) == (path.stem, None)


@pytest.mark.parametrize(
    ("text", "codec", "named"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8-sig"),
        (GERMAN, "utf-16", "utf-16"),
        (GERMAN, "utf-32", "utf-32"),
        (GERMAN, "cp1252", "cp1252"),
        (ARABIC, "cp1256", "cp1256"),
        (ARABIC + " 😀", "utf-16-le", "utf-16-le"),
    ],
)
def test_a_text_is_read_in_its_encoding_which_is_reported(text, codec, named):
    article, encoding = read(text.encode(codec))
    assert (article.text, encoding) == (text, named)


@pytest.mark.parametrize("data", ["Größe".encode("cp1252"), b"PK\3\4" + bytes(range(256)) * 9])
def test_bytes_that_fit_no_encoding_well_are_refused_with_advice(data):
    with pytest.raises(FormatError, match=r"^news\.txt: .*convert the file to UTF-8 first$"):
        read(data)


@pytest.mark.parametrize(("data", "why"), [(b"", "the text is empty"), (b"a\0b", "NUL")])
def test_a_text_that_cannot_be_kept_is_refused_by_name(data, why):
    with pytest.raises(FormatError, match=rf"^news\.txt: .*({why}|UTF-8)"):
        read(data)


def test_line_ends_are_settled_and_nothing_else():
    article, _ = read("\ufeff  A\u00a0b \r\n\tc\u2028d\r".encode())
    assert article.text == "  A\u00a0b \n\tc\u2028d\n"


@pytest.mark.parametrize(
    ("text", "title", "published", "source", "author"),
    [
        ("Floods rise\n\nThe river rose.", "Floods rise", None, None, None),
        (" date 2023-02-26 Shafaq News/ Iran's", "Iran's", "2023-02-26", "Shafaq News", None),
        ("2024-05-01\nFloods rise\nBody.", "Floods rise", "2024-05-01", None, None),
        ("2024-05-01T08:00:00Z — Floods rise", "Floods rise", "2024-05-01", None, None),
        ("Floods rise\nBy Ann Lee\nBody.", "Floods rise", None, None, "Ann Lee"),
        (
            "Title: Floods\nDate: 1 May 2024\nSource: Herald\nAuthor: Ann Lee\n\nThe river rose.",
            "Floods", "2024-05-01", "Herald", "Ann Lee",
        ),
        (
            "Hochwasser\nVon Anna Berger\nDatum: 1. Mai 2024\nQuelle: Bote\nText",
            "Hochwasser", "2024-05-01", "Bote", "Anna Berger",
        ),
        (
            "الفيضان\nبقلم سارة الحسن\nالتاريخ: 1 مايو 2024\nالمصدر: النهر\nنص",
            "الفيضان", "2024-05-01", "النهر", "سارة الحسن",
        ),
    ],
)  # fmt: skip
def test_plain_headers_are_understood(text, title, published, source, author):
    header = read_header(text)
    found = (header.title, header.published, header.source, header.author)
    assert found == (title, published, source, author)


@pytest.mark.parametrize(
    "first",
    [
        "By Friday, the council had voted.",
        "Von der Leyen sprach am Freitag.",
        "The source: a person close to the ministry",
        "2024-05-99 is no day",
        "2024-05-01 was a Wednesday",
        "Dates and figs are in season",
        "data 2023-02-26 Agency/ text",
    ],
)
def test_words_that_only_look_like_a_header_are_the_title(first):
    header = read_header(f"{first}\n\nMore of it.")
    assert header.title == first
    assert (header.published, header.source, header.author) == (None, None, None)


def test_header_lines_below_the_first_words_of_the_article_are_text():
    assert read_header("Title\nThe river rose.\nDate: 2024-05-01").published is None


@pytest.mark.parametrize(
    "words", ["05/03/2024", "yesterday", "2024-13-01", "32.01.2024", "1 Foo 2024"]
)
def test_a_date_that_could_be_read_in_two_ways_or_in_none_is_left_alone(words):
    assert iso_date(words) is None


@pytest.mark.parametrize(
    "words",
    ["2024-03-05", "5 March 2024", "March 5, 2024", "5. März 2024", "05.03.2024", "Mar 5, 2024"],
)
def test_a_date_that_can_be_read_in_one_way_is_read(words):
    assert iso_date(words) == "2024-03-05"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_title_is_one_line_of_bounded_length(text):
    title = shorten(text)
    assert len(title) <= TITLE_LENGTH
    assert title == " ".join(title.split())


def test_a_long_title_is_cut_between_words():
    assert shorten("word " * 40) == "word " * 17 + "word…"
