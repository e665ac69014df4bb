"""What is written without the objects of a library is what the library would write."""

import json
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cassis
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell import WriteOnlyCell

from annotator.core.annotation import Annotation
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.formats import find_format, graph, tokens
from annotator.formats.external_text import article_facts
from annotator.formats.graph import Graph, graph_of, head_facts
from annotator.formats.loss_check import samples
from annotator.formats.table_writer import COLUMNS, LONGEST_CELL
from annotator.formats.uima import _type_system
from annotator.formats.xml import legal
from tests.examples import examples
from tests.strategies import records

# UIMA


@cache
def types() -> Any:
    return _type_system(cassis)


def cas_of(types: Any, record: Record) -> Any:
    """The CAS of a record, built by cassis object by object."""
    text = legal(record.article.text)
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = text, "text/plain"
    facts = dict(article_facts(record.article, record.annotator))
    found = Graph()
    if record.annotation is not None:
        facts["head"] = json.dumps(head_facts(record.annotation.head))
        found = graph_of(record.annotation)

    def made(name: str, /, **features: Any) -> Any:
        return types.get_type(f"webanno.custom.{name}")(**features)

    data = {name: legal(value) for name, value in facts.items()}
    cas.add(made("ArticleData", begin=0, end=len(text), **data))
    marks: dict[str, Any] = {}
    for mark in found.marks:
        said = found.facts.get(mark.id, {}).items()
        features = {"quote_type" if k == "type" else k: legal(value) for k, value in said}
        if mark.role is None:
            features["label"] = legal(mark.label)
        else:
            features["role"] = mark.role
        name = "Mention" if mark.role is None else "QuotePart"
        marks[mark.id] = made(name, begin=mark.start, end=mark.end, **features)
    for link in found.links:
        head, child = marks[link.head], marks[link.child]
        ends = {"Governor": head, "Dependent": child, "relation": link.type}
        cas.add(made("Link", begin=child.begin, end=child.end, **ends))
    cas.add_all(marks.values())
    return cas


@pytest.mark.parametrize("name", ["uima", "uima-json"])
@settings(max_examples=examples(20))
@given(record=records())
def test_a_cas_is_what_cassis_writes_byte_by_byte(name: str, record: Record) -> None:
    cas = cas_of(types(), record)
    expected = cas.to_xmi() if name == "uima" else cas.to_json()
    with TemporaryDirectory() as folder:
        find_format(name).write_folder([record], Path(folder))
        (file,) = (path for path in Path(folder).iterdir() if path.name != "TypeSystem.xml")
        assert file.read_bytes().decode() == expected


# Excel


def written_by_openpyxl(format_: Any, made: list[Record]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheets = {"entity": "entities", "quote": "quotes", "article": "articles"}
    layers = {layer: book.create_sheet(name) for layer, name in sheets.items()}
    for sheet in layers.values():
        sheet.freeze_panes = "A2"
        sheet.append(COLUMNS)
    for record in made:
        for row in format_.rows(record):
            layers[row[6]].append([cell(layers[row[6]], value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def cell(sheet: Any, value: str | int) -> Any:
    if isinstance(value, int):
        return value
    made = WriteOnlyCell(sheet, legal(value)[:LONGEST_CELL])
    made.data_type = "s"
    return made


def parts(book: bytes) -> dict[str, str]:
    """The parts of a workbook but the time it was made; characters beyond ASCII by number."""
    with zipfile.ZipFile(BytesIO(book)) as opened:
        texts = {name: opened.read(name).decode() for name in opened.namelist()}
    del texts["docProps/core.xml"]
    return {
        name: text.encode("ascii", "xmlcharrefreplace").decode() for name, text in texts.items()
    }


@settings(max_examples=examples(15))
@given(made=st.lists(records(), max_size=3))
def test_a_workbook_has_the_parts_that_openpyxl_writes(made: list[Record]) -> None:
    format_ = find_format("xlsx").with_options({"texts": "yes"})
    out = BytesIO()
    format_.write(made, out)
    assert parts(out.getvalue()) == parts(written_by_openpyxl(format_, made))


@pytest.mark.parametrize(
    "value",
    [
        " a",
        "a ",
        "a\n",
        "\ta",
        "a&b<c>d",
        "=1+1",
        "\x00\x0b\ufffe",
        "é “x”",
        "😀 ",
        "\u2028",
        "x" * 40_000,
    ],
)
def test_a_cell_of_any_text_is_what_openpyxl_writes(value: str) -> None:
    record = Record(Article("a1", "x", url=value, language=value), "ada", Annotation())
    format_ = find_format("xlsx").with_options({"texts": "yes"})
    out = BytesIO()
    format_.write([record], out)
    assert parts(out.getvalue()) == parts(written_by_openpyxl(format_, [record]))


# Tokens

TEXTS = st.text(st.sampled_from("aBé1 .,\n\t-’“”!?國😀\u0301\u200d"), max_size=40)


def token_by_token(text: str, spans: set[tuple[int, int]]) -> list[tuple[str, int, bool]]:
    """The rule of `spaced_tokens`, one token after another."""
    starts, ends = {a for a, _ in spans}, {b for _, b in spans}
    edges = sorted(starts | ends)
    found: list[tuple[str, int, bool]] = []
    position = 0
    for token in (*tokens.tokens(text, edges), tokens.Token(len(text), len(text), "")):
        taken = position not in starts and position + 1 not in ends
        if found and taken and position < token.start and text[position] == " ":
            found[-1] = (*found[-1][:2], True)
            position += 1
        for edge in (*(e for e in edges if position < e < token.start), token.start):
            if position < edge:
                found.append((text[position:edge], position, False))
                position = edge
        if token.text:
            found.append((token.text, token.start, False))
        position = token.end
    return found


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, set[tuple[int, int]]]:
    text = draw(TEXTS)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    spans = draw(st.sets(places.map(sorted).map(tuple), max_size=4))
    return text, {(a, b) for a, b in spans if a < b}


@settings(max_examples=examples(200))
@given(texts_with_spans())
def test_tokens_with_spaces_are_those_of_the_rule(
    made: tuple[str, set[tuple[int, int]]],
) -> None:
    text, spans = made
    found = tokens.spaced_tokens(text, spans)
    assert [*zip(*found, strict=True)] == token_by_token(text, spans)


@settings(max_examples=examples(200))
@given(texts_with_spans())
def test_sentences_have_the_tokens_of_the_text_cut_at_the_same_places(
    made: tuple[str, set[tuple[int, int]]],
) -> None:
    text, spans = made
    cuts = [place for span in spans for place in span]
    found = [*tokens.sentences(text, cuts)]
    words = [word for sentence in found for _, piece in sentence for word in piece]
    assert words == [token.text for token in tokens.tokens(text, cuts)]
    assert all(piece for sentence in found for _, piece in sentence)
    starts = [start for sentence in found for start, _ in sentence]
    assert starts == sorted(starts)
    uncut = [[w for _, piece in sentence for w in piece] for sentence in tokens.sentences(text)]
    assert [*map("".join, uncut)] == ["".join(w for _, p in s for w in p) for s in found]


# Once for each article


@pytest.mark.parametrize("name", ["conll", "html-copy", "tei", "uima", "brat", "spacy", "w3c"])
def test_an_article_is_taken_apart_once_for_the_writer_and_all_losses(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Annotation] = []
    make = graph._marks

    def counted(annotation: Annotation) -> Any:
        calls.append(annotation)
        return make(annotation)

    monkeypatch.setattr(graph, "_marks", counted)
    record = next(r for r in samples() if r.annotation and r.annotation.quotes)
    format_ = find_format(name)
    for loss in format_.losses:
        loss.count(record)
    if format_.folder:
        with TemporaryDirectory() as folder:
            format_.write_folder([record], Path(folder))
    else:
        format_.write([record], BytesIO())
    assert len(calls) == 1
