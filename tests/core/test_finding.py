"""Finding words: what counts as the same, and where in the text it is found."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.core.text_search import FoldedText, TextQuery
from tests.strategies import texts


def found(words: str, text: str, **options: bool) -> list[str]:
    return [text[a:b] for a, b in TextQuery(words, **options).places(FoldedText(text))]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("iran", "Iran and IRAN", ["Iran", "IRAN"]),
        ("cafe", "Café, cafe\u0301!", ["Café", "cafe\u0301"]),
        ("CAFÉ", "cafe", ["cafe"]),
        ("strasse", "Die Straße", ["Straße"]),
        ("ß", "Straße, Masse", ["ß", "ss"]),
        ("محمد", "قال مُحَمَّد أمس", ["مُحَمَّد"]),
        ("احمد", "أحمد", ["أحمد"]),
        ("العربية", "العـــربية", ["العـــربية"]),
        ("😀", "a 😀😀 b", ["😀", "😀"]),
        ("❤", "I ❤\ufe0f it", ["❤\ufe0f"]),
        ("国防部", "伊朗国防部长", ["国防部"]),
        ("각", "각 가", ["각"]),
        ("prime minister", "the prime\n minister", ["prime\n minister"]),
        ("don't", "I don’t", ["don’t"]),
        ('"Iran', "“Iran and", ["“Iran"]),
        ("a+b*(c", "A+B*(C", ["A+B*(C"]),
        ("ISTANBUL", "İstanbul", ["İstanbul"]),
        ("soft", "so\u00adft", ["so\u00adft"]),
        ("", "anything", []),
        ("  \n", "any thing", []),
        ("\u0301", "e\u0301", []),
    ],
)
def test_case_accents_and_line_breaks_do_not_count(words, text, expected) -> None:
    assert found(words, text) == expected


@pytest.mark.parametrize("letter", ["a", ".", "*", "\\", "]", "ß", "国", "😀", "-", "é"])
@pytest.mark.parametrize("exact", [True, False])
def test_a_letter_is_found_wherever_it_stands_in_a_long_text(letter: str, exact: bool) -> None:
    text = "".join(f"{'x' * number}{letter}" for number in range(150)) + letter * 5000 + "x" * 9000
    places = TextQuery(letter, exact=exact).places(FoldedText(text))
    assert list(places) == [(n, n + 1) for n, char in enumerate(text) if char == letter]
    assert len(places) == text.count(letter)
    assert places[len(places) - 1] == (len(text) - 9001, len(text) - 9000)
    with pytest.raises(IndexError):
        places[len(places)]


def test_exact_finds_what_is_written_just_so() -> None:
    assert found("Iran", "iran Iran Irán", exact=True) == ["Iran"]
    assert found("é", "e é E\u0301", exact=True) == ["é"]


def test_whole_words_have_no_letter_at_either_end() -> None:
    assert found("iran", "Iran, Iranian, al-Iran", whole=True) == ["Iran", "Iran"]
    assert found("n.", "Iran. n.", whole=True) == ["n."]


@given(texts(), st.data())
@example("ﬁ\u0301ﬁ", None)
def test_every_piece_of_a_text_is_found_where_it_stands(text: str, data) -> None:
    start = data.draw(st.integers(0, len(text))) if data else 2
    end = data.draw(st.integers(start, len(text))) if data else 3
    piece = text[start:end]
    for exact in (False, True):
        sought = TextQuery(piece, exact=exact)
        if not sought:
            continue
        places = sought.places(FoldedText(text))
        assert places, "a piece of the text must be found in it"
        assert sought.first(FoldedText(text)) == places[0]
        assert all(0 <= a < b <= len(text) for a, b in places)
        assert all(before[1] <= after[0] for before, after in pairwise(places))
        for a, b in places:
            assert TextQuery(text[a:b], exact=exact).places(FoldedText(text[a:b])) != []


def test_a_character_loses_the_same_whatever_stands_beside_it() -> None:
    every = [chr(code) for code in range(0x11000) if not 0xD800 <= code <= 0xDFFF]
    alone = {char: FoldedText(f"{char}\u4e00").folded.removesuffix("\u4e00") for char in every}
    together = FoldedText("\u4e00".join(every)).folded
    assert together.split("\u4e00") == "\u4e00".join(alone.values()).split("\u4e00")


@pytest.mark.parametrize("kinds", [20, 90])
def test_characters_that_come_late_in_a_long_text_lose_their_accents_too(kinds: int) -> None:
    """Also where there are more of them than the text is looked through for."""
    letters = [chr(0x1E00 + number) for number in range(10, 10 + kinds)]
    text = (" 國 " * 2000).join(letters)
    assert found("d", text) == ["Ḋ", "ḋ", "Ḍ", "ḍ", "Ḏ", "ḏ", "Ḑ", "ḑ", "Ḓ", "ḓ"]
    assert found("國", text[:9000]) == ["國"] * text[:9000].count("國")


@given(texts())
def test_folding_keeps_the_way_back_to_every_character(text: str) -> None:
    searchable = FoldedText(text)
    for place in range(len(searchable.folded)):
        start, end = searchable.original(place, place + 1)
        assert start < end
        inner = FoldedText(text[start:end]).folded
        assert searchable.folded[place] in inner
        rest = text[start + 1 : end]
        assert all(unicodedata.category(char) in ("Mn", "Cf", "Lm") for char in rest)
