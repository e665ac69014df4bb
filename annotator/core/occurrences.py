"""Occurrences of a name in a text."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

Range = tuple[int, int]

_SPACE = re.compile(r"\s+")


class OccurrenceQuery(NamedTuple):
    """A text to search for, and how."""

    words: str
    whole_words: bool = True
    match_case: bool = True


def occurrences(text: str, search: OccurrenceQuery) -> Iterator[Range]:
    """Yield the ranges of `text` that match the search, in code points and in order.

    A space in the search matches any white space, so that a name is found across a line break. A
    whole word has neither a letter, a digit nor a combining mark at its borders: "Iran" occurs in
    "Iran's" and "Iran-backed" but not in "Iranian".
    """
    pieces = [re.escape(piece) for piece in _SPACE.split(search.words.strip()) if piece]
    if not pieces:
        return
    pattern = re.compile(r"\s+".join(pieces), 0 if search.match_case else re.IGNORECASE)
    for match in pattern.finditer(text):
        start, end = match.span()
        if not search.whole_words or is_whole_word(text, start, end):
            yield start, end


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Return whether `[start, end)` neither starts nor ends inside a word."""
    before = start > 0 and is_word_char(text[start - 1]) and is_word_char(text[start])
    after = end < len(text) and is_word_char(text[end]) and is_word_char(text[end - 1])
    # A mark that combines with the last letter belongs to it, whatever comes before.
    joined = end < len(text) and unicodedata.category(text[end])[0] == "M"
    return not (before or after or joined)


def is_word_char(char: str) -> bool:
    """Return whether the character is a letter, a digit or a combining mark."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def context_around(text: str, start: int, end: int, most: int) -> tuple[str, str]:
    """Return the whole words before and after `[start, end)`, at most `most` code points each."""
    first, last = max(0, start - most), min(len(text), end + most)
    while first and first < start and not text[first - 1].isspace():
        first += 1
    while last < len(text) and last > end and not text[last].isspace():
        last -= 1
    return text[first:start], text[end:last]
