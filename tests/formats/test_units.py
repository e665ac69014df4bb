"""Offsets of other tools, counted by hand for one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats import Unit
from annotator.formats.offset_units import OffsetConverter, matching_units

TEXT = "😀 “We won,” said Ann Lee of ACME."
SPANS = {
    "“We won,”": {Unit.CODE_POINTS: (2, 11), Unit.UTF_16: (3, 12), Unit.UTF_8: (5, 18)},
    "said": {Unit.CODE_POINTS: (12, 16), Unit.UTF_16: (13, 17), Unit.UTF_8: (19, 23)},
    "Ann Lee": {Unit.CODE_POINTS: (17, 24), Unit.UTF_16: (18, 25), Unit.UTF_8: (24, 31)},
    "ACME": {Unit.CODE_POINTS: (28, 32), Unit.UTF_16: (29, 33), Unit.UTF_8: (35, 39)},
    TEXT: {Unit.CODE_POINTS: (0, 33), Unit.UTF_16: (0, 34), Unit.UTF_8: (0, 40)},
}


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("piece", list(SPANS))
def test_offsets_in_any_unit_lead_to_the_same_words(piece, unit):
    counted = OffsetConverter(TEXT, unit)
    start, end = (counted.code_point(offset) for offset in SPANS[piece][unit])
    assert TEXT[start:end] == piece


@pytest.mark.parametrize("unit", list(Unit))
def test_the_unit_is_told_from_spans_that_carry_their_text(unit):
    spans = [(*SPANS[piece][unit], piece) for piece in SPANS]
    assert matching_units(TEXT, spans) == (unit,)


def test_all_units_match_where_every_character_is_ascii():
    assert matching_units("plain words", [(6, 11, "words")]) == tuple(Unit)


def test_no_unit_is_told_without_spans():
    assert matching_units(TEXT, []) == ()


@pytest.mark.parametrize(
    ("unit", "offset"),
    [
        (Unit.UTF_16, 1),
        (Unit.UTF_8, 2),
        (Unit.UTF_16, 35),
        (Unit.CODE_POINTS, 34),
        (Unit.UTF_8, -1),
    ],
)
def test_an_offset_inside_a_character_or_outside_the_text_leads_nowhere(unit, offset):
    assert OffsetConverter(TEXT, unit).code_point(offset) is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_boundary_is_found_in_every_unit(text):
    for offset in range(len(text) + 1):
        before = text[:offset]
        assert OffsetConverter(text, Unit.UTF_8).code_point(len(before.encode())) == offset
        utf_16 = len(before.encode("utf-16-le")) // 2
        assert OffsetConverter(text, Unit.UTF_16).code_point(utf_16) == offset
