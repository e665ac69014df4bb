"""What a format loses is what it declares to lose: proved by records that are written alike."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html

from annotator.core.record import Record
from annotator.formats import Format, Loss, LostItem, find_format, formats
from annotator.formats.loss_check import (
    check_losses,
    samples,
    undeclared,
    undeclared_losses,
    written,
    written_alike,
)
from annotator.formats.losses import quotes
from tests.examples import examples
from tests.strategies import records

OPTIONS: dict[str, tuple[dict[str, str], ...]] = {
    "instruct": ({}, {"shape": "qa"}, {"shape": "bio"}),
    "doccano": ({}, {"shape": "plain"}),
    "conll": ({}, {"layer": "quotes"}),
    "csv": ({}, {"texts": "yes"}),
    "xlsx": ({"texts": "yes"},),
}
"""The options that change what a format loses."""
SLOW = {"brat", "datasets", "parquet", "labelstudio", "tei"}
"""They go through large libraries or many files."""
SLOWEST = ("uima", "uima-json", "spacy", "xlsx")
"""The suite tries the record with everything alone; the cells of xlsx are those of csv."""
CASES = [
    pytest.param(
        f.name, options, id="-".join([f.name, *options.values()]),
        marks=[pytest.mark.slow] if f.name in SLOW else [],
    )
    for f in formats() if f.writes and f.name not in SLOWEST
    for options in OPTIONS.get(f.name, ({},))
]  # fmt: skip
LYING = '''
from annotator.formats import Format

class Quotes(Format):
    """The contents of quotes as a list in Markdown, with the names of their speakers."""

    name, title, suffixes, writes = "quotes-md", "Quotes in Markdown", (".md",), True

    def write(self, records, out):
        for record in records:
            names = {entity.id: entity.name for entity in record.annotation.entities.values()}
            out.write(f"# {record.article.title}\\n".encode())
            for quote in record.annotation.ordered_quotes():
                words = " … ".join(span.text for span in quote.parts("content"))
                speakers = ", ".join(names[id_] for id_ in quote.speakers)
                out.write(f"- {words} ({speakers})\\n".encode())
'''


@pytest.mark.parametrize(("name", "options"), CASES)
def test_a_format_declares_what_it_loses_and_nothing_else(name, options):
    assert check_losses(find_format(name).with_options(options)) == []


@pytest.mark.slow
@pytest.mark.examples
@pytest.mark.parametrize("name", SLOWEST)
def test_a_format_of_a_slow_library_declares_what_it_loses_of_a_record_with_everything(name):
    format_ = find_format(name).with_options(OPTIONS.get(name, ({},))[0])
    if examples(1) > 1:
        assert check_losses(format_) == []
    assert undeclared_losses(format_, samples()[-1:]) == []


@pytest.fixture
def plugin(tmp_path, monkeypatch) -> Iterator[Format]:
    """A writer that drops types, cues, sources and places and declares none of it."""
    (tmp_path / "lying.py").write_text(LYING)
    info = tmp_path / "lying-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lying\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[annotator.formats]\nquotes-md = lying:Quotes\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield find_format("quotes-md")
    sys.modules.pop("lying", None)


def test_a_format_of_another_package_that_declares_nothing_is_found_out(plugin):
    faults = check_losses(plugin)
    for feature in ("quote.type", "quote.cue", "quote.source", "quote.content.place", "mention"):
        assert f"quotes-md loses {feature} and does not declare it" in faults


def test_a_loss_excuses_only_the_features_that_it_covers(plugin):
    def every_quote(record: Record) -> list[LostItem]:
        return [LostItem(quote.id) for quote in quotes(record)]

    plugin.losses = (Loss("types and cues", every_quote, ("quote.type", "quote.cue")),)
    faults = check_losses(plugin)
    assert not [fault for fault in faults if "quote.type " in fault or "quote.cue" in fault]
    assert "quotes-md loses quote.source and does not declare it" in faults


def test_a_loss_that_finds_nothing_excuses_nothing(plugin):
    plugin.losses = (Loss("everything", lambda _: (), ("quote", "mention", "entity", "head")),)
    assert "quotes-md loses quote.type and does not declare it" in check_losses(plugin)


def test_a_format_that_declares_to_lose_what_it_keeps_is_found_out():
    format_ = find_format("native")
    format_.losses = (Loss("types of quotes", lambda _: [LostItem("x")], ("quote.type",)),)
    assert check_losses(format_) == [
        "native keeps quote.type, of which it declares to lose types of quotes"
    ]


@pytest.mark.parametrize(
    ("name", "options"),
    [(name, options) for name in ("html-copy", "instruct") for options in OPTIONS.get(name, ({},))],
)
def test_each_declared_loss_of_a_writer_is_needed(name, options):
    whole = find_format(name).with_options(options)
    lost = [*written_alike(whole, samples())]
    excused = {}
    for loss in whole.losses:
        format_ = find_format(name).with_options(options)
        format_.losses = tuple(one for one in whole.losses if one is not loss)
        excused[loss.words] = undeclared(
            format_, (one for one in lost if one.feature.startswith(loss.covers or ""))
        )
    assert [words for words, faults in excused.items() if not faults] == []


def html_copy(format_: Format, record: Record) -> object:
    """What somebody gets out of a reading copy: the text, what is marked in it, and the table."""
    (data,) = written(format_, [record]).values()
    (article,) = html.document_fromstring(data.decode()).iter("article")
    (body,) = article.find_class("text")
    marks: list[tuple[int, int, str, str]] = []
    text = _read_marks(body, 0, marks)
    rows = [[cell.text_content() for cell in row] for row in article.iter("tr")]
    about = [article.get("lang"), *(p.text_content() for p in article.find_class("about"))]
    return text, sorted(marks), rows, about, article.findtext("h1")


def _read_marks(element: Any, start: int, marks: list[tuple[int, int, str, str]]) -> str:
    text = element.text or ""
    for child in element:
        inside = _read_marks(child, start + len(text), marks)
        place = start + len(text)
        kind, label = child.get("class"), child.get("data-label") or ""
        marks.append((place, place + len(inside), kind, label))
        text += inside + (child.tail or "")
    return text


def examples_of(format_: Format, record: Record) -> object:
    """What somebody gets out of training data: the values of each line."""
    (data,) = written(format_, [record]).values()
    return [json.loads(line) for line in data.decode().splitlines()]


WITH_READER = [("html-copy", {}, html_copy)]
WITH_READER += [("instruct", options, examples_of) for options in OPTIONS["instruct"]]


@pytest.mark.parametrize(("name", "options", "recover"), WITH_READER)
def test_what_is_not_lost_is_got_out_of_the_file_by_another_program(name, options, recover):
    assert check_losses(find_format(name).with_options(options), recover=recover) == []


def test_a_reading_copy_shows_every_mention_and_part_of_a_quote_where_it_is():
    for record in samples():
        _, marks, rows, _, _ = html_copy(find_format("html-copy"), record)
        annotation = record.annotation
        if annotation is None or len(annotation.quotes) > 1:
            continue
        mentions = {
            (m.start, m.end, "name", annotation.entities[m.entity_id].label or "ENTITY")
            for m in annotation.mentions.values()
        }
        spans = [span for quote in annotation.quotes.values() for span in quote.spans]
        assert mentions | {(s.start, s.end, s.role, "") for s in spans} == set(marks)
        assert [row[2] for row in rows[1:]] == [q.type for q in annotation.ordered_quotes()]


@pytest.mark.parametrize(
    ("name", "options"),
    [case.values for case in CASES if case.values[0] in ("html-copy", "instruct")],
)
@settings(max_examples=examples(2), deadline=None, suppress_health_check=[*HealthCheck])
@given(record=records())
def test_no_record_loses_anything_undeclared(name, options, record):
    assert undeclared_losses(find_format(name).with_options(options), [record]) == []
