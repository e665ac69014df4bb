"""Native JSONL, one line: what is required, what is kept, what is refused and in which words."""

import json
from typing import Any

import pytest
from hypothesis import given

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.native_reader import parse
from annotator.core.native_schema import adapter, json_schema
from annotator.core.record import Record, RecordError, dump
from tests.strategies import records

TEXT = "Ann said “yes”."


def line(text: str = TEXT, **top: Any) -> str:
    row = {"format": "annotator/1", "article": {"id": "a1", "text": text}, "annotator": "ada"}
    return json.dumps(row | top)


def annotation_of(source: str) -> Annotation:
    annotation = parse(source).annotation
    assert annotation is not None
    return annotation


def entity(**more: Any) -> dict[str, Any]:
    return {"id": "e1", "mentions": [{"start": 0, "end": 3}], **more}


def quote(**more: Any) -> dict[str, Any]:
    return {"id": "q1", "spans": [{"role": "content", "start": 9, "end": 14}], **more}


def test_the_required_fields_are_enough():
    record = parse(line())
    assert record == Record(Article("a1", TEXT), "ada", Annotation())
    assert annotation_of(line()).head == Head()


@pytest.mark.parametrize("missing", ["format", "article", "annotator"])
def test_a_missing_field_is_named(missing):
    row = json.loads(line())
    del row[missing]
    with pytest.raises(RecordError, match=f"^{missing}: Field required$"):
        parse(json.dumps(row))


def test_items_get_defaults_and_free_ids():
    spans = [{"role": "content", "start": 9, "end": 14}]
    row = line(
        entities=[{"mentions": [{"start": 0, "end": 3}]}, {"id": "e1"}], quotes=[{"spans": spans}]
    )
    annotation = annotation_of(row)
    assert annotation.entities["e2"] == Entity("e2", "", "Ann", 1)
    assert annotation.entities["e1"] == Entity("e1", "", "e1", 2)
    assert annotation.mentions["m1"] == Mention("m1", "e2", 0, 3, "Ann", 1)
    assert annotation.quotes["q1"] == Quote("q1", 1, (RoleSpan("content", 9, 14, "“yes”"),))


@pytest.mark.parametrize("said", [{}, {"spans": []}])
def test_a_quote_that_is_nowhere_in_the_text_is_refused(said):
    """The window could not show it, and a check of the project would call it damage."""
    with pytest.raises(RecordError, match=r"^quotes\.0\.spans: "):
        parse(line(quotes=[{"id": "q1", **said}]))


def test_spans_take_their_text_from_the_article():
    annotation = annotation_of(line(quotes=[quote()]))
    assert annotation.quotes["q1"].spans == (RoleSpan("content", 9, 14, "“yes”"),)


def test_an_article_that_nobody_annotated_comes_bare_with_what_else_was_said():
    record = parse(line(annotator=None, batch=3))
    assert (record.annotator, record.annotation, record.extra) == (None, None, {"batch": 3})
    assert parse(json.dumps(dump(record))) == record


@pytest.mark.parametrize("items", [{"entities": [entity()]}, {"quotes": [quote()]}])
def test_annotations_of_nobody_are_refused_rather_than_dropped(items):
    with pytest.raises(RecordError, match="annotator: says null, but there are entities or quotes"):
        parse(line(annotator=None, **items))


def test_unknown_keys_are_kept_at_every_level():
    mention = {"start": 0, "end": 3, "x-mention": [1]}
    span = {"role": "content", "start": 9, "end": 14, "x-span": None}
    row = json.loads(line(entities=[entity(mentions=[mention])], quotes=[quote(spans=[span])]))
    row |= {"x-top": {"a": {}}, "unknown": 1}
    row["article"] |= {"x-article": "é", "model_extra": 2}
    row["entities"][0] |= {"x-entity": 0}
    row["quotes"][0] |= {"x-quote": False}
    again = dump(parse(json.dumps(row)))
    assert (again["x-top"], again["unknown"]) == ({"a": {}}, 1)
    assert (again["article"]["x-article"], again["article"]["model_extra"]) == ("é", 2)
    assert again["entities"][0]["x-entity"] == 0
    assert again["entities"][0]["mentions"][0]["x-mention"] == [1]
    assert again["quotes"][0]["x-quote"] is False
    assert again["quotes"][0]["spans"][0]["x-span"] is None


def test_an_extra_key_never_takes_the_place_of_one_of_ours():
    extra = {"format": "x", "id": "x", "text": "x", "entities": "x", "spans": "x", "more": "x"}
    annotation = Annotation(
        head=Head(extra=extra),
        entities=[Entity("e1", "ORG", "A", 1, extra=extra)],
        mentions=[Mention("m1", "e1", 0, 3, "Ann", 1, extra=extra)],
        quotes=[Quote("q1", 1, (RoleSpan("cue", 4, 8, "said", extra),), extra=extra)],
    )
    record = Record(Article("a1", TEXT, extra=extra), "ada", annotation)
    again = parse(json.dumps(dump(record)))
    assert again.article.text == TEXT
    assert again.annotation is not None
    assert again.annotation.mentions["m1"].text == "Ann"
    assert again.annotation.head.extra is not None
    assert again.annotation.head.extra["more"] == "x"


@pytest.mark.parametrize(
    ("top", "words"),
    [
        ({"format": "annotator/2"}, "format: Input should be 'annotator/1'"),
        ({"annotator": ""}, "annotator: "),
        ({"status": "finished"}, "status: "),
        ({"seconds": -1}, "seconds: "),
        ({"seconds": 10**30}, "seconds: "),
        ({"article": {"id": "", "text": "x"}}, "article.id: "),
        ({"article": {"id": "a1", "text": ""}}, "article.text: "),
        ({"article": {"id": "a1", "text": "a\0"}}, "article.text: .*NUL character at offset 1"),
        ({"article": {"id": "a1", "text": "\ufeff"}}, "article.text: the text is empty"),
        ({"entities": [entity(mentions=[{"start": -1, "end": 3}])]}, "entities.0.mentions.0.start"),
        ({"entities": [entity(), entity()]}, "entity id e1 is used twice"),
        ({"quotes": [quote(), quote()]}, "quote id q1 is used twice"),
        ({"quotes": [quote(speakers=["e7"])]}, "quote q1 names entity e7, which is not there"),
        ({"quotes": [quote(addressees=["e7"])]}, "quote q1 names entity e7, which is not there"),
        ({"quotes": [quote(parent="q7")]}, "quote q1 names parent q7, which is not there"),
        ({"quotes": [quote(parent="q1")]}, "quote q1 is inside itself"),
        ({"quotes": [quote(type="")]}, "quotes.0.type: "),
        ({"quotes": [quote(spans=[{"role": "x", "start": 0, "end": 1}])]}, "quotes.0.spans.0.role"),
    ],
)
def test_a_fault_is_refused_with_its_place(top, words):
    with pytest.raises(RecordError, match=f"^{words}"):
        parse(line(**top))


def test_mention_ids_are_unique_in_the_whole_article():
    one = {"id": "m1", "start": 0, "end": 3}
    with pytest.raises(RecordError, match="mention id m1 is used twice"):
        parse(line(entities=[entity(mentions=[one]), entity(id="e2", mentions=[one])]))


def test_quotes_in_a_circle_are_refused_but_a_chain_is_kept():
    chain = [quote(id=f"q{n}", parent=f"q{n + 1}" if n < 3 else None) for n in (1, 2, 3)]
    assert annotation_of(line(quotes=chain)).quotes["q1"].parent == "q2"
    chain[2]["parent"] = "q1"
    with pytest.raises(RecordError, match="quote q1 is inside itself"):
        parse(line(quotes=chain))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((0, 99), r"mention m1 is \[0, 99\), which is not inside the text of 15 characters"),
        ((3, 3), r"mention m1 is \[3, 3\), which is not inside"),
        ((5, 2), r"mention m1 is \[5, 2\), which is not inside"),
    ],
)
def test_a_span_outside_the_text_is_refused(span, words):
    mention = {"start": span[0], "end": span[1]}
    with pytest.raises(RecordError, match=words):
        parse(line(entities=[entity(mentions=[mention])]))


def test_a_span_that_does_not_say_what_the_text_says_is_named_with_both():
    mention = {"id": "m7", "start": 0, "end": 3, "text": "Bob"}
    with pytest.raises(RecordError, match=r"mention m7 says 'Bob' but \[0, 3\) .* is 'Ann'"):
        parse(line(entities=[entity(mentions=[mention])]))
    span = {"role": "cue", "start": 4, "end": 8, "text": "x" * 50}
    with pytest.raises(RecordError, match=f"cue of quote q1 says '{'x' * 39}…' but"):
        parse(line(quotes=[quote(spans=[span])]))


def test_offsets_that_counted_line_ends_and_a_byte_order_mark_are_mapped():
    raw = "\ufeffAnn\r\nsaid 😀\r\n“yes”."
    start = raw.index("“")
    span = {"role": "content", "start": start, "end": start + 5, "text": "“yes”"}
    source = {"role": "source", "start": 0, "end": 4, "text": "\ufeffAnn"}
    record = parse(line(raw, quotes=[quote(spans=[span, source])]))
    assert record.article.text == "Ann\nsaid 😀\n“yes”."
    assert record.annotation is not None
    first, second = record.annotation.quotes["q1"].spans
    assert (first.text, record.article.text[first.start : first.end]) == ("“yes”", "“yes”")
    assert (second.start, second.end, second.text) == (0, 3, "Ann")


@pytest.mark.parametrize(("start", "end"), [(0, 1), (4, 5)])
def test_a_span_of_nothing_but_settled_characters_is_refused(start, end):
    mention = {"start": start, "end": end}
    with pytest.raises(RecordError, match="covers only a byte-order mark or half a line end"):
        parse(line("\ufeffAnn\r\n", entities=[entity(mentions=[mention])]))


@pytest.mark.parametrize("source", [b"\xff", b"", "[]", "{", '"x"', '{"notes": "\\ud800"}'])
def test_what_is_no_record_is_refused_with_a_sentence(source):
    with pytest.raises(RecordError):
        parse(source)


@given(records())
def test_a_record_comes_back_equal_from_its_line(record):
    written = json.dumps(dump(record), ensure_ascii=False)
    assert parse(written) == parse(written.encode()) == record


@given(records())
def test_what_is_written_fits_the_model_the_schema_comes_from(record):
    row = dump(record)
    assert adapter().validate_python(row, strict=True) == row


def test_the_schema_names_its_version_and_what_is_required():
    schema = json_schema()
    assert schema["$id"] == "annotator/1"
    assert set(schema["required"]) == {"format", "article", "annotator"}
    assert set(schema["$defs"]["ArticleJson"]["required"]) == {"id", "text"}
    assert set(schema["$defs"]["MentionJson"]["required"]) == {"start", "end"}
    assert set(schema["$defs"]["RoleSpanJson"]["required"]) == {"role", "start", "end"}
