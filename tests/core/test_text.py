"""Settling changes line ends and drops byte-order marks, and nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.errors import AnnotatorError, TextError
from annotator.core.text import is_invisible, normalize, text_hash, trim, visible
from tests.strategies import settled_texts, texts


@pytest.mark.parametrize(
    ("raw", "settled"),
    [
        ("plain\ntext", "plain\ntext"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\r\r\nb\n\r", "a\n\nb\n\n"),
        ("\ufeffa", "a"),
        ("\ufeff\ufeffa", "a"),
        ("\ufeff\r\na", "\na"),
    ],
)
def test_line_ends_become_lf_and_leading_byte_order_marks_go(raw, settled):
    assert normalize(raw).text == settled


@pytest.mark.parametrize(
    "text",
    [
        "  a  \n\n",
        "a\u00a0b\u202fc\u2009d",
        "a\u2028b\u2029c\u0085d\x0be\x0cf",
        "Zo\u00eb is not Zoe\u0308",
        "a\ufeffb",
        "\u200fשלום\u200e",
        "\t\x01\x1f\x7f\ufffc\ufffd",
        "ﬁ ½ Å",
    ],
)
def test_every_other_character_stays_as_it_came(text):
    assert normalize(text).text == text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "the text is empty"),
        ("\ufeff", "the text is empty"),
        ("ab\0c", "NUL character at offset 2"),
        ("ab\ud83d", "half a surrogate pair at offset 2"),
        ("\udc00ab", "half a surrogate pair at offset 0"),
    ],
)
def test_a_text_no_file_could_hold_unharmed_is_refused_with_a_sentence(raw, words):
    with pytest.raises(TextError, match=words) as caught:
        normalize(raw)
    assert isinstance(caught.value, AnnotatorError)


@given(texts())
def test_settling_again_changes_nothing(raw):
    once = normalize(raw)
    again = normalize(once.text)
    assert (again.text, again.dropped) == (once.text, ())


@given(texts())
def test_raw_offsets_map_in_order_and_onto_the_whole_text(raw):
    settled = normalize(raw)
    mapped = [settled.offset(offset) for offset in range(len(raw) + 1)]
    assert mapped == sorted(mapped)
    assert (mapped[0], mapped[-1]) == (0, len(settled.text))
    assert set(mapped) == set(range(len(settled.text) + 1))


@given(texts(), st.data())
def test_a_slice_of_the_raw_text_maps_to_its_settled_slice(raw, data):
    settled = normalize(raw)
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    piece = settled.text[settled.offset(start) : settled.offset(end)]
    expected = raw[start:end].lstrip("\ufeff") if not raw[:start].strip("\ufeff") else None
    expected = raw[start:end] if expected is None else expected
    if raw[end - 1 : end + 1] == "\r\n" and start < end:
        expected = expected[:-1]  # half a line end counts for nothing
    assert piece == expected.replace("\r\n", "\n").replace("\r", "\n")


@given(settled_texts(), st.data())
def test_trimming_takes_off_outer_white_space_only(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = trim(text, start, end)
    assert start <= left <= right <= end
    assert text[left:right] == text[start:end].strip()


def test_a_selection_of_white_space_trims_to_nothing():
    assert trim("a \n\u00a0 b", 1, 5) == (1, 1)


@given(settled_texts(), st.data())
def test_what_is_visible_has_no_invisible_edge_and_leaves_nothing_else_out(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = visible(text, start, end)
    assert start <= left <= right <= end
    kept = text[left:right]
    assert not kept[:1].isspace()
    assert not is_invisible(kept[:1])
    assert not kept[-1:].isspace()
    assert not is_invisible(kept[-1:]) or kept[-1] == "\u200d"
    left_out = text[start:left] + text[right:end] if kept else text[start:end]
    assert all(c.isspace() or is_invisible(c) or 0xFE00 <= ord(c) <= 0xFE0F for c in left_out)
    assert visible(text, left, right) == (left, right)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\u200bOslo\u200b", "Oslo"),
        (" \ufeff Köln\u2060 ", "Köln"),
        ("\u00adBag\u00addad\u00ad", "Bag\u00addad"),
        ("\u2068\u200fبغداد\u200f\u2069", "بغداد"),
        ("ایرانی\u200cها\u200c", "ایرانی\u200cها"),
        ("هـ\u200d", "هـ\u200d"),
        ("हिन्\u200dदी", "हिन्\u200dदी"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("\ufe0fOslo", "Oslo"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("\u200b\u2060", ""),
    ],
)
def test_invisible_characters_at_the_ends_are_left_out_and_those_inside_stay(text, kept):
    assert text[slice(*visible(text, 0, len(text)))] == kept


def test_the_hash_is_that_of_the_utf8_bytes():
    assert text_hash("Zoë 😀") == hashlib.sha256("Zoë 😀".encode()).hexdigest()
    assert text_hash("Zoë") != text_hash("Zoe\u0308")
