"""Prodigy JSONL, checked against the golden file and with the real spaCy."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from annotator.core.annotation import Annotation
from annotator.core.native_reader import parse
from annotator.formats import Context, find_format
from tests.examples import examples
from tests.strategies import records

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


@settings(max_examples=examples(12), deadline=None)
@given(record=records())
def test_the_tokens_make_up_the_text_and_every_span_sits_on_them(record):
    (task,) = map(json.loads, write([record]).splitlines())
    tokens = task.get("tokens", [])
    assert [token["id"] for token in tokens] == list(range(len(tokens)))
    if tokens:
        assert "".join(t["text"] + " " * t["ws"] for t in tokens) == task["text"]
    for token in tokens:
        assert task["text"][token["start"] : token["end"]] == token["text"] != ""
    for span in task.get("spans", []):
        assert tokens[span["token_start"]]["start"] == span["start"]
        assert tokens[span["token_end"]]["end"] == span["end"]
    places = {(s["start"], s["end"], s["label"]) for s in task.get("spans", [])}
    for relation in task.get("relations", []):
        for end in ("head", "child"):
            span = relation[f"{end}_span"]
            assert relation[end] == span["token_end"]
            assert (span["start"], span["end"], span["label"]) in places


def test_the_relations_tie_parts_to_contents_and_contents_to_speakers():
    relations = json.loads(write(sample()).splitlines()[0])["relations"]
    text = sample()[0].article.text

    def words(span: dict) -> str:
        return text[span["start"] : span["end"]]

    found = [(words(r["head_span"]), r["label"], words(r["child_span"])) for r in relations]
    assert found[:4] == [
        ("She", "SAME_ENTITY", "Ann Lee"),
        ("“We won,”", "CUE", "said"),
        ("“We won,”", "SOURCE", "Ann Lee"),
        ("“We won,”", "SPEAKER", "Ann Lee"),
    ]
    assert ("that cafe\u0301s would reopen", "CONTENT", "🎉 soon") in found


def test_hashes_are_of_the_text_and_of_what_is_marked_in_it():
    one, other = (json.loads(write(sample()).splitlines()[0]) for _ in range(2))
    assert (one["_input_hash"], one["_task_hash"]) == (other["_input_hash"], other["_task_hash"])
    record = sample()[0]
    annotation = record.annotation
    annotation.entities["e1"] = annotation.entities["e1"]._replace(label="ORG")
    changed = json.loads(write([record]))
    assert changed["_input_hash"] == one["_input_hash"]
    assert changed["_task_hash"] != one["_task_hash"]
    assert all(-(2**31) <= task[f"_{name}_hash"] < 2**31 for task in (one, changed)
               for name in ("input", "task"))  # fmt: skip


def test_a_relation_that_somebody_drew_in_prodigy_makes_a_quote():
    task = json.loads(write(sample()).splitlines()[0])
    keys = ("start", "end", "label", "text", "token_start", "token_end")
    spans = [{key: span[key] for key in keys} for span in task["spans"]]
    content, cue = (next(s for s in spans if s["text"] == w) for w in ("“We won,”", "said"))
    task |= {"spans": [content, cue], "relations": []}
    assert len(read(task).quotes) == 2
    drawn = {"head": content["token_end"], "child": cue["token_end"], "label": "CUE"}
    task["relations"] = [drawn | {"head_span": content, "child_span": cue}]
    (quote,) = read(task).quotes.values()
    assert [span.role for span in quote.spans] == ["content", "cue"]


def read(task: dict) -> Annotation:
    source = io.BytesIO(json.dumps(task).encode())
    (found,) = find_format("prodigy").read(source, Context(Path("tasks.jsonl")))
    return found.record.annotation


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
