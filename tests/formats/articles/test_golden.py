"""Each format's golden file becomes the golden articles, and nothing is dropped in silence."""

import re
import sys
from pathlib import Path

import pytest

from annotator.core.record import Record, dump
from annotator.extras import install_command
from annotator.formats import FormatError, find_format, format_of, formats
from tests.formats.articles.reading import SUFFIXES, articles, context_of

GOLDEN = Path(__file__).parents[2] / "golden"
LEFT_OUT = {
    "html": {"images": 1, "tables": 1},
    "markdown": {"images": 1},
    "csv-articles": {"rows without text": 1},
    "jsonl-articles": {},
    "docx": {"tables": 1},
    "pdf": {"running heads and page numbers": 2},
    "epub": {"tables of contents and asides": 1, "footnotes": 1, "images": 1},
    "feed": {"images": 1, "full texts that the feed only summarises": 1},
    "warc": {"files of the type image/png": 1},
    "mbox": {},
    "eml": {},
}


def golden(name: str) -> Path:
    return GOLDEN / f"{name}{SUFFIXES[name]}"


@pytest.mark.parametrize("name", LEFT_OUT)
def test_the_golden_file_becomes_the_golden_articles(name):
    context = context_of(name)
    found = articles(name, golden(name).read_bytes(), context)
    with (GOLDEN / f"{name}.articles.jsonl").open("rb") as lines:
        expected = list(find_format("native").read(lines, context))
    assert [dump(Record(article)) for article in found] == [dump(e.record) for e in expected]
    assert context.left_out == LEFT_OUT[name]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_golden_file_is_known_by_its_content_and_name(name):
    assert format_of(golden(name)).name == name


@pytest.mark.parametrize("name", ["html", "pdf", "epub", "feed", "warc", "mbox", "jsonl-articles"])
def test_a_file_that_says_what_it_is_needs_no_suffix(name, tmp_path):
    path = tmp_path / "download"
    path.write_bytes(golden(name).read_bytes())
    assert format_of(path).name == name


def test_every_reader_of_plain_articles_is_tested_here():
    plain = {format_.name for format_ in formats() if format_.plain}
    assert plain == {*LEFT_OUT, "text"}
    assert plain == set(SUFFIXES)


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("html", "trafilatura"), ("html", "lxml"), ("markdown", "markdown_it"), ("docx", "mammoth"),
        ("pdf", "pypdfium2"), ("feed", "feedparser"), ("warc", "warcio.archiveiterator"),
    ],
)  # fmt: skip
def test_a_missing_library_is_answered_with_the_extra_that_brings_it(name, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    command = re.escape(install_command("articles"))
    hint = rf"^news.*needs .*{package.partition('.')[0]}.*; install it with: {command}$"
    with pytest.raises(FormatError, match=hint):
        articles(name, golden(name).read_bytes())


@pytest.mark.parametrize("name", LEFT_OUT)
def test_paragraphs_are_kept_as_they_read(name):
    for article in articles(name, golden(name).read_bytes()):
        assert "\r" not in article.text
        assert article.text == article.text.strip()
        assert "\n\n\n" not in article.text
        assert " \n" not in article.text
