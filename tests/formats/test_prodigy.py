"""Prodigy JSONL, checked against the golden file and with the real spaCy."""

import io
import json
from pathlib import Path

import pytest

from annotator.core.record import parse
from annotator.formats import find_format

GOLDEN = Path(__file__).parents[1] / "golden"


def sample():
    return [parse(line) for line in (GOLDEN / "native.jsonl").read_bytes().splitlines()]


def write(records) -> bytes:
    out = io.BytesIO()
    find_format("prodigy").write(records, out)
    return out.getvalue()


def test_the_golden_records_become_the_golden_tasks():
    annotated = [record for record in sample() if record.annotation is not None]
    assert write(annotated) == (GOLDEN / "prodigy.jsonl").read_bytes()


def test_every_span_slices_its_text_in_code_points():
    for line in write(sample()).splitlines():
        task = json.loads(line)
        for span in task.get("spans", []):
            assert task["text"][span["start"] : span["end"]] == span["text"]


def test_the_parts_of_a_quote_and_its_speakers_can_be_put_together_again():
    spans = json.loads(write(sample()).splitlines()[0])["spans"]
    parts = [(span["label"], span["text"]) for span in spans if span.get("quote") == "q3"]
    assert parts == [
        ("ADDRESSEE", "ACME"),
        ("SOURCE", "She"),
        ("CUE", "added"),
        ("CONTENT", "that cafe\u0301s would reopen"),
        ("CONTENT", "🎉 soon"),
    ]
    assert {tuple(s["speakers"]) for s in spans if s.get("role") == "content"} == {("e1",), ()}
    assert [s["text"] for s in spans if s.get("entity") == "e1"] == ["Ann Lee", "She"]


def test_skipped_articles_are_ignored_tasks_and_all_others_accepted():
    tasks = [json.loads(line) for line in write(sample()).splitlines()]
    assert [task.get("answer") for task in tasks] == ["accept", "ignore", None]


def test_what_is_lost_is_counted():
    record = sample()[0]
    counts = {loss.words: loss.count(record) for loss in find_format("prodigy").losses}
    assert {words: count for words, count in counts.items() if count} == {
        "links, notes, flags and attributes of entities": 1,
        "entity names that no mention spells out": 2,
        "entities without a mention": 1,
        "kinds (nominal, pronoun), notes and flags of mentions": 1,
        "parents, addressed entities, notes, flags and attributes of quotes": 2,
        "speaker statuses other than identified": 1,
        "notes, flags and time spent of annotations": 1,
        "further metadata of articles": 1,
        "keys that other programs added": 3,
    }


def test_a_real_spacy_reads_the_tasks_and_finds_every_span():
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed; it reads the export here")
    nlp = spacy.blank("en")
    for line in write(sample()).splitlines():
        task = json.loads(line)
        doc = nlp.make_doc(task["text"])
        assert doc.text == task["text"]
        for span in task.get("spans", []):
            found = doc.char_span(
                span["start"], span["end"], label=span["label"], alignment_mode="expand"
            )
            assert found.start_char <= span["start"] < span["end"] <= found.end_char
            assert doc.text[span["start"] : span["end"]] == span["text"]
            assert found.label_ == span["label"]
