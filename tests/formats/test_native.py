"""Native JSONL: lossless both ways, and every fault named with its line."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.native_reader import parse
from annotator.core.record import dump
from annotator.formats import Context, FormatError, Unit, find_format
from tests.examples import examples

GOLDEN = Path(__file__).parents[1] / "golden" / "native.jsonl"
PATH = Path("news.jsonl")


def read(data: bytes, **hints):
    return list(find_format("native").read(io.BytesIO(data), Context(PATH, **hints)))


def write(records) -> bytes:
    out = io.BytesIO()
    find_format("native").write(records, out)
    return out.getvalue()


def line(text="Ann Lee won.", start=0, end=7, said="Ann Lee", **more) -> bytes:
    mention = {"start": start, "end": end, "text": said}
    row = {
        "format": "annotator/1",
        "article": {"id": "a1", "text": text},
        "annotator": "ada",
        "entities": [{"label": "PERSON", "mentions": [mention]}],
    }
    return json.dumps(row | more, ensure_ascii=False).encode() + b"\n"


words = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
pieces = st.sampled_from(
    ["😀", "👩‍👧", "قال", "e\u0301", "\r\n", "\r", "\n", "\u2028", "\xa0", "a b", "“x”"]
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
extras = st.dictionaries(words.map(lambda word: "x-" + word), json_values, max_size=2)


@st.composite
def spans(draw, text: str):
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    return {"start": start, "end": end, "text": text[start:end]} | draw(extras)


@st.composite
def rows(draw):
    """The JSON of any record, in the raw state before its text is settled."""
    text = "".join(draw(st.lists(pieces | words, min_size=1, max_size=12))) + "."
    entities = [
        {"id": f"e{n}", "label": draw(words), "name": draw(words), "link": draw(st.none() | words)}
        | {
            "mentions": draw(st.lists(spans(text), max_size=3)),
            "flags": draw(st.lists(words, max_size=2)),
        }
        | draw(extras)
        for n in range(draw(st.integers(0, 2)))
    ]
    roles = st.sampled_from(["content", "cue", "source", "addressee"])
    quotes = [
        {"type": draw(words.filter(bool)), "speakers": [e["id"] for e in entities[:1]]}
        | {
            "spans": [
                span | {"role": draw(roles)}
                for span in draw(st.lists(spans(text), min_size=1, max_size=3))
            ]
        }
        | {"attributes": draw(extras), "note": draw(words), "type_set": draw(st.booleans())}
        | draw(extras)
        for _ in range(draw(st.integers(0, 2)))
    ]
    article = {"id": draw(words.filter(bool)), "text": text, "meta": draw(extras)} | draw(extras)
    head = {"status": draw(st.sampled_from(["todo", "doing", "done", "skipped"]))} | draw(extras)
    head |= {"seconds": draw(st.integers(0, 10**6)), "notes": draw(words)}
    work = {"annotator": "ada", "entities": entities, "quotes": quotes} | head
    bare = {"annotator": None} | draw(extras)
    return {"format": "annotator/1", "article": article} | (work if draw(st.booleans()) else bare)


@settings(max_examples=examples(14), deadline=None)
@given(st.lists(rows(), min_size=1, max_size=3))
def test_any_records_come_back_equal_with_their_unknown_keys(given_rows):
    data = b"\n".join(json.dumps(row).encode() for row in given_rows)
    if any(_covers_nothing(row) for row in given_rows):
        return
    records = [found.record for found in read(data)]
    again = [found.record for found in read(write(records))]
    assert [dump(record) for record in again] == [dump(record) for record in records]
    assert again == records
    for row, record in zip(given_rows, records, strict=True):
        assert _unknown(row) == _unknown(dump(record))


@settings(max_examples=examples(12), deadline=None)
@given(rows())
def test_a_bare_json_reader_can_slice_every_span(row):
    if _covers_nothing(row):
        return
    (written,) = write([parse(json.dumps(row))]).splitlines()
    exported = json.loads(written)
    text = exported["article"]["text"]
    assert "\r" not in text
    for span in _all_spans(exported):
        assert text[span["start"] : span["end"]] == span["text"]


def _all_spans(row):
    for entity in row.get("entities", []):
        yield from entity["mentions"]
    for quote in row.get("quotes", []):
        yield from quote["spans"]


def _covers_nothing(row) -> bool:
    """A span of only a byte-order mark or half a line end is refused, rightly."""
    text = row["article"]["text"]
    return any(
        span["text"] in ("\r", "\n", "\ufeff")
        and text[max(span["start"] - 1, 0) : span["end"] + 1] != span["text"]
        for span in _all_spans(row)
    ) or text.startswith("\ufeff")


def _unknown(value) -> list[str]:
    """All keys that start with x-, wherever they are, in a fixed order."""
    if isinstance(value, list):
        return sorted(found for inner in value for found in _unknown(inner))
    if not isinstance(value, dict):
        return []
    own = [repr(item) for item in value.items() if item[0].startswith("x-")]
    return sorted(own + _unknown([v for k, v in value.items() if not k.startswith("x-")]))


def test_the_golden_file_is_written_byte_for_byte_as_it_was_read():
    data = GOLDEN.read_bytes()
    assert write(found.record for found in read(data)) == data


def test_lines_are_numbered_and_blank_lines_and_a_byte_order_mark_skipped():
    data = b"\xef\xbb\xbf" + line() + b"\n  \r\n" + line()
    assert [found.line for found in read(data)] == [1, 4]


def test_an_article_without_annotation_stays_bare():
    (found,) = read(b'{"format":"annotator/1","article":{"id":"a","text":"x"},"annotator":null}')
    assert found.record.annotator is None
    assert found.record.annotation is None


def test_every_faulty_line_is_named_with_its_file_line_and_reason():
    data = line() + line(said="Ann") + b"{nonsense\n" + line(annotator=None) + line()
    with pytest.raises(FormatError) as caught:
        read(data)
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]
    words = str(caught.value)
    assert words.startswith("news.jsonl: line 2: mention m1 says 'Ann' but [0, 7) of the text is")
    assert "line 3: Invalid JSON" in words
    assert "line 4: annotator: says null, but there are entities" in words
    assert words.endswith("say whose they are with --as NAME")
    assert "\n" not in words


def test_beyond_twenty_faults_the_rest_is_counted():
    with pytest.raises(FormatError, match=r"line 20: .*; and 5 more lines at fault$") as caught:
        read(b"{}\n" * 25)
    assert len(caught.value.faults) == 25
    assert "line 21:" not in str(caught.value)


def test_a_later_version_of_the_format_is_refused_by_name():
    with pytest.raises(FormatError, match=r"line 1: format: .*annotator/1"):
        read(line(format="annotator/2"))


@pytest.mark.parametrize(("unit", "start", "end"), [("utf-16", 3, 10), ("utf-8", 5, 12)])
def test_foreign_offsets_are_told_and_then_read_in_the_unit_named(unit, start, end):
    data = line("😀 Ann Lee won.", start, end)
    with pytest.raises(FormatError, match=f"import with --offsets {unit}"):
        read(data)
    (found,) = read(data, offsets=Unit(unit))
    (mention,) = found.record.annotation.mentions.values()
    assert (mention.start, mention.end, mention.text) == (2, 9, "Ann Lee")


def test_no_unit_is_suggested_when_one_span_fits_in_none():
    data = line(
        "😀 Ann Lee won.",
        3,
        10,
        quotes=[{"spans": [{"role": "cue", "start": 0, "end": 1, "text": "won"}]}],
    )
    with pytest.raises(FormatError) as caught:
        read(data)
    assert "--offsets" not in str(caught.value)


def test_a_foreign_offset_inside_a_character_is_a_fault():
    with pytest.raises(FormatError, match="line 1: start 1 is not between two characters"):
        read(line("😀 Ann", 1, 5, None), offsets=Unit.UTF_16)


def test_foreign_offsets_count_the_text_before_its_line_ends_are_settled():
    data = line("😀\r\nAnn Lee won.", 4, 11)
    (found,) = read(data, offsets=Unit.UTF_16)
    (mention,) = found.record.annotation.mentions.values()
    assert found.record.article.text[mention.start : mention.end] == "Ann Lee"


def test_the_annotator_named_goes_over_the_one_in_the_file():
    (found,) = read(line(), annotator="ben")
    assert found.record.annotator == "ben"


def test_a_status_that_nobody_gave_is_a_fault_and_not_dropped():
    article = {"id": "a", "text": "x"}
    row = {"format": "annotator/1", "article": article, "annotator": None, "status": "done"}
    data = json.dumps(row).encode()
    with pytest.raises(FormatError, match="line 1: annotator: says null"):
        read(data)
    assert read(data, annotator="ben")[0].record.annotation.head.status == "done"


def test_the_annotator_named_owns_annotations_that_nobody_owned():
    assert read(line(annotator=None), annotator="ben")[0].record.annotator == "ben"


def test_a_bare_article_stays_bare_even_when_an_annotator_is_named():
    bare = b'{"format":"annotator/1","article":{"id":"a","text":"x"},"annotator":null}'
    assert read(bare, annotator="ben")[0].record.annotation is None


def test_half_a_surrogate_pair_is_a_fault_and_no_crash():
    bad = b'{"format":"annotator/1","article":{"id":"a","text":"\\ud83d"},"annotator":null}'
    for annotator in (None, "ben"):
        with pytest.raises(FormatError, match="line 1: "):
            read(bad, annotator=annotator)


def test_numbers_beyond_64_bits_in_unknown_keys_survive():
    (found,) = read(line(weight=10**30))
    assert json.loads(write([found.record]))["weight"] == 10**30
