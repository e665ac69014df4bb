"""Code points and UTF-16 units, against Python's own encoder."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.core.offsets import Utf16Offsets
from tests.strategies import settled_texts

astral = st.text(st.sampled_from("aé\u0301\uffff\U00010000😀𝒜\U0010ffff"), max_size=40)
any_text = astral | st.text(max_size=40) | settled_texts()


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(any_text)
def test_units_are_those_of_the_encoder(text):
    offsets = Utf16Offsets(text)
    assert (offsets.code_points, offsets.units) == (len(text), units(text))
    for offset in range(len(text) + 1):
        assert offsets.to_units(offset) == units(text[:offset])


@given(any_text)
def test_every_offset_comes_back_the_same(text):
    offsets = Utf16Offsets(text)
    for offset in range(len(text) + 1):
        assert offsets.to_code_points(offsets.to_units(offset)) == offset
        assert offsets.to_code_points_up(offsets.to_units(offset)) == offset


@given(astral)
def test_inside_a_pair_the_start_rounds_down_and_the_end_up(text):
    offsets = Utf16Offsets(text)
    for offset, char in enumerate(text):
        if char > "\uffff":
            middle = offsets.to_units(offset) + 1
            assert offsets.to_code_points(middle) == offset
            assert offsets.to_code_points_up(middle) == offset + 1


@given(any_text)
def test_all_positions_map_in_order(text):
    offsets = Utf16Offsets(text)
    for convert in (offsets.to_code_points, offsets.to_code_points_up):
        mapped = [convert(position) for position in range(offsets.units + 1)]
        assert mapped == sorted(mapped)
        assert (mapped[0], mapped[-1]) == (0, len(text))


def test_an_empty_text_has_one_offset():
    offsets = Utf16Offsets("")
    assert (offsets.units, offsets.to_units(0), offsets.to_code_points(0)) == (0, 0, 0)
