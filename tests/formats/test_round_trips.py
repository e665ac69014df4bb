"""Every format that goes both ways gives back what it took, but for what it says it loses."""

import json
import tempfile
from collections import Counter
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings

from annotator.core.fields import later_fields
from annotator.core.models import Entity, Mention, Quote
from annotator.core.native_reader import parse
from annotator.core.record import Record
from annotator.formats import Context, Format, Loss, find_format, formats
from annotator.formats.xml import ILLEGAL, legal
from tests.examples import examples
from tests.formats.canonical import canonical
from tests.strategies import records

GOLDEN = Path(__file__).parents[1] / "golden"
BOTH_WAYS = [f.name for f in formats() if f.reads and f.writes and f.name != "conll"]
"""CoNLL has not even the text; it has tests of its own."""
LEAVES = {
    "entity": (),
    "entity.link": ("details",),
    "entity.note": ("details",),
    "entity.flags": ("details",),
    "entity.attributes": ("details",),
    "entity.name": ("name",),
    "mention.kind": ("kind",),
    "mention.note": ("remarks_of",),
    "mention.flags": ("remarks_of",),
    "quote": (),
    "quote.type": ("type",),
    "quote.speakers": (),
    "quote.speaker_status": ("speaker_status",),
    "quote.addressees": ("addressees",),
    "quote.parent": ("parent",),
    "quote.note": ("remarks",),
    "quote.flags": ("remarks",),
    "quote.attributes": ("remarks",),
    "quote.type_set": ("remarks",),
    "head.notes": ("notes",),
    "head.flags": ("head_flags",),
    "head.seconds": ("seconds",),
    "head.status": ("status",),
    "article.meta": ("meta",),
    "decision": (),
    **{f"entity.{field.name}": ("details",) for field in later_fields(Entity)},
    **{f"mention.{field.name}": ("remarks_of",) for field in later_fields(Mention)},
    **{f"quote.{field.name}": ("remarks",) for field in later_fields(Quote)},
}
"""What each feature that a loss covers leaves out of the comparison; records that have a loss of
another one are passed over. What has no span is in no canonical form, nor are unknown keys."""
WHOLE = {
    "speakers and addressed entities without a mention",
    "in doc.ents: mentions inside others (doc.spans has them)",
    "cells that look like a formula get an apostrophe",
    "texts longer than a cell (32,767 characters)",
}
"""What is lost for others, or of what has no span; it leaves nothing out."""
PART = {"uima": 16, "uima-json": 16, "spacy": 16, "xlsx": 32, "parquet": 8, "datasets": 8}
"""Every how manieth article of a corpus goes through the slow libraries of others; the rows of
xlsx, parquet and datasets are those of csv, and both kinds of UIMA have the same graph. With so
many times as many examples, all articles do."""
USUAL = 4
"""The same of the formats without such a library."""


def whole_format(name: str) -> Format:
    """The format with everything that it can be told to keep."""
    format_ = find_format(name)
    tells = any(option.name == "texts" for option in format_.options)
    return format_.with_options({"texts": "yes"}) if tells else format_


def written(format_: Format, given: list[Record], folder: Path) -> list[Path]:
    """The files that the format would read again."""
    if format_.folder:
        format_.write_folder(iter(given), folder)
        format_.write_cover(folder, [])
        return format_.members(folder)
    path = folder / f"out{format_.suffixes[0]}"
    with path.open("xb") as out:
        format_.write(iter(given), out)
    return [path]


def read(format_: Format, path: Path, **more) -> tuple[list[Record], list[str]]:
    context = Context(path, **more)
    with path.open("rb") as source:
        found = [located.record for located in format_.read(source, context)]
    return found, context.remarks


def left_out(loss: Loss) -> tuple[str, ...] | None:
    """What the loss leaves out of the comparison; None if nothing is left to compare."""
    if loss.words in WHOLE:
        return ()
    covers = [name for name in loss.covers if not name.endswith(".extra")]
    if not loss.covers or not all(name in LEAVES for name in covers):
        return None
    return tuple(leaf for name in covers for leaf in LEAVES[name])


def leaves(format_: Format, record: Record) -> tuple[str, ...]:
    """What the format says that it loses of this record."""
    lost = [loss for loss in format_.losses if loss.count(record)]
    return tuple(leaf for loss in lost for leaf in left_out(loss) or ())


def known(record: Record, left: tuple[str, ...]) -> tuple:
    article = record.article
    meta = None if "meta" in left else article.meta
    named = (article.id, article.title or None, article.source or None, article.url or None)
    return (article.text, *named, article.language, article.published, meta, record.annotator)


def without_illegal(record: Record) -> Record:
    """The record with U+FFFD for what XML cannot hold."""

    def mapped(value):
        if isinstance(value, dict):
            return {mapped(key): mapped(one) for key, one in value.items()}
        if isinstance(value, list):
            return [mapped(one) for one in value]
        return legal(value) if isinstance(value, str) else value

    out = BytesIO()
    find_format("native").write(iter([record]), out)
    return parse(json.dumps(mapped(json.loads(out.getvalue()))).encode())


def comes_back(format_: Format, record: Record, folder: Path, **more) -> None:
    (path,) = written(format_, [record], folder)
    (found,), remarks = read(format_, path, **more)
    left = leaves(format_, record)
    assert known(found, left) == known(record, left)
    assert canonical(found, *left) == canonical(record, *left)
    silent = any(list(loss.find(record)) for loss in format_.losses if "speakers" in loss.words)
    assert [words for words in remarks if not silent or "speaker" not in words] == []


def offsets_for(format_: Format) -> dict:
    from annotator.formats import Unit

    return {"offsets": Unit.UTF_16} if format_.name == "doccano" else {}


@pytest.mark.examples
def test_a_record_comes_back_but_for_the_declared_losses():
    """All formats take the same records: to make one takes longer than most formats take.

    In the suite the slow libraries take every other one.
    """
    taken = Counter()
    turns = count()
    both_ways = {name: whole_format(name) for name in BOTH_WAYS}

    @settings(max_examples=examples(25), deadline=None, suppress_health_check=[*HealthCheck])
    @given(drawn=records())
    def comes_back_from_all(drawn):
        passed_over = PART if examples(1) == 1 and next(turns) % 2 else ()
        for name, format_ in both_ways.items():
            if name in passed_over:
                continue
            record = without_illegal(drawn) if ILLEGAL in format_.losses else drawn
            lost = [loss for loss in format_.losses if list(loss.find(record))]
            whole = all(left_out(loss) is not None for loss in lost)
            if whole and (record.annotation is not None or format_.bare):
                note(name)
                with tempfile.TemporaryDirectory() as folder:
                    comes_back(format_, record, Path(folder), **offsets_for(format_))
                taken[name] += 1

    comes_back_from_all()
    assert [name for name in BOTH_WAYS if taken[name] < examples(10)] == [], taken


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_the_golden_records_come_back_but_for_the_declared_losses(name, tmp_path):
    format_ = whole_format(name)
    for number, line in enumerate((GOLDEN / "native.jsonl").read_bytes().splitlines()):
        record = parse(line)
        if record.annotation is not None or format_.bare:
            folder = tmp_path / str(number)
            folder.mkdir()
            comes_back(format_, record, folder, **offsets_for(format_))


@pytest.mark.examples
@pytest.mark.parametrize("name", BOTH_WAYS)
def test_every_quote_of_a_news_corpus_comes_back_span_for_span(name, shared, tmp_path):
    lines = (shared / "corpora" / "polnear_dev.jsonl").read_bytes().splitlines()
    given = [parse(line) for line in lines[:: max(1, PART.get(name, USUAL) // examples(1))]]
    format_ = whole_format(name)
    files = written(format_, given, tmp_path)
    found = [record for path in files for record in read(format_, path, **offsets_for(format_))[0]]
    assert {r.article.id: quotes(r) for r in found} == {r.article.id: quotes(r) for r in given}


def quotes(record: Record) -> list:
    return sorted(
        (
            sorted((s.role, s.start, s.end, s.text) for s in quote.spans)
            for quote in record.annotation.quotes.values()
            if quote.spans
        ),
        key=repr,
    )


def test_each_format_that_is_not_lossless_says_so():
    lossless = [f.name for f in formats() if f.writes and not f.loses]
    assert lossless == ["native"]


def test_an_entity_without_a_name_keeps_none_though_its_link_has_words_in_brat(tmp_path):
    row = {
        "format": "annotator/1",
        "article": {"id": "a", "text": "Ann said so."},
        "annotator": "ada",
        "entities": [{"name": "", "link": "Q42", "mentions": [{"start": 0, "end": 3}]}],
    }
    row["entities"][0]["label"] = "PERSON"
    comes_back(find_format("brat"), parse(json.dumps(row)), tmp_path)


@pytest.mark.parametrize("name", ["csv", "tsv", "xlsx"])
def test_a_quote_of_nobody_is_not_of_the_entity_without_a_name_in_a_table(name, tmp_path):
    row = {
        "format": "annotator/1",
        "article": {"id": "a", "text": "Ann said so."},
        "annotator": "ada",
        "entities": [{"label": "PERSON", "name": "", "mentions": [{"start": 0, "end": 3}]}],
        "quotes": [{"spans": [{"role": "content", "start": 9, "end": 11}]}],
    }
    comes_back(whole_format(name), parse(json.dumps(row)), tmp_path)


@pytest.mark.parametrize("name", ["csv", "tsv", "xlsx"])
def test_speakers_whose_ids_hold_the_separator_of_a_table_stay_the_speakers(name, tmp_path):
    named = {"e1": (0, 3), "e1; x": (4, 7), "; ": (8, 11)}
    row = {
        "format": "annotator/1",
        "article": {"id": "a", "text": "Ann Ben Eve said so."},
        "annotator": "ada",
        "entities": [
            {"id": id_, "label": "PERSON", "name": "N", "mentions": [{"start": s, "end": e}]}
            for id_, (s, e) in named.items()
        ],
        "quotes": [
            {"spans": [{"role": "content", "start": 17, "end": 19}], "speakers": speakers}
            for speakers in (["e1; x"], ["e1", "e1; x"], ["; ", "e1"], [*named])
        ],
    }
    comes_back(whole_format(name), parse(json.dumps(row)), tmp_path)
